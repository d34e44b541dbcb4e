// Account(1) to account and back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

inline constexpr std::size_t kMaxAccountBytes = 32;

struct AccountName {
  AccountId id;
  std::string name;
};

/// The accounts that one session may name; the first is what an order without Account(1) gets.
class SessionAccounts {
 public:
  SessionAccounts() = default;
  /// Throws std::invalid_argument on an id of 0, a name that is not 1 to kMaxAccountBytes printable
  /// ASCII characters, and on a name given twice.
  explicit SessionAccounts(std::vector<AccountName> accounts);

  /// Id 0 when the session may not use this name. No allocation.
  [[nodiscard]] AccountId find(std::string_view name) const noexcept;
  /// Empty when the session may not use this account.
  [[nodiscard]] std::string_view name_of(AccountId id) const noexcept;
  /// Id 0 when the session has no account.
  [[nodiscard]] AccountId default_account() const noexcept {
    return accounts_.empty() ? AccountId{} : accounts_.front().id;
  }
  [[nodiscard]] std::size_t size() const noexcept { return accounts_.size(); }

 private:
  std::vector<AccountName> accounts_;
};

/// All accounts of the venue, for reports. Never changes after construction.
class AccountDirectory {
 public:
  AccountDirectory() = default;
  /// Throws std::invalid_argument unless the ids are 1, 2, 3 … in order, the names as above.
  explicit AccountDirectory(std::vector<AccountName> accounts);

  /// Empty for id 0 and for an account that does not exist.
  [[nodiscard]] std::string_view name_of(AccountId id) const noexcept {
    if (id.value == 0 || id.value > accounts_.size()) return {};
    return accounts_[id.value - 1].name;
  }
  [[nodiscard]] std::size_t size() const noexcept { return accounts_.size(); }

 private:
  std::vector<AccountName> accounts_;
};

}  // namespace sluice::gateway
