// Cancels of many orders that are under way.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/assert.hpp"
#include "engine/core/cause.hpp"
#include "engine/core/memory/fixed_array.hpp"
#include "engine/types/controls.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// A kill's or an admin's cancel of all orders of a scope. From its start on the orders that it
/// concerns are condemned: they are over for all that begins later, whether it has come to them or
/// not. Those that were accepted later are none of its concern.
struct MassCancel {
  std::uint64_t number = 0;      ///< Counted over the engine's life, from 1.
  std::uint64_t last_order = 0;  ///< Count of the last OrderId that was given before it.
  Cause cause;
  std::uint32_t day = 0;  ///< Its trading day: Day orders that were over by then expire instead.
  std::uint32_t target = 0;
  InstrumentId only;  ///< 0: of every instrument.
  ControlScope scope = ControlScope::none;
  CancelCause cancel_cause = CancelCause::none;

  // Its way through the books: side after side, each by price and time. No slot's number counts.
  std::uint32_t next_side = 0;  ///< 2 × (InstrumentId - 1), one more for the sell side.
  std::uint32_t end_side = 0;
  std::uint32_t cursor = kNoIndex;  ///< The next order of the present side; none: the side is done.
  std::uint32_t canceled = 0;
};

/// Mass cancels that may be under way at once; mass_cancel_capacity. The last eighth is for kill
/// switches.
inline constexpr std::uint32_t kMaxMassCancels = 32;

/// Thread safety: none.
///
/// Invariants: a place is in use from begin() to end(); under_way() counts those.
class MassCancels {
 public:
  [[nodiscard]] std::uint32_t under_way() const noexcept { return under_way_; }
  /// Number of the latest one that ever began.
  [[nodiscard]] std::uint64_t latest() const noexcept { return latest_; }

  [[nodiscard]] static constexpr std::uint32_t bound_for(CancelCause cause) noexcept {
    return cause == CancelCause::kill_switch ? kMaxMassCancels
                                             : kMaxMassCancels - kMaxMassCancels / 8;
  }
  [[nodiscard]] bool has_room_for(CancelCause cause) const noexcept {
    return under_way_ < bound_for(cause);
  }

  /// Takes one in, numbers it, and returns its place; there must be room.
  [[nodiscard]] std::uint32_t begin(const MassCancel& mass_cancel) noexcept {
    std::uint32_t place = 0;
    while (place < kMaxMassCancels && places_[place].number != 0) ++place;
    SLUICE_ASSERT(place < kMaxMassCancels);
    places_[place] = mass_cancel;
    places_[place].number = ++latest_;
    ++under_way_;
    return place;
  }
  void end(std::uint32_t place) noexcept {
    places_[place] = MassCancel{};
    --under_way_;
  }
  [[nodiscard]] MassCancel& at(std::uint32_t place) noexcept { return places_[place]; }
  [[nodiscard]] const MassCancel& at(std::uint32_t place) const noexcept { return places_[place]; }

  /// One that was under way when a snapshot was made, in the same place.
  void restore(std::uint32_t place, const MassCancel& mass_cancel) noexcept {
    if (places_[place].number == 0) ++under_way_;
    places_[place] = mass_cancel;
  }
  void set_latest(std::uint64_t number) noexcept { latest_ = number; }

  /// The first that began among those under way for which `is(mass_cancel)` holds, or null.
  template <class Is>
  [[nodiscard]] MassCancel* first(const Is& is) noexcept {
    MassCancel* found = nullptr;
    for (MassCancel& one : places_) {
      if (one.number == 0 || (found != nullptr && found->number < one.number)) continue;
      if (is(one)) found = &one;
    }
    return found;
  }

  /// The order in `slot` leaves its level, where `next` follows it.
  void step_over(std::uint32_t slot, std::uint32_t next) noexcept {
    for (MassCancel& one : places_) {
      if (one.cursor == slot) one.cursor = next;
    }
  }

 private:
  std::array<MassCancel, kMaxMassCancels> places_{};
  std::uint64_t latest_ = 0;
  std::uint32_t under_way_ = 0;
};

}  // namespace sluice
