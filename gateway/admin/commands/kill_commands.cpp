// kill.*: entry refused for the venue, a firm, an account or a session, until somebody lifts it.
#include <utility>

#include "gateway/admin/commands/command_table.hpp"

namespace sluice::gateway {
namespace {

class KillChange final : public ChangeJob {
 public:
  KillChange(JobStart start, bool on) : ChangeJob(std::move(start)), on_(on) {}

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    const std::string scope_name = args.text("scope", 16, true).value_or("");
    scope_ = control_scope_of(scope_name).value_or(ControlScope::none);
    if (!scope_name.empty() && scope_ == ControlScope::none) {
      args.complain("scope", "there is no scope \"" + scope_name + "\"",
                    "venue, firm, account or session");
    }
    const bool venue = scope_ == ControlScope::venue;
    const auto name = args.text("name", 32, scope_ != ControlScope::none && !venue);
    if (venue && name) args.complain("name", "the venue has no name here", "no name");
    if (on_) keep_resting_ = args.flag("keep_resting");
    if (auto error = args.finish()) return error;
    if (venue) {
      if (admin().firm.empty()) return std::nullopt;
      return not_allowed("the venue's kill switch is beyond a role of firm " + admin().firm);
    }
    const auto target = desk_.names.target(scope_, *name);
    if (!target || !desk_.names.sees_target(scope_, *target, admin())) {
      return unknown_name(scope_name, "name", *name);
    }
    target_ = *target;
    if (scope_ == ControlScope::session &&
        desk_.names.at(SessionId{target_}).role == Role::drop_copy) {
      return AdminError{"wrong_state", *name + " is a drop copy: it enters no orders", "name", {}};
    }
    const KillSwitch* const kill = desk_.controls.find(scope_, target_);
    if (!on_ && kill != nullptr && kill->by.firm.empty() && !admin().firm.empty()) {
      return not_allowed("the venue's own admins have turned it on: they lift it");
    }
    return std::nullopt;
  }

  Wait look(Json& before, std::optional<AdminError>& error) override {
    (void)error;
    before = now();
    return Wait::over;
  }

  Json would() override { return {{"on", on_}, {"keep_resting", on_ && keep_resting_}}; }

  std::optional<AdminError> act() override {
    Command command{};
    command.type = CommandType::set_kill;
    command.control_scope = scope_;
    command.target = target_;
    command.control_action =
        static_cast<std::uint8_t>((on_ ? kKillOn : 0) | (on_ && keep_resting_ ? kKeepResting : 0));
    const auto number = desk_.engine.send(command);
    if (!number) {
      return AdminError{"busy", "the engine's ring of admin commands is full: try again", {}, {}};
    }
    number_ = *number;
    desk_.controls.note_author(number_, {admin().user, admin().firm, request().reason});
    return std::nullopt;
  }

  Wait wait(Json& after, std::optional<AdminError>& error) override {
    const ControlOutcome* const outcome = desk_.engine.find(number_);
    if (outcome->answered && !kept_) {
      kept_ = true;
      // Before the cancels are out: from here on a restart finds it.
      is_kept_ = desk_.save_controls();
    }
    if (!outcome->done) return Wait::more;
    if (outcome->answer.type == EventType::control_rejected) {
      error = AdminError{"busy", "the engine refused: too many cancels are under way", {}, {}};
    } else if (!is_kept_) {
      error = not_kept();
    }
    canceled_ = outcome->orders;
    desk_.engine.forget(number_);
    after = now();
    return Wait::over;
  }

  void complete(Json& result) const override {
    if (on_) result["canceled"] = canceled_;
  }

  bool lowers_risk() const override { return on_; }

 private:
  Json now() const {
    const KillSwitch* const kill = desk_.controls.find(scope_, target_);
    return {{"on", kill != nullptr}, {"keep_resting", kill != nullptr && kill->keep_resting}};
  }

  bool on_;
  bool keep_resting_ = false;
  ControlScope scope_ = ControlScope::none;
  std::uint32_t target_ = 0;
  std::uint32_t number_ = 0;
  bool kept_ = false;
  bool is_kept_ = false;
  std::uint32_t canceled_ = 0;
};

class KillStatus final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    ArgReader args(request().args);
    if (const auto error = args.finish()) {
      out.fail(*error);
      return Step::done;
    }
    std::size_t count = 0;
    for (const KillSwitch& kill : desk_.controls.kills()) {
      // The venue's concerns everybody.
      if (kill.scope != ControlScope::venue &&
          !desk_.names.sees_target(kill.scope, kill.target, admin())) {
        continue;
      }
      const std::string name = desk_.names.target(kill.scope, kill.target);
      out.row({{"scope", name_of(kill.scope)},
               {"name", name.empty() ? Json(nullptr) : Json(name)},
               {"keep_resting", kill.keep_resting},
               {"since", iso_time(kill.since)},
               {"user", kill.by.user},
               {"by_firm", kill.by.firm.empty() ? Json(nullptr) : Json(kill.by.firm)},
               {"reason", kill.by.reason}});
      ++count;
    }
    out.ok({{"kills", count}});
    return Step::done;
  }
};

}  // namespace

std::unique_ptr<AdminJob> make_kill_on(JobStart start) {
  return std::make_unique<KillChange>(std::move(start), true);
}
std::unique_ptr<AdminJob> make_kill_off(JobStart start) {
  return std::make_unique<KillChange>(std::move(start), false);
}
std::unique_ptr<AdminJob> make_kill_status(JobStart start) {
  return std::make_unique<KillStatus>(std::move(start));
}

}  // namespace sluice::gateway
