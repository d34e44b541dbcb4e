// Which orders a request means, and a walk over them.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "gateway/admin/commands/command_table.hpp"

namespace sluice::gateway {

/// The orders that a request's session, account, firm and instrument mean.
struct OrderSelection {
  OrderFilter filter;
  std::optional<AdminError> error;
  int owners = 0;  ///< How many of session, account and firm were given.

  void read(ArgReader& args, const AdminDesk& desk, const Admin& admin) {
    if (const auto name = args.text("session", 32, false)) {
      ++owners;
      take(desk.names.session(*name, admin), filter.session, "session", *name);
    }
    if (const auto name = args.text("account", 32, false)) {
      ++owners;
      take(desk.names.account(*name, admin), filter.account, "account", *name);
    }
    if (const auto name = args.text("firm", 32, false)) {
      ++owners;
      take(desk.names.firm(*name, admin), filter.firm, "firm", *name);
    }
    if (const auto name = args.text("instrument", 32, false)) {
      take(desk.names.instrument(*name), filter.instrument, "instrument", *name);
    }
  }

 private:
  template <class Id>
  void take(const std::optional<Id>& found, Id& target, const char* what, const std::string& name) {
    if (found) {
      target = *found;
    } else if (!error) {
      error = unknown_name(what, what, name);
    }
  }
};

/// A firm's admin looks at its firm's orders only.
inline void limit_to_firm(OrderFilter& filter, const AdminDesk& desk, const Admin& admin) {
  if (!admin.firm.empty()) filter.firm = desk.names.firm(admin.firm, admin).value_or(FirmId{});
}

/// Walks over all open orders that a filter means, an answer of the engine at a time.
class OrderWalk {
 public:
  explicit OrderWalk(AdminDesk& desk) : desk_(desk) {}
  OrderWalk(const OrderWalk&) = delete;
  OrderWalk& operator=(const OrderWalk&) = delete;
  ~OrderWalk() { desk_.inquiries.release(this); }

  void begin(const OrderFilter& filter) {
    question_.kind = Inquiry::Kind::orders;
    question_.filter = filter;
  }
  /// Calls `take(const OpenOrder&)`, which says whether to go on, for what the engine has answered.
  /// False until the walk is over.
  template <class Take>
  bool advance(Take&& take) {
    if (over_) return true;
    if (!desk_.inquiries.is_asking(this)) {
      (void)desk_.inquiries.ask(this, question_);
      return false;
    }
    const Inquiry::Answer* const answer = desk_.inquiries.answer(this);
    if (answer == nullptr) return false;
    for (std::uint32_t i = 0; i < answer->orders && !over_; ++i) over_ = !take(answer->order[i]);
    question_.from = answer->next;
    desk_.inquiries.release(this);
    over_ = over_ || question_.from == 0;
    return over_;
  }

 private:
  AdminDesk& desk_;
  Inquiry::Question question_;
  bool over_ = false;
};

}  // namespace sluice::gateway
