// notice.send, stat, tail, certificates.reload.
#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/admin/commands/command_table.hpp"
#include "gateway/codec/encoding/encoder.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxHeadline = kMaxHeadlineBytes;
constexpr std::size_t kMaxLine = kMaxNewsLineBytes;
constexpr std::size_t kMaxLines = kMaxNewsLines;
constexpr std::size_t kMaxSessionsNamed = 1'024;
constexpr std::size_t kTailedAtOnce = 256;

AdminError none_of_sessions(const std::string& name) {
  return unknown_name("session", "sessions", name, "CompIDs of sessions, see session.list");
}

class NoticeSend final : public ChangeJob {
 public:
  using ChangeJob::ChangeJob;

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    auto news = std::make_shared<News>();
    news->headline = args.text("headline", kMaxHeadline, true).value_or("");
    read_lines(args, *news);
    read_urgency(args, *news);
    const std::vector<std::string> named = args.names("sessions", kMaxSessionsNamed, false);
    const auto firm = args.text("firm", 32, false);
    const bool all = args.flag("all");
    if ((args.has("sessions") ? 1 : 0) + (firm ? 1 : 0) + (all ? 1 : 0) != 1) {
      args.complain("sessions", "it is not said to whom", "sessions, firm or all: one of them");
    }
    if (auto error = args.finish()) return error;
    if (all && !admin().firm.empty()) {
      return not_allowed("notices to all are beyond a role of firm " + admin().firm);
    }
    news->orig_time = desk_.clock();
    news_ = std::move(news);
    return choose(named, firm);
  }

  Wait look(Json& before, std::optional<AdminError>& error) override {
    (void)error;
    before = nullptr;
    return Wait::over;
  }

  Json would() override {
    Json names = Json::array();
    for (const SessionId id : sessions_) names.push_back(desk_.names.at(id).comp_id);
    return {{"to", names}};
  }

  std::optional<AdminError> act() override {
    for (const SessionId id : sessions_) {
      SessionOrder order;
      order.kind = SessionOrder::Kind::news;
      order.session = id;
      order.news = news_;
      tickets_.push_back(desk_.sessions.ask(std::move(order)));
    }
    return std::nullopt;
  }

  Wait wait(Json& after, std::optional<AdminError>& error) override {
    (void)error;
    for (; heard_ < tickets_.size(); ++heard_) {
      const auto answer = desk_.sessions.take(tickets_[heard_]);
      if (!answer) return Wait::more;
      const std::string& name = desk_.names.at(sessions_[heard_]).comp_id;
      (answer->refusal.empty() ? sent_ : logged_out_).push_back(name);
    }
    after = {{"sent", sent_}, {"logged_out", logged_out_}};
    return Wait::over;
  }

  void complete(Json& result) const override {
    result["sent"] = sent_;
    result["logged_out"] = logged_out_;
  }

 private:
  static void read_lines(ArgReader& args, News& news) {
    const Json* const lines = args.find("lines");
    if (lines == nullptr) {
      news.lines.push_back(news.headline);  // LinesOfText(33) is required
      return;
    }
    bool good = lines->is_array() && !lines->empty() && lines->size() <= kMaxLines;
    for (std::size_t i = 0; good && i < lines->size(); ++i) {
      const Json& line = (*lines)[i];
      good = line.is_string() && is_admin_text(line.get_ref<const std::string&>(), kMaxLine);
      if (good) news.lines.push_back(line.get<std::string>());
    }
    if (!good) {
      args.complain("lines", "\"lines\" has the wrong form",
                    "a list of 1 to 8 texts of 1 to 160 printable ASCII characters");
    }
  }

  static void read_urgency(ArgReader& args, News& news) {
    const auto urgency = args.text("urgency", 16, false);
    if (!urgency || *urgency == "normal") return;
    if (*urgency == "flash") {
      news.urgency = '1';
    } else if (*urgency == "background") {
      news.urgency = '2';
    } else {
      args.complain("urgency", "there is no urgency \"" + *urgency + "\"",
                    "normal, flash or background");
    }
  }

  std::optional<AdminError> choose(const std::vector<std::string>& named,
                                   const std::optional<std::string>& firm) {
    if (firm && !desk_.names.firm(*firm, admin())) {
      return unknown_name("firm", "firm", *firm);
    }
    for (const std::string& name : named) {
      const auto id = desk_.names.session(name, admin());
      if (!id) return none_of_sessions(name);
      sessions_.push_back(*id);
    }
    if (!named.empty()) return std::nullopt;
    for (const SessionId id : desk_.names.sessions(admin())) {
      if (!firm || desk_.names.at(id).firm == *firm) sessions_.push_back(id);
    }
    return std::nullopt;
  }

  std::shared_ptr<const News> news_;
  std::vector<SessionId> sessions_;
  std::vector<std::uint64_t> tickets_;
  std::size_t heard_ = 0;
  std::vector<std::string> sent_;
  std::vector<std::string> logged_out_;
};

