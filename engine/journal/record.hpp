// What the journal, the execution log on disk and the sessions' records are made of. FORMAT.md says
// the same for those who write a reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace sluice {

/// Records begin at multiples of this within their segment.
inline constexpr std::size_t kRecordAlignment = 64;
/// Most bytes of a record's payload.
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{1} << 20U;

/// Fixed for ever: what reads old segments goes by these.
enum class RecordType : std::uint16_t {
  none = 0,
  command = 1,  ///< Payload: a Command.
  event = 2,    ///< Payload: an Event.
  run = 3,      ///< Payload: a RunStart. Among the commands, the first of each run.
  // Of sessions; the gateway knows what their payloads are.
  session_state = 4,     ///< All that a session counts.
  session_message = 5,   ///< One that a session has sent, or could have.
  session_taken = 6,     ///< A client's message that is no command.
  copy_numbers = 7,      ///< Where a group of drop copies stands.
  sessions_void = 8,     ///< No payload: what was recorded of sessions before this counts no more.
  round = 0xFFFE,        ///< Payload: a RoundHead. Its sequence is the round's number.
  segment_end = 0xFFFF,  ///< No payload and no sequence of its own: the next segment goes on.
};

/// What stands before each payload, little-endian. A record is written from its end to its
/// beginning, `bytes` last: where that is 0 nothing has been written.
struct RecordHeader {
  std::uint32_t bytes;     ///< Of header and payload, without what fills up to kRecordAlignment.
  std::uint32_t crc;       ///< CRC-32C of `bytes`, then of all that follows this, the filling too.
  std::uint64_t sequence;  ///< Dense from 1 within a stream.
  std::uint64_t chain;     ///< What chained() made of all records before: none is missing.
  std::int64_t time_ns;    ///< Nanoseconds since 1970, UTC.
  std::uint32_t session;   ///< Whose; 0 for the venue itself.
  std::uint32_t msg_seq_num;  ///< MsgSeqNum(34) that brought it; 0 where none did.
  std::uint32_t epoch;        ///< Of the run that wrote it.
  std::uint16_t type;         ///< RecordType
  std::uint8_t unit;          ///< The matching unit.
  std::uint8_t stream;        ///< StreamOrigin::stream
  std::uint64_t reserved0;    ///< 0, as all that is reserved.
  std::uint64_t reserved1;
};
static_assert(sizeof(RecordHeader) == kRecordAlignment);
static_assert(std::has_unique_object_representations_v<RecordHeader>);

/// What a record takes in its segment.
[[nodiscard]] constexpr std::size_t stride_of(std::size_t payload_bytes) noexcept {
  return (sizeof(RecordHeader) + payload_bytes + kRecordAlignment - 1) & ~(kRecordAlignment - 1);
}

/// Writes a record where there are zeros: all but its length, then that. `header.bytes` says the
/// payload's size, `header.crc` is not looked at. Returns the CRC.
std::uint32_t write_record(std::byte* to, const RecordHeader& header,
                           std::span<const std::byte> payload) noexcept;

/// The record at the beginning of `room`, if one lies there whose bytes are what its CRC says; else
/// null. Says nothing of its place in a stream.
[[nodiscard]] const RecordHeader* whole_record(std::span<const std::byte> room) noexcept;

/// Whether nothing but zeros is there: room in which nothing was written yet.
[[nodiscard]] bool all_zero(std::span<const std::byte> room) noexcept;

/// The chain after a record: the chain before it and its CRC, mixed. Not proof against a forger.
[[nodiscard]] constexpr std::uint64_t chained(std::uint64_t before, std::uint32_t crc) noexcept {
  // The finaliser of splitmix64: each bit of the input changes half of the output's.
  std::uint64_t mixed = before + 0x9E37'79B9'7F4A'7C15ULL + crc;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBULL;
  return mixed ^ (mixed >> 31U);
}

}  // namespace sluice
