#include "engine/core/engine_state.hpp"

#include <bit>
#include <stdexcept>
#include <string>
#include <utility>

namespace sluice {
namespace {

void require(bool condition, const std::string& what) {
  if (!condition) throw std::invalid_argument("engine configuration: " + what);
}

/// Pools are indexed by 32 bits and their tables are twice as large.
constexpr std::uint64_t kMaxElements = 1ULL << 30U;

EngineConfig checked(EngineConfig config) {
  require(config.unit <= OrderId::kMaxUnit, "unit must be 0..63");
  require(config.epoch >= 1 && config.epoch <= OrderId::kMaxEpoch, "epoch must be 1..16383");
  require(config.max_orders >= 1, "max_orders must be from 1");
  require(config.max_levels >= 1 && config.max_levels <= kMaxElements,
          "max_levels must be 1..2^30");
  require(config.max_level_pages >= 1 && config.max_level_pages <= kMaxElements,
          "max_level_pages must be 1..2^30");
  require(config.sessions >= 1, "sessions must be from 1");
  require(config.firms <= kMaxElements && config.accounts <= kMaxElements,
          "firms and accounts must be at most 2^30");
  require(config.clordid_history >= 1, "clordid_history must be from 1");
  require(std::has_single_bit(config.order_history) && config.order_history <= kMaxElements,
          "order_history must be a power of two, 1..2^30");
  require(config.work_per_command >= 8, "work_per_command must be from 8");
  require(config.max_deferred >= 1 && config.max_deferred <= kMaxElements,
          "max_deferred must be 1..2^30");
  require(std::uint64_t{config.sessions} * config.clordid_history + config.max_orders +
                  config.instruments.size() <=
              kMaxElements,
          "sessions x clordid_history + max_orders + instruments must be at most 2^30");
  require(config.session_firm.empty() || config.session_firm.size() == config.sessions,
          "session_firm must be empty or name the firm of each session");
  for (const FirmId firm : config.session_firm) {
    require(firm.value <= config.firms, "session_firm must be 0.." + std::to_string(config.firms));
  }
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const InstrumentTerms& terms = config.instruments[i];
    const std::string name = "instrument " + std::to_string(i + 1) + ": ";
    require(terms.min_qty.value >= 1 && terms.min_qty <= terms.max_qty &&
                terms.max_qty.value <= kMaxQtyLots,
            name + "1 <= min_qty <= max_qty <= 2^60-1 must hold");
    require(terms.band_low.value >= 0 && terms.band_low <= terms.band_high &&
                terms.band_high.value <= kMaxPriceTicks,
            name + "0 <= band_low <= band_high <= 2^42-1 must hold");
    const std::uint32_t path = LevelIndex::height_for(terms.band_high);
    require(path <= config.max_level_pages, name + "max_level_pages must be from " +
                                                std::to_string(path) +
                                                ", the pages on the way to one of its prices");
    require(terms.market_protection.value >= 0 && terms.market_protection.value <= kMaxPriceTicks,
            name + "market_protection must be 0..2^42-1");
    require(is_state(static_cast<std::uint8_t>(terms.initial_state)),
            name + "initial_state must be one of the states");
  }
  return config;
}

/// Orders that may rest, and one aggressor for each book that may not.
std::uint32_t slots_of(const EngineConfig& config) {
  return config.max_orders + static_cast<std::uint32_t>(config.instruments.size());
}

}  // namespace

EngineState::EngineState(EngineConfig given)
    : config(checked(std::move(given))),
      orders(slots_of(config)),
      levels(config.max_levels, config.max_level_pages),
      by_order_id(slots_of(config)),
      names(config.sessions, config.clordid_history, slots_of(config), config.name_key),
      closed_orders(config.unit, config.order_history),
      day_orders(orders),
      kills(config.firms, config.accounts, config.sessions) {
  books.reserve(config.instruments.size());
  for (const InstrumentTerms& terms : config.instruments) books.emplace_back(terms, levels, orders);
}

std::uint32_t EngineState::find(OrderId order_id) const noexcept {
  return by_order_id.find(static_cast<std::uint32_t>(order_id.count()), [&](std::uint32_t slot) {
    return orders.hot(slot).order_id == order_id;
  });
}

bool EngineState::concerns(const MassCancel& mass_cancel, std::uint32_t slot) const noexcept {
  const OrderHot& order = orders.hot(slot);
  if (order.order_id.count() > mass_cancel.last_order) return false;
  if (mass_cancel.only.value != 0 && mass_cancel.only != order.instrument) return false;
  switch (mass_cancel.scope) {
    case ControlScope::venue:
      return true;
    case ControlScope::firm:
      return firm_of(order.session).value == mass_cancel.target;
    case ControlScope::account:
      return orders.cold(slot).account.value == mass_cancel.target;
    case ControlScope::session:
      return order.session.value == mass_cancel.target;
    default:
      return false;
  }
}

MassCancel* EngineState::condemning(std::uint32_t slot, std::uint64_t latest) noexcept {
  return mass_cancels.first([&](const MassCancel& one) {
    return one.number <= latest && concerns(one, slot) && !orders.hot(slot).is_over(one.day);
  });
}

void EngineState::enter(std::uint32_t slot) noexcept {
  OrderHot& order = orders.hot(slot);
  order.set(kRegistered);
  by_order_id.insert(static_cast<std::uint32_t>(order.order_id.count()), slot);
  ++open_orders;
  ++book(order.instrument).open_orders;
  if (order.is(kMayRest)) ++lasting_orders;
}

void EngineState::rest(std::uint32_t slot) noexcept {
  OrderHot& order = orders.hot(slot);
  book(order.instrument).append(slot);
  if (order.is(kEndsWithDay) && !order.is(kInDayList)) day_orders.append(slot);
  if (!order.is(kRegistered)) enter(slot);
}

void EngineState::finish(std::uint32_t slot, OrdStatus status) noexcept {
  OrderHot& order = orders.hot(slot);
  if (order.is(kInBook)) unlink(slot);
  if (order.is(kInDayList)) day_orders.unlink(slot);
  if (order.is(kRegistered)) {
    by_order_id.erase(static_cast<std::uint32_t>(order.order_id.count()), slot);
    --open_orders;
    --book(order.instrument).open_orders;
    if (order.is(kMayRest)) --lasting_orders;
  }
  const OrderCold& cold = orders.cold(slot);
  closed_orders.close({.order_id = order.order_id,
                       .session = order.session,
                       .account = cold.account,
                       .status = status,
                       .instrument = order.instrument,
                       .side = order.side,
                       .ord_type = cold.ord_type,
                       .tif = cold.tif,
                       .price = order.price,
                       .qty = cold.qty,
                       .cum_qty = cold.cum_qty,
                       .cum_notional = cold.cum_notional});
  names.close(order.name, NameState::closed, order.order_id);
  orders.give_back(slot);
}

}  // namespace sluice
