// A venue's journal: recovered, written by the engine, made durable by threads of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/engine_replay.hpp"
#include "engine/journal/journal_sync.hpp"
#include "engine/journal/live_stream.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/storage.hpp"
#include "engine/journal/stream_writer.hpp"
#include "engine/runner/idle_strategy.hpp"

namespace sluice {

/// In this order: made; recover(); begin_run(); start(); stop(). Without start() the same thread
/// may call sync_turn() and prepare_turn() itself.
///
/// Thread safety: the thread that made it, but for what says otherwise.
class Journal {
 public:
  struct Options {
    std::string live_folder;  ///< On a tmpfs: what is in it survives the process.
    std::uint8_t unit = 0;
    std::size_t segment_bytes = std::size_t{16} << 20U;      ///< On the disk.
    std::size_t segments_ahead = 2;                          ///< Made before they are needed.
    std::size_t live_segment_bytes = std::size_t{8} << 20U;  ///< In memory.
    std::size_t live_segments = 4;  ///< Ready for the engine; it takes nothing when there is none.
    IdleKind idle = IdleKind::backoff;
    int cpu = -1;
  };
  /// Least bytes of a segment on the disk: the largest record in a round of its own.
  static constexpr std::size_t kMinSegmentBytes = std::size_t{2} << 20U;
  /// Most bytes of a round.
  static constexpr std::size_t kRoundBytes = kMinSegmentBytes - SegmentHeader::kBytes;

  Journal(std::unique_ptr<Storage> storage, Options options, WallClock clock);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// What recover() found.
  struct Recovered {
    std::uint64_t commands = 0;     ///< Replayed.
    std::uint64_t from_memory = 0;  ///< Records that were in memory alone.
    std::string torn;               ///< What a power cut tore off, or empty.
  };
  /// Makes the engine of the last run again. What was only in memory is durable when this returns.
  /// Events of what is replayed go to `sink`, after each record `applied` is called with it. Throws
  /// JournalDamage, SnapshotError and StorageError: then nothing was changed on the disk but,
  /// perhaps, that a torn round is zeroed.
  Recovered recover(EventSink& sink, const std::function<void(const RecordView&)>& applied);
  /// The last run; nothing where the journal is new.
  [[nodiscard]] const std::optional<RunStart>& last_run() const noexcept { return replay_.run(); }

  /// Begins a run, whose epoch is larger than the last one's; it is durable when this returns.
  /// Returns the engine as it is then, which commands() is for. Throws SnapshotError when the
  /// configuration does not fit the state, std::length_error when it is too long, StorageError.
  [[nodiscard]] std::unique_ptr<Engine> begin_run(RunStart run);
  /// Where the engine's thread appends each command before it is applied.
  [[nodiscard]] StreamWriter& commands() noexcept { return *commands_; }

  void start();
  /// All that was appended is durable afterwards, unless failure() says why not. Idempotent.
  void stop();
  bool sync_turn();
  bool prepare_turn();

  /// Any thread: commands up to this number are durable.
  [[nodiscard]] std::uint64_t durable_commands() const noexcept { return sync_->durable(0); }
  [[nodiscard]] const SyncCounters& counters() const noexcept { return sync_->counters(); }
  /// Any thread: the disk has failed, and nothing that was appended since is durable.
  [[nodiscard]] bool has_failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  /// Any thread. Empty: it has not.
  [[nodiscard]] std::string failure() const;

 private:
  void merge_memory(RoundLog& log, EventSink& sink,
                    const std::function<void(const RecordView&)>& applied, Recovered& found);
  void run_sync();
  void run_prepare();
  void fail(const std::string& why);
  void join();

  std::unique_ptr<Storage> storage_;
  Options options_;
  WallClock clock_;
  EngineReplay replay_;
  std::optional<PreparedSegments> segments_;
  std::optional<RoundLog> log_;  // until begin_run()
  std::optional<LiveStream> live_commands_;
  std::optional<StreamWriter> commands_;
  std::optional<JournalSync> sync_;

  std::atomic<bool> failed_{false};
  mutable std::mutex failure_mutex_;
  std::string failure_;
  std::atomic<bool> stopping_{false};
  std::thread sync_thread_;
  std::thread prepare_thread_;
};

}  // namespace sluice
