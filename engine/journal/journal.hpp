// A venue's journal: recovered, written by the engine, made durable by threads of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/command_numbers.hpp"
#include "engine/journal/engine_replay.hpp"
#include "engine/journal/event_archive.hpp"
#include "engine/journal/event_log.hpp"
#include "engine/journal/folder_lock.hpp"
#include "engine/journal/journal_sync.hpp"
#include "engine/journal/live_stream.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/storage.hpp"
#include "engine/journal/stream_writer.hpp"
#include "engine/log/execution_log.hpp"
#include "engine/runner/idle_strategy.hpp"

namespace sluice {

class PastEvents;

/// In this order: made; open(); recover(); begin_run(); start(); stop(). Without start() the same
/// thread may call sync_turn() and keep_turn() itself.
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
    /// Threads that record what their sessions do; see sessions(). At most kMaxSessionStreams. 0:
    /// nobody does, and what earlier runs have recorded counts no more.
    std::size_t session_streams = 0;
    /// Somebody waits for what was appended to be durable: no pause between two rounds.
    bool somebody_waits = false;
    /// A snapshot is made of each so many segments on the disk, at the side; 0: at stops only.
    std::uint64_t snapshot_segments = 64;
    /// Segments that no start needs are removed when they are so old; below 0: never.
    std::int64_t keep_ns = -1;
    /// Events are synced so often: what a power cut takes of them is made again from the journal.
    std::int64_t event_sync_ns = 1'000'000'000;
    /// What is not as it should be and does no harm. On any of the journal's threads.
    std::function<void(const std::string& what)> warn = [](const std::string&) {};
    /// Called once, on the thread that met it, when the disk fails; has_failed() by then.
    std::function<void(const std::string& why)> on_failure = [](const std::string&) {};
  };
  /// Who wants to know what sessions have recorded.
  struct SessionHistory {
    std::function<void(const RecordView&)> visit;  ///< Empty: nobody.
    std::uint64_t segments = 0;  ///< So many of the newest segments, where they are kept.
  };
  /// Least bytes of a segment on the disk: the largest record in a round of its own.
  static constexpr std::size_t kMinSegmentBytes = std::size_t{2} << 20U;
  static constexpr std::size_t kMaxSessionStreams = kMaxStreams - 1;
  /// Most bytes of a payload that a thread records of its sessions.
  static constexpr std::size_t kMaxSessionPayload = std::size_t{66} << 10U;
  /// So many of the largest records of sessions find room in one segment in memory.
  [[nodiscard]] static constexpr std::size_t session_records(std::size_t live_segment_bytes) {
    const std::size_t taken = SegmentHeader::kBytes + stride_of(0);
    return live_segment_bytes < taken
               ? 0
               : (live_segment_bytes - taken) / stride_of(kMaxSessionPayload);
  }
  /// Most bytes of a round.
  static constexpr std::size_t kRoundBytes = kMinSegmentBytes - SegmentHeader::kBytes;

  Journal(std::unique_ptr<Storage> storage, Options options, WallClock clock);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Looks for the newest snapshot. Returns the number of the last event before the first that a
  /// log of `log_events` events begins with in recover(). Throws as that does.
  std::uint64_t open(std::uint64_t log_events);

  /// What recover() found.
  struct Recovered {
    std::uint64_t snapshot = 0;     ///< The last command of the one that was used; 0: none was.
    std::uint64_t commands = 0;     ///< Replayed.
    std::uint64_t last = 0;         ///< Number of the last command, or of the run's beginning.
    std::uint64_t from_memory = 0;  ///< Records that were in memory alone.
    std::string torn;               ///< What a power cut tore off, or empty.
  };
  /// Makes the engine of the last run again. What was only in memory is durable when this returns.
  /// `log`, which outlives this, gets the events that it has room for; those that the disk has are
  /// compared with those that the journal gives. Throws JournalDamage, SnapshotError and
  /// StorageError: then nothing was changed on the disk but what was torn at its end.
  Recovered recover(ExecutionLog& log) { return recover(log, SessionHistory{}); }
  /// `history`: called for what was recorded of sessions, in order, from some place on that lies
  /// before the last snapshot or at it.
  Recovered recover(ExecutionLog& log, const SessionHistory& history);
  /// The last run; nothing where the journal is new.
  [[nodiscard]] const std::optional<RunStart>& last_run() const noexcept { return replay_.run(); }
  /// Of each client's messages the last that are commands. After recover(), before start().
  [[nodiscard]] const CommandNumbers& numbers() const noexcept { return numbers_; }

  /// Begins a run, whose epoch is larger than the last one's; it is durable when this returns.
  /// Returns the engine as it is then, which commands() is for. Throws SnapshotError when the
  /// configuration does not fit the state, std::length_error when it is too long, StorageError.
  [[nodiscard]] std::unique_ptr<Engine> begin_run(RunStart run);
  /// Where the engine's thread appends each command before it is applied.
  [[nodiscard]] StreamWriter& commands() noexcept { return *commands_; }
  /// Where the thread `index` appends what its sessions do: records of the types session_state to
  /// copy_numbers, of at most kMaxSessionPayload bytes.
  [[nodiscard]] StreamWriter& sessions(std::size_t index) noexcept { return *sessions_[index]; }

  void start();
  /// All that was appended is durable afterwards, unless failure() says why not. Idempotent.
  void stop();
  /// After stop(): a snapshot of the engine, so that the next start replays nothing.
  void write_last_snapshot(const Engine& engine);
  bool sync_turn();
  /// Prepares segments, and writes events to the disk.
  bool keep_turn();
  /// Brings the newest snapshot forward to the segments that are full, and removes what no start
  /// needs, if the events so far are durable on disk; they are within a second. True if there is a
  /// new one.
  bool snapshot_turn();

  /// Any thread: commands up to this number are durable.
  [[nodiscard]] std::uint64_t durable_commands() const noexcept { return sync_->durable(); }
  /// Any thread: the record of sessions(index) with this number, and all commands that were
  /// appended before it, are durable.
  [[nodiscard]] const std::atomic<std::uint64_t>& durable_sessions(
      std::size_t index) const noexcept {
    return sync_->durable_sessions(index);
  }
  /// Gives events of the disk that left the log. Without start() somebody calls its turn().
  [[nodiscard]] EventArchive& archive() noexcept { return archive_; }
  /// Any thread: index of the segment on disk that is written now.
  [[nodiscard]] std::uint64_t segment() const noexcept { return sync_->segment(); }
  /// Any thread: events up to this number were handed to the disk. The log may not overwrite later
  /// ones.
  [[nodiscard]] const std::atomic<std::uint64_t>& kept_events() const noexcept {
    return kept_events_;
  }
  /// Any thread: the disk has failed, and nothing that was appended since is durable.
  [[nodiscard]] bool has_failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  /// Any thread. Empty: it has not.
  [[nodiscard]] std::string failure() const;

 private:
  void merge_memory(PastEvents& past, const SessionHistory& history, Recovered& found);
  void merge_record(const RecordView& record, Recovered& found);
  void forget_sessions(std::uint32_t epoch);
  [[nodiscard]] std::vector<LiveStream*> begin_sessions(std::uint32_t epoch);
  [[nodiscard]] StreamOrigin session_origin(std::size_t stream, std::uint32_t epoch) const noexcept;
  [[nodiscard]] LiveStream::Options live_options(std::string name) const;
  [[nodiscard]] std::uint64_t first_to_read(std::uint64_t first, std::uint64_t segments);
  void begin_event_log(PastEvents& past);
  void keep_past(PastEvents& past);
  bool keep_events();
  void run_sync();
  void run_keep();
  void run_snapshots();
  void fail(const std::string& why);
  void join();

  std::unique_ptr<Storage> storage_;
  EventArchive archive_{*storage_};
  Options options_;
  WallClock clock_;
  std::optional<FolderLock> live_lock_;
  EngineReplay replay_;
  CommandNumbers numbers_;
  std::uint64_t snapshot_ = 0;         ///< Last command of the newest snapshot.
  std::uint64_t snapshot_events_ = 0;  ///< Its last event.
  std::uint64_t replayed_segments_ = 0;
  std::optional<PreparedSegments> segments_;
  std::optional<RoundLog> log_;  // until begin_run()
  std::optional<LiveStream> live_commands_;
  std::optional<StreamWriter> commands_;
  std::deque<LiveStream> live_sessions_;
  std::deque<std::optional<StreamWriter>> sessions_;
  std::optional<JournalSync> sync_;

  ExecutionLog* events_ = nullptr;
  std::optional<EventLogWriter> event_log_;
  std::atomic<std::uint64_t> kept_events_{0};
  std::int64_t events_synced_ns_ = 0;

  std::atomic<bool> failed_{false};
  mutable std::mutex failure_mutex_;
  std::string failure_;
  std::atomic<bool> stopping_{false};
  std::thread sync_thread_;
  std::thread keep_thread_;
  std::thread snapshot_thread_;
};

}  // namespace sluice
