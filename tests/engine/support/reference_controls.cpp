// The venue's own commands in the reference model.
#include <vector>

#include "engine/types/durations.hpp"
#include "tests/engine/support/reference_model.hpp"

namespace sluice::test {

void ReferenceModel::control() {
  switch (command_.type) {
    case CommandType::set_instrument_state:
      return set_state();
    case CommandType::set_kill:
      return set_kill();
    case CommandType::mass_cancel:
      return mass_cancel();
    default:
      return cancel_one();
  }
}

void ReferenceModel::set_state() {
  const Command& c = command_;
  if (c.instrument.value == 0 || c.instrument.value > config_.instruments.size()) {
    return refuse_control({RejectCode::unknown_instrument});
  }
  if (c.control_action < 1 || c.control_action > 6) {
    return refuse_control({RejectCode::unknown_control, 0, c.control_action});
  }
  states_[c.instrument.value] = static_cast<InstrumentState>(c.control_action);
  Event& e = own_report(EventType::instrument_state_changed, kAnswer);
  e.instrument = c.instrument;
  e.control_state = c.control_action;
}

bool ReferenceModel::knows_target() const {
  const std::uint32_t target = command_.target;
  switch (command_.control_scope) {
    case ControlScope::venue:
      return target == 0;
    case ControlScope::firm:
      return target >= 1 && target <= config_.firms;
    case ControlScope::account:
      return target >= 1 && target <= config_.accounts;
    case ControlScope::session:
      return target >= 1 && target <= config_.sessions;
    default:
      return false;
  }
}

void ReferenceModel::set_kill() {
  const Command& c = command_;
  if (!knows_target()) return refuse_control({RejectCode::unknown_target, 0, c.target});
  const unsigned action = c.control_action;
  if (action != 0 && action != kKillOn && action != (kKillOn | kKeepResting)) {
    return refuse_control({RejectCode::unknown_control, 0, action});
  }
  std::erase(kills_, Target{c.control_scope, c.target});
  if (action != 0) kills_.emplace_back(c.control_scope, c.target);
  Event& e = own_report(EventType::kill_changed, kAnswer);
  e.control_scope = c.control_scope;
  e.target = c.target;
  e.control_state = c.control_action;
  if (action == kKillOn) cancel_all(CancelCause::kill_switch, {});
}

void ReferenceModel::mass_cancel() {
  const Command& c = command_;
  if (!knows_target()) return refuse_control({RejectCode::unknown_target, 0, c.target});
  if (c.instrument.value > config_.instruments.size()) {
    return refuse_control({RejectCode::unknown_instrument});
  }
  Event& e = own_report(EventType::mass_cancel_started, kAnswer);
  e.control_scope = c.control_scope;
  e.target = c.target;
  e.instrument = c.instrument;
  cancel_all(CancelCause::mass_cancel, c.instrument);
}

void ReferenceModel::cancel_all(CancelCause cause, InstrumentId only) {
  std::uint32_t canceled = 0;
  for (std::uint32_t i = 1; i <= config_.instruments.size(); ++i) {
    if (only.value != 0 && only.value != i) continue;
    for (const Side side : {Side::buy, Side::sell}) {
      for (const OrderId id : queue({i}, side)) {
        const Order& order = *find(id);
        if (!is_in({command_.control_scope, command_.target}, order.terms)) continue;
        if (is_over(order)) {
          expire(id);
          continue;
        }
        cancel_unasked(id, cause);
        ++canceled;
      }
    }
  }
  Event& e = own_report(EventType::cancels_done, 0);
  e.control_scope = command_.control_scope;
  e.target = command_.target;
  e.instrument = only;
  e.orders = canceled;
}

void ReferenceModel::cancel_one() {
  const OrderId id = command_.order_id;
  const Order* order = find(id);
  const bool late = order != nullptr && is_over(*order);
  if (late) expire(id);
  if (order == nullptr || late) return refuse_control({RejectCode::unknown_order});
  cancel_unasked(id, CancelCause::venue_cancel);
  Event& e = own_report(EventType::cancels_done, kAnswer);
  e.order_id = id;
  e.orders = 1;
}

void ReferenceModel::cancel_unasked(OrderId id, CancelCause cause) {
  Event& e = report(EventType::order_canceled, *find(id), OrdStatus::canceled, 0);
  e.leaves_qty = {};
  e.restatement_reason = 8;
  e.cancel_cause = cause;
  end(id, OrdStatus::canceled);
}

bool ReferenceModel::is_in(const Target& target, const Command& order) const {
  switch (target.first) {
    case ControlScope::venue:
      return true;
    case ControlScope::firm:
      return config_.session_firm[order.session.value - 1].value == target.second;
    case ControlScope::account:
      return order.account.value == target.second;
    default:
      return order.session.value == target.second;
  }
}

// Whether an order of these terms may enter; `order` has the session and the account.
ReferenceModel::Verdict ReferenceModel::judge_controls(const Command& order, bool may_rest) const {
  ControlScope widest = ControlScope::none;
  for (const Target& kill : kills_) {
    if (!is_in(kill, order)) continue;
    if (widest == ControlScope::none || kill.first < widest) widest = kill.first;
  }
  if (widest != ControlScope::none) {
    return {RejectCode::kill_switch, static_cast<std::int64_t>(widest)};
  }
  switch (states_[order.instrument.value]) {
    case InstrumentState::continuous:
      return {};
    case InstrumentState::pre_open:
    case InstrumentState::post_only:
      return {may_rest ? RejectCode::none : only_resting(order.instrument)};
    case InstrumentState::close_only:
      return {RejectCode::instrument_close_only};
    case InstrumentState::cancel_only:
      return {RejectCode::instrument_cancel_only};
    default:
      return {RejectCode::instrument_halted};
  }
}

RejectCode ReferenceModel::only_resting(InstrumentId instrument) const {
  const InstrumentState state = states_[instrument.value];
  if (state == InstrumentState::pre_open) return RejectCode::instrument_pre_open;
  return state == InstrumentState::post_only ? RejectCode::instrument_post_only : RejectCode::none;
}

void ReferenceModel::refuse_control(const Verdict& verdict) {
  Event& e = own_report(EventType::control_rejected, kAnswer);
  fill_verdict(e, verdict);
}

Event& ReferenceModel::own_report(EventType type, unsigned flags) {
  Command nobody{};
  nobody.session = {};
  return report(type, {nobody, {}, {}, {}, {}, {}}, OrdStatus::none, flags);
}

}  // namespace sluice::test
