// Everything that the engine knows, and what may happen to an order in it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/book.hpp"
#include "engine/book/level_pool.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/core/clordid_history.hpp"
#include "engine/core/day_list.hpp"
#include "engine/core/engine_config.hpp"
#include "engine/core/kill_switches.hpp"
#include "engine/core/mass_cancels.hpp"
#include "engine/core/memory/slot_map.hpp"
#include "engine/core/order_history.hpp"
#include "engine/message/event_sink.hpp"

namespace sluice {

/// Orders accepted one after another share a cache line of the table; lines are spread.
struct OrderIdHome {
  std::size_t operator()(std::uint32_t count) const noexcept {
    const std::uint64_t line = (count >> 3U) * 0x9e6d'27b3'5fa1'c845ULL;
    return static_cast<std::size_t>(((line >> 29U) << 3U) | (count & 7U));
  }
};

/// Thread safety: none; one thread owns the engine.
///
/// Invariants: an accepted order has a slot until finish(); it is registered as soon as the command
/// that brought it is done with it. At most `max_orders` registered orders may rest, and besides
/// them each book has at most one aggressor that may not.
struct EngineState {
  /// Throws std::invalid_argument when `config` is out of range, and std::bad_alloc.
  explicit EngineState(EngineConfig config);

  [[nodiscard]] bool knows(InstrumentId instrument) const noexcept {
    return instrument.value - 1 < books.size();
  }
  [[nodiscard]] Book& book(InstrumentId instrument) noexcept { return books[instrument.value - 1]; }
  [[nodiscard]] const Book& book(InstrumentId instrument) const noexcept {
    return books[instrument.value - 1];
  }

  /// The slot of an open order, or kNoIndex.
  [[nodiscard]] std::uint32_t find(OrderId order_id) const noexcept;

  /// From now on the order counts as open and is found by its OrderId.
  void enter(std::uint32_t slot) noexcept;
  /// The order stands at the end of its level from now on.
  void rest(std::uint32_t slot) noexcept;
  /// The order is over: takes it out of everything and frees its slot. `status` is what its last
  /// report says.
  void finish(std::uint32_t slot, OrdStatus status) noexcept;
  /// The order leaves its level; whoever stands at it goes on to the next.
  void unlink(std::uint32_t slot) noexcept {
    Book& of = book(orders.hot(slot).instrument);
    if (mass_cancels.under_way() > 0) mass_cancels.step_over(slot, of.after(slot));
    of.unlink(slot);
  }

  [[nodiscard]] FirmId firm_of(SessionId session) const noexcept {
    return config.session_firm.empty() ? FirmId{} : config.session_firm[session.value - 1];
  }
  /// Whether an order is one of those that a mass cancel is for: accepted before it, and in scope.
  [[nodiscard]] bool concerns(const MassCancel& mass_cancel, std::uint32_t slot) const noexcept;
  /// The first mass cancel under way, numbered up to `latest`, that an order falls to; or null.
  [[nodiscard]] MassCancel* condemning(std::uint32_t slot, std::uint64_t latest) noexcept;
  [[nodiscard]] AsOf as_of_now() const noexcept { return {today, mass_cancels.latest()}; }
  /// Whether an order that still stands in its book was over by then.
  [[nodiscard]] bool is_gone(std::uint32_t slot, const AsOf& as_of) noexcept {
    if (orders.hot(slot).is_over(as_of.day)) return true;
    return mass_cancels.under_way() > 0 && condemning(slot, as_of.mass_cancels) != nullptr;
  }

  /// Starts to load what finish() will touch, while the report is written.
  void prefetch_finish(std::uint32_t slot) const noexcept {
    const OrderHot& order = orders.hot(slot);
    by_order_id.prefetch(static_cast<std::uint32_t>(order.order_id.count()));
    closed_orders.prefetch(order.order_id);
    if (order.is(kInBook)) __builtin_prefetch(&levels.level(order.level));
    if (order.previous != kNoIndex) __builtin_prefetch(&orders.hot(order.previous));
    if (order.next != kNoIndex) __builtin_prefetch(&orders.hot(order.next));
  }

  EngineConfig config;
  OrderPool orders;
  LevelPool levels;
  SlotMap<OrderIdHome> by_order_id;
  ClordidHistory names;
  OrderHistory closed_orders;
  DayList day_orders;
  std::vector<Book> books;  ///< By instrument; never grows.
  KillSwitches kills;
  MassCancels mass_cancels;

  TimeNs now;
  std::uint32_t today = 0;
  CommandSeq last_seq;
  std::uint64_t exec_count = 0;
  std::uint64_t order_count = 0;
  std::uint64_t match_count = 0;
  std::uint32_t open_orders = 0;
  std::uint32_t lasting_orders = 0;  ///< Open orders that may rest.

  // Of the step that runs now; no part of the state between commands.
  EventSink* sink = nullptr;
  std::uint32_t budget = 0;  ///< Operations that are left.
};

}  // namespace sluice
