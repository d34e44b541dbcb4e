// session.logout and others: orders to FIX sessions.
#include <limits>
#include <optional>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/admin/commands/session_rows.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxLogoutText = 256;
/// How long a job waits for a session to leave; QuickFIX's LogoutTimeout is at most 60 seconds.
constexpr std::int64_t kLeavingNs = 65 * kNsPerSecond;
constexpr std::int64_t kLookAgainNs = 20 * kNsPerMillisecond;

/// Changes of one session: what differs is the order that its thread gets.
class SessionChange : public ChangeJob {
 public:
  SessionChange(JobStart start, SessionOrder::Kind kind) : ChangeJob(std::move(start)) {
    order_.kind = kind;
  }

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    const auto name = args.text("session", kMaxCompId, true);
    read(args);
    if (auto error = args.finish()) return error;
    const auto id = desk_.names.session(*name, admin());
    if (!id) return no_such_session(*name);
    order_.session = *id;
    return may();
  }

  Wait look(Json& before, std::optional<AdminError>& error) override {
    const auto answer = look_at_it();
    if (!answer) return Wait::more;
    before_ = answer->after;
    before = describe(desk_.names, order_.session, before_);
    if (needs_logged_out() && before_.phase != SessionPhase::logged_out) {
      error = AdminError{"wrong_state",
                         "the session is connected: its numbers belong to it and its client",
                         "session", "log it out first (session.logout, or session.disable)"};
    }
    if (!error) error = check_against(before_);
    if (!error && !answer->refusal.empty()) {
      error = AdminError{"wrong_state", answer->refusal, "session", {}};
    }
    return Wait::over;
  }

  Json would() override {
    SessionStatus after = before_;
    foresee(after);
    return describe(desk_.names, order_.session, after);
  }

  std::optional<AdminError> act() override {
    ticket_ = desk_.sessions.ask(order_);
    give_up_at_ = TimeNs{desk_.clock().value + kLeavingNs};
    return std::nullopt;
  }

  Wait wait(Json& after, std::optional<AdminError>& error) override {
    if (carried_out_) return wait_until_gone(after, error);
    const auto answer = desk_.sessions.take(ticket_);
    if (!answer) return Wait::more;
    ticket_ = 0;
    if (!answer->refusal.empty()) {
      error = AdminError{"wrong_state", answer->refusal, "session", {}};
      return Wait::over;
    }
    carried_out_ = true;
    connection_ = answer->before.connection;
    not_kept_ = done();
    return finish(answer->after, after, error);
  }

  virtual void read(ArgReader& args) { (void)args; }
  virtual bool needs_logged_out() const { return false; }
  virtual bool ends_gone() const { return false; }
  virtual std::optional<AdminError> check_against(const SessionStatus& now) {
    (void)now;
    return std::nullopt;
  }
  virtual void foresee(SessionStatus& status) const = 0;
  /// Whether this admin may, once it is known which session.
  virtual std::optional<AdminError> may() { return std::nullopt; }
  /// Its thread has done it.
  virtual std::optional<AdminError> done() { return std::nullopt; }

  SessionOrder order_;

 private:
  std::optional<SessionAnswer> look_at_it() {
    if (ticket_ == 0) {
      SessionOrder order;
      order.session = order_.session;
      order.next_out = order_.next_out;
      ticket_ = desk_.sessions.ask(std::move(order));
      return std::nullopt;
    }
    auto answer = desk_.sessions.take(ticket_);
    if (answer) ticket_ = 0;
    return answer;
  }

  // A client that is back at once is on another connection.
  Wait finish(const SessionStatus& status, Json& after, std::optional<AdminError>& error) {
    if (ends_gone() && status.phase != SessionPhase::logged_out &&
        status.connection == connection_) {
      look_again_at_ = TimeNs{desk_.clock().value + kLookAgainNs};
      return Wait::more;
    }
    after = describe(desk_.names, order_.session, status);
    error = not_kept_;
    return Wait::over;
  }

  Wait wait_until_gone(Json& after, std::optional<AdminError>& error) {
    const TimeNs now = desk_.clock();
    if (ticket_ == 0 && now < look_again_at_) return Wait::more;
    if (now > give_up_at_) {
      error = AdminError{"busy", "the session has not left yet", "session", {}};
      return Wait::over;
    }
    const auto answer = look_at_it();
    return answer ? finish(answer->after, after, error) : Wait::more;
  }

  SessionStatus before_;
  std::uint64_t ticket_ = 0;
  bool carried_out_ = false;
  std::uint64_t connection_ = 0;  // the one that was there
  std::optional<AdminError> not_kept_;
  TimeNs look_again_at_;
  TimeNs give_up_at_;
};

