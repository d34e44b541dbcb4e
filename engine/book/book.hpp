// The price-time book of one instrument.
#pragma once

#include <cstdint>

#include "engine/book/level_index.hpp"
#include "engine/book/level_pool.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/core/cause.hpp"
#include "engine/core/engine_config.hpp"

namespace sluice {

/// What had happened when something began: what was over by then is over for it, and nothing else.
struct AsOf {
  std::uint32_t day = 0;           ///< The trading day.
  std::uint64_t mass_cancels = 0;  ///< Number of the latest mass cancel.
};

/// An order on its way through the other side.
struct Sweep {
  std::uint32_t order = kNoIndex;   ///< The aggressor's slot.
  std::uint32_t cursor = kNoIndex;  ///< Fill or kill: the next order to count.
  AsOf as_of;                       ///< When it began.
  Qty counted;                      ///< Fill or kill: what can be traded so far.
  bool counting = false;  ///< Fill or kill: still finding out whether all of it can be filled.
  bool active = false;    ///< Left over from an earlier command: the instrument is locked.
  Cause cause;
};

/// Thread safety: none; one thread owns the engine.
///
/// Invariants: within a level orders stand in the order in which they came to it. While no sweep is
/// active the best bid is below the best ask, orders that are over apart. An aggressor that may
/// rest and whose sweep is active already stands on its own side with what is left of it.
class Book {
 public:
  Book(const InstrumentTerms& terms, LevelPool& levels, OrderPool& orders)
      : state(terms.initial_state),
        terms_(terms),
        bids_(Side::buy, terms.band_high, levels),
        asks_(Side::sell, terms.band_high, levels),
        levels_(&levels),
        orders_(&orders) {}

  [[nodiscard]] const InstrumentTerms& terms() const noexcept { return terms_; }
  [[nodiscard]] LevelIndex& side(Side side) noexcept { return side == Side::buy ? bids_ : asks_; }
  [[nodiscard]] const LevelIndex& side(Side side) const noexcept {
    return side == Side::buy ? bids_ : asks_;
  }

  /// True when an order of `side` at `limit` would take from the other side's best level.
  [[nodiscard]] bool crosses(Side aggressor, Price limit) const noexcept {
    const LevelIndex& opposite_side = side(opposite(aggressor));
    if (opposite_side.best() == kNoIndex) return false;
    return within(aggressor, opposite_side.best_price(), limit);
  }
  /// True when an order of side `aggressor` with `limit` may trade at `price`.
  [[nodiscard]] static bool within(Side aggressor, Price price, Price limit) noexcept {
    return aggressor == Side::buy ? price <= limit : price >= limit;
  }
  /// The order of `side` that trades next, or kNoIndex.
  [[nodiscard]] std::uint32_t front(Side of) const noexcept {
    const std::uint32_t best = side(of).best();
    return best == kNoIndex ? kNoIndex : levels_->level(best).first;
  }
  /// The order that trades after `slot`, or kNoIndex.
  [[nodiscard]] std::uint32_t after(std::uint32_t slot) const noexcept;

  /// Puts an order at the end of its level. There must be room for the level.
  void append(std::uint32_t slot) noexcept;
  /// Takes an order out of its level, and the level out when it was the last.
  void unlink(std::uint32_t slot) noexcept;

  Sweep sweep;
  InstrumentState state;  ///< What may enter.
  std::uint32_t open_orders = 0;
  std::uint32_t waiting = 0;  ///< Tasks for this instrument; commands that come now go behind them.

 private:
  InstrumentTerms terms_;
  LevelIndex bids_;
  LevelIndex asks_;
  LevelPool* levels_;
  OrderPool* orders_;
};

}  // namespace sluice
