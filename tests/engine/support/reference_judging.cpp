// What a request is refused for.
#include <set>
#include <tuple>

#include "tests/engine/support/reference_model.hpp"

namespace sluice::test {

ReferenceModel::Verdict ReferenceModel::judge_entry() {
  const Command& c = command_;
  if (is_duplicate(c)) return {RejectCode::duplicate_clordid};
  if (c.defect != RejectCode::none) return {c.defect, 0, c.asked_mantissa};
  if (c.instrument.value == 0 || c.instrument.value > config_.instruments.size()) {
    return {RejectCode::unknown_instrument};
  }
  const InstrumentTerms& terms = config_.instruments[c.instrument.value - 1];
  const bool post_only = has(c.exec_inst, ExecInst::post_only);
  if (post_only && !rests(c)) return {RejectCode::unsupported_terms};
  if (const Verdict v = judge_qty(c.qty, terms); v.code != RejectCode::none) return v;
  if (c.ord_type == OrdType::limit) {
    if (const Verdict v = judge_price(c.price, terms); v.code != RejectCode::none) return v;
  }
  if (const Verdict v = judge_controls(c, rests(c)); v.code != RejectCode::none) return v;
  if (c.ord_type == OrdType::market) {
    const Price any{c.side == Side::buy ? kMaxPriceTicks : 0};
    return {first_within(c.instrument, opposite(c.side), any) == nullptr
                ? RejectCode::no_opposite_price
                : RejectCode::none};
  }
  if (const Verdict v = judge_touch(c); v.code != RejectCode::none) return v;
  if (!rests(c)) return {};
  if (orders_.size() >= config_.max_orders) return {RejectCode::order_capacity, config_.max_orders};
  return judge_level(c.instrument, c.side, c.price);
}

ReferenceModel::Verdict ReferenceModel::judge_replace(OrderId id) {
  const Command& c = command_;
  const Order order = *find(id);
  if (is_duplicate(c)) return {RejectCode::duplicate_clordid};
  if (c.side != order.terms.side) return {RejectCode::side_differs};
  if (c.instrument.value != 0 && c.instrument != order.terms.instrument) {
    return {RejectCode::instrument_differs};
  }
  if (c.account.value != 0 && c.account != order.terms.account) {
    return {RejectCode::account_differs};
  }
  if (c.ord_type != order.terms.ord_type ||
      (c.tif != TimeInForce::none && c.tif != order.terms.tif) ||
      (c.exec_inst != ExecInst::none && c.exec_inst != order.terms.exec_inst)) {
    return {RejectCode::terms_cannot_change};
  }
  if (c.defect != RejectCode::none) return {c.defect, 0, c.asked_mantissa};
  const InstrumentTerms& terms = config_.instruments[order.terms.instrument.value - 1];
  if (const Verdict v = judge_qty(c.qty, terms); v.code != RejectCode::none) return v;
  if (const Verdict v = judge_price(c.price, terms); v.code != RejectCode::none) return v;
  if (c.qty <= order.cum) {
    return {RejectCode::qty_not_above_filled, order.cum.value, c.qty.value};
  }
  if (const Verdict v = judge_controls(order.terms, true); v.code != RejectCode::none) return v;
  Command wanted = order.terms;
  wanted.price = c.price;
  if (const Verdict v = judge_touch(wanted); v.code != RejectCode::none) return v;
  return judge_level(order.terms.instrument, c.side, c.price);
}

// Whether a limit order that may not trade would.
ReferenceModel::Verdict ReferenceModel::judge_touch(const Command& order) {
  const bool post_only = has(order.exec_inst, ExecInst::post_only);
  const RejectCode code =
      post_only ? RejectCode::post_only_would_take : only_resting(order.instrument);
  if (code == RejectCode::none) return {};
  const Order* best = first_within(order.instrument, opposite(order.side), order.price);
  return best == nullptr ? Verdict{} : Verdict{code, best->terms.price.value, order.price.value};
}

ReferenceModel::Verdict ReferenceModel::judge_qty(Qty qty, const InstrumentTerms& terms) const {
  if (qty <= Qty{} || qty > Qty{kMaxQtyLots}) return {RejectCode::qty_out_of_range, 0, qty.value};
  if (qty < terms.min_qty) return {RejectCode::qty_below_min, terms.min_qty.value, qty.value};
  if (qty > terms.max_qty) return {RejectCode::qty_above_max, terms.max_qty.value, qty.value};
  return {};
}

ReferenceModel::Verdict ReferenceModel::judge_price(Price price,
                                                    const InstrumentTerms& terms) const {
  if (price < Price{} || price > Price{kMaxPriceTicks}) {
    return {RejectCode::price_out_of_range, 0, price.value};
  }
  if (price < terms.band_low) {
    return {RejectCode::price_below_band, terms.band_low.value, price.value};
  }
  if (price > terms.band_high) {
    return {RejectCode::price_above_band, terms.band_high.value, price.value};
  }
  return {};
}

ReferenceModel::Verdict ReferenceModel::judge_level(InstrumentId instrument, Side side,
                                                    Price price) const {
  std::set<std::tuple<std::uint32_t, Side, std::int64_t>> levels;
  for (const Order& o : orders_) {
    levels.insert({o.terms.instrument.value, o.terms.side, o.terms.price.value});
  }
  if (levels.contains({instrument.value, side, price.value})) return {};
  if (levels.size() < config_.max_levels) return {};
  return {RejectCode::level_capacity, config_.max_levels};
}

// Which order a cancel or a replace means, and whether it may have it. `target` is set when that
// order is known, open or closed.
ReferenceModel::Verdict ReferenceModel::find_target(OrderId& target) {
  const Command& c = command_;
  OrderId named;  // by OrigClOrdID(41)
  bool is_old_name = false;
  if (const Order* order = find(c.session, c.orig_clordid)) {
    named = order->id;
  } else {
    for (const Remembered& past : remembered_[c.session.value]) {
      if (past.clordid != c.orig_clordid || past.fate == Fate::refused) continue;
      named = past.order;
      is_old_name = past.fate == Fate::replaced;
    }
  }
  const OrderId meant = c.order_id.is_none() ? named : c.order_id;
  const Order* open = find(meant);
  const Closed* closed = find_closed(meant);
  const bool is_ours = (open != nullptr && open->terms.session == c.session) ||
                       (closed != nullptr && closed->session == c.session);
  if (!is_ours) return {RejectCode::unknown_order};
  target = meant;
  const bool was_open = open != nullptr;
  const bool is_late = !was_open || is_over(*open);
  if (was_open && is_late) expire(meant);
  // A name that nobody has is not an open order's; it may have been a closed one's.
  const bool differ = named.is_none() ? was_open : named != meant;
  if (!c.order_id.is_none() && !c.orig_clordid.empty() && differ) {
    return {RejectCode::ids_name_different_orders};
  }
  if (is_old_name) return {RejectCode::too_late_replaced};
  return {is_late ? RejectCode::too_late_filled : RejectCode::none};
}

}  // namespace sluice::test
