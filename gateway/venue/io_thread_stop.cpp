// How an I/O thread ends: answers for what is in flight, then a Logout to each session, then the
// rest is closed. Each phase has half of logout_wait_ms.
#include <algorithm>

#include "engine/types/durations.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {

void IoThread::advance_stop() {
  const std::int64_t now_ns = monotonic_now_ns();
  const bool over = now_ns >= phase_deadline_ns_;
  const std::int64_t half_wait_ns = std::int64_t{config_.logout_wait_ms} * kNsPerMillisecond / 2;
  if (phase_ == Phase::serving && stop_requested_.load(std::memory_order_acquire)) {
    phase_ = Phase::draining;
    phase_deadline_ns_ = now_ns + half_wait_ns;
    begin_drain();
  } else if (phase_ == Phase::draining) {
    if (!all_answered() && !over) return;
    phase_ = Phase::leaving;
    phase_deadline_ns_ = now_ns + half_wait_ns;
    begin_logouts();
  } else if (phase_ == Phase::leaving) {
    if (!connections_.empty() && !over) return;
    close_rest();
    if (limits_ != nullptr) limits_->log.tell(now_ns, true);
    phase_ = Phase::done;
    finished_.store(true, std::memory_order_release);
  }
}

void IoThread::begin_drain() {
  for (const Entrance& entrance : entrances_) {
    (void)poller_.remove(entrance.listener->fd());
    entrance.listener->close();
  }
  for (SessionUnit* unit : own_) unit->role->begin_drain();
  if (tail_) shared_.draining.fetch_add(1, std::memory_order_acq_rel);
  connections_.for_each([this](Connection& connection) {
    if (connection.session != nullptr) return;
    connection.doom();
    touch(&connection);
  });
}

// Of the whole venue: another thread's order, or a sweep that goes on after its answer, may still
// fill an order of ours.
bool IoThread::all_answered() {
  if (shared_.draining.load(std::memory_order_acquire) != config_.io_threads) return false;
  const std::uint64_t done = shared_.engine.lane_commands.load(std::memory_order_acquire);
  if (shared_.order_entry.commands.load(std::memory_order_acquire) != done) return false;
  if (shared_.engine.pending_work.load(std::memory_order_acquire)) return false;
  // What those commands did has been pushed, or can be read in the log.
  while (route_events() || feed_groups()) {
  }
  // Copies come by the feed thread, which may need some turns more.
  return std::all_of(own_.begin(), own_.end(), [this](const SessionUnit* unit) {
    return unit->role->is_drained(shared_.log);
  });
}

void IoThread::begin_logouts() {
  for (SessionUnit* unit : own_) {
    unit->session->begin_logout(shared_.health.has_storage() ? "the venue is shutting down"
                                                             : kStorageFailedText);
    touch(unit->session->connection());
  }
}

void IoThread::close_rest() {
  connections_.for_each([this](Connection& connection) {
    connection.doom();
    touch(&connection);
  });
  settle_touched();
}

}  // namespace sluice::gateway
