// From memory to disk: the commands that the engine has appended and what sessions have recorded,
// in rounds.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/journal/command_numbers.hpp"
#include "engine/journal/live_stream.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/stream_reader.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice {

/// Invariant: what a session has recorded is in no earlier round than the commands that caused it,
/// and all before them. So a journal that ends anywhere has no report of a command that it lacks.
///
/// Thread safety: turn() belongs to one thread; durable(), durable_sessions() and segment() to any.
class JournalSync {
 public:
  /// Records of one stream of sessions that a turn takes at most.
  static constexpr std::size_t kSessionRecordsPerTurn = 4'096;

  /// Each stream from segment 1 on, where `log` says that it stands; `sessions[i]` is stream 1 + i.
  /// They outlive this, as `numbers` does, which is told of each command.
  JournalSync(RoundLog log, LiveStream& commands, const std::vector<LiveStream*>& sessions,
              CommandNumbers& numbers, WallClock clock);

  /// What there is, in as many rounds as it needs; false when there was nothing. Throws
  /// StorageError, and JournalDamage when memory is not what was written there: nothing more may be
  /// written then.
  bool turn();
  /// After the last turn(): a round without records, which says that all before it are durable.
  /// What is wrong there later is damage and no torn end. Throws StorageError.
  void seal() { commit(); }

  /// All commands up to this number are durable. Stored (release) after that.
  [[nodiscard]] std::uint64_t durable() const noexcept {
    return commands_.durable.load(std::memory_order_acquire);
  }
  /// Likewise the records of stream 1 + `index`.
  [[nodiscard]] const std::atomic<std::uint64_t>& durable_sessions(
      std::size_t index) const noexcept {
    return sessions_[index].durable;
  }
  /// Index of the segment on disk that is written now: all before it are whole and durable.
  [[nodiscard]] std::uint64_t segment() const noexcept {
    return segment_.load(std::memory_order_acquire);
  }

 private:
  struct Followed {
    Followed(LiveStream& stream, StreamKind kind, std::uint8_t number, const RoundLog& log);

    LiveStream& live;
    std::uint8_t stream;
    StreamReader reader;
    std::vector<RecordView> found;  ///< Read in this turn and not in a round yet.
    std::atomic<std::uint64_t> durable;
  };

  void find_session_records(Followed& from);
  void add_commands();
  void add(const RecordView& record);
  void commit();
  [[nodiscard]] static bool next(Followed& from, RecordView& record);

  RoundLog log_;
  Followed commands_;
  std::deque<Followed> sessions_;
  CommandNumbers& numbers_;
  WallClock clock_;
  std::atomic<std::uint64_t> segment_;
};

}  // namespace sluice
