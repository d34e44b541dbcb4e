#include "engine/core/reports.hpp"

#include "engine/core/assert.hpp"

namespace sluice {
namespace {

/// ExecRestatementReason(378), FIX.4.4: "Market (Exchange) option".
constexpr std::uint8_t kMarketOption = 8;

OrdStatus working_status(Qty cum_qty) noexcept {
  return cum_qty.value > 0 ? OrdStatus::partially_filled : OrdStatus::fresh;
}

void fill_refusal(Event& event, const Refusal& refusal) noexcept {
  event.reject = refusal.code;
  event.reject_limit = refusal.limit;
  event.reject_asked = refusal.asked;
  event.asked_exponent = refusal.asked_exponent;
}

/// What a request says about an order that does not exist.
void fill_from(Event& event, const Command& command) noexcept {
  event.session = command.session;
  event.instrument = command.instrument;
  event.account = command.account;
  event.side = command.side;
  event.ord_type = command.ord_type;
  event.tif = command.tif;
  event.ord_status = OrdStatus::rejected;
  event.exec_inst = command.exec_inst;
  event.order_restrictions = command.order_restrictions;
  event.position_effect = command.position_effect;
  event.order_capacity = command.order_capacity;
  event.price = command.price;
  event.qty = command.qty;
  event.clordid = command.clordid;
  event.client = command.client;
  event.trader = command.trader;
  event.decision_maker = command.decision_maker;
  event.trigger_price = command.trigger_price;
  event.display_qty = command.display_qty;
  event.expire_time = command.expire_time;
  event.self_match_prevention_id = command.self_match_prevention_id;
  event.quote_set = command.quote_set;
  event.mmp_group = command.mmp_group;
  event.self_match_prevention_instruction = command.self_match_prevention_instruction;
  event.trigger_source = command.trigger_source;
  event.client_qualifier = command.client_qualifier;
  event.trader_qualifier = command.trader_qualifier;
  event.decision_maker_qualifier = command.decision_maker_qualifier;
  event.trigger_type = command.trigger_type;
  event.valid_until = command.valid_until;
}

void fill_from(Event& event, const OrderHot& hot, const OrderCold& cold) noexcept {
  event.order_id = hot.order_id;
  event.session = hot.session;
  event.instrument = hot.instrument;
  event.side = hot.side;
  event.price = hot.price;
  event.leaves_qty = hot.leaves;
  event.account = cold.account;
  event.ord_type = cold.ord_type;
  event.tif = cold.tif;
  event.ord_status = working_status(cold.cum_qty);
  event.exec_inst = cold.exec_inst;
  event.order_restrictions = cold.order_restrictions;
  event.position_effect = cold.position_effect;
  event.order_capacity = cold.order_capacity;
  event.qty = cold.qty;
  event.cum_qty = cold.cum_qty;
  event.cum_notional = cold.cum_notional;
  event.clordid = cold.clordid;
  event.client = cold.client;
  event.trader = cold.trader;
  event.decision_maker = cold.decision_maker;
  event.trigger_price = cold.trigger_price;
  event.display_qty = cold.display_qty;
  event.expire_time = cold.expire_time;
  event.self_match_prevention_id = cold.self_match_prevention_id;
  event.quote_set = cold.quote_set;
  event.mmp_group = cold.mmp_group;
  event.self_match_prevention_instruction = cold.self_match_prevention_instruction;
  event.trigger_source = cold.trigger_source;
  event.client_qualifier = cold.client_qualifier;
  event.trader_qualifier = cold.trader_qualifier;
  event.decision_maker_qualifier = cold.decision_maker_qualifier;
  event.trigger_type = cold.trigger_type;
  event.valid_until = cold.valid_until;
}

}  // namespace

Event& Reports::begin(EventType type, const Cause& cause) noexcept {
  EngineState& state = *state_;
  Event& event = state.sink->claim();
  ++state.exec_count;
  SLUICE_ASSERT(state.exec_count <= ExecId::kMaxCount);
  event.exec_id = ExecId::make(state.config.unit, state.config.epoch, state.exec_count);
  event.command_seq = state.last_seq;
  event.time = state.now;
  event.type = type;
  event.ring_in_ns = cause.ring_in_ns;
  event.decoded_ns = cause.decoded_ns;
  event.engine_in_ns = cause.engine_in_ns;
  event.source_session = cause.session;
  event.source_msg_seq_num = cause.msg_seq_num;
  event.source_session_epoch = cause.session_epoch;
  return event;
}

Event& Reports::begin(EventType type, std::uint32_t slot, const Cause& cause) noexcept {
  Event& event = begin(type, cause);
  fill_from(event, state_->orders.hot(slot), state_->orders.cold(slot));
  return event;
}

void Reports::accepted(std::uint32_t slot, const Cause& cause) noexcept {
  begin(EventType::order_accepted, slot, cause).flags = kAnswer;
  state_->sink->commit();
}

void Reports::rejected(const Command& command, const Refusal& refusal) noexcept {
  Event& event = begin(EventType::order_rejected, Cause::of(command));
  fill_from(event, command);
  fill_refusal(event, refusal);
  event.flags = kAnswer;
  // The name that is not known, whatever the reason of the refusal.
  event.orig_clordid = command.orig_clordid;
  state_->sink->commit();
}

void Reports::expired(std::uint32_t slot, const Cause& cause) noexcept {
  Event& event = begin(EventType::order_expired, slot, cause);
  event.ord_status = OrdStatus::expired;
  event.leaves_qty = {0};
  state_->sink->commit();
}

void Reports::canceled(std::uint32_t slot, const Command& command) noexcept {
  Event& event = begin(EventType::order_canceled, slot, Cause::of(command));
  event.ord_status = OrdStatus::canceled;
  event.leaves_qty = {0};
  event.orig_clordid = event.clordid;
  event.clordid = command.clordid;
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::replaced(std::uint32_t slot, const ClOrdId& old_name, bool kept_priority,
                       const Cause& cause) noexcept {
  Event& event = begin(EventType::order_replaced, slot, cause);
  event.orig_clordid = old_name;
  event.flags = static_cast<std::uint8_t>(kAnswer | (kept_priority ? kKeptPriority : 0));
  state_->sink->commit();
}

void Reports::traded(std::uint32_t resting, std::uint32_t aggressor, Price price, Qty qty,
                     const Cause& cause) noexcept {
  ++state_->match_count;
  trade_side(resting, aggressor, price, qty, cause).liquidity = Liquidity::added;
  state_->sink->commit();
  Event& event = trade_side(aggressor, resting, price, qty, cause);
  event.liquidity = Liquidity::removed;
  event.flags = kAggressor;
  state_->sink->commit();
}

Event& Reports::trade_side(std::uint32_t slot, std::uint32_t contra, Price price, Qty qty,
                           const Cause& cause) noexcept {
  Event& event = begin(EventType::trade, slot, cause);
  if (event.leaves_qty.value == 0) event.ord_status = OrdStatus::filled;
  event.last_price = price;
  event.last_qty = qty;
  event.match_id = MatchId::make(state_->config.unit, state_->config.epoch, state_->match_count);
  event.contra_order_id = state_->orders.hot(contra).order_id;
  return event;
}

void Reports::canceled(std::uint32_t slot, const Cause& cause, CancelCause why) noexcept {
  Event& event = begin(EventType::order_canceled, slot, cause);
  event.ord_status = OrdStatus::canceled;
  event.leaves_qty = {0};
  event.restatement_reason = kMarketOption;
  event.cancel_cause = why;
  state_->sink->commit();
}

void Reports::kill_changed(const Command& command, std::uint8_t flags) noexcept {
  Event& event = begin(EventType::kill_changed, Cause::of(command));
  event.control_scope = command.control_scope;
  event.target = command.target;
  event.control_state = flags;
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::mass_cancel_started(const Command& command) noexcept {
  Event& event = begin(EventType::mass_cancel_started, Cause::of(command));
  event.control_scope = command.control_scope;
  event.target = command.target;
  event.instrument = command.instrument;
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::cancels_done(const MassCancel& mass_cancel) noexcept {
  Event& event = begin(EventType::cancels_done, mass_cancel.cause);
  event.control_scope = mass_cancel.scope;
  event.target = mass_cancel.target;
  event.instrument = mass_cancel.only;
  event.orders = mass_cancel.canceled;
  state_->sink->commit();
}

void Reports::cancels_done(const Command& command) noexcept {
  Event& event = begin(EventType::cancels_done, Cause::of(command));
  event.order_id = command.order_id;
  event.orders = 1;
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::state_changed(const Command& command, InstrumentState state) noexcept {
  Event& event = begin(EventType::instrument_state_changed, Cause::of(command));
  event.instrument = command.instrument;
  event.control_state = static_cast<std::uint8_t>(state);
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::control_rejected(const Command& command, const Refusal& refusal) noexcept {
  Event& event = begin(EventType::control_rejected, Cause::of(command));
  fill_refusal(event, refusal);
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::cancel_rejected(const Command& command, std::uint32_t slot,
                              const Refusal& refusal) noexcept {
  Event& event = begin(EventType::cancel_rejected, slot, Cause::of(command));
  // OrigClOrdID(41) is required in FIX.4.4's OrderCancelReject(9): where the request left it out,
  // the order's own name stands for it.
  event.orig_clordid = command.orig_clordid.empty() ? event.clordid : command.orig_clordid;
  commit_refusal(event, command, refusal);
}

void Reports::cancel_rejected(const Command& command, const ClosedOrder& order,
                              const Refusal& refusal) noexcept {
  Event& event = begin(EventType::cancel_rejected, Cause::of(command));
  fill_from(event, command);
  event.orig_clordid = command.orig_clordid;
  if (!order.order_id.is_none()) {
    event.order_id = order.order_id;
    event.ord_status = order.status;
    event.account = order.account;
  }
  commit_refusal(event, command, refusal);
}

void Reports::order_status(const Command& command, std::uint32_t slot) noexcept {
  Event& event = begin(EventType::order_status, slot, Cause::of(command));
  event.clordid = command.clordid;  // it may have a later name
  event.flags = kAnswer;
  state_->sink->commit();
}

void Reports::order_status(const Command& command, const ClosedOrder& order) noexcept {
  Event& event = begin(EventType::order_status, Cause::of(command));
  fill_from(event, command);
  event.flags = kAnswer;
  if (order.order_id.is_none()) {
    // As rejected() does.
    if (command.type == CommandType::new_order) event.orig_clordid = command.orig_clordid;
  } else {
    event.order_id = order.order_id;
    event.ord_status = order.status;
    event.account = order.account;
    event.instrument = order.instrument;
    event.side = order.side;
    event.ord_type = order.ord_type;
    event.tif = order.tif;
    event.price = order.price;
    event.qty = order.qty;
    event.cum_qty = order.cum_qty;
    event.cum_notional = order.cum_notional;
  }
  state_->sink->commit();
}

void Reports::commit_refusal(Event& event, const Command& command,
                             const Refusal& refusal) noexcept {
  event.clordid = command.clordid;
  fill_refusal(event, refusal);
  event.flags = static_cast<std::uint8_t>(
      kAnswer | (command.type == CommandType::replace ? kAnswersReplace : 0));
  state_->sink->commit();
}

}  // namespace sluice
