// Books made from events alone, as a reader of the execution log would make them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/message/event.hpp"

namespace sluice::test {

class BookRebuilder {
 public:
  void observe(const Event& e) {
    switch (e.type) {
      case EventType::order_accepted:
        return enter(e);
      case EventType::order_replaced:
        return replace(e);
      case EventType::trade:
      case EventType::order_canceled:
      case EventType::order_expired:
        return reduce(e);
      default:
        return;
    }
  }
  void observe(const std::vector<Event>& events) {
    for (const Event& event : events) observe(event);
  }

  /// One side of a book, best price first, each level in time order.
  [[nodiscard]] std::vector<OrderView> book(std::uint32_t instrument, Side side) const {
    std::vector<OrderView> result;
    for (const auto& [key, queue] : queues_) {
      if (key.instrument != instrument || key.side != side) continue;
      result.insert(result.end(), queue.begin(), queue.end());
    }
    if (side == Side::buy) {
      std::stable_sort(result.begin(), result.end(),
                       [](const OrderView& a, const OrderView& b) { return a.price > b.price; });
    }
    return result;
  }

 private:
  struct Key {
    std::uint32_t instrument;
    Side side;
    Price price;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  using Queue = std::deque<OrderView>;

  void enter(const Event& e) {
    const Key key{e.instrument.value, e.side, e.price};
    places_[e.order_id] = key;
    queues_[key].push_back(
        {e.order_id, e.session, e.instrument, e.clordid, e.side, e.price, e.qty, e.cum_qty});
  }
  void replace(const Event& e) {
    if ((e.flags & kKeptPriority) == 0) {
      leave(e.order_id);
      return enter(e);
    }
    OrderView& order = *at(e.order_id);
    order.clordid = e.clordid;
    order.qty = e.qty;
  }
  void reduce(const Event& e) {
    if (e.leaves_qty == Qty{}) return leave(e.order_id);
    at(e.order_id)->cum_qty = e.cum_qty;
  }
  void leave(OrderId id) {
    Queue& queue = queues_.at(places_.at(id));
    queue.erase(at(id));
    places_.erase(id);
  }
  Queue::iterator at(OrderId id) {
    Queue& queue = queues_.at(places_.at(id));
    return std::find_if(queue.begin(), queue.end(),
                        [&](const OrderView& order) { return order.order_id == id; });
  }

  std::map<Key, Queue> queues_;
  std::map<OrderId, Key> places_;
};

}  // namespace sluice::test
