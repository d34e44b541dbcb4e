// What the journal does beside the engine, each on a thread of its own.
#include <chrono>
#include <sys/resource.h>

#include "engine/journal/journal.hpp"
#include "engine/runner/thread_setup.hpp"

namespace sluice {
namespace {

/// Segments, and the execution log's room, last for longer than this.
constexpr auto kKeepPeriod = std::chrono::milliseconds(2);
constexpr auto kSnapshotPeriod = std::chrono::milliseconds(20);
constexpr int kSnapshotNice = 19;
/// Where nobody waits for the disk, for what is not there yet is in memory files: so many commands
/// a round, and a CPU for those who trade.
constexpr auto kRoundPause = std::chrono::microseconds(500);

}  // namespace

void Journal::start() {
  stopping_.store(false, std::memory_order_relaxed);
  sync_thread_ = std::thread([this] { run_sync(); });
  keep_thread_ = std::thread([this] { run_keep(); });
  archive_.start();
  if (options_.snapshot_segments > 0) {
    snapshot_thread_ = std::thread([this] { run_snapshots(); });
  }
}

void Journal::join() {
  stopping_.store(true, std::memory_order_release);
  sync_thread_.join();
  keep_thread_.join();
  archive_.stop();
  if (snapshot_thread_.joinable()) snapshot_thread_.join();
}

void Journal::run_sync() {
  (void)set_up_thread("sync", options_.cpu);
  IdleStrategy idle(options_.idle);
  while (!stopping_.load(std::memory_order_acquire) && !has_failed()) {
    const bool worked = sync_turn();
    if (options_.idle == IdleKind::backoff && !options_.somebody_waits) {
      std::this_thread::sleep_for(kRoundPause);
    } else {
      idle.after_turn(worked);
    }
  }
}

void Journal::run_keep() {
  (void)set_up_thread("journal", -1);
  while (!stopping_.load(std::memory_order_acquire) && !has_failed()) {
    if (!keep_turn()) std::this_thread::sleep_for(kKeepPeriod);
  }
}

// Below all others: nobody waits for it.
void Journal::run_snapshots() {
  (void)set_up_thread("snapshots", -1);
  static_cast<void>(
      ::setpriority(PRIO_PROCESS, 0, kSnapshotNice));  // on Linux, of this thread alone
  // What the start has replayed counts.
  std::uint64_t next = sync_->segment();
  if (replayed_segments_ < options_.snapshot_segments) next += options_.snapshot_segments;
  while (!stopping_.load(std::memory_order_acquire) && !has_failed()) {
    if (sync_->segment() < next || sync_->segment() < 2) {
      std::this_thread::sleep_for(kSnapshotPeriod);
      continue;
    }
    // Where it cannot be made now it is tried again when one more segment is full.
    next = sync_->segment() + (snapshot_turn() ? options_.snapshot_segments : 1);
  }
}

}  // namespace sluice