class Stat final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    ArgReader args(request().args);
    if (const auto error = args.finish()) {
      out.fail(*error);
    } else if (!admin().firm.empty()) {
      out.fail(not_allowed("figures are the whole venue's, your role is of firm " + admin().firm));
    } else {
      out.ok(desk_.services.figures());
    }
    return Step::done;
  }
};

class Tail final : public AdminJob {
 public:
  using AdminJob::AdminJob;
  ~Tail() override {
    if (listener_) desk_.tails.remove(*listener_);
  }

  Step advance(AnswerWriter& out) override {
    if (!started_) {
      started_ = true;
      if (const auto error = start()) {
        out.fail(*error);
        return Step::done;
      }
    }
    if (out.is_over()) {
      out.ok({{"messages", told_}, {"dropped", listener_->dropped()}});
      return Step::done;
    }
    for (std::size_t i = 0; i < kTailedAtOnce && out.has_room(); ++i) {
      const auto message = listener_->take();
      if (!message) break;
      out.row({{"time", iso_time(message->time)},
               {"session", desk_.names.at(message->session).comp_id},
               {"direction", message->out ? "out" : "in"},
               {"message", message->message},
               {"dropped", listener_->dropped()}});
      ++told_;
    }
    return Step::again;
  }

 private:
  std::optional<AdminError> start() {
    ArgReader args(request().args);
    const std::vector<std::string> named = args.names("sessions", kMaxSessionsNamed, false);
    if (auto error = args.finish()) return error;
    std::vector<SessionId> chosen;
    for (const std::string& name : named) {
      const auto id = desk_.names.session(name, admin());
      if (!id) return none_of_sessions(name);
      chosen.push_back(*id);
    }
    if (named.empty()) chosen = desk_.names.sessions(admin());
    listener_ =
        std::make_unique<TailListener>(std::move(chosen), desk_.names.config().admin.tail_messages);
    desk_.tails.add(*listener_);
    return std::nullopt;
  }

  bool started_ = false;
  std::unique_ptr<TailListener> listener_;
  std::uint64_t told_ = 0;
};

class CertificatesReload final : public ChangeJob {
 public:
  using ChangeJob::ChangeJob;

 protected:
  std::optional<AdminError> check() override {
    if (!admin().firm.empty()) return not_allowed("certificates belong to the whole venue");
    ArgReader args(request().args);
    return args.finish();
  }
  Wait look(Json& before, std::optional<AdminError>& error) override {
    (void)error;
    before = nullptr;
    return Wait::over;
  }
  Json would() override { return "read again"; }
  std::optional<AdminError> act() override {
    const std::string why = desk_.services.reload_certificates();
    if (why.empty()) return std::nullopt;
    return AdminError{"wrong_state", why, {}, {}};
  }
  Wait wait(Json& after, std::optional<AdminError>& error) override {
    (void)error;
    after = "read again";
    return Wait::over;
  }
};

}  // namespace

std::unique_ptr<AdminJob> make_notice_send(JobStart start) {
  return std::make_unique<NoticeSend>(std::move(start));
}
std::unique_ptr<AdminJob> make_stat(JobStart start) {
  return std::make_unique<Stat>(std::move(start));
}
std::unique_ptr<AdminJob> make_tail(JobStart start) {
  return std::make_unique<Tail>(std::move(start));
}
std::unique_ptr<AdminJob> make_certificates_reload(JobStart start) {
  return std::make_unique<CertificatesReload>(std::move(start));
}

}  // namespace sluice::gateway
