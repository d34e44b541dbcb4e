#include "engine/core/admission.hpp"

namespace sluice {
namespace {

bool is_known(Side side) noexcept { return side == Side::buy || side == Side::sell; }

bool is_known(OrdType type) noexcept { return type == OrdType::market || type == OrdType::limit; }

bool is_lasting(TimeInForce tif) noexcept {
  // An absent TimeInForce(59) means Day (FIX.4.4).
  return tif == TimeInForce::none || tif == TimeInForce::day ||
         tif == TimeInForce::good_till_cancel;
}

bool is_known(TimeInForce tif) noexcept {
  return is_lasting(tif) || tif == TimeInForce::immediate_or_cancel ||
         tif == TimeInForce::fill_or_kill;
}

Refusal check_terms(const Command& command) noexcept {
  const bool post_only = command.exec_inst == ExecInst::post_only;
  const bool known = is_known(command.side) && is_known(command.ord_type) &&
                     is_known(command.tif) && (command.exec_inst == ExecInst::none || post_only);
  const bool together =
      !post_only || (command.ord_type == OrdType::limit && is_lasting(command.tif));
  if (known && together) return {};
  return {RejectCode::unsupported_terms};
}

Refusal check_qty(const InstrumentTerms& terms, Qty qty) noexcept {
  if (qty.value <= 0 || qty.value > kMaxQtyLots) {
    return {RejectCode::qty_out_of_range, 0, qty.value};
  }
  if (qty < terms.min_qty) return {RejectCode::qty_below_min, terms.min_qty.value, qty.value};
  if (qty > terms.max_qty) return {RejectCode::qty_above_max, terms.max_qty.value, qty.value};
  return {};
}

Refusal check_price(const InstrumentTerms& terms, Price price) noexcept {
  if (price.value < 0 || price.value > kMaxPriceTicks) {
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

/// The refusal that the decoder found.
Refusal defect_of(const Command& command) noexcept {
  return {command.defect, 0, command.asked_mantissa, command.asked_exponent};
}

}  // namespace

Refusal check_new_order(const EngineState& state, const Command& command) noexcept {
  if (command.defect != RejectCode::none) return defect_of(command);
  if (!state.knows(command.instrument)) return {RejectCode::unknown_instrument};
  if (const Refusal refusal = check_terms(command)) return refusal;
  const InstrumentTerms& terms = state.book(command.instrument).terms();
  if (const Refusal refusal = check_qty(terms, command.qty)) return refusal;
  if (command.ord_type == OrdType::limit) return check_price(terms, command.price);
  return {};
}

Refusal check_replace(const EngineState& state, const Command& command,
                      std::uint32_t slot) noexcept {
  const OrderHot& order = state.orders.hot(slot);
  const OrderCold& cold = state.orders.cold(slot);
  if (command.side != Side::none && command.side != order.side) return {RejectCode::side_differs};
  if (command.instrument.value != 0 && command.instrument != order.instrument) {
    return {RejectCode::instrument_differs};
  }
  if (command.account.value != 0 && command.account != cold.account) {
    return {RejectCode::account_differs};
  }
  const bool same_terms =
      (command.ord_type == OrdType::none || command.ord_type == cold.ord_type) &&
      (command.tif == TimeInForce::none || command.tif == cold.tif) &&
      (command.exec_inst == ExecInst::none || command.exec_inst == cold.exec_inst);
  if (!same_terms) return {RejectCode::terms_cannot_change};
  if (command.defect != RejectCode::none) return defect_of(command);
  const InstrumentTerms& terms = state.book(order.instrument).terms();
  if (const Refusal refusal = check_qty(terms, command.qty)) return refusal;
  if (const Refusal refusal = check_price(terms, command.price)) return refusal;
  if (command.qty <= cold.cum_qty) {
    return {RejectCode::qty_not_above_filled, cold.cum_qty.value, command.qty.value};
  }
  return {};
}

RejectCode refusal_unless_rests(InstrumentState state) noexcept {
  switch (state) {
    case InstrumentState::pre_open:
      return RejectCode::instrument_pre_open;
    case InstrumentState::post_only:
      return RejectCode::instrument_post_only;
    default:
      return RejectCode::none;
  }
}

Refusal check_entry(const EngineState& state, const Book& book, SessionId session,
                    AccountId account, bool rests) noexcept {
  if (state.kills.any()) {
    const ControlScope scope = state.kills.stopping(state.firm_of(session), account, session);
    if (scope != ControlScope::none) {
      return {RejectCode::kill_switch, static_cast<std::int64_t>(scope)};
    }
  }
  switch (book.state) {
    case InstrumentState::continuous:
      return {};
    case InstrumentState::pre_open:
    case InstrumentState::post_only:
      return {rests ? RejectCode::none : refusal_unless_rests(book.state)};
    case InstrumentState::close_only:
      // No positions are kept: no order is known to close one.
      return {RejectCode::instrument_close_only};
    case InstrumentState::cancel_only:
      return {RejectCode::instrument_cancel_only};
    default:
      return {RejectCode::instrument_halted};
  }
}

Refusal check_slot(const EngineState& state) noexcept {
  if (state.lasting_orders < state.config.max_orders) return {};
  return {RejectCode::order_capacity, state.config.max_orders};
}

Refusal check_place(EngineState& state, Book& book, Side side, Price price) noexcept {
  LevelIndex& index = book.side(side);
  const LevelPool& levels = state.levels;
  if (levels.free_levels() > 0 && levels.free_pages() >= index.height()) return {};
  if (index.find(price) != kNoIndex) return {};
  if (levels.free_levels() == 0) return {RejectCode::level_capacity, levels.levels()};
  if (index.missing_pages(price) > levels.free_pages()) {
    return {RejectCode::level_page_capacity, levels.pages()};
  }
  return {};
}

}  // namespace sluice
