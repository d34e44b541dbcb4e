// Takes the engine's events and keeps counts only.
#pragma once

#include "engine/message/event_sink.hpp"
#include "perf/baseline/outcome.hpp"

namespace sluice::perf {

/// Clears a place for each event, as a ring would have to.
class CountingSink final : public EventSink {
 public:
  [[nodiscard]] Event& claim() noexcept override {
    event_ = Event{};
    return event_;
  }
  void commit() noexcept override {
    switch (event_.type) {
      case EventType::order_accepted:
        ++outcome_.accepted;
        break;
      case EventType::trade:
        if ((event_.flags & kAggressor) == 0) break;
        ++outcome_.trades;
        outcome_.traded_lots += static_cast<std::uint64_t>(event_.last_qty.value);
        break;
      case EventType::order_canceled:
        ++outcome_.canceled;
        break;
      case EventType::order_replaced:
        ++outcome_.replaced;
        break;
      case EventType::order_expired:
        ++outcome_.expired;
        break;
      case EventType::order_rejected:
      case EventType::cancel_rejected:
        ++outcome_.refused;
        break;
      default:
        break;
    }
  }
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  Event event_{};
  Outcome outcome_;
};

}  // namespace sluice::perf
