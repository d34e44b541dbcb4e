// session.locks and session.unlock: who is locked out after failed Logons.
#include <utility>

#include "gateway/admin/commands/command_table.hpp"
#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {
namespace {

class SessionLocks final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    if (ticket_ == 0) {
      ArgReader args(request().args);
      if (const auto error = args.finish()) {
        out.fail(*error);
        return Step::done;
      }
      SessionOrder order;
      order.kind = SessionOrder::Kind::list_locks;
      ticket_ = desk_.sessions.ask(std::move(order));
      return Step::again;
    }
    const auto answer = desk_.sessions.take(ticket_);
    if (!answer) return Step::again;
    std::size_t told = 0;
    for (const LockOut& lock : answer->locks) {
      // A firm hears of its own sessions, and of no name that strangers made up.
      if (!admin().firm.empty() && !desk_.names.session(lock.comp_id, admin())) continue;
      out.row({{"comp_id", lock.comp_id},
               {"address", lock.address},
               {"failures", lock.failures},
               {"remaining_s", lock.remaining_s ? Json(*lock.remaining_s) : Json(nullptr)}});
      ++told;
    }
    out.ok({{"locks", told}, {"truncated", answer->locks.size() == kMaxLocksTold}});
    return Step::done;
  }

 private:
  std::uint64_t ticket_ = 0;
};

class SessionUnlock final : public ChangeJob {
 public:
  using ChangeJob::ChangeJob;

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    const auto comp_id = args.text("session", 32, false);
    const auto address = args.text("address", 64, false);
    if (comp_id.has_value() == address.has_value()) {
      args.complain("session", "it is not said who is to be unlocked", "session or address");
    } else if (address && !IpAddress::parse(*address)) {
      args.complain("address", "\"" + *address + "\" is no address", "an IPv4 or IPv6 address");
    }
    if (auto error = args.finish()) return error;
    if (address && !admin().firm.empty()) {
      return not_allowed("addresses are beyond a role of firm " + admin().firm);
    }
    if (comp_id && !desk_.names.session(*comp_id, admin())) {
      return unknown_name("session", "session", *comp_id,
                          "the CompID of a session, see session.list");
    }
    order_.kind = comp_id ? SessionOrder::Kind::unlock_comp_id : SessionOrder::Kind::unlock_address;
    order_.text = comp_id ? *comp_id : *address;
    return std::nullopt;
  }
  Wait look(Json& before, std::optional<AdminError>& error) override {
    (void)error;
    before = nullptr;
    return Wait::over;
  }
  Json would() override { return {{"unlock", order_.text}}; }
  std::optional<AdminError> act() override {
    ticket_ = desk_.sessions.ask(order_);
    return std::nullopt;
  }
  Wait wait(Json& after, std::optional<AdminError>& error) override {
    (void)error;
    const auto answer = desk_.sessions.take(ticket_);
    if (!answer) return Wait::more;
    unlocked_ = answer->unlocked;
    after = {{"unlocked", unlocked_}};
    return Wait::over;
  }
  void complete(Json& result) const override { result["unlocked"] = unlocked_; }

 private:
  SessionOrder order_;
  std::uint64_t ticket_ = 0;
  std::size_t unlocked_ = 0;
};

}  // namespace

std::unique_ptr<AdminJob> make_session_locks(JobStart start) {
  return std::make_unique<SessionLocks>(std::move(start));
}
std::unique_ptr<AdminJob> make_session_unlock(JobStart start) {
  return std::make_unique<SessionUnlock>(std::move(start));
}

}  // namespace sluice::gateway
