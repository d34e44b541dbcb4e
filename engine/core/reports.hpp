// Writes the engine's events.
#pragma once

#include <cstdint>

#include "engine/core/cause.hpp"
#include "engine/core/engine_state.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event.hpp"

namespace sluice {

/// Why something is refused; RejectCode says what the numbers are.
struct Refusal {
  RejectCode code = RejectCode::none;
  std::int64_t limit = 0;
  std::int64_t asked = 0;
  std::int8_t asked_exponent = 0;

  [[nodiscard]] explicit operator bool() const noexcept { return code != RejectCode::none; }
};

/// Thread safety: none. Each call takes one place from the state's sink and gives one ExecID(17).
class Reports {
 public:
  explicit Reports(EngineState& state) : state_(&state) {}

  void accepted(std::uint32_t slot, const Cause& cause) noexcept;
  void rejected(const Command& command, const Refusal& refusal) noexcept;
  /// The order's quantity that is left falls away: end of day, or the rest of IOC, FOK or market.
  void expired(std::uint32_t slot, const Cause& cause) noexcept;
  void canceled(std::uint32_t slot, const Command& command) noexcept;
  /// `old_name` is the ClOrdID(11) that the order had.
  void replaced(std::uint32_t slot, const ClOrdId& old_name, bool kept_priority,
                const Cause& cause) noexcept;
  /// Both sides of one match, the resting order's first; numbers already stand after it.
  void traded(std::uint32_t resting, std::uint32_t aggressor, Price price, Qty qty,
              const Cause& cause) noexcept;
  /// The venue cancels an order that its owner did not ask to cancel.
  void canceled(std::uint32_t slot, const Cause& cause, CancelCause why) noexcept;
  /// Answers set_instrument_state.
  void state_changed(const Command& command, InstrumentState state) noexcept;
  /// Answers set_kill. `flags`: KillFlag bits from now on.
  void kill_changed(const Command& command, std::uint8_t flags) noexcept;
  /// Answers mass_cancel.
  void mass_cancel_started(const Command& command) noexcept;
  /// All cancels of a kill or a mass cancel are out.
  void cancels_done(const MassCancel& mass_cancel) noexcept;
  /// Answers cancel_order, whose order is canceled.
  void cancels_done(const Command& command) noexcept;
  /// Answers any of the venue's own commands.
  void control_rejected(const Command& command, const Refusal& refusal) noexcept;
  /// Refuses a cancel or replace of the sender's open order in `slot`.
  void cancel_rejected(const Command& command, std::uint32_t slot, const Refusal& refusal) noexcept;
  /// Refuses one of an order of the sender that is over, or, with id 0, of one that is not known.
  void cancel_rejected(const Command& command, const ClosedOrder& order,
                       const Refusal& refusal) noexcept;
  /// Answers a request with PossResend(97)=Y that came before: its order is in `slot`.
  void order_status(const Command& command, std::uint32_t slot) noexcept;
  /// It is over, or, with id 0, was refused.
  void order_status(const Command& command, const ClosedOrder& order) noexcept;

 private:
  Event& begin(EventType type, const Cause& cause) noexcept;
  Event& begin(EventType type, std::uint32_t slot, const Cause& cause) noexcept;
  void commit_refusal(Event& event, const Command& command, const Refusal& refusal) noexcept;
  Event& trade_side(std::uint32_t slot, std::uint32_t contra, Price price, Qty qty,
                    const Cause& cause) noexcept;

  EngineState* state_;
};

}  // namespace sluice
