// Where events go in a test.
#pragma once

#include <utility>
#include <vector>

#include "engine/message/event_sink.hpp"

namespace sluice::test {

/// Keeps every event in order.
class RecordingSink : public EventSink {
 public:
  Event& claim() noexcept override { return next_ = Event{}; }
  void commit() noexcept override { events_.push_back(next_); }

  /// What came since the last call.
  [[nodiscard]] std::vector<Event> take() { return std::exchange(events_, {}); }

 private:
  Event next_{};
  std::vector<Event> events_;
};

/// Only counts, without memory of its own.
class CountingSink : public EventSink {
 public:
  Event& claim() noexcept override { return next_ = Event{}; }
  void commit() noexcept override { ++count_; }

  [[nodiscard]] const Event& last() const { return next_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  Event next_{};
  std::uint64_t count_ = 0;
};

}  // namespace sluice::test
