// All orders of all books, in slots that are taken once and used again.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/book/order.hpp"
#include "engine/core/assert.hpp"
#include "engine/core/memory/fixed_array.hpp"

namespace sluice {

/// Thread safety: none.
///
/// Invariants: a slot is either taken or in the free list. The slot freed last is taken first, so
/// that its lines are still in the cache; slot numbers influence nothing that is seen outside.
class OrderPool {
 public:
  explicit OrderPool(std::uint32_t slots) : hot_(slots), cold_(slots, OrderCold{}) {
    for (std::uint32_t slot = slots; slot-- > 0;) give_back(slot);
  }

  /// A free slot; the bound on open orders must have been checked.
  [[nodiscard]] std::uint32_t take() noexcept {
    SLUICE_ASSERT(free_ != kNoIndex);
    const std::uint32_t slot = free_;
    free_ = hot_[slot].next;
    if (slot >= touched_) touched_ = slot + 1;
    return slot;
  }
  void give_back(std::uint32_t slot) noexcept {
    hot_[slot].flags = 0;  // No order's: a scan passes it over.
    hot_[slot].next = free_;
    free_ = slot;
  }

  [[nodiscard]] std::uint32_t slots() const noexcept {
    return static_cast<std::uint32_t>(hot_.size());
  }
  /// No slot from here on was ever taken: a scan ends there, however many there are.
  [[nodiscard]] std::uint32_t touched() const noexcept { return touched_; }

  [[nodiscard]] OrderHot& hot(std::uint32_t slot) noexcept { return hot_[slot]; }
  [[nodiscard]] const OrderHot& hot(std::uint32_t slot) const noexcept { return hot_[slot]; }
  [[nodiscard]] OrderCold& cold(std::uint32_t slot) noexcept { return cold_[slot]; }
  [[nodiscard]] const OrderCold& cold(std::uint32_t slot) const noexcept { return cold_[slot]; }

  /// Starts to load an order's lines all at once instead of one after another.
  void prefetch(std::uint32_t slot) const noexcept {
    __builtin_prefetch(&hot_[slot]);
    const auto* cold = reinterpret_cast<const char*>(&cold_[slot]);
    for (std::size_t at = 0; at < sizeof(OrderCold); at += 64) __builtin_prefetch(cold + at);
    __builtin_prefetch(cold + sizeof(OrderCold) - 1);
  }

 private:
  FixedArray<OrderHot> hot_;
  FixedArray<OrderCold> cold_;
  std::uint32_t free_ = kNoIndex;
  std::uint32_t touched_ = 0;
};

}  // namespace sluice
