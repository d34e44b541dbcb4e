#include "engine/book/book.hpp"

namespace sluice {

std::uint32_t Book::after(std::uint32_t slot) const noexcept {
  const OrderHot& order = orders_->hot(slot);
  if (order.next != kNoIndex) return order.next;
  const std::uint32_t level = side(order.side).next(order.level);
  return level == kNoIndex ? kNoIndex : levels_->level(level).first;
}

void Book::append(std::uint32_t slot) noexcept {
  OrderHot& order = orders_->hot(slot);
  order.level = side(order.side).find_or_add(order.price);
  Level& level = levels_->level(order.level);
  order.next = kNoIndex;
  order.previous = level.last;
  if (level.last == kNoIndex) {
    level.first = slot;
  } else {
    orders_->hot(level.last).next = slot;
  }
  level.last = slot;
  ++level.orders;
  order.set(kInBook);
}

void Book::unlink(std::uint32_t slot) noexcept {
  if (sweep.cursor == slot) sweep.cursor = after(slot);
  OrderHot& order = orders_->hot(slot);
  Level& level = levels_->level(order.level);
  if (order.previous == kNoIndex) {
    level.first = order.next;
  } else {
    orders_->hot(order.previous).next = order.next;
  }
  if (order.next == kNoIndex) {
    level.last = order.previous;
  } else {
    orders_->hot(order.next).previous = order.previous;
  }
  --level.orders;
  if (level.orders == 0) side(order.side).remove(order.level);
  order.level = kNoIndex;
  order.clear(kInBook);
}

}  // namespace sluice
