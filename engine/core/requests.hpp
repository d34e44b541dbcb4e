// NewOrderSingle(D), OrderCancelRequest(F) and OrderCancelReplaceRequest(G), each judged once.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/engine_state.hpp"
#include "engine/core/matcher.hpp"
#include "engine/core/named_order.hpp"
#include "engine/core/reports.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// How far a request got within its budget.
struct Progress {
  enum class Kind : std::uint8_t {
    done,
    sweeping,  ///< Answered; the instrument's sweep is active.
    unjudged,  ///< Not answered: it must be run again from the start.
  };
  Kind kind = Kind::done;
  InstrumentId instrument{};  ///< The one concerned when not done.
};

/// Thread safety: none; one thread owns the engine.
///
/// Invariants: a request that is `done` or `sweeping` has got exactly one event with kAnswer; one
/// that is `unjudged` none, and nothing of it is remembered.
class Requests {
 public:
  Requests(EngineState& state, Reports& reports, Matcher& matcher)
      : state_(&state), reports_(&reports), matcher_(&matcher) {}

  [[nodiscard]] Progress run(const Command& command) noexcept;
  /// Answers a request that could not be judged because too many wait already. Its ClOrdID is not
  /// remembered: it may be sent again.
  void refuse_unjudged(const Command& command, const Refusal& refusal) noexcept;

  /// Calls `is_locked(instrument)` for what the request would touch and returns the first that is
  /// locked; nothing when it may run. A cancel or replace touches the open orders that it names,
  /// whatever its Symbol(55) says; `named` tells whether there was one.
  template <class IsLocked>
  [[nodiscard]] std::optional<InstrumentId> first_locked(const Command& command,
                                                         const IsLocked& is_locked,
                                                         bool& named) const noexcept;

 private:
  [[nodiscard]] Progress new_order(const Command& command) noexcept;
  [[nodiscard]] Progress cancel(const Command& command) noexcept;
  [[nodiscard]] Progress replace(const Command& command) noexcept;

  /// As resolve(), but an order that is over, by its day or by a mass cancel, is ended first: the
  /// request comes too late.
  [[nodiscard]] NamedOrder resolve_live(const Command& command) noexcept;

  void refuse(const Command& command, const NamedOrder& named, const Refusal& refusal) noexcept;

  /// Of a request with PossResend(97)=Y the node of its name, if that is known; else kNoIndex.
  [[nodiscard]] std::uint32_t known_name(const Command& command) const noexcept;
  /// The open order that a name leads to, or kNoIndex.
  [[nodiscard]] std::uint32_t made_as(std::uint32_t node) const noexcept;
  /// Answers a request that came before, and whose sender knows that (PossResend(97)=Y), with what
  /// came of it. False when that is forgotten. `node`: of its name.
  [[nodiscard]] bool say_state(const Command& command, std::uint32_t node) noexcept;

  /// Refusals that need a look at the other side. False when the budget ended before it was known.
  [[nodiscard]] bool check_touch(const Command& command, Price& limit, Refusal& refusal) noexcept;
  /// The same of a limit order that may not trade: post-only, or entered while the instrument takes
  /// only what rests.
  [[nodiscard]] bool check_rests(Book& book, Side side, Price price, ExecInst exec_inst,
                                 const Cause& cause, Refusal& refusal) noexcept;
  [[nodiscard]] std::uint32_t take_in(const Command& command, Price limit) noexcept;

  EngineState* state_;
  Reports* reports_;
  Matcher* matcher_;
};

template <class IsLocked>
std::optional<InstrumentId> Requests::first_locked(const Command& command,
                                                   const IsLocked& is_locked,
                                                   bool& named) const noexcept {
  named = false;
  if (command.type == CommandType::new_order) {
    if (state_->knows(command.instrument) && is_locked(command.instrument)) {
      return command.instrument;
    }
    const std::uint32_t slot = made_as(known_name(command));
    if (slot == kNoIndex) return std::nullopt;
    named = true;
    const InstrumentId instrument = state_->orders.hot(slot).instrument;
    return is_locked(instrument) ? std::optional{instrument} : std::nullopt;
  }
  for (const std::uint32_t slot :
       {by_order_id(*state_, command).slot, by_clordid(*state_, command).slot,
        made_as(known_name(command))}) {
    if (slot == kNoIndex) continue;
    named = true;
    const InstrumentId instrument = state_->orders.hot(slot).instrument;
    if (is_locked(instrument)) return instrument;
  }
  return std::nullopt;
}

}  // namespace sluice
