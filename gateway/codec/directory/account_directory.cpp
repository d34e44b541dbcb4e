#include "gateway/codec/directory/account_directory.hpp"

#include <set>
#include <stdexcept>
#include <utility>

#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

void check(const std::vector<AccountName>& accounts) {
  std::set<std::string_view> names;
  for (const AccountName& account : accounts) {
    if (account.id.value == 0) throw std::invalid_argument("account ids start at 1");
    if (account.name.empty() || account.name.size() > kMaxAccountBytes ||
        !is_printable(account.name)) {
      throw std::invalid_argument("account name '" + account.name + "' must be 1 to " +
                                  std::to_string(kMaxAccountBytes) + " printable characters");
    }
    if (!names.insert(account.name).second) {
      throw std::invalid_argument("account name '" + account.name + "' is given twice");
    }
  }
}

}  // namespace

SessionAccounts::SessionAccounts(std::vector<AccountName> accounts)
    : accounts_(std::move(accounts)) {
  check(accounts_);
}

AccountId SessionAccounts::find(std::string_view name) const noexcept {
  // A session has a handful of accounts: a walk over them is the fastest search.
  for (const AccountName& account : accounts_) {
    if (account.name == name) return account.id;
  }
  return {};
}

std::string_view SessionAccounts::name_of(AccountId id) const noexcept {
  for (const AccountName& account : accounts_) {
    if (account.id == id) return account.name;
  }
  return {};
}

AccountDirectory::AccountDirectory(std::vector<AccountName> accounts)
    : accounts_(std::move(accounts)) {
  check(accounts_);
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    if (accounts_[i].id.value != i + 1) {
      throw std::invalid_argument("account ids must be 1, 2, 3 ... in order");
    }
  }
}

}  // namespace sluice::gateway
