// session.list and session.show: what FIX sessions do.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/admin/commands/session_rows.hpp"

namespace sluice::gateway {
namespace {

/// Sessions asked at a time by session.list.
constexpr std::size_t kAskedAtOnce = 64;

/// Who is locked out somewhere, asked once for a job.
class LockLook {
 public:
  /// False until the answer is there.
  [[nodiscard]] bool done(SessionDesk& desk) {
    if (locks_) return true;
    if (ticket_ == 0) {
      SessionOrder order;
      order.kind = SessionOrder::Kind::list_locks;
      ticket_ = desk.ask(std::move(order));
      return false;
    }
    if (auto answer = desk.take(ticket_)) locks_ = std::move(answer->locks);
    return locks_.has_value();
  }
  [[nodiscard]] bool has(std::string_view comp_id) const {
    return std::any_of(locks_->begin(), locks_->end(),
                       [&](const LockOut& lock) { return lock.comp_id == comp_id; });
  }

 private:
  std::uint64_t ticket_ = 0;
  std::optional<std::vector<LockOut>> locks_;
};

class SessionList final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    if (!started_) {
      started_ = true;
      if (const auto error = read()) {
        out.fail(*error);
        return Step::done;
      }
    }
    if (!locks_.done(desk_.sessions)) return Step::again;
    while (asked_ < sessions_.size() && asked_ - told_ < kAskedAtOnce) {
      SessionOrder order;
      order.session = sessions_[asked_++];
      tickets_.push_back(desk_.sessions.ask(std::move(order)));
    }
    while (told_ < asked_ && out.has_room()) {
      const auto answer = desk_.sessions.take(tickets_[told_]);
      if (!answer) return Step::again;
      const SessionId id = sessions_[told_++];
      Json row = describe(desk_.names, id, answer->after);
      row["locked"] = locks_.has(desk_.names.at(id).comp_id);
      out.row(row);
    }
    if (told_ < sessions_.size()) return Step::again;
    out.ok({{"sessions", sessions_.size()}});
    return Step::done;
  }

 private:
  std::optional<AdminError> read() {
    ArgReader args(request().args);
    const auto firm = args.text("firm", 32, false);
    if (auto error = args.finish()) return error;
    if (firm && !desk_.names.firm(*firm, admin())) {
      return unknown_name("firm", "firm", *firm);
    }
    for (const SessionId id : desk_.names.sessions(admin())) {
      if (!firm || desk_.names.at(id).firm == *firm) sessions_.push_back(id);
    }
    return std::nullopt;
  }

  bool started_ = false;
  LockLook locks_;
  std::vector<SessionId> sessions_;
  std::vector<std::uint64_t> tickets_;
  std::size_t asked_ = 0;
  std::size_t told_ = 0;
};

class SessionShow final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    if (ticket_ == 0) {
      ArgReader args(request().args);
      const auto name = args.text("session", kMaxCompId, true);
      std::optional<AdminError> error = args.finish();
      const auto id = name ? desk_.names.session(*name, admin()) : std::nullopt;
      if (!error && !id) error = no_such_session(*name);
      if (error) {
        out.fail(*error);
        return Step::done;
      }
      session_ = *id;
      SessionOrder order;
      order.session = session_;
      ticket_ = desk_.sessions.ask(std::move(order));
      return Step::again;
    }
    if (!locks_.done(desk_.sessions)) return Step::again;
    const auto answer = desk_.sessions.take(ticket_);
    if (!answer) return Step::again;
    Json row = describe(desk_.names, session_, answer->after);
    row["locked"] = locks_.has(desk_.names.at(session_).comp_id);
    out.ok(row);
    return Step::done;
  }

 private:
  SessionId session_;
  std::uint64_t ticket_ = 0;
  LockLook locks_;
};

}  // namespace

std::unique_ptr<AdminJob> make_session_list(JobStart start) {
  return std::make_unique<SessionList>(std::move(start));
}
std::unique_ptr<AdminJob> make_session_show(JobStart start) {
  return std::make_unique<SessionShow>(std::move(start));
}

}  // namespace sluice::gateway
