#include "engine/core/matcher.hpp"

#include <algorithm>

namespace sluice {

bool Matcher::start(std::uint32_t slot, const Cause& cause) noexcept {
  OrderHot& order = state_->orders.hot(slot);
  Book& book = state_->book(order.instrument);
  // A Day order that acts is of today anyway; a replaced one of another kind may be older.
  order.day = state_->today;
  Sweep sweep;
  sweep.order = slot;
  sweep.as_of = state_->as_of_now();
  sweep.cause = cause;
  if (state_->orders.cold(slot).tif == TimeInForce::fill_or_kill) {
    sweep.counting = true;
    sweep.cursor = book.front(opposite(order.side));
  }
  if (run(book, sweep)) return true;
  // What is left of it stands where the reports so far say it stands.
  if (order.is(kMayRest)) {
    state_->rest(slot);
  } else if (!order.is(kRegistered)) {
    state_->enter(slot);
  }
  sweep.active = true;
  book.sweep = sweep;
  return false;
}

bool Matcher::resume(Book& book) noexcept {
  if (!run(book, book.sweep)) return false;
  book.sweep = Sweep{};
  return true;
}

bool Matcher::run(Book& book, Sweep& sweep) noexcept {
  if (sweep.counting) {
    if (!count(book, sweep)) return false;
    sweep.counting = false;
    sweep.cursor = kNoIndex;
    if (sweep.counted < state_->orders.hot(sweep.order).leaves) {
      conclude(sweep);
      return true;
    }
  }
  if (!match(book, sweep)) return false;
  conclude(sweep);
  return true;
}

bool Matcher::count(Book& book, Sweep& sweep) noexcept {
  const OrderHot& order = state_->orders.hot(sweep.order);
  while (sweep.cursor != kNoIndex && sweep.counted < order.leaves) {
    const std::uint32_t slot = sweep.cursor;
    const OrderHot& resting = state_->orders.hot(slot);
    if (!Book::within(order.side, resting.price, order.price)) return true;
    if (!spend()) return false;
    sweep.cursor = book.after(slot);
    if (state_->is_gone(slot, sweep.as_of)) {
      remove_gone(slot, sweep.as_of, sweep.cause);
    } else {
      sweep.counted += resting.leaves;
    }
  }
  return true;
}

bool Matcher::match(Book& book, Sweep& sweep) noexcept {
  OrderHot& order = state_->orders.hot(sweep.order);
  OrderCold& order_cold = state_->orders.cold(sweep.order);
  while (order.leaves.value > 0 && book.crosses(order.side, order.price)) {
    const std::uint32_t slot = book.front(opposite(order.side));
    if (!spend()) return false;
    OrderHot& resting = state_->orders.hot(slot);
    if (state_->is_gone(slot, sweep.as_of)) {
      remove_gone(slot, sweep.as_of, sweep.cause);
      continue;
    }
    const Qty qty = std::min(order.leaves, resting.leaves);
    const Price price = resting.price;
    const Notional notional = static_cast<Notional>(price.value) * qty.value;
    OrderCold& resting_cold = state_->orders.cold(slot);
    resting.leaves -= qty;
    resting_cold.cum_qty += qty;
    resting_cold.cum_notional += notional;
    order.leaves -= qty;
    order_cold.cum_qty += qty;
    order_cold.cum_notional += notional;
    reports_->traded(slot, sweep.order, price, qty, sweep.cause);
    if (resting.leaves.value == 0) state_->finish(slot, OrdStatus::filled);
  }
  return true;
}

void Matcher::conclude(const Sweep& sweep) noexcept {
  OrderHot& order = state_->orders.hot(sweep.order);
  if (order.leaves.value == 0) {
    state_->finish(sweep.order, OrdStatus::filled);
  } else if (!order.is(kMayRest)) {
    expire(sweep.order, sweep.cause);
  } else if (!order.is(kInBook)) {
    state_->rest(sweep.order);
  }
}

Matcher::Opposite Matcher::look(Book& book, Side aggressor, Price limit,
                                const Cause& cause) noexcept {
  const AsOf now = state_->as_of_now();
  while (book.crosses(aggressor, limit)) {
    const std::uint32_t slot = book.front(opposite(aggressor));
    if (!state_->is_gone(slot, now)) return Opposite::crossed;
    if (!spend()) return Opposite::unfinished;
    remove_gone(slot, now, cause);
  }
  return Opposite::none;
}

void Matcher::remove_gone(std::uint32_t slot, const AsOf& as_of, const Cause& cause) noexcept {
  MassCancel* const by =
      state_->mass_cancels.under_way() > 0 ? state_->condemning(slot, as_of.mass_cancels) : nullptr;
  if (by == nullptr) return expire(slot, cause);
  reports_->canceled(slot, by->cause, by->cancel_cause);
  ++by->canceled;
  state_->finish(slot, OrdStatus::canceled);
}

void Matcher::expire(std::uint32_t slot, const Cause& cause) noexcept {
  reports_->expired(slot, cause);
  state_->finish(slot, OrdStatus::expired);
}

}  // namespace sluice
