#include "gateway/admin/commands/order_rows.hpp"

#include <array>

namespace sluice::gateway {
namespace {

std::string_view word_for(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::good_till_cancel:
      return "good_till_cancel";
    case TimeInForce::immediate_or_cancel:
      return "immediate_or_cancel";
    case TimeInForce::fill_or_kill:
      return "fill_or_kill";
    default:
      return "day";
  }
}

}  // namespace

std::string in_units(std::int64_t units, DecimalUnit unit) {
  std::array<char, kDecimalRoom> room;
  return std::string(format_units(units, unit, room));
}

Json describe(const AdminDesk& desk, const OpenOrder& open) {
  const OrderView& order = open.order;
  const InstrumentSpec& instrument = desk.instruments.at(order.instrument);
  return {{"order_id", std::to_string(order.order_id.value)},
          {"clordid", std::string(order.clordid.view())},
          {"session", desk.names.target(ControlScope::session, order.session.value)},
          {"account", desk.names.target(ControlScope::account, open.account.value)},
          {"firm", desk.names.target(ControlScope::firm, open.firm.value)},
          {"instrument", instrument.symbol},
          {"side", order.side == Side::buy ? "buy" : "sell"},
          {"ord_type", open.ord_type == OrdType::market ? "market" : "limit"},
          {"time_in_force", word_for(open.tif)},
          {"price", in_units(order.price.value, instrument.tick)},
          {"qty", in_units(order.qty.value, instrument.lot)},
          {"filled", in_units(order.cum_qty.value, instrument.lot)},
          {"leaves", in_units(open.leaves.value, instrument.lot)}};
}

}  // namespace sluice::gateway
