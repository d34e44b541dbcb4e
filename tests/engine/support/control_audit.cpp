#include "tests/engine/support/control_audit.hpp"

#include <algorithm>

namespace sluice::test {

ControlAudit::ControlAudit(const EngineConfig& config)
    : config_(config), states_(config.instruments.size() + 1) {
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    states_[i + 1] = config.instruments[i].initial_state;
  }
}

bool ControlAudit::is_in(const Target& scope, const Event& order) const {
  const std::uint32_t session = order.session.value;
  switch (scope.first) {
    case ControlScope::venue:
      return true;
    case ControlScope::firm:
      return !config_.session_firm.empty() &&
             config_.session_firm[session - 1].value == scope.second;
    case ControlScope::account:
      return order.account.value == scope.second;
    case ControlScope::session:
      return session == scope.second;
    default:
      return false;
  }
}

std::string ControlAudit::check_fields(const Event& e) const {
  const bool is_canceled = e.type == EventType::order_canceled;
  const bool unasked = is_canceled && (e.flags & kAnswer) == 0;
  if ((e.cancel_cause != CancelCause::none) != unasked) return "cancel_cause";
  if (e.restatement_reason != (unasked ? 8 : 0)) return "restatement_reason";
  const bool has_scope = e.type == EventType::kill_changed ||
                         e.type == EventType::mass_cancel_started ||
                         e.type == EventType::cancels_done;
  if (!has_scope && (e.control_scope != ControlScope::none || e.target != 0)) return "scope";
  const bool has_state =
      e.type == EventType::kill_changed || e.type == EventType::instrument_state_changed;
  if (!has_state && e.control_state != 0) return "control_state";
  if (e.type != EventType::cancels_done && e.orders != 0) return "orders";
  const bool is_own = e.type >= EventType::instrument_state_changed;
  if (is_own != (e.session.value == 0)) return "whose event it is";
  return is_own && e.ord_status != OrdStatus::none ? "an event of no order has a status" : "";
}

std::string ControlAudit::observe(const Event& event) {
  std::string complaint = check_fields(event);
  if (!complaint.empty()) return complaint;
  if (venue_canceled_ != 0 && event.type != EventType::cancels_done) {
    return "a venue's cancel of one order is not answered at once";
  }
  switch (event.type) {
    case EventType::order_accepted:
    case EventType::order_replaced:
      complaint = check_entry(event);
      break;
    case EventType::trade:
      complaint = check_trade(event);
      break;
    case EventType::order_canceled:
      if (event.cancel_cause != CancelCause::none) complaint = check_cancel(event);
      break;
    case EventType::cancels_done:
      complaint = check_done(event);
      break;
    case EventType::instrument_state_changed:
      states_[event.instrument.value] = static_cast<InstrumentState>(event.control_state);
      break;
    case EventType::kill_changed:
      kills_.erase({event.control_scope, event.target});
      if (event.control_state != 0) kills_.insert({event.control_scope, event.target});
      if (event.control_state == kKillOn) begin(event, CancelCause::kill_switch);
      break;
    case EventType::mass_cancel_started:
      begin(event, CancelCause::mass_cancel);
      break;
    default:
      break;
  }
  follow(event);
  return complaint;
}

std::string ControlAudit::check_entry(const Event& event) const {
  const InstrumentState state = states_[event.instrument.value];
  const bool takes_entry = state == InstrumentState::continuous ||
                           state == InstrumentState::pre_open ||
                           state == InstrumentState::post_only;
  if (!takes_entry) return "an entry while the instrument takes none";
  const bool stopped = std::any_of(kills_.begin(), kills_.end(),
                                   [&](const Target& kill) { return is_in(kill, event); });
  return stopped ? "an entry while a kill switch is on" : "";
}

std::string ControlAudit::check_trade(const Event& event) const {
  // A change of state waits for the sweeps that came before it.
  if (states_[event.instrument.value] != InstrumentState::continuous) {
    return "a trade while the instrument is not continuous";
  }
  if ((event.flags & kAggressor) != 0) return {};
  const std::uint64_t aggressor = event.contra_order_id.value;
  const auto found = open_.find(aggressor);
  if (found == open_.end()) return "a trade with an order that is not open";
  for (const UnderWay& one : under_way_) {
    const bool concerned =
        one.condemned.contains(event.order_id.value) || one.condemned.contains(aggressor);
    if (concerned && found->second.began > one.began) return "a condemned order trades";
  }
  return {};
}

std::string ControlAudit::check_cancel(const Event& event) {
  if (event.cancel_cause == CancelCause::venue_cancel) {
    venue_canceled_ = event.order_id.value;
    return {};
  }
  for (UnderWay& one : under_way_) {
    if (one.source != event.source_msg_seq_num) continue;
    if (one.cause != event.cancel_cause) return "another cause than the command's";
    if (!one.condemned.contains(event.order_id.value)) return "an order that was not concerned";
    ++one.canceled;
    return {};
  }
  return "a cancel that no command under way asked for";
}

std::string ControlAudit::check_done(const Event& event) {
  if ((event.flags & kAnswer) != 0) {
    if (event.orders != 1 || event.order_id.value != std::exchange(venue_canceled_, 0)) {
      return "cancels_done of one order";
    }
    return {};
  }
  const auto one = std::find_if(under_way_.begin(), under_way_.end(), [&](const UnderWay& other) {
    return other.source == event.source_msg_seq_num;
  });
  if (one == under_way_.end()) return "the end of what is not under way";
  if (one->canceled != event.orders) return "the number of orders";
  if (!one->condemned.empty()) return "orders are left that were to be cancelled";
  under_way_.erase(one);
  return {};
}

void ControlAudit::begin(const Event& event, CancelCause cause) {
  UnderWay one{event.source_msg_seq_num, cause, event.exec_id.count(), {}, 0};
  for (const auto& [id, order] : open_) {
    const bool on_it = event.instrument.value == 0 || event.instrument == order.last.instrument;
    if (on_it && is_in({event.control_scope, event.target}, order.last)) one.condemned.insert(id);
  }
  under_way_.push_back(one);
}

void ControlAudit::follow(const Event& event) {
  const bool is_refusal = event.reject != RejectCode::none;
  if (event.session.value == 0 || is_refusal) return;
  if (event.leaves_qty == Qty{}) {
    open_.erase(event.order_id.value);
    for (UnderWay& one : under_way_) one.condemned.erase(event.order_id.value);
    return;
  }
  Open& order = open_[event.order_id.value];
  order.last = event;
  const bool starts =
      event.type == EventType::order_accepted || event.type == EventType::order_replaced;
  if (starts) order.began = event.exec_id.count();
}

}  // namespace sluice::test
