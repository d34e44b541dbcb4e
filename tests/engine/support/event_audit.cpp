#include "tests/engine/support/event_audit.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/engine/support/print.hpp"

namespace sluice::test {
namespace {

bool is_entry(CommandType type) {
  return type == CommandType::new_order || type == CommandType::cancel ||
         type == CommandType::replace;
}

bool is_refusal(EventType type) {
  return type == EventType::order_rejected || type == EventType::cancel_rejected ||
         type == EventType::control_rejected;
}

OrdStatus status_of(const Event& e) {
  switch (e.type) {
    case EventType::order_accepted:
      return OrdStatus::fresh;
    case EventType::order_canceled:
      return OrdStatus::canceled;
    case EventType::order_expired:
      return OrdStatus::expired;
    case EventType::order_rejected:
      return OrdStatus::rejected;
    default:
      break;
  }
  if (e.cum_qty == e.qty) return OrdStatus::filled;
  return e.cum_qty > Qty{} ? OrdStatus::partially_filled : OrdStatus::fresh;
}

// The answer that a type of command can get besides a refusal.
EventType good_answer(CommandType type) {
  switch (type) {
    case CommandType::new_order:
      return EventType::order_accepted;
    case CommandType::cancel:
      return EventType::order_canceled;
    case CommandType::replace:
      return EventType::order_replaced;
    case CommandType::set_instrument_state:
      return EventType::instrument_state_changed;
    case CommandType::set_kill:
      return EventType::kill_changed;
    case CommandType::mass_cancel:
      return EventType::mass_cancel_started;
    default:
      return EventType::cancels_done;
  }
}

EventType refusing_answer(CommandType type) {
  if (is_control(type)) return EventType::control_rejected;
  return type == CommandType::new_order ? EventType::order_rejected : EventType::cancel_rejected;
}

}  // namespace

std::string EventAudit::observe(const Command& command, const std::vector<Event>& events,
                                bool work_is_pending) {
  if (is_entry(command.type) || is_control(command.type)) {
    unanswered_[{command.session.value, command.msg_seq_num}] = command;
  }
  now_ = std::max(now_, command.time);
  seq_ = command.seq;
  for (const Event& event : events) {
    std::string complaint = check(event);
    if (!complaint.empty()) {
      std::ostringstream out;
      out << complaint << " in " << brief(event) << "  " << event;
      return out.str();
    }
  }
  if (first_half_.type != EventType::none) return "a match without its aggressor";
  if (!work_is_pending && !unanswered_.empty()) return "no work is pending, a command unanswered";
  if (!work_is_pending && controls_.under_way() > 0) return "no work is pending, a cancel is";
  return {};
}

std::string EventAudit::check(const Event& event) {
  ++events_;
  if (event.exec_id != ExecId::make(unit_, epoch_, events_)) return "ExecID is not dense";
  if (event.time != now_) return "not stamped with engine time";
  if (event.command_seq > seq_ || event.command_seq == CommandSeq{}) return "command_seq";
  if (event.reserved0 != 0 || event.reserved1 != 0 ||
      std::ranges::any_of(event.reserved2, [](std::uint64_t word) { return word != 0; })) {
    return "reserved bytes are set";
  }
  if (event.fee_amount != 0 || event.fee_currency != CurrencyId{} || event.fee_type != 0 ||
      event.realised_profit != 0) {
    return "nobody pays fees yet";
  }
  if (is_refusal(event.type) == (event.reject == RejectCode::none)) {
    return "reject code and type disagree";
  }
  if (first_half_.type != EventType::none && event.type != EventType::trade) {
    return "something came between the two sides of a match";
  }
  if ((event.flags & kAnswer) != 0) {
    std::string complaint = check_answer(event);
    if (!complaint.empty()) return complaint;
  } else if (event.type != EventType::trade && event.type != EventType::order_expired &&
             event.type != EventType::order_canceled && event.type != EventType::cancels_done) {
    return "only trades, expiries and the venue's cancels come without being asked for";
  }
  std::string complaint = controls_.observe(event);
  if (!complaint.empty() || event.session.value == 0) return complaint;
  return check_order(event);
}

std::string EventAudit::check_answer(const Event& event) {
  if (event.type == EventType::trade || event.type == EventType::order_expired) {
    return "a trade or an expiry is no answer";
  }
  const auto found = unanswered_.find({event.source_session.value, event.source_msg_seq_num});
  if (found == unanswered_.end()) return "an answer that nobody waits for";
  const Command command = found->second;
  unanswered_.erase(found);
  if (event.session != command.session) return "the answer goes to another session";
  if (event.clordid != command.clordid) return "the answer has another ClOrdID";
  if (event.type == EventType::order_status) {
    if ((command.flags & kPossResend) == 0) return "nobody asked for a state";
    if (command.type != CommandType::new_order && command.type != CommandType::replace) {
      return "a state answers what makes an order";
    }
  } else if (event.type != refusing_answer(command.type) &&
             event.type != good_answer(command.type)) {
    return "the wrong answer";
  }
  const bool should_say_replace =
      command.type == CommandType::replace && event.type == EventType::cancel_rejected;
  if (((event.flags & kAnswersReplace) != 0) != should_say_replace) return "kAnswersReplace";
  if (event.ring_in_ns != command.ring_in_ns || event.decoded_ns != command.decoded_ns ||
      event.engine_in_ns != command.engine_in_ns ||
      event.source_session_epoch != command.session_epoch) {
    return "clock readings or session epoch differ from the command's";
  }
  return {};
}

std::string EventAudit::check_order(const Event& event) {
  if (event.type == EventType::order_rejected) {
    if (!event.order_id.is_none()) return "a refused order has an id";
    if (event.ord_status != OrdStatus::rejected) return "ord_status";
    return event.leaves_qty == Qty{} && event.cum_qty == Qty{} ? "" : "a refused order has leaves";
  }
  if (event.type == EventType::cancel_rejected) {
    return check_refused_request(event);
  }
  if (event.type == EventType::order_status) return check_status(event);

  Life& life = lives_[event.order_id.value];
  if (event.type == EventType::order_accepted) {
    if (event.order_id != OrderId::make(unit_, epoch_, ++orders_)) return "OrderID is not dense";
  } else {
    if (!life.open) return "an event of an order that is not open";
    const Event& last = life.last;
    if (event.session != last.session || event.instrument != last.instrument ||
        event.side != last.side || event.ord_type != last.ord_type || event.tif != last.tif ||
        event.account != last.account || event.exec_inst != last.exec_inst) {
      return "what an order is cannot change";
    }
    const bool same_parties = event.client == last.client && event.trader == last.trader &&
                              event.decision_maker == last.decision_maker &&
                              event.client_qualifier == last.client_qualifier &&
                              event.trader_qualifier == last.trader_qualifier &&
                              event.decision_maker_qualifier == last.decision_maker_qualifier;
    if (event.type != EventType::order_replaced && !same_parties) {
      return "parties changed without a replace";
    }
    const bool asked_for =
        (event.type == EventType::order_canceled && event.cancel_cause == CancelCause::none) ||
        event.type == EventType::order_replaced;
    if (!asked_for && !event.orig_clordid.empty()) return "OrigClOrdID without a request";
    if (asked_for && event.orig_clordid != last.clordid) return "OrigClOrdID is not the order's";
    if (!asked_for && event.clordid != last.clordid) return "ClOrdID is not the order's";
    if (event.type != EventType::order_replaced &&
        (event.qty != last.qty || event.price != last.price)) {
      return "price or quantity changed without a replace";
    }
  }
  if (event.type == EventType::trade) {
    std::string complaint = check_trade(event, life);
    if (!complaint.empty()) return complaint;
  } else {
    if (event.cum_qty != life.last.cum_qty || event.cum_notional != life.last.cum_notional) {
      return "cumulated numbers changed without a trade";
    }
    if (event.last_qty != Qty{} || event.last_price != Price{} || !event.match_id.is_none() ||
        event.liquidity != Liquidity::none || !event.contra_order_id.is_none() ||
        (event.flags & kAggressor) != 0) {
      return "fields of a trade are set";
    }
  }
  if (event.ord_status != status_of(event)) return "ord_status";
  const bool ended =
      event.type == EventType::order_canceled || event.type == EventType::order_expired;
  if (event.leaves_qty != (ended ? Qty{} : event.qty - event.cum_qty)) return "LeavesQty";
  if ((event.flags & kKeptPriority) != 0 &&
      (event.type != EventType::order_replaced || event.price != life.last.price ||
       event.qty >= life.last.qty)) {
    return "kKeptPriority";
  }
  life.last = event;
  life.open = event.leaves_qty > Qty{};
  if (life.open) {
    open_.insert(event.order_id.value);
  } else {
    open_.erase(event.order_id.value);
  }
  return {};
}

// FIX.4.4: OrderID(37)=NONE and OrdStatus(39)=8 belong to an unknown order and to nothing else; of
// any other order the refusal repeats what its last report said.
std::string EventAudit::check_refused_request(const Event& event) {
  const bool is_unknown = event.reject == RejectCode::unknown_order;
  if (event.order_id.is_none()) {
    // One that may not even wait is not looked up again: its order may be about to come.
    if (!is_unknown && event.reject != RejectCode::deferred_capacity) return "a known order's id";
    return event.ord_status == OrdStatus::rejected ? "" : "ord_status of an unknown order";
  }
  if (is_unknown) return "an unknown order has an id";
  const auto found = lives_.find(event.order_id.value);
  if (found == lives_.end() || found->second.last.session != event.session) {
    return "a refusal names a foreign order";
  }
  const Life& life = found->second;
  if (life.open && event.reject == RejectCode::too_late_filled) return "too late for an open order";
  if (event.account != life.last.account) return "the account is not the order's";
  return event.ord_status == life.last.ord_status ? "" : "ord_status";
}

// What its last report said, and nothing else.
std::string EventAudit::check_status(const Event& event) {
  if (event.order_id.is_none()) {
    return event.ord_status == OrdStatus::rejected && event.leaves_qty == Qty{} &&
                   event.cum_qty == Qty{}
               ? ""
               : "the state of a refused order";
  }
  const auto found = lives_.find(event.order_id.value);
  if (found == lives_.end() || found->second.last.session != event.session) {
    return "the state of a foreign order";
  }
  const Event& last = found->second.last;
  return event.qty == last.qty && event.cum_qty == last.cum_qty &&
                 event.cum_notional == last.cum_notional && event.leaves_qty == last.leaves_qty &&
                 event.account == last.account && event.instrument == last.instrument &&
                 event.side == last.side && event.ord_type == last.ord_type &&
                 event.price == last.price &&
                 event.ord_status == (found->second.open ? status_of(event) : last.ord_status)
             ? ""
             : "its last report said another state";
}

std::string EventAudit::check_trade(const Event& event, const Life& before) {
  const bool aggressor = (event.flags & kAggressor) != 0;
  if (event.last_qty <= Qty{} || event.cum_qty != before.last.cum_qty + event.last_qty ||
      event.cum_qty > event.qty) {
    return "CumQty";
  }
  if (event.cum_notional != before.last.cum_notional +
                                Notional{event.last_price.value} * Notional{event.last_qty.value}) {
    return "cum_notional";
  }
  if (event.liquidity != (aggressor ? Liquidity::removed : Liquidity::added)) return "liquidity";
  const bool within =
      event.side == Side::buy ? event.last_price <= event.price : event.last_price >= event.price;
  if (!within) return "a trade beyond the order's limit";
  if (!aggressor) {
    if (event.last_price != event.price) return "a trade not at the resting price";
    if (event.match_id != MatchId::make(unit_, epoch_, ++matches_)) return "match_id not dense";
    if (first_half_.type != EventType::none) return "two resting sides in one match";
    first_half_ = event;
    return {};
  }
  const Event first = std::exchange(first_half_, Event{});
  const bool fits =
      first.type == EventType::trade && first.match_id == event.match_id &&
      first.last_qty == event.last_qty && first.last_price == event.last_price &&
      first.instrument == event.instrument && first.side == opposite(event.side) &&
      first.contra_order_id == event.order_id && event.contra_order_id == first.order_id &&
      first.source_session == event.source_session &&
      first.source_msg_seq_num == event.source_msg_seq_num && event.session == event.source_session;
  return fits ? "" : "the two sides of a match disagree";
}

}  // namespace sluice::test
