#include <algorithm>

#include "engine/core/assert.hpp"
#include "engine/core/snapshot/saved_orders.hpp"
#include "engine/core/snapshot/state_snapshot.hpp"

namespace sluice {
namespace {

void save_order(const EngineState& state, std::uint32_t slot, ArchiveWriter& to) {
  const OrderHot& hot = state.orders.hot(slot);
  to.put(hot.price);
  to.put(hot.leaves);
  to.put(hot.order_id);
  to.put(hot.day);
  to.put(hot.instrument);
  to.put(hot.session);
  to.put(hot.side);
  to.put(hot.flags);
  to.put(state.orders.cold(slot));
}

void add_side(const Book& book, Side side, SavedOrders& orders) {
  for (std::uint32_t slot = book.front(side); slot != kNoIndex; slot = book.after(slot)) {
    orders.add(slot);
  }
}

void save_sweep(const Sweep& sweep, const SavedOrders& orders, ArchiveWriter& to) {
  to.put(static_cast<std::uint8_t>(sweep.active));
  if (!sweep.active) return;
  orders.put(to, sweep.order);
  orders.put(to, sweep.cursor);
  to.put(sweep.as_of.day);
  to.put(sweep.as_of.mass_cancels);
  to.put(sweep.counted);
  to.put(static_cast<std::uint8_t>(sweep.counting));
  to.put(sweep.cause);
}

void save_mass_cancels(const EngineState& state, const SavedOrders& orders, ArchiveWriter& to) {
  to.put(state.mass_cancels.latest());
  to.put(state.mass_cancels.under_way());
  for (std::uint32_t place = 0; place < kMaxMassCancels; ++place) {
    const MassCancel& one = state.mass_cancels.at(place);
    if (one.number == 0) continue;
    to.put(place);
    to.put(one.number);
    to.put(one.last_order);
    to.put(one.cause);
    to.put(one.day);
    to.put(one.target);
    to.put(one.only);
    to.put(one.scope);
    to.put(one.cancel_cause);
    to.put(one.next_side);
    to.put(one.end_side);
    orders.put(to, one.cursor);
    to.put(one.canceled);
  }
}

// The name of an open order that its session's history has dropped stays as long as the order.
void save_unlisted_names(const EngineState& state, const SavedOrders& orders, ArchiveWriter& to) {
  const auto is_unlisted = [&](std::uint32_t slot) {
    return !state.names.is_listed(state.orders.hot(slot).name);
  };
  to.put(static_cast<std::uint32_t>(std::ranges::count_if(orders.slots(), is_unlisted)));
  for (const std::uint32_t slot : orders.slots()) {
    if (!is_unlisted(slot)) continue;
    orders.put(to, slot);
    to.put(state.names.name(state.orders.hot(slot).name));
  }
}

void save_names(const EngineState& state, const SavedOrders& orders, ArchiveWriter& to) {
  to.put(state.config.sessions);
  for (std::uint32_t session = 1; session <= state.config.sessions; ++session) {
    to.put(state.names.size({session}));
    state.names.for_each({session}, [&](std::uint32_t node) {
      const NameState what = state.names.state(node);
      to.put(state.names.name(node));
      to.put(what);
      if (what == NameState::open) orders.put(to, state.names.slot(node));
      if (what == NameState::closed || what == NameState::replaced) {
        to.put(state.names.order_id(node));
      }
    });
  }
}

void save_counts(const EngineState& state, ArchiveWriter& to) {
  to.put(kStateFormat);
  to.put(state.config.unit);
  to.put(state.config.epoch);
  to.put(state.now);
  to.put(state.last_seq);
  to.put(state.exec_count);
  to.put(state.order_count);
  to.put(state.match_count);
}

}  // namespace

void save(const EngineState& state, ArchiveWriter& to) {
  save_counts(state, to);
  SavedOrders orders(state.orders.touched());
  for (const Book& book : state.books) {
    for (const Side side : {Side::buy, Side::sell}) add_side(book, side, orders);
    const Sweep& sweep = book.sweep;
    // What may not rest stands in no book while it sweeps.
    if (sweep.active && !orders.has(sweep.order)) orders.add(sweep.order);
  }
  SLUICE_ASSERT(orders.size() == state.open_orders);
  to.put(orders.size());
  for (const std::uint32_t slot : orders.slots()) save_order(state, slot, to);
  to.put(static_cast<std::uint32_t>(state.books.size()));
  for (const Book& book : state.books) {
    to.put(book.state);
    save_sweep(book.sweep, orders, to);
  }
  for (std::uint32_t slot = state.day_orders.first(); slot != kNoIndex;
       slot = state.orders.hot(slot).day_next) {
    orders.put(to, slot);
  }
  to.put(kNoIndex);
  save_unlisted_names(state, orders, to);
  save_names(state, orders, to);
  state.closed_orders.save(to);
  state.kills.save(to);
  save_mass_cancels(state, orders, to);
}

}  // namespace sluice
