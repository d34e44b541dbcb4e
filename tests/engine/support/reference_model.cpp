#include "tests/engine/support/reference_model.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/types/durations.hpp"

namespace sluice::test {
namespace {

bool reaches(Side side, Price limit, Price price) {
  return side == Side::buy ? price <= limit : price >= limit;
}

}  // namespace

ReferenceModel::ReferenceModel(EngineConfig config)
    : config_(std::move(config)), remembered_(config_.sessions + 1) {
  states_.push_back(InstrumentState::none);
  for (const InstrumentTerms& terms : config_.instruments) states_.push_back(terms.initial_state);
}

std::vector<Event> ReferenceModel::apply(const Command& command) {
  command_ = command;
  now_ = std::max(now_, command.time);
  events_.clear();
  if (command.type == CommandType::new_order) enter();
  if (command.type == CommandType::cancel) cancel();
  if (command.type == CommandType::replace) replace();
  if (is_control(command.type)) control();
  if (command.type == CommandType::tick) {
    std::vector<OrderId> over;
    for (const Order& order : orders_) {
      if (is_over(order)) over.push_back(order.id);
    }
    for (const OrderId id : over) expire(id);
  }
  return events_;
}

bool ReferenceModel::rests(const Command& terms) {
  return terms.ord_type == OrdType::limit &&
         (terms.tif == TimeInForce::good_till_cancel || terms.tif == TimeInForce::day);
}

// ---- The three requests ----

void ReferenceModel::enter() {
  if (say_state()) return;
  const Verdict verdict = judge_entry();
  if (verdict.code != RejectCode::none) {
    if (verdict.code != RejectCode::duplicate_clordid) {
      remember(command_.clordid, Fate::refused, {});
    }
    Order refused{command_, {}, {}, {}, {}, {}};
    Event& e = report(EventType::order_rejected, refused, OrdStatus::rejected, kAnswer);
    e.leaves_qty = {};
    fill_verdict(e, verdict);
    e.orig_clordid = command_.orig_clordid;
    return;
  }
  const OrderId id = OrderId::make(config_.unit, config_.epoch, ++orders_given_);
  remember(command_.clordid, Fate::accepted, id);
  orders_.push_back({command_, id, {}, {}, now_.value / kNsPerDay, ++places_given_});
  Order& order = orders_.back();
  const InstrumentTerms& terms = config_.instruments[command_.instrument.value - 1];
  if (order.terms.ord_type == OrdType::market) {
    const Price best = first_within(command_.instrument, opposite(command_.side),
                                    {command_.side == Side::buy ? kMaxPriceTicks : 0})
                           ->terms.price;
    const std::int64_t far = command_.side == Side::buy
                                 ? best.value + terms.market_protection.value
                                 : best.value - terms.market_protection.value;
    order.terms.price = {std::clamp(far, std::int64_t{0}, kMaxPriceTicks)};
  }
  report(EventType::order_accepted, order, OrdStatus::fresh, kAnswer);
  match(id);
}

void ReferenceModel::cancel() {
  OrderId target;
  const Verdict verdict = find_target(target);
  if (verdict.code != RejectCode::none) return refuse_request(verdict, target);
  Event& e = report(EventType::order_canceled, *find(target), OrdStatus::canceled, kAnswer);
  e.orig_clordid = std::exchange(e.clordid, command_.clordid);
  e.leaves_qty = {};
  end(target, OrdStatus::canceled);
}

// A request that came before and says so is answered with what came of it, if that is known.
bool ReferenceModel::say_state() {
  const Command& c = command_;
  if ((c.flags & kPossResend) == 0 || !is_duplicate(c)) return false;
  OrderId made;
  if (const Order* order = find(c.session, c.clordid)) {
    made = order->id;
  } else {
    for (const Remembered& past : remembered_[c.session.value]) {
      if (past.clordid == c.clordid && past.fate != Fate::refused) made = past.order;
    }
  }
  if (find(made) != nullptr && is_over(*find(made))) expire(made);
  if (const Order* order = find(made)) {
    report(EventType::order_status, *order,
           order->cum > Qty{} ? OrdStatus::partially_filled : OrdStatus::fresh, kAnswer)
        .clordid = c.clordid;
    return true;
  }
  const Closed* closed = find_closed(made);
  if (!made.is_none() && closed == nullptr) return false;
  const Order as_asked{c, {}, {}, {}, {}, {}};
  Event& e = report(EventType::order_status, as_asked, OrdStatus::rejected, kAnswer);
  e.leaves_qty = {};
  if (closed == nullptr) {
    if (c.type == CommandType::new_order) e.orig_clordid = c.orig_clordid;
    return true;
  }
  e.order_id = closed->id;
  e.ord_status = closed->status;
  e.account = closed->account;
  e.instrument = closed->terms.instrument;
  e.side = closed->terms.side;
  e.ord_type = closed->terms.ord_type;
  e.tif = closed->terms.tif;
  e.price = closed->terms.price;
  e.qty = closed->terms.qty;
  e.cum_qty = closed->cum;
  e.cum_notional = closed->notional;
  return true;
}

void ReferenceModel::replace() {
  if (say_state()) return;
  OrderId target;
  Verdict verdict = find_target(target);
  if (verdict.code == RejectCode::none) verdict = judge_replace(target);
  if (!is_duplicate(command_)) {
    remember(command_.clordid, verdict.code == RejectCode::none ? Fate::accepted : Fate::refused,
             target);
  }
  if (verdict.code != RejectCode::none) return refuse_request(verdict, target);

  Order& order = *find(target);
  const bool keeps = command_.price == order.terms.price && command_.qty < order.terms.qty;
  const ClOrdId old_name = std::exchange(order.terms.clordid, command_.clordid);
  set_fate(order.terms.session, old_name, Fate::replaced);
  order.terms.price = command_.price;
  order.terms.qty = command_.qty;
  const auto take_party = [](std::uint64_t given, std::uint8_t qualifier, std::uint64_t& party,
                             std::uint8_t& party_qualifier) {
    if (given == 0) return;
    party = given;
    party_qualifier = qualifier;
  };
  Command& terms = order.terms;
  take_party(command_.client, command_.client_qualifier, terms.client, terms.client_qualifier);
  take_party(command_.trader, command_.trader_qualifier, terms.trader, terms.trader_qualifier);
  take_party(command_.decision_maker, command_.decision_maker_qualifier, terms.decision_maker,
             terms.decision_maker_qualifier);
  if (!keeps) order.place = ++places_given_;
  Event& e = report(EventType::order_replaced, order,
                    order.cum > Qty{} ? OrdStatus::partially_filled : OrdStatus::fresh,
                    keeps ? kAnswer | kKeptPriority : kAnswer);
  e.orig_clordid = old_name;
  if (!keeps) match(target);
}

// ---- Answering ----

// Says what is known of the order where there is one, else of the request.
void ReferenceModel::refuse_request(const Verdict& verdict, OrderId target) {
  const bool is_replace = command_.type == CommandType::replace;
  const unsigned flags = is_replace ? kAnswer | kAnswersReplace : kAnswer;
  const Order nobody{command_, {}, {}, {}, {}, {}};
  const Order* order = find(target);
  Event& e =
      order == nullptr
          ? report(EventType::cancel_rejected, nobody, OrdStatus::rejected, flags)
          : report(EventType::cancel_rejected, *order,
                   order->cum > Qty{} ? OrdStatus::partially_filled : OrdStatus::fresh, flags);
  if (order == nullptr) e.leaves_qty = {};
  if (const Closed* closed = find_closed(target)) {
    e.order_id = closed->id;
    e.ord_status = closed->status;
    e.account = closed->account;
  }
  // OrigClOrdID(41) is required in 9: where the request named the order by 37 only, the order's.
  e.orig_clordid = order != nullptr && command_.orig_clordid.empty() ? order->terms.clordid
                                                                     : command_.orig_clordid;
  e.clordid = command_.clordid;
  fill_verdict(e, verdict);
}

void ReferenceModel::fill_verdict(Event& e, const Verdict& verdict) const {
  e.reject = verdict.code;
  e.reject_limit = verdict.limit;
  e.reject_asked = verdict.asked;
  if (verdict.code == command_.defect) e.asked_exponent = command_.asked_exponent;
}

// ---- Matching ----

void ReferenceModel::match(OrderId id) {
  const Command terms = find(id)->terms;
  const Side other = opposite(terms.side);
  bool may_trade = true;
  if (terms.tif == TimeInForce::fill_or_kill) {
    Qty live{};
    for (const OrderId resting_id : queue(terms.instrument, other)) {
      const Order& resting = *find(resting_id);
      if (live >= terms.qty || !reaches(terms.side, terms.price, resting.terms.price)) break;
      if (is_over(resting)) {
        expire(resting_id);
      } else {
        live += resting.terms.qty - resting.cum;
      }
    }
    may_trade = live >= terms.qty;
  }
  while (may_trade && find(id)->cum < terms.qty) {
    Order* resting = first_within(terms.instrument, other, terms.price);
    if (resting == nullptr) break;
    Order& aggressor = *find(id);
    const Qty size =
        std::min(aggressor.terms.qty - aggressor.cum, resting->terms.qty - resting->cum);
    const Price price = resting->terms.price;
    const MatchId match_id = MatchId::make(config_.unit, config_.epoch, ++matches_given_);
    const auto fill = [&](Order& order, const Order& contra, Liquidity liquidity, unsigned flags) {
      order.cum += size;
      order.notional += Notional{price.value} * Notional{size.value};
      const bool done = order.cum == order.terms.qty;
      Event& e = report(EventType::trade, order,
                        done ? OrdStatus::filled : OrdStatus::partially_filled, flags);
      e.last_price = price;
      e.last_qty = size;
      e.liquidity = liquidity;
      e.match_id = match_id;
      e.contra_order_id = contra.id;
    };
    fill(*resting, aggressor, Liquidity::added, 0);
    fill(aggressor, *resting, Liquidity::removed, kAggressor);
    if (resting->cum == resting->terms.qty) end(resting->id, OrdStatus::filled);
  }
  if (find(id)->cum == terms.qty) return end(id, OrdStatus::filled);
  if (!rests(terms)) expire(id);
}

void ReferenceModel::expire(OrderId id) {
  report(EventType::order_expired, *find(id), OrdStatus::expired, 0).leaves_qty = {};
  end(id, OrdStatus::expired);
}

void ReferenceModel::end(OrderId id, OrdStatus status) {
  const Command& terms = find(id)->terms;
  const Order& over = *find(id);
  closed_.push_back({id, terms.session, terms.account, status, terms, over.cum, over.notional});
  std::erase_if(orders_, [&](const Order& order) { return order.id == id; });
}

// ---- Looking things up ----

// Each place of the history has the order that closed last among those that share it.
const ReferenceModel::Closed* ReferenceModel::find_closed(OrderId id) const {
  const auto latest = std::find_if(closed_.rbegin(), closed_.rend(), [&](const Closed& closed) {
    return closed.id.count() % config_.order_history == id.count() % config_.order_history;
  });
  return latest != closed_.rend() && latest->id == id ? &*latest : nullptr;
}

ReferenceModel::Order* ReferenceModel::find(OrderId id) {
  for (Order& order : orders_) {
    if (order.id == id) return &order;
  }
  return nullptr;
}

ReferenceModel::Order* ReferenceModel::find(SessionId session, const ClOrdId& clordid) {
  for (Order& order : orders_) {
    if (order.terms.session == session && order.terms.clordid == clordid) return &order;
  }
  return nullptr;
}

bool ReferenceModel::is_over(const Order& order) const {
  return order.terms.tif == TimeInForce::day && (order.day + 1) * kNsPerDay <= now_.value;
}

std::vector<OrderId> ReferenceModel::queue(InstrumentId instrument, Side side) const {
  std::vector<const Order*> found;
  for (const Order& order : orders_) {
    // What is not going to rest is never in anyone's way: it ends with its own command.
    if (order.terms.instrument == instrument && order.terms.side == side && rests(order.terms)) {
      found.push_back(&order);
    }
  }
  std::sort(found.begin(), found.end(), [&](const Order* a, const Order* b) {
    if (a->terms.price == b->terms.price) return a->place < b->place;
    return (a->terms.price > b->terms.price) == (side == Side::buy);
  });
  std::vector<OrderId> ids;
  for (const Order* order : found) ids.push_back(order->id);
  return ids;
}

ReferenceModel::Order* ReferenceModel::first_within(InstrumentId instrument, Side side,
                                                    Price limit) {
  for (const OrderId id : queue(instrument, side)) {
    Order& order = *find(id);
    if (!reaches(opposite(side), limit, order.terms.price)) return nullptr;
    if (!is_over(order)) return &order;
    expire(id);
  }
  return nullptr;
}

bool ReferenceModel::is_duplicate(const Command& command) {
  if (find(command.session, command.clordid) != nullptr) return true;
  const auto& past = remembered_[command.session.value];
  return std::any_of(past.begin(), past.end(),
                     [&](const Remembered& one) { return one.clordid == command.clordid; });
}

void ReferenceModel::remember(const ClOrdId& clordid, Fate fate, OrderId order) {
  auto& past = remembered_[command_.session.value];
  if (past.size() == config_.clordid_history) past.pop_front();
  past.push_back({clordid, fate, order});
}

void ReferenceModel::set_fate(SessionId session, const ClOrdId& clordid, Fate fate) {
  for (Remembered& past : remembered_[session.value]) {
    if (past.clordid == clordid) past.fate = fate;
  }
}

std::optional<TimeNs> ReferenceModel::next_due() const {
  std::optional<TimeNs> due;
  for (const Order& order : orders_) {
    if (order.terms.tif != TimeInForce::day) continue;
    const TimeNs midnight{(order.day + 1) * kNsPerDay};
    if (!due || midnight < *due) due = midnight;
  }
  return due;
}

std::vector<OrderView> ReferenceModel::book(InstrumentId instrument, Side side) const {
  std::vector<OrderView> result;
  for (const OrderId id : queue(instrument, side)) {
    const Order& o = *std::find_if(orders_.begin(), orders_.end(),
                                   [&](const Order& order) { return order.id == id; });
    result.push_back({o.id, o.terms.session, o.terms.instrument, o.terms.clordid, o.terms.side,
                      o.terms.price, o.terms.qty, o.cum});
  }
  return result;
}

// ---- Reports ----

Event& ReferenceModel::report(EventType type, const Order& order, OrdStatus status,
                              unsigned flags) {
  const Command& t = order.terms;
  Event& e = events_.emplace_back();
  e.exec_id = ExecId::make(config_.unit, config_.epoch, ++events_given_);
  e.command_seq = command_.seq;
  e.time = now_;
  e.session = t.session;
  e.type = type;
  e.flags = static_cast<std::uint8_t>(flags);
  e.ring_in_ns = command_.ring_in_ns;
  e.decoded_ns = command_.decoded_ns;
  e.engine_in_ns = command_.engine_in_ns;
  e.source_session = command_.session;
  e.source_msg_seq_num = command_.msg_seq_num;
  e.source_session_epoch = command_.session_epoch;
  e.order_id = order.id;
  e.ord_status = status;
  e.instrument = t.instrument;
  e.account = t.account;
  e.side = t.side;
  e.ord_type = t.ord_type;
  e.tif = t.tif;
  e.exec_inst = t.exec_inst;
  e.order_restrictions = t.order_restrictions;
  e.position_effect = t.position_effect;
  e.order_capacity = t.order_capacity;
  e.price = t.price;
  e.qty = t.qty;
  e.cum_qty = order.cum;
  e.leaves_qty = t.qty - order.cum;
  e.cum_notional = order.notional;
  e.clordid = t.clordid;
  e.client = t.client;
  e.trader = t.trader;
  e.decision_maker = t.decision_maker;
  e.trigger_price = t.trigger_price;
  e.display_qty = t.display_qty;
  e.expire_time = t.expire_time;
  e.self_match_prevention_id = t.self_match_prevention_id;
  e.quote_set = t.quote_set;
  e.mmp_group = t.mmp_group;
  e.self_match_prevention_instruction = t.self_match_prevention_instruction;
  e.trigger_source = t.trigger_source;
  e.trigger_type = t.trigger_type;
  e.valid_until = t.valid_until;
  e.client_qualifier = t.client_qualifier;
  e.trader_qualifier = t.trader_qualifier;
  e.decision_maker_qualifier = t.decision_maker_qualifier;
  return e;
}

}  // namespace sluice::test
