// The book that a textbook would write: std::map of std::list and an std::unordered_map of names.
// It is the measure beside which the engine is timed, and a second opinion on recorded flows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/message/command.hpp"
#include "engine/message/event_sink.hpp"
#include "perf/baseline/outcome.hpp"

namespace sluice::perf {

/// What a plain book does beside matching.
struct PlainDuties {
  EventSink* reports = nullptr;  ///< Every event goes there as the engine's record, or nowhere.
  std::size_t history = 0;       ///< ClOrdIDs remembered for the duplicate check; 0: no check.
};

/// One instrument, one session. Even with both duties it does less than the engine: it checks no
/// limits, carries no parties, knows no Day orders, and its work for one command has no bound.
class PlainBook {
 public:
  explicit PlainBook(PlainDuties duties = {}) : duties_(duties) {}

  struct Order {
    ClOrdId name;
    std::uint64_t order_id;
    Side side;
    std::int64_t price;
    std::int64_t qty;
    std::int64_t cum;
    Notional cum_notional;
    SessionId session;
    AccountId account;
    TimeInForce tif;
  };
  using Level = std::list<Order>;

  void apply(const Command& command);
  [[nodiscard]] Outcome outcome() const;

  /// Calls visit(order) for each resting order of a side, best price first, each level in time
  /// order.
  template <class Visit>
  void for_each(Side side, Visit&& visit) const {
    const auto walk = [&visit](const auto& levels) {
      for (const auto& [price, level] : levels) {
        for (const Order& order : level) visit(order);
      }
    };
    side == Side::buy ? walk(bids_) : walk(asks_);
  }

 private:
  struct NameHash {
    std::size_t operator()(const ClOrdId& name) const {
      return std::hash<std::string_view>{}(name.view());
    }
  };

  [[nodiscard]] bool is_duplicate(const ClOrdId& name);
  void refuse(const Command& command);
  [[nodiscard]] Event& new_report(EventType type, const Order& order, const Command& cause);
  void report(EventType type, const Order& order, const Command& cause);
  void report_trade(const Order& order, const Order& contra, const Command& cause,
                    std::int64_t price, std::int64_t lots, bool aggressor);
  void add(const Command& command);
  void cancel(const Command& command);
  void replace(const Command& command);
  [[nodiscard]] Level::iterator find(const Command& command, bool& found);
  template <class Levels>
  void match(Order& taker, std::int64_t limit, Levels& opposite, const Command& cause);
  void match_up_to(Order& taker, std::int64_t limit, const Command& cause);
  [[nodiscard]] bool would_take(Side side, std::int64_t price) const;
  void rest(const Order& order);
  void remove(Level::iterator order);
  void forget(const Order& order);

  PlainDuties duties_;
  std::map<std::int64_t, Level, std::greater<>> bids_;
  std::map<std::int64_t, Level> asks_;
  std::unordered_map<ClOrdId, Level::iterator, NameHash> by_name_;
  std::unordered_map<std::uint64_t, Level::iterator> by_id_;
  std::unordered_set<ClOrdId, NameHash> used_names_;
  std::deque<ClOrdId> used_names_in_order_;
  std::uint64_t last_order_id_ = 0;
  std::uint64_t last_exec_id_ = 0;
  Outcome counts_;
};

}  // namespace sluice::perf
