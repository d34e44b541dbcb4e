// Open Day orders, the ones that end first in front.
#pragma once

#include <cstdint>

#include "engine/book/order_pool.hpp"
#include "engine/types/durations.hpp"

namespace sluice {

/// Days since the Unix epoch. TimeInForce(59)=0 ends when this number changes, at 00:00 UTC.
[[nodiscard]] constexpr std::uint32_t trading_day(TimeNs time) noexcept {
  return static_cast<std::uint32_t>(time.value / kNsPerDay);
}
[[nodiscard]] constexpr TimeNs end_of_day(std::uint32_t day) noexcept {
  return {(std::int64_t{day} + 1) * kNsPerDay};
}

/// Thread safety: none.
///
/// Invariants: days never fall along the list, because orders are added in the order in which they
/// are accepted and engine time never goes back.
class DayList {
 public:
  explicit DayList(OrderPool& orders) : orders_(&orders) {}

  [[nodiscard]] std::uint32_t first() const noexcept { return first_; }

  void append(std::uint32_t slot) noexcept {
    OrderHot& order = orders_->hot(slot);
    order.day_next = kNoIndex;
    order.day_previous = last_;
    (last_ == kNoIndex ? first_ : orders_->hot(last_).day_next) = slot;
    last_ = slot;
    order.set(kInDayList);
  }
  void unlink(std::uint32_t slot) noexcept {
    OrderHot& order = orders_->hot(slot);
    const std::uint32_t next = order.day_next;
    const std::uint32_t previous = order.day_previous;
    (previous == kNoIndex ? first_ : orders_->hot(previous).day_next) = next;
    (next == kNoIndex ? last_ : orders_->hot(next).day_previous) = previous;
    order.clear(kInDayList);
  }

 private:
  OrderPool* orders_;
  std::uint32_t first_ = kNoIndex;
  std::uint32_t last_ = kNoIndex;
};

}  // namespace sluice
