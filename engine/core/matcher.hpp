// Price-time matching in bounded steps.
#pragma once

#include <cstdint>

#include "engine/book/book.hpp"
#include "engine/core/cause.hpp"
#include "engine/core/engine_state.hpp"
#include "engine/core/reports.hpp"

namespace sluice {

/// One operation of the state's budget is one order looked at: filled, expired or counted. What the
/// budget does not allow stays as the book's active sweep.
///
/// A sweep sees the book as of when it began. Its instrument is locked until it is done, so a sweep
/// in many steps has the same result as one in a single step, over midnight and over a mass cancel
/// too.
///
/// Thread safety: none; one thread owns the engine.
class Matcher {
 public:
  Matcher(EngineState& state, Reports& reports) : state_(&state), reports_(&reports) {}

  /// Lets an accepted order trade, then rest or expire. False when it needs another step.
  [[nodiscard]] bool start(std::uint32_t slot, const Cause& cause) noexcept;
  /// One more step of the active sweep of `book`. False when it needs another one.
  [[nodiscard]] bool resume(Book& book) noexcept;

  enum class Opposite : std::uint8_t { none, crossed, unfinished };
  /// Whether an order of side `aggressor` at `limit` would trade. Ends orders that are over and
  /// stand in front; `unfinished` when the budget ends before that is known.
  [[nodiscard]] Opposite look(Book& book, Side aggressor, Price limit, const Cause& cause) noexcept;

  /// Reports the end of a Day order that is over and removes it.
  void expire(std::uint32_t slot, const Cause& cause) noexcept;
  /// Reports the end of an order that is_gone(), by what came first, and removes it.
  void remove_gone(std::uint32_t slot, const AsOf& as_of, const Cause& cause) noexcept;

 private:
  [[nodiscard]] bool run(Book& book, Sweep& sweep) noexcept;
  [[nodiscard]] bool count(Book& book, Sweep& sweep) noexcept;
  [[nodiscard]] bool match(Book& book, Sweep& sweep) noexcept;
  void conclude(const Sweep& sweep) noexcept;
  [[nodiscard]] bool spend() noexcept {
    if (state_->budget == 0) return false;
    --state_->budget;
    return true;
  }

  EngineState* state_;
  Reports* reports_;
};

}  // namespace sluice
