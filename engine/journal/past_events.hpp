// Events that the journal gives again at a start.
#pragma once

#include <cstdint>

#include "engine/journal/events_ahead.hpp"
#include "engine/log/execution_log.hpp"

namespace sluice {

/// Where events go while the past is made again: into the log, and compared with the disk as far as
/// that has them. Thread safety: one thread, and nobody reads the log yet.
class PastEvents final : public EventSink {
 public:
  /// `disk` begins with the event after the log's last.
  PastEvents(ExecutionLog& log, EventsAhead& disk) : log_(log), disk_(disk) {}

  /// Fills the log from the disk up to `last`: what was before a snapshot. Throws JournalDamage
  /// where the disk does not have them.
  void preload(std::uint64_t last);

  [[nodiscard]] Event& claim() noexcept override { return log_.claim(); }
  void commit() noexcept override {
    log_.commit();
    // Each by itself: a run with larger steps than this one's makes no larger batch.
    log_.publish();
  }
  /// Compares what came since the last call. Throws JournalDamage.
  void check();
  /// check() has come to the end of the disk: what comes now is not there.
  [[nodiscard]] bool is_beyond_disk() const noexcept { return !on_disk_; }
  /// The past is over: where the log on disk ends. Throws JournalDamage where it has more events
  /// than the journal gives.
  [[nodiscard]] EventLogTip end();

  [[nodiscard]] ExecutionLog& log() noexcept { return log_; }

 private:
  ExecutionLog& log_;
  EventsAhead& disk_;
  std::uint64_t checked_ = 0;
  bool on_disk_ = true;
};

}  // namespace sluice
