// The venue's own commands: states of instruments, kill switches, cancels of many orders and of
// one.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/engine_state.hpp"
#include "engine/core/matcher.hpp"
#include "engine/core/reports.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// A kill switch and a mass cancel act at once, whatever goes on: requests that came before them
/// and still wait for a long sweep are judged after them. A kill switch so refuses them; a mass
/// cancel is for what is accepted when it comes, and lets them be.
///
/// Thread safety: none; one thread owns the engine.
///
/// Invariants: a command that has run has got exactly one event with kAnswer. Before a mass cancel
/// takes its first step all sweeps that began before it are done, so no order that it ends is still
/// under way itself.
class Controls {
 public:
  Controls(EngineState& state, Reports& reports, Matcher& matcher)
      : state_(&state), reports_(&reports), matcher_(&matcher) {}

  /// Returns the place of the mass cancel that the command began, or kNoIndex.
  std::uint32_t run(const Command& command) noexcept;
  void refuse(const Command& command, const Refusal& refusal) noexcept {
    reports_->control_rejected(command, refusal);
  }

  /// One more step of a mass cancel: an operation is an order looked at or a side of a book begun.
  /// False when it needs another one.
  [[nodiscard]] bool go_on(std::uint32_t mass_cancel) noexcept;

  /// What the command must wait for: a sweep that came before it is finished as it began, so that
  /// nothing depends on the number of its steps.
  template <class IsLocked>
  [[nodiscard]] std::optional<InstrumentId> first_locked(const Command& command,
                                                         const IsLocked& is_locked) const noexcept {
    const InstrumentId touched = instrument_of(command);
    return state_->knows(touched) && is_locked(touched) ? std::optional{touched} : std::nullopt;
  }

 private:
  /// The one instrument that must be at rest for it; 0: none must.
  [[nodiscard]] InstrumentId instrument_of(const Command& command) const noexcept;

  void set_instrument_state(const Command& command) noexcept;
  std::uint32_t set_kill(const Command& command) noexcept;
  std::uint32_t mass_cancel(const Command& command) noexcept;
  void cancel_order(const Command& command) noexcept;

  /// Why a command cannot have its scope and target.
  [[nodiscard]] Refusal check_target(const Command& command) const noexcept;
  [[nodiscard]] Refusal check_room(CancelCause cause) const noexcept;
  [[nodiscard]] std::uint32_t begin(const Command& command, InstrumentId only,
                                    CancelCause cause) noexcept;

  EngineState* state_;
  Reports* reports_;
  Matcher* matcher_;
};

}  // namespace sluice
