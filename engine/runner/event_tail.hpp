// The I/O thread's side of the rejoin protocol: every event of a lane once, in order, from ring or
// log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/log/execution_log.hpp"
#include "engine/runner/io_lane.hpp"

namespace sluice {

/// Thread safety: the lane's I/O thread only.
/// Invariants: `take` sees each event that the engine addressed to this lane, those of the venue
/// itself (session 0) among them, exactly once, by rising number, but for those that take_lost()
/// tells of. Events of other lanes are seen too while the log is read: the caller filters by
/// session.
class EventTail {
 public:
  /// What is in the log already is of earlier runs: it comes by no lane.
  EventTail(IoLane& lane, const ExecutionLog& log)
      : lane_(lane), log_(log), position_(log.published()) {}

  /// Hands at most `max` events to `take(const Event&)`; returns how many. Stops short where events
  /// were overwritten before they were read: take_lost() then names the first, and the next call
  /// goes on with the oldest there is.
  template <class Take>
  std::size_t poll(std::size_t max, Take&& take) {
    std::size_t done = 0;
    if (!reading_log_) {
      done = drain_ring(max, take);
      if (done == max || lane_.lagging_from.load(std::memory_order_acquire) <= resumed_at_) {
        return done;
      }
      // Everything pushed before the mark is visible now; only then is the ring's end known.
      done += drain_ring(max - done, take);
      if (done == max) return done;
      lagging_from_ = next_ = lane_.lagging_from.load(std::memory_order_acquire);
      reading_log_ = true;
    }
    return done + read_log(max - done, take);
  }

  /// The number of the first event that this lane lost since the last call; 0: none.
  [[nodiscard]] std::uint64_t take_lost() noexcept { return std::exchange(lost_from_, 0); }

  [[nodiscard]] bool reading_log() const noexcept { return reading_log_; }
  /// All events for this lane up to this number have been handed over.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

 private:
  template <class Take>
  std::size_t drain_ring(std::size_t max, Take& take) {
    return lane_.events.consume(max, [&](const Event& event) {
      position_ = event.exec_id.count();
      take(event);
    });
  }

  template <class Take>
  std::size_t read_log(std::size_t max, Take& take) {
    std::size_t done = 0;
    Event event;
    for (; done < max; ++done) {
      // In this order: an event that is published after the lane came back is not read here, for
      // resumed_at was stored before it.
      const std::uint64_t published = log_.published();
      const std::uint64_t resumed = lane_.resumed_at.load(std::memory_order_acquire);
      if (resumed > resumed_at_ && next_ == resumed) {
        resumed_at_ = resumed;
        reading_log_ = false;
        break;
      }
      if (next_ > published) break;
      const auto status = log_.read(next_, event);
      if (status == ExecutionLog::ReadStatus::lost) {
        if (lost_from_ == 0) lost_from_ = next_;
        // From resumed_at on everything is in the ring, however far the log has gone on. The oldest
        // first, for the same reason as above.
        const std::uint64_t oldest = log_.oldest();
        const std::uint64_t back = lane_.resumed_at.load(std::memory_order_acquire);
        next_ = back > resumed_at_ && back < oldest ? back : oldest;
        break;
      }
      position_ = next_++;
      take(event);
    }
    const bool near_tip = log_.published() + 1 - next_ <= lane_.events.limit() / 2;
    if (reading_log_ && near_tip) {
      lane_.rejoin_for.store(lagging_from_, std::memory_order_release);
    }
    return done;
  }

  IoLane& lane_;
  const ExecutionLog& log_;
  bool reading_log_ = false;
  std::uint64_t lagging_from_ = 0;
  std::uint64_t resumed_at_ = 0;  // the rejoin that was completed last
  std::uint64_t next_ = 0;        // the next number to read from the log
  std::uint64_t position_;
  std::uint64_t lost_from_ = 0;
};

}  // namespace sluice
