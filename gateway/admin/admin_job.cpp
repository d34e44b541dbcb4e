#include "gateway/admin/admin_job.hpp"

namespace sluice::gateway {

bool AdminDesk::save_controls() {
  if (services.save_controls(controls.to_file())) return true;
  logger->error("what admins have ordered could not be kept for the next start");
  return false;
}

AdminJob::Step ChangeJob::advance(AnswerWriter& out) {
  std::optional<AdminError> error;
  switch (phase_) {
    case Phase::checking:
      if (const auto wrong = check()) return refuse(out, *wrong);
      if (request().reason.empty() && !request().dry_run) {
        return refuse(out, {"reason_required", "a change needs a reason for the audit log",
                            "reason", "text of 1 to 256 bytes without control characters"});
      }
      phase_ = Phase::looking;
      [[fallthrough]];
    case Phase::looking:
      if (look(before_, error) == Wait::more) return Step::again;
      if (error) return refuse(out, *error);
      if (request().dry_run) {
        out.ok({{"before", before_}, {"would", would()}});
        return Step::done;
      }
      return begin(out);
    case Phase::waiting:
      if (wait(after_, error) == Wait::more) return Step::again;
      return end(out, error);
  }
  return Step::done;
}

AdminJob::Step ChangeJob::refuse(AnswerWriter& out, const AdminError& error) {
  // A mistyped name is nobody's business; an attempt at what is not allowed is.
  if (error.code == "not_allowed" && !desk_.audit.refused(desk_.clock(), change(), error.message)) {
    desk_.logger->error("audit log {}: {}", desk_.audit.path(), desk_.audit.failure());
  }
  out.fail(error);
  return Step::done;
}

AdminJob::Step ChangeJob::begin(AnswerWriter& out) {
  audit_line_ = desk_.audit.asked(desk_.clock(), change(), before_);
  if (!audit_line_) {
    desk_.logger->error("audit log {}: {}", desk_.audit.path(), desk_.audit.failure());
    if (!lowers_risk()) {
      out.fail({"audit_unavailable",
                "the audit log cannot be written (" + desk_.audit.failure() + "): nothing was done",
                {},
                {}});
      return Step::done;
    }
  }
  desk_.logger->warn("{} ({}) {}: {} because \"{}\"", admin().user, name_of(admin().role),
                     request().command, to_line(request().args), request().reason);
  if (const auto error = act()) return end(out, error);
  phase_ = Phase::waiting;
  return Step::again;
}

AdminJob::Step ChangeJob::end(AnswerWriter& out, const std::optional<AdminError>& error) {
  if (audit_line_) {
    const bool done = !error || error->code == "not_kept";
    if (done && error) after_["kept"] = false;
    const bool kept = !done ? desk_.audit.failed(desk_.clock(), *audit_line_, error->message)
                            : desk_.audit.done(desk_.clock(), *audit_line_, after_);
    if (!kept) desk_.logger->error("audit log {}: {}", desk_.audit.path(), desk_.audit.failure());
  }
  if (error) {
    out.fail(*error);
  } else {
    Json result{{"before", before_}, {"after", after_}};
    complete(result);
    out.ok(result);
  }
  return Step::done;
}

void ChangeJob::abandon(AnswerWriter& out) {
  const AdminError stopping{"stopping",
                            phase_ == Phase::waiting
                                ? "the venue is going down: it was asked for, its end was not seen"
                                : "the venue is going down: nothing was done",
                            {},
                            {}};
  static_cast<void>(end(out, stopping));
}

}  // namespace sluice::gateway
