#include "perf/baseline/plain_book.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace sluice::perf {

void PlainBook::apply(const Command& command) {
  if (command.type == CommandType::new_order) add(command);
  if (command.type == CommandType::cancel) cancel(command);
  if (command.type == CommandType::replace) replace(command);
}

Outcome PlainBook::outcome() const {
  Outcome result = counts_;
  result.resting = by_name_.size();
  return result;
}

bool PlainBook::is_duplicate(const ClOrdId& name) {
  if (duties_.history == 0) return false;
  if (!used_names_.insert(name).second) return true;
  used_names_in_order_.push_back(name);
  if (used_names_in_order_.size() > duties_.history) {
    used_names_.erase(used_names_in_order_.front());
    used_names_in_order_.pop_front();
  }
  return false;
}

Event& PlainBook::new_report(EventType type, const Order& order, const Command& cause) {
  Event& event = duties_.reports->claim();
  event.exec_id = ExecId::make(0, 1, ++last_exec_id_);
  event.command_seq = cause.seq;
  event.time = cause.time;
  event.order_id.value = order.order_id;
  event.session = order.session;
  event.instrument = cause.instrument;
  event.account = order.account;
  event.type = type;
  event.side = order.side;
  event.tif = order.tif;
  event.price = {order.price};
  event.qty = {order.qty};
  event.cum_qty = {order.cum};
  event.leaves_qty = {order.qty - order.cum};
  event.cum_notional = order.cum_notional;
  event.clordid = order.name;
  event.source_session = cause.session;
  event.source_msg_seq_num = cause.msg_seq_num;
  return event;
}

void PlainBook::report(EventType type, const Order& order, const Command& cause) {
  if (duties_.reports == nullptr) return;
  Event& event = new_report(type, order, cause);
  event.flags = kAnswer;
  if (cause.type != CommandType::new_order) {
    event.clordid = cause.clordid;
    event.orig_clordid = cause.orig_clordid;
  }
  duties_.reports->commit();
}

void PlainBook::report_trade(const Order& order, const Order& contra, const Command& cause,
                             std::int64_t price, std::int64_t lots, bool aggressor) {
  if (duties_.reports == nullptr) return;
  Event& event = new_report(EventType::trade, order, cause);
  event.last_price = {price};
  event.last_qty = {lots};
  event.contra_order_id.value = contra.order_id;
  event.match_id.value = counts_.trades;
  event.flags = aggressor ? kAggressor : 0;
  duties_.reports->commit();
}

void PlainBook::refuse(const Command& command) {
  ++counts_.refused;
  Order nobody{};
  nobody.name = command.clordid;
  nobody.session = command.session;
  report(command.type == CommandType::new_order ? EventType::order_rejected
                                                : EventType::cancel_rejected,
         nobody, command);
}

void PlainBook::add(const Command& command) {
  if (is_duplicate(command.clordid)) return refuse(command);
  const bool market = command.ord_type == OrdType::market;
  const bool buy = command.side == Side::buy;
  if (market && (buy ? asks_.empty() : bids_.empty())) {
    return refuse(command);
  }
  if (has(command.exec_inst, ExecInst::post_only) &&
      would_take(command.side, command.price.value)) {
    return refuse(command);
  }
  ++counts_.accepted;
  Order order{
      command.clordid, ++last_order_id_, command.side, command.price.value, command.qty.value, 0, 0,
      command.session, command.account,  command.tif};
  constexpr std::int64_t kAnyPrice = std::numeric_limits<std::int64_t>::max();
  match_up_to(order, market ? (buy ? kAnyPrice : -kAnyPrice) : order.price, command);
  if (order.cum == order.qty) return;
  if (market || command.tif == TimeInForce::immediate_or_cancel) {
    ++counts_.expired;
    report(EventType::order_expired, order, command);
  } else {
    rest(order);
  }
}

PlainBook::Level::iterator PlainBook::find(const Command& command, bool& found) {
  if (!command.order_id.is_none()) {
    const auto at = by_id_.find(command.order_id.value);
    found = at != by_id_.end();
    return found ? at->second : Level::iterator{};
  }
  const auto at = by_name_.find(command.orig_clordid);
  found = at != by_name_.end();
  return found ? at->second : Level::iterator{};
}

void PlainBook::cancel(const Command& command) {
  bool found = false;
  const Level::iterator order = find(command, found);
  if (!found) {
    return refuse(command);
  }
  ++counts_.canceled;
  report(EventType::order_canceled, *order, command);
  forget(*order);
  remove(order);
}

void PlainBook::replace(const Command& command) {
  bool found = false;
  const Level::iterator old = find(command, found);
  if (!found || is_duplicate(command.clordid) || command.qty.value <= old->cum) {
    return refuse(command);
  }
  ++counts_.replaced;
  if (command.price.value == old->price && command.qty.value < old->qty) {
    by_name_.erase(old->name);
    old->name = command.clordid;
    old->qty = command.qty.value;
    by_name_.emplace(old->name, old);
    return report(EventType::order_replaced, *old, command);
  }
  Order order = *old;
  forget(order);
  remove(old);
  order.name = command.clordid;
  order.price = command.price.value;
  order.qty = command.qty.value;
  report(EventType::order_replaced, order, command);
  match_up_to(order, order.price, command);
  if (order.cum < order.qty) rest(order);
}

bool PlainBook::would_take(Side side, std::int64_t price) const {
  if (side == Side::buy) return !asks_.empty() && asks_.begin()->first <= price;
  return !bids_.empty() && bids_.begin()->first >= price;
}

void PlainBook::match_up_to(Order& taker, std::int64_t limit, const Command& cause) {
  taker.side == Side::buy ? match(taker, limit, asks_, cause) : match(taker, limit, bids_, cause);
}

template <class Levels>
void PlainBook::match(Order& taker, std::int64_t limit, Levels& opposite, const Command& cause) {
  while (taker.cum < taker.qty && !opposite.empty()) {
    const auto best = opposite.begin();
    if (taker.side == Side::buy ? best->first > limit : best->first < limit) return;
    Level& level = best->second;
    while (taker.cum < taker.qty && !level.empty()) {
      Order& maker = level.front();
      const std::int64_t lots = std::min(taker.qty - taker.cum, maker.qty - maker.cum);
      taker.cum += lots;
      maker.cum += lots;
      taker.cum_notional += Notional{best->first} * lots;
      maker.cum_notional += Notional{best->first} * lots;
      ++counts_.trades;
      counts_.traded_lots += static_cast<std::uint64_t>(lots);
      report_trade(maker, taker, cause, best->first, lots, false);
      report_trade(taker, maker, cause, best->first, lots, true);
      if (maker.cum == maker.qty) {
        forget(maker);
        level.pop_front();
      }
    }
    if (level.empty()) opposite.erase(best);
  }
}

void PlainBook::rest(const Order& order) {
  Level& level = order.side == Side::buy ? bids_[order.price] : asks_[order.price];
  level.push_back(order);
  by_name_.emplace(order.name, std::prev(level.end()));
  by_id_.emplace(order.order_id, std::prev(level.end()));
}

void PlainBook::remove(Level::iterator order) {
  const auto from = [order](auto& levels) {
    const auto level = levels.find(order->price);
    level->second.erase(order);
    if (level->second.empty()) levels.erase(level);
  };
  order->side == Side::buy ? from(bids_) : from(asks_);
}

void PlainBook::forget(const Order& order) {
  by_name_.erase(order.name);
  by_id_.erase(order.order_id);
}

}  // namespace sluice::perf
