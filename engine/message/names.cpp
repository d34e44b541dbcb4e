// No switch has a default: a new enumerator does not compile until it has a name here, and
// reject_code_test.cpp then asks for its test.
#include "engine/message/names.hpp"

namespace sluice {

std::string_view enumerator_name(RejectCode code) {
  switch (code) {
    case RejectCode::none:
      return "none";
    case RejectCode::unknown_instrument:
      return "unknown_instrument";
    case RejectCode::unknown_account:
      return "unknown_account";
    case RejectCode::duplicate_clordid:
      return "duplicate_clordid";
    case RejectCode::price_off_tick:
      return "price_off_tick";
    case RejectCode::price_below_band:
      return "price_below_band";
    case RejectCode::price_above_band:
      return "price_above_band";
    case RejectCode::price_out_of_range:
      return "price_out_of_range";
    case RejectCode::no_opposite_price:
      return "no_opposite_price";
    case RejectCode::qty_off_lot:
      return "qty_off_lot";
    case RejectCode::qty_below_min:
      return "qty_below_min";
    case RejectCode::qty_above_max:
      return "qty_above_max";
    case RejectCode::qty_out_of_range:
      return "qty_out_of_range";
    case RejectCode::post_only_would_take:
      return "post_only_would_take";
    case RejectCode::unsupported_terms:
      return "unsupported_terms";
    case RejectCode::order_capacity:
      return "order_capacity";
    case RejectCode::level_capacity:
      return "level_capacity";
    case RejectCode::level_page_capacity:
      return "level_page_capacity";
    case RejectCode::deferred_capacity:
      return "deferred_capacity";
    case RejectCode::instrument_halted:
      return "instrument_halted";
    case RejectCode::instrument_cancel_only:
      return "instrument_cancel_only";
    case RejectCode::instrument_close_only:
      return "instrument_close_only";
    case RejectCode::instrument_pre_open:
      return "instrument_pre_open";
    case RejectCode::instrument_post_only:
      return "instrument_post_only";
    case RejectCode::kill_switch:
      return "kill_switch";
    case RejectCode::unknown_order:
      return "unknown_order";
    case RejectCode::too_late_filled:
      return "too_late_filled";
    case RejectCode::too_late_replaced:
      return "too_late_replaced";
    case RejectCode::qty_not_above_filled:
      return "qty_not_above_filled";
    case RejectCode::ids_name_different_orders:
      return "ids_name_different_orders";
    case RejectCode::side_differs:
      return "side_differs";
    case RejectCode::instrument_differs:
      return "instrument_differs";
    case RejectCode::terms_cannot_change:
      return "terms_cannot_change";
    case RejectCode::account_differs:
      return "account_differs";
    case RejectCode::unknown_target:
      return "unknown_target";
    case RejectCode::unknown_control:
      return "unknown_control";
    case RejectCode::mass_cancel_capacity:
      return "mass_cancel_capacity";
  }
  return {};
}

std::string_view enumerator_name(Side side) {
  switch (side) {
    case Side::none:
      return "none";
    case Side::buy:
      return "buy";
    case Side::sell:
      return "sell";
  }
  return {};
}

std::string_view enumerator_name(OrdType type) {
  switch (type) {
    case OrdType::none:
      return "none";
    case OrdType::market:
      return "market";
    case OrdType::limit:
      return "limit";
  }
  return {};
}

std::string_view enumerator_name(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::none:
      return "none";
    case TimeInForce::day:
      return "day";
    case TimeInForce::good_till_cancel:
      return "gtc";
    case TimeInForce::immediate_or_cancel:
      return "ioc";
    case TimeInForce::fill_or_kill:
      return "fok";
  }
  return {};
}

std::string_view enumerator_name(OrdStatus status) {
  switch (status) {
    case OrdStatus::none:
      return "none";
    case OrdStatus::fresh:
      return "new";
    case OrdStatus::partially_filled:
      return "partially_filled";
    case OrdStatus::filled:
      return "filled";
    case OrdStatus::canceled:
      return "canceled";
    case OrdStatus::rejected:
      return "rejected";
    case OrdStatus::expired:
      return "expired";
  }
  return {};
}

std::string_view enumerator_name(Liquidity liquidity) {
  switch (liquidity) {
    case Liquidity::none:
      return "none";
    case Liquidity::added:
      return "added";
    case Liquidity::removed:
      return "removed";
  }
  return {};
}

std::string_view enumerator_name(EventType type) {
  switch (type) {
    case EventType::none:
      return "none";
    case EventType::order_accepted:
      return "accepted";
    case EventType::order_rejected:
      return "rejected";
    case EventType::order_canceled:
      return "canceled";
    case EventType::order_expired:
      return "expired";
    case EventType::order_replaced:
      return "replaced";
    case EventType::trade:
      return "trade";
    case EventType::cancel_rejected:
      return "cancel_rejected";
    case EventType::order_status:
      return "status";
    case EventType::instrument_state_changed:
      return "instrument_state_changed";
    case EventType::kill_changed:
      return "kill_changed";
    case EventType::mass_cancel_started:
      return "mass_cancel_started";
    case EventType::cancels_done:
      return "cancels_done";
    case EventType::control_rejected:
      return "control_rejected";
  }
  return {};
}

std::string_view enumerator_name(CommandType type) {
  switch (type) {
    case CommandType::none:
      return "none";
    case CommandType::new_order:
      return "new_order";
    case CommandType::cancel:
      return "cancel";
    case CommandType::replace:
      return "replace";
    case CommandType::tick:
      return "tick";
    case CommandType::continue_work:
      return "continue_work";
    case CommandType::set_instrument_state:
      return "set_instrument_state";
    case CommandType::set_kill:
      return "set_kill";
    case CommandType::mass_cancel:
      return "mass_cancel";
    case CommandType::cancel_order:
      return "cancel_order";
  }
  return {};
}

std::string_view enumerator_name(InstrumentState state) {
  switch (state) {
    case InstrumentState::none:
      return "none";
    case InstrumentState::pre_open:
      return "pre_open";
    case InstrumentState::continuous:
      return "continuous";
    case InstrumentState::post_only:
      return "post_only";
    case InstrumentState::close_only:
      return "close_only";
    case InstrumentState::cancel_only:
      return "cancel_only";
    case InstrumentState::halted:
      return "halted";
  }
  return {};
}

std::string_view enumerator_name(ControlScope scope) {
  switch (scope) {
    case ControlScope::none:
      return "none";
    case ControlScope::venue:
      return "venue";
    case ControlScope::firm:
      return "firm";
    case ControlScope::account:
      return "account";
    case ControlScope::session:
      return "session";
  }
  return {};
}

std::string_view enumerator_name(CancelCause cause) {
  switch (cause) {
    case CancelCause::none:
      return "none";
    case CancelCause::kill_switch:
      return "kill_switch";
    case CancelCause::mass_cancel:
      return "mass_cancel";
    case CancelCause::venue_cancel:
      return "venue_cancel";
  }
  return {};
}

}  // namespace sluice
