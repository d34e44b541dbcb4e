// Whose reports a group of drop copies gets.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/message/event.hpp"

namespace sluice::gateway {

/// True for what a client hears as ExecutionReport(8) or OrderCancelReject(9).
[[nodiscard]] constexpr bool is_report(EventType type) noexcept {
  return type >= EventType::order_accepted && type <= EventType::cancel_rejected;
}

/// Thread safety: constant.
class CopyScope {
 public:
  /// Everybody's.
  CopyScope() = default;
  /// Of the orders of these sessions: `has[id]`.
  [[nodiscard]] static CopyScope of_sessions(std::vector<bool> has) {
    return {Kind::sessions, std::move(has)};
  }
  /// Of these accounts: `has[id]`. A refused order that named none of its session's accounts is of
  /// no account.
  [[nodiscard]] static CopyScope of_accounts(std::vector<bool> has) {
    return {Kind::accounts, std::move(has)};
  }

  [[nodiscard]] bool covers(const Event& event) const noexcept {
    if (event.session.value == 0 || !is_report(event.type)) return false;
    if (kind_ == Kind::all) return true;
    const std::uint32_t id = kind_ == Kind::sessions ? event.session.value : event.account.value;
    return id < has_.size() && has_[id];
  }

 private:
  enum class Kind : std::uint8_t { all, sessions, accounts };

  CopyScope(Kind kind, std::vector<bool> has) : kind_(kind), has_(std::move(has)) {}

  Kind kind_ = Kind::all;
  std::vector<bool> has_;
};

}  // namespace sluice::gateway