class SessionLogout final : public SessionChange {
 public:
  explicit SessionLogout(JobStart start)
      : SessionChange(std::move(start), SessionOrder::Kind::logout) {}

 protected:
  void read(ArgReader& args) override {
    order_.text = args.text("text", kMaxLogoutText, false).value_or("logged out by the venue");
  }
  bool ends_gone() const override { return true; }
  void foresee(SessionStatus& status) const override { status.phase = SessionPhase::logged_out; }
};

class SessionDisconnect final : public SessionChange {
 public:
  explicit SessionDisconnect(JobStart start)
      : SessionChange(std::move(start), SessionOrder::Kind::disconnect) {}

 protected:
  bool ends_gone() const override { return true; }
  void foresee(SessionStatus& status) const override { status.phase = SessionPhase::logged_out; }
};

class SessionSwitch final : public SessionChange {
 public:
  SessionSwitch(JobStart start, bool enable)
      : SessionChange(std::move(start),
                      enable ? SessionOrder::Kind::enable : SessionOrder::Kind::disable),
        enable_(enable) {
    order_.text = "the session is disabled";
  }

 protected:
  bool ends_gone() const override { return !enable_; }
  bool lowers_risk() const override { return !enable_; }
  void foresee(SessionStatus& status) const override {
    status.enabled = enable_;
    if (!enable_) status.phase = SessionPhase::logged_out;
  }
  std::optional<AdminError> may() override {
    const OrderedBy* const by = desk_.controls.disabled_by(order_.session);
    if (!enable_ || by == nullptr || !by->firm.empty() || admin().firm.empty()) return std::nullopt;
    return not_allowed("the venue's own admins have disabled it: they enable it");
  }
  std::optional<AdminError> done() override {
    const OrderedBy* const before = desk_.controls.disabled_by(order_.session);
    const bool is_venues = before != nullptr && before->firm.empty() && !admin().firm.empty();
    if (enable_) {
      desk_.controls.set_disabled(order_.session, std::nullopt);
    } else if (!is_venues) {
      desk_.controls.set_disabled(order_.session,
                                  OrderedBy{admin().user, admin().firm, request().reason});
    }
    return desk_.save_controls() ? std::nullopt : std::optional(not_kept());
  }

 private:
  bool enable_;
};

class SessionReset final : public SessionChange {
 public:
  explicit SessionReset(JobStart start)
      : SessionChange(std::move(start), SessionOrder::Kind::reset) {}

 protected:
  bool needs_logged_out() const override { return true; }
  void foresee(SessionStatus& status) const override { status.next_out = status.next_in = 1; }
};

class SessionSetSeq final : public SessionChange {
 public:
  explicit SessionSetSeq(JobStart start)
      : SessionChange(std::move(start), SessionOrder::Kind::set_numbers) {}

 protected:
  void read(ArgReader& args) override {
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
    order_.next_out =
        static_cast<std::uint32_t>(args.integer("next_out", 1, kMax, false).value_or(0));
    order_.next_in =
        static_cast<std::uint32_t>(args.integer("next_in", 1, kMax, false).value_or(0));
    if (order_.next_out == 0 && order_.next_in == 0) {
      args.complain("next_out", "nothing is to be set", "next_out, next_in or both");
    }
  }
  bool needs_logged_out() const override { return true; }
  // Messages that left under higher numbers are in the store and may be asked for again.
  std::optional<AdminError> check_against(const SessionStatus& now) override {
    if (order_.next_out == 0 || order_.next_out >= now.next_out) return std::nullopt;
    return AdminError{"bad_request", "messages up to this number have been sent", "next_out",
                      "from " + std::to_string(now.next_out) + ", or session.reset"};
  }
  void foresee(SessionStatus& status) const override {
    if (order_.next_out != 0) status.next_out = order_.next_out;
    if (order_.next_in != 0) status.next_in = order_.next_in;
  }
};

}  // namespace

std::unique_ptr<AdminJob> make_session_logout(JobStart start) {
  return std::make_unique<SessionLogout>(std::move(start));
}
std::unique_ptr<AdminJob> make_session_disconnect(JobStart start) {
  return std::make_unique<SessionDisconnect>(std::move(start));
}
std::unique_ptr<AdminJob> make_session_enable(JobStart start) {
  return std::make_unique<SessionSwitch>(std::move(start), true);
}
std::unique_ptr<AdminJob> make_session_disable(JobStart start) {
  return std::make_unique<SessionSwitch>(std::move(start), false);
}
std::unique_ptr<AdminJob> make_session_reset(JobStart start) {
  return std::make_unique<SessionReset>(std::move(start));
}
std::unique_ptr<AdminJob> make_session_set_seq(JobStart start) {
  return std::make_unique<SessionSetSeq>(std::move(start));
}

}  // namespace sluice::gateway
