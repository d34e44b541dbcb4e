// What the venue itself may order: states of an instrument, and whom a control concerns.
#pragma once

#include <cstdint>

namespace sluice {

/// What an instrument takes. Cancels always pass.
enum class InstrumentState : std::uint8_t {
  none = 0,
  /// Before its first opening: orders that rest without trading build the book.
  pre_open = 1,
  continuous = 2,
  /// Orders that rest without trading, before it is continuous again.
  post_only = 3,
  /// Orders that close positions. While no positions are kept, none.
  close_only = 4,
  /// Nothing but cancels: what an unclean start leaves until somebody opens it.
  cancel_only = 5,
  /// Nothing but cancels: somebody stopped it.
  halted = 6,
};

[[nodiscard]] constexpr bool is_state(std::uint8_t number) noexcept {
  return number >= static_cast<std::uint8_t>(InstrumentState::pre_open) &&
         number <= static_cast<std::uint8_t>(InstrumentState::halted);
}

/// Whom a kill switch or a mass cancel concerns: all orders of the venue, of one firm, of one
/// account, or those that one session sent.
enum class ControlScope : std::uint8_t { none = 0, venue = 1, firm = 2, account = 3, session = 4 };

/// Command::control_action of set_kill and Event::control_state of kill_changed.
enum KillFlag : std::uint8_t {
  kKillOn = 1U << 0U,       ///< Entry is refused from now on; without it, allowed again.
  kKeepResting = 1U << 1U,  ///< With kKillOn: resting orders stay.
};

/// Why an order was cancelled that its owner had not asked to cancel.
enum class CancelCause : std::uint8_t {
  none = 0,
  kill_switch = 1,
  mass_cancel = 2,   ///< An admin's, of many orders.
  venue_cancel = 3,  ///< An admin's, of this one.
};

}  // namespace sluice
