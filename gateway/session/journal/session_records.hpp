// What threads record of their sessions in the journal: payloads of the record types session_state
// to copy_numbers. FORMAT.md says the same for those who write a reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/journal/segment.hpp"

namespace sluice::gateway {

/// What a message tells of, once it is sent: an event of the execution log, a copy of a group, or
/// nothing that must be told exactly once.
struct Told {
  std::uint64_t report = 0;  ///< Number of the event.
  std::uint64_t copy = 0;    ///< ApplSeqNum(1181); then there is no report.

  static constexpr std::uint64_t kCopyBit = std::uint64_t{1} << 63U;
  /// Both in one word: a copy has the highest bit.
  [[nodiscard]] constexpr std::uint64_t word() const noexcept {
    return copy != 0 ? copy | kCopyBit : report;
  }
  [[nodiscard]] static constexpr Told of(std::uint64_t word) noexcept {
    if ((word & kCopyBit) != 0) return {.report = 0, .copy = word & ~kCopyBit};
    return {.report = word, .copy = 0};
  }
};

/// All that a session counts, at one moment. session_state; behind it, 4 bytes each, the numbers
/// from next_target up to taken_end that are no commands and are not asked for.
struct SessionCounts {
  std::uint32_t session_epoch;  ///< Resets, from 1.
  std::uint32_t next_sender;
  std::uint32_t next_target;
  /// Client's numbers below this one have been taken, but for those that are asked for again.
  std::uint32_t taken_end;
  std::int64_t since_ns;      ///< Of the last reset: nanoseconds since 1970, UTC.
  std::uint64_t last_report;  ///< Number of the last event that was told of.
  std::uint64_t last_copy;    ///< ApplSeqNum(1181) of the last copy.
  /// Events up to this one may have been told of under numbers before the last reset.
  std::uint64_t told_before;
  std::uint32_t refused;  ///< How many numbers follow.
  std::uint32_t reserved0;
};

/// Before the bytes of a message. session_message; MsgSeqNum is its number.
struct SessionMessageHead {
  std::uint64_t told;           ///< Told::word()
  std::uint32_t session_epoch;  ///< In which it has that number.
  std::uint32_t reserved0;
};

/// A client's message that is no command has been taken. session_taken; MsgSeqNum is its number.
struct SessionTaken {
  std::uint32_t session_epoch;
  std::uint32_t reserved0;
};

/// Before the name of a group of drop copies, its ApplID(1180). copy_numbers
struct CopyNumbersHead {
  std::uint64_t number;  ///< The last ApplSeqNum(1181) that it gave.
  std::uint64_t event;   ///< The event that has it.
};

static_assert(sizeof(SessionCounts) == 56 &&
              std::has_unique_object_representations_v<SessionCounts>);
static_assert(sizeof(SessionMessageHead) == 16 && sizeof(SessionTaken) == 8 &&
              sizeof(CopyNumbersHead) == 16);

}  // namespace sluice::gateway
