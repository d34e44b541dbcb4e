#include "engine/core/engine_hash.hpp"

namespace sluice {
namespace {

std::uint64_t id_of(const EngineState& state, std::uint32_t slot) noexcept {
  return slot == kNoIndex ? 0 : state.orders.hot(slot).order_id.value;
}

void add_order(StateHash& hash, const EngineState& state, std::uint32_t slot) noexcept {
  const OrderHot& order = state.orders.hot(slot);
  hash.add(order.order_id.value);
  hash.add_signed(order.price.value);
  hash.add_signed(order.leaves.value);
  hash.add(order.day);
  hash.add(order.instrument.value);
  hash.add(order.session.value);
  hash.add(static_cast<std::uint64_t>(order.side));
  hash.add(order.flags);
  hash.add_bytes(state.orders.cold(slot));
}

void add_side(StateHash& hash, const EngineState& state, const Book& book, Side side) noexcept {
  for (std::uint32_t slot = book.front(side); slot != kNoIndex; slot = book.after(slot)) {
    add_order(hash, state, slot);
  }
  hash.add(0);
}

void add_sweep(StateHash& hash, const EngineState& state, const Sweep& sweep) noexcept {
  hash.add(sweep.active ? 1 : 0);
  if (!sweep.active) return;
  add_order(hash, state, sweep.order);
  hash.add(id_of(state, sweep.cursor));
  hash.add_signed(sweep.counted.value);
  hash.add(sweep.counting ? 1 : 0);
  hash.add(sweep.as_of.day);
  hash.add(sweep.as_of.mass_cancels);
  hash.add_bytes(sweep.cause);
}

void add_config(StateHash& hash, const EngineConfig& config) noexcept {
  for (const std::uint64_t number :
       {config.unit, config.epoch, std::uint64_t{config.max_orders},
        std::uint64_t{config.max_levels}, std::uint64_t{config.max_level_pages},
        std::uint64_t{config.sessions}, std::uint64_t{config.firms}, std::uint64_t{config.accounts},
        std::uint64_t{config.clordid_history}, std::uint64_t{config.order_history},
        std::uint64_t{config.work_per_command}, std::uint64_t{config.max_deferred},
        config.name_key.low, config.name_key.high}) {
    hash.add(number);
  }
  hash.add(config.session_firm.size());
  for (const FirmId firm : config.session_firm) hash.add(firm.value);
  hash.add(config.instruments.size());
  for (const InstrumentTerms& terms : config.instruments) {
    for (const std::int64_t number :
         {terms.min_qty.value, terms.max_qty.value, terms.band_low.value, terms.band_high.value,
          terms.market_protection.value, static_cast<std::int64_t>(terms.initial_state)}) {
      hash.add_signed(number);
    }
  }
}

}  // namespace

void add_mass_cancel(StateHash& hash, const EngineState& state, std::uint32_t place) noexcept {
  const MassCancel& one = state.mass_cancels.at(place);
  hash.add(one.number);
  hash.add(one.last_order);
  hash.add_bytes(one.cause);
  hash.add(one.day);
  hash.add(one.target);
  hash.add(one.only.value);
  hash.add(static_cast<std::uint64_t>(one.scope));
  hash.add(static_cast<std::uint64_t>(one.cancel_cause));
  hash.add(one.next_side);
  hash.add(one.end_side);
  hash.add(id_of(state, one.cursor));
  hash.add(one.canceled);
}

void add_to(StateHash& hash, const EngineState& state) noexcept {
  add_config(hash, state.config);
  hash.add_signed(state.now.value);
  hash.add(state.last_seq.value);
  hash.add(state.exec_count);
  hash.add(state.order_count);
  hash.add(state.match_count);
  for (const Book& book : state.books) {
    add_side(hash, state, book, Side::buy);
    add_side(hash, state, book, Side::sell);
    add_sweep(hash, state, book.sweep);
    hash.add(static_cast<std::uint64_t>(book.state));
  }
  for (std::uint32_t slot = state.day_orders.first(); slot != kNoIndex;
       slot = state.orders.hot(slot).day_next) {
    hash.add(state.orders.hot(slot).order_id.value);
  }
  hash.add(0);
  const auto order_id_of = [&](std::uint32_t slot) { return state.orders.hot(slot).order_id; };
  for (std::uint32_t session = 1; session <= state.config.sessions; ++session) {
    state.names.add_to(hash, {session}, order_id_of);
  }
  state.closed_orders.add_to(hash);
  state.kills.add_to(hash);
  hash.add(state.mass_cancels.latest());
}

}  // namespace sluice
