// For whom the venue has stopped entry.
#pragma once

#include <cstdint>

#include "engine/core/memory/fixed_array.hpp"
#include "engine/core/snapshot/archive.hpp"
#include "engine/core/state_hash.hpp"
#include "engine/types/controls.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// Thread safety: none.
///
/// Invariants: any() is true iff at least one switch is on. No allocation after construction.
class KillSwitches {
 public:
  KillSwitches(std::uint32_t firms, std::uint32_t accounts, std::uint32_t sessions)
      : firms_(std::size_t{firms} + 1, 0),
        accounts_(std::size_t{accounts} + 1, 0),
        sessions_(std::size_t{sessions} + 1, 0) {}

  /// Whether there is such a target: 0 for the venue, else one of those that are configured.
  [[nodiscard]] bool knows(ControlScope scope, std::uint32_t target) const noexcept {
    if (scope == ControlScope::venue) return target == 0;
    return target > 0 && target < size_of(scope);
  }

  /// The target must be known.
  void set(ControlScope scope, std::uint32_t target, bool on) noexcept {
    std::uint8_t& is_on = switch_of(scope, target);
    if ((is_on != 0) == on) return;
    is_on = on ? 1 : 0;
    on ? ++on_ : --on_;
  }

  [[nodiscard]] bool any() const noexcept { return on_ > 0; }
  /// The widest scope that is stopped among those that an order belongs to; `none` if it may enter.
  [[nodiscard]] ControlScope stopping(FirmId firm, AccountId account,
                                      SessionId session) const noexcept {
    if (venue_ != 0) return ControlScope::venue;
    if (firms_[firm.value] != 0) return ControlScope::firm;
    if (account.value < accounts_.size() && accounts_[account.value] != 0) {
      return ControlScope::account;
    }
    return sessions_[session.value] != 0 ? ControlScope::session : ControlScope::none;
  }

  /// The target must be known.
  [[nodiscard]] bool is_on(ControlScope scope, std::uint32_t target) const noexcept {
    return const_cast<KillSwitches*>(this)->switch_of(scope, target) != 0;
  }
  template <class Visit>
  void for_each(const Visit& visit) const {
    if (venue_ != 0) visit(ControlScope::venue, 0U);
    for (const ControlScope scope :
         {ControlScope::firm, ControlScope::account, ControlScope::session}) {
      for (std::uint32_t target = 1; target < size_of(scope); ++target) {
        if (is_on(scope, target)) visit(scope, target);
      }
    }
  }

  void add_to(StateHash& hash) const noexcept {
    hash.add(venue_);
    for (const auto* switches : {&firms_, &accounts_, &sessions_}) {
      for (std::size_t target = 1; target < switches->size(); ++target) {
        if ((*switches)[target] != 0) hash.add(target);
      }
      hash.add(0);
    }
  }

  void save(ArchiveWriter& to) const {
    to.put(venue_);
    for (const auto* switches : {&firms_, &accounts_, &sessions_}) {
      for (std::uint32_t target = 1; target < switches->size(); ++target) {
        if ((*switches)[target] != 0) to.put(target);
      }
      to.put(std::uint32_t{0});
    }
  }
  /// Into one without any. Throws SnapshotError when a switch is on of whom there is not any more.
  void restore(ArchiveReader& from) {
    set(ControlScope::venue, 0, from.get<std::uint8_t>() != 0);
    for (const ControlScope scope :
         {ControlScope::firm, ControlScope::account, ControlScope::session}) {
      while (const std::uint32_t target =
                 from.get_below(size_of(scope), "a kill switch's target")) {
        set(scope, target, true);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t size_of(ControlScope scope) const noexcept {
    switch (scope) {
      case ControlScope::firm:
        return firms_.size();
      case ControlScope::account:
        return accounts_.size();
      case ControlScope::session:
        return sessions_.size();
      default:
        return 0;
    }
  }
  [[nodiscard]] std::uint8_t& switch_of(ControlScope scope, std::uint32_t target) noexcept {
    switch (scope) {
      case ControlScope::firm:
        return firms_[target];
      case ControlScope::account:
        return accounts_[target];
      case ControlScope::session:
        return sessions_[target];
      default:
        return venue_;
    }
  }

  // By id; entry 0, "none", is never on.
  FixedArray<std::uint8_t> firms_;
  FixedArray<std::uint8_t> accounts_;
  FixedArray<std::uint8_t> sessions_;
  std::uint8_t venue_ = 0;
  std::uint32_t on_ = 0;
};

}  // namespace sluice
