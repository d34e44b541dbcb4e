// From memory to disk: the commands that the engine has appended, in rounds.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/journal/command_numbers.hpp"
#include "engine/journal/live_stream.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/stream_reader.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice {

/// Thread safety: turn() belongs to one thread; durable() and segment() to any.
class JournalSync {
 public:
  /// `commands`: from segment 1 on, where `log` says that the stream stands; it outlives this, as
  /// `numbers` does, which is told of each command.
  JournalSync(RoundLog log, LiveStream& commands, CommandNumbers& numbers, WallClock clock);

  /// One round of what there is; false when there was nothing. Throws StorageError, and
  /// JournalDamage when memory is not what was written there: nothing more may be written then.
  bool turn();

  /// All commands up to this number are durable. Stored (release) after that.
  [[nodiscard]] std::uint64_t durable() const noexcept {
    return durable_.load(std::memory_order_acquire);
  }
  /// Index of the segment on disk that is written now: all before it are whole and durable.
  [[nodiscard]] std::uint64_t segment() const noexcept {
    return segment_.load(std::memory_order_acquire);
  }

 private:
  void read_commands();
  void add(const RecordView& record);
  [[nodiscard]] bool next(RecordView& record);

  RoundLog log_;
  LiveStream& commands_;
  StreamReader reader_;
  RecordView left_over_;  ///< Read, and found no room in the last round; no header: there is none.
  CommandNumbers& numbers_;
  WallClock clock_;
  std::atomic<std::uint64_t> durable_;
  std::atomic<std::uint64_t> segment_;
};

}  // namespace sluice
