// From memory to disk: what the engine and the sessions have appended, in rounds.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "engine/journal/command_numbers.hpp"
#include "engine/journal/live_stream.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/stream_reader.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice {

/// Figures of the sync thread, readable from any thread.
struct SyncCounters {
  std::atomic<std::uint64_t> rounds{0};
  std::atomic<std::uint64_t> records{0};
};

/// Thread safety: turn() belongs to one thread; durable() and counters() to any.
///
/// Invariants: a round holds the records of the commands that were there when the records of
/// sessions in it were read: so what a session has said of an event is never durable before the
/// command that caused it.
class JournalSync {
 public:
  /// `streams[0]` is that of the commands; each by its number, from segment 1 on, where `log` says
  /// that the stream stands. They outlive this.
  /// `numbers` is told of each command.
  JournalSync(RoundLog log, std::span<LiveStream* const> streams, CommandNumbers& numbers,
              WallClock clock);

  /// One round of what there is; false when there was nothing. Throws StorageError, and
  /// JournalDamage when memory is not what was written there: nothing more may be written then.
  bool turn();

  /// All records of a stream up to this sequence are durable. Stored (release) after that.
  [[nodiscard]] std::uint64_t durable(std::size_t stream) const noexcept {
    return followed_[stream].durable.load(std::memory_order_acquire);
  }
  [[nodiscard]] const SyncCounters& counters() const noexcept { return counters_; }
  /// Index of the segment on disk that is written now: all before it are whole and durable.
  [[nodiscard]] std::uint64_t segment() const noexcept {
    return segment_.load(std::memory_order_acquire);
  }

 private:
  /// A record that was read and is in no round yet.
  struct Staged {
    const RecordHeader* record;
    std::uint64_t segment;  ///< Of its stream: it stays until then.
  };
  struct Followed {
    Followed(LiveStream& from, StreamReader follower) : live(&from), reader(std::move(follower)) {}
    LiveStream* live;
    StreamReader reader;
    std::vector<Staged> staged;
    std::atomic<std::uint64_t> durable{0};
  };

  void stage_sessions();
  void read_commands();
  void add_staged();
  void add_command(const RecordHeader& record);
  void publish();
  [[nodiscard]] static bool next(Followed& from, RecordView& record);

  RoundLog log_;
  std::deque<Followed> followed_;
  CommandNumbers& numbers_;
  WallClock clock_;
  std::atomic<std::uint64_t> segment_;
  SyncCounters counters_;
};

}  // namespace sluice
