// The fields of commands and events, one after another with their names.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"

namespace sluice {

// One line a field, in the order of the layout, what is reserved included.
#define SLUICE_VISIT(name) visit(#name, record.name)

/// Calls `visit(name, field)` for each field of a Command, which may be const.
template <class Record, class Visit>
requires std::same_as<std::remove_const_t<Record>, Command>
constexpr void for_each_field(Record& record, Visit&& visit) {
  SLUICE_VISIT(seq);
  SLUICE_VISIT(time);
  SLUICE_VISIT(session);
  SLUICE_VISIT(msg_seq_num);
  SLUICE_VISIT(session_epoch);
  SLUICE_VISIT(instrument);
  SLUICE_VISIT(order_id);
  SLUICE_VISIT(price);
  SLUICE_VISIT(qty);
  SLUICE_VISIT(type);
  SLUICE_VISIT(side);
  SLUICE_VISIT(ord_type);
  SLUICE_VISIT(tif);
  SLUICE_VISIT(flags);
  SLUICE_VISIT(position_effect);
  SLUICE_VISIT(order_capacity);
  SLUICE_VISIT(control_scope);
  SLUICE_VISIT(account);
  SLUICE_VISIT(exec_inst);
  SLUICE_VISIT(order_restrictions);
  SLUICE_VISIT(trigger_price);
  SLUICE_VISIT(display_qty);
  SLUICE_VISIT(valid_until);
  SLUICE_VISIT(expire_time);
  SLUICE_VISIT(self_match_prevention_id);
  SLUICE_VISIT(quote_set);
  SLUICE_VISIT(mmp_group);
  SLUICE_VISIT(defect);
  SLUICE_VISIT(self_match_prevention_instruction);
  SLUICE_VISIT(trigger_source);
  SLUICE_VISIT(trigger_type);
  SLUICE_VISIT(client_qualifier);
  SLUICE_VISIT(trader_qualifier);
  SLUICE_VISIT(decision_maker_qualifier);
  SLUICE_VISIT(asked_exponent);
  SLUICE_VISIT(control_action);
  SLUICE_VISIT(clordid);
  SLUICE_VISIT(target);
  SLUICE_VISIT(client);
  SLUICE_VISIT(trader);
  SLUICE_VISIT(decision_maker);
  SLUICE_VISIT(orig_clordid);
  SLUICE_VISIT(decoded_ns);
  SLUICE_VISIT(ring_in_ns);
  SLUICE_VISIT(engine_in_ns);
  SLUICE_VISIT(asked_mantissa);
  SLUICE_VISIT(reserved0);
}

/// Calls `visit(name, field)` for each field of an Event, which may be const.
template <class Record, class Visit>
requires std::same_as<std::remove_const_t<Record>, Event>
constexpr void for_each_field(Record& record, Visit&& visit) {
  SLUICE_VISIT(exec_id);
  SLUICE_VISIT(command_seq);
  SLUICE_VISIT(time);
  SLUICE_VISIT(order_id);
  SLUICE_VISIT(session);
  SLUICE_VISIT(instrument);
  SLUICE_VISIT(account);
  SLUICE_VISIT(ring_in_ns);
  SLUICE_VISIT(type);
  SLUICE_VISIT(side);
  SLUICE_VISIT(ord_type);
  SLUICE_VISIT(tif);
  SLUICE_VISIT(ord_status);
  SLUICE_VISIT(liquidity);
  SLUICE_VISIT(restatement_reason);
  SLUICE_VISIT(flags);
  SLUICE_VISIT(reject);
  SLUICE_VISIT(exec_inst);
  SLUICE_VISIT(order_restrictions);
  SLUICE_VISIT(position_effect);
  SLUICE_VISIT(order_capacity);
  SLUICE_VISIT(price);
  SLUICE_VISIT(qty);
  SLUICE_VISIT(cum_qty);
  SLUICE_VISIT(leaves_qty);
  SLUICE_VISIT(last_price);
  SLUICE_VISIT(last_qty);
  SLUICE_VISIT(cum_notional);
  SLUICE_VISIT(clordid);
  SLUICE_VISIT(decoded_ns);
  SLUICE_VISIT(client);
  SLUICE_VISIT(trader);
  SLUICE_VISIT(decision_maker);
  SLUICE_VISIT(orig_clordid);
  SLUICE_VISIT(source_session);
  SLUICE_VISIT(source_msg_seq_num);
  SLUICE_VISIT(engine_in_ns);
  SLUICE_VISIT(match_id);
  SLUICE_VISIT(contra_order_id);
  SLUICE_VISIT(reject_limit);
  SLUICE_VISIT(reject_asked);
  SLUICE_VISIT(trigger_price);
  SLUICE_VISIT(display_qty);
  SLUICE_VISIT(expire_time);
  SLUICE_VISIT(self_match_prevention_id);
  SLUICE_VISIT(quote_set);
  SLUICE_VISIT(mmp_group);
  SLUICE_VISIT(self_match_prevention_instruction);
  SLUICE_VISIT(trigger_source);
  SLUICE_VISIT(client_qualifier);
  SLUICE_VISIT(trader_qualifier);
  SLUICE_VISIT(decision_maker_qualifier);
  SLUICE_VISIT(trigger_type);
  SLUICE_VISIT(asked_exponent);
  SLUICE_VISIT(control_scope);
  SLUICE_VISIT(control_state);
  SLUICE_VISIT(cancel_cause);
  SLUICE_VISIT(valid_until);
  SLUICE_VISIT(fee_amount);
  SLUICE_VISIT(realised_profit);
  SLUICE_VISIT(fee_currency);
  SLUICE_VISIT(source_session_epoch);
  SLUICE_VISIT(engine_out_ns);
  SLUICE_VISIT(fee_type);
  SLUICE_VISIT(reserved0);
  SLUICE_VISIT(reserved1);
  SLUICE_VISIT(target);
  SLUICE_VISIT(orders);
  SLUICE_VISIT(reserved2[0]);
  SLUICE_VISIT(reserved2[1]);
}

#undef SLUICE_VISIT

/// Bytes of all fields that for_each_field() names.
template <class Record>
consteval std::size_t named_bytes() {
  std::size_t bytes = 0;
  const Record record{};
  for_each_field(record, [&](const char*, const auto& field) { bytes += sizeof field; });
  return bytes;
}
// Neither has padding: so none is forgotten.
static_assert(named_bytes<Command>() == sizeof(Command));
static_assert(named_bytes<Event>() == sizeof(Event));

}  // namespace sluice
