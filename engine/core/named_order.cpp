#include "engine/core/named_order.hpp"

namespace sluice {
namespace {

NamedOrder closed_order(const EngineState& state, SessionId session, OrderId order_id) noexcept {
  const ClosedOrder closed = state.closed_orders.find(order_id);
  // Another session's order is as unknown as one that has left the history.
  if (closed.session != session) return {kNoIndex, {}, RejectCode::unknown_order};
  return {kNoIndex, closed, RejectCode::too_late_filled};
}

/// Whether OrigClOrdID(41) is a name, and the present one, of the order that OrderID(37) named.
RejectCode compare_names(const EngineState& state, const Command& command,
                         const NamedOrder& named) noexcept {
  const ClordidHistory& names = state.names;
  const std::uint32_t node = names.find(names.fingerprint(command.session, command.orig_clordid));
  const NameState state_of_name = node == kNoIndex ? NameState::free : names.state(node);
  if (state_of_name != NameState::closed && state_of_name != NameState::replaced) {
    // The present name of another order; or no order's, which a closed one's may have become.
    return named.is_open() || state_of_name == NameState::open
               ? RejectCode::ids_name_different_orders
               : RejectCode::too_late_filled;
  }
  if (names.order_id(node) != command.order_id) return RejectCode::ids_name_different_orders;
  return state_of_name == NameState::replaced ? RejectCode::too_late_replaced
                                              : RejectCode::too_late_filled;
}

}  // namespace

NamedOrder by_order_id(const EngineState& state, const Command& command) noexcept {
  const std::uint32_t slot = state.find(command.order_id);
  if (slot == kNoIndex) return closed_order(state, command.session, command.order_id);
  if (state.orders.hot(slot).session == command.session) return {slot};
  return {kNoIndex, {}, RejectCode::unknown_order};
}

NamedOrder by_clordid(const EngineState& state, const Command& command) noexcept {
  const NamedOrder unknown{kNoIndex, {}, RejectCode::unknown_order};
  const ClordidHistory& names = state.names;
  const std::uint32_t node = names.find(names.fingerprint(command.session, command.orig_clordid));
  if (node == kNoIndex) return unknown;
  switch (names.state(node)) {
    case NameState::open: {
      // A fingerprint says that two names differ; only the order says that they are the same.
      const std::uint32_t slot = names.slot(node);
      state.orders.prefetch(slot);
      const bool same = state.orders.hot(slot).session == command.session &&
                        state.orders.cold(slot).clordid == command.orig_clordid;
      return same ? NamedOrder{slot} : unknown;
    }
    case NameState::closed:
      return closed_order(state, command.session, names.order_id(node));
    case NameState::replaced: {
      const std::uint32_t slot = state.find(names.order_id(node));
      if (slot != kNoIndex) return {slot, {}, RejectCode::too_late_replaced};
      NamedOrder named = closed_order(state, command.session, names.order_id(node));
      if (named.code == RejectCode::too_late_filled) named.code = RejectCode::too_late_replaced;
      return named;
    }
    default:
      return unknown;
  }
}

NamedOrder resolve(const EngineState& state, const Command& command) noexcept {
  if (command.order_id.is_none()) return by_clordid(state, command);
  // OrderID(37) leads; OrigClOrdID(41), where it is given too, must be that order's present name.
  NamedOrder named = by_order_id(state, command);
  if (named.code == RejectCode::unknown_order || command.orig_clordid.empty()) return named;
  if (named.is_open() && state.orders.cold(named.slot).clordid == command.orig_clordid) {
    return named;
  }
  named.code = compare_names(state, command, named);
  return named;
}

}  // namespace sluice
