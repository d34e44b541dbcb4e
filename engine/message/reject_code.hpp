// Why the engine refused. One list for engine, codec and rules of engagement.
#pragma once

#include <cstdint>

namespace sluice {

/// The number is ErrorCode(25016) on the wire: once published it keeps its meaning for ever.
/// What `Event::reject_limit` and `Event::reject_asked` hold is said at each code; 0 where nothing
/// is said.
enum class RejectCode : std::uint16_t {
  none = 0,

  // Naming. OrdRejReason(103) 1, 15, 6; CxlRejReason(102) 99, 6.
  // New order: the unknown Symbol(55), or where that is known Account(1), is in
  // `Event::orig_clordid`, also when another reason came first.
  unknown_instrument = 1,
  unknown_account = 2,
  duplicate_clordid = 3,

  // Price. 103=18, 16, 19; 102=18, 8, 99.
  price_off_tick = 10,      ///< asked: the wire's decimal (mantissa, `asked_exponent`).
  price_below_band = 11,    ///< limit: lowest price, asked: price, in ticks.
  price_above_band = 12,    ///< limit: highest price, asked: price, in ticks.
  price_out_of_range = 13,  ///< Negative, or beyond kMaxPriceTicks. asked: the wire's decimal.
  no_opposite_price = 14,   ///< Market order, nothing on the other side to protect against.

  // Quantity. 103=13, 26; 102=99.
  qty_off_lot = 20,       ///< asked: the wire's decimal (mantissa, `asked_exponent`).
  qty_below_min = 21,     ///< limit, asked: lots.
  qty_above_max = 22,     ///< limit, asked: lots.
  qty_out_of_range = 23,  ///< Not above zero, or beyond kMaxQtyLots. asked: the wire's decimal.

  // Conditions of the order. 103=99 and 11.
  post_only_would_take = 30,  ///< limit: best opposite price, asked: price, in ticks.
  unsupported_terms = 31,     ///< Terms that do not go together, e.g. post-only with IOC.

  // Bounds of the venue. 103=3; 102=99.
  order_capacity = 40,       ///< limit: orders.
  level_capacity = 41,       ///< limit: price levels.
  level_page_capacity = 42,  ///< limit: pages of the price index.
  deferred_capacity =
      43,  ///< limit: commands that may wait while a long sweep holds the instrument.

  // The venue's own controls stop entry: new orders and every replace, one too that keeps its
  // place. 103=2, of instrument_post_only 99, of kill_switch 0; 102=2.
  instrument_halted = 50,
  instrument_cancel_only = 51,
  instrument_close_only = 52,
  instrument_pre_open = 53,   ///< It would trade, or is of a kind that does not rest.
  instrument_post_only = 54,  ///< Likewise.
  kill_switch = 55,           ///< limit: the widest ControlScope that is stopped.

  // Cancel and replace. CxlRejReason(102).
  unknown_order = 60,              ///< 102=1. Also another session's order.
  too_late_filled = 61,            ///< 102=0. The order was accepted once and is closed.
  too_late_replaced = 62,          ///< 102=0. OrigClOrdID(41) was replaced by a later ClOrdID.
  qty_not_above_filled = 63,       ///< 102=0. limit: CumQty, asked: OrderQty, in lots.
  ids_name_different_orders = 64,  ///< 102=99. OrderID(37) and OrigClOrdID(41) disagree.
  side_differs = 65,               ///< 102=99.
  instrument_differs = 66,         ///< 102=99.
  terms_cannot_change = 67,  ///< 102=99. OrdType, TimeInForce or ExecInst of a replace differ.
  account_differs = 68,      ///< 102=99.

  // The venue's own commands, in control_rejected only.
  unknown_target = 80,        ///< No such firm, account or session. asked: Command::target.
  unknown_control = 81,       ///< Not a state, scope or flag. asked: Command::control_action.
  mass_cancel_capacity = 82,  ///< limit: mass cancels that may be under way.
};

}  // namespace sluice
