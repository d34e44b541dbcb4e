// One thread's way into the journal: what its sessions do, and when that is durable.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/journal/journal.hpp"
#include "engine/types/strong.hpp"
#include "engine/types/wall_clock.hpp"
#include "gateway/session/journal/session_records.hpp"

namespace sluice::gateway {

/// Each call that records returns false, and has recorded nothing, when the memory for it is full:
/// the disk is behind by all of it. What was to be recorded must not be done then.
///
/// Thread safety: one thread.
class SessionRecorder {
 public:
  /// `index` as in Journal::sessions(); `reserve`: has_room() while so many of the largest records
  /// find room, and one more. The journal outlives this.
  SessionRecorder(Journal& journal, std::size_t index, std::size_t reserve, WallClock clock)
      : stream_(journal.sessions(index)),
        durable_(journal.durable_sessions(index)),
        journal_(journal),
        reserve_(reserve),
        clock_(clock) {}

  [[nodiscard]] bool state(SessionId session, const SessionCounts& counts,
                           std::span<const std::uint32_t> refused) noexcept;
  [[nodiscard]] bool message(SessionId session, std::uint32_t session_epoch, std::uint32_t number,
                             const Told& told, std::string_view bytes) noexcept;
  [[nodiscard]] bool taken(SessionId session, std::uint32_t session_epoch,
                           std::uint32_t number) noexcept;
  [[nodiscard]] bool copies(std::string_view group, std::uint64_t number,
                            std::uint64_t event) noexcept;

  [[nodiscard]] bool has_room() const noexcept { return stream_.records_left() > reserve_; }
  /// The number of the last record.
  [[nodiscard]] std::uint64_t last() const noexcept { return stream_.position().next_sequence - 1; }
  /// All records up to the number that this returns are durable, and every command that was
  /// journaled before them.
  [[nodiscard]] std::uint64_t durable() const noexcept {
    return durable_.load(std::memory_order_acquire);
  }
  /// Index of the file that the journal is writing: where it has changed, a start that reads only
  /// the newest files has not seen the states before.
  [[nodiscard]] std::uint64_t segment() const noexcept { return journal_.segment(); }

 private:
  [[nodiscard]] bool append(RecordType type, SessionId session, std::uint32_t number,
                            std::span<const std::byte> head,
                            std::span<const std::byte> rest) noexcept;

  StreamWriter& stream_;
  const std::atomic<std::uint64_t>& durable_;
  const Journal& journal_;
  std::size_t reserve_;
  WallClock clock_;
  std::unique_ptr<std::byte[]> payload_ =
      std::make_unique<std::byte[]>(Journal::kMaxSessionPayload);
};

}  // namespace sluice::gateway
