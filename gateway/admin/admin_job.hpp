// One request of an admin, from its arguments to its last line. Jobs advance in turns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string>

#include "engine/types/wall_clock.hpp"
#include "gateway/admin/admin_error.hpp"
#include "gateway/admin/admin_identity.hpp"
#include "gateway/admin/admin_request.hpp"
#include "gateway/admin/audit_log.hpp"
#include "gateway/admin/control_state.hpp"
#include "gateway/admin/engine_desk.hpp"
#include "gateway/admin/inquiry_desk.hpp"
#include "gateway/admin/session_desk.hpp"
#include "gateway/admin/tail_hub.hpp"
#include "gateway/admin/venue_names.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"

namespace sluice::gateway {

/// Where a job's lines go. After its connection went away they go nowhere.
class AnswerWriter {
 public:
  AnswerWriter() = default;
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;
  virtual ~AnswerWriter() = default;

  virtual void row(const Json& row) = 0;
  /// The last line.
  virtual void ok(const Json& result) = 0;
  virtual void fail(const AdminError& error) = 0;
  /// False while what was written before has not left: rows wait.
  [[nodiscard]] virtual bool has_room() const = 0;
  /// The client has gone, or has sent its next request.
  [[nodiscard]] virtual bool is_over() const = 0;
};

/// What jobs work with. Thread safety: the admin thread.
struct AdminDesk {
  const VenueNames& names;
  const InstrumentDirectory& instruments;
  EngineDesk& engine;
  InquiryDesk& inquiries;
  SessionDesk& sessions;
  ControlState& controls;
  AuditLog& audit;
  VenueServices& services;
  TailHub& tails;
  std::shared_ptr<spdlog::logger> logger;
  WallClock clock;

  /// Writes what holds now; a failure is logged and does not undo anything.
  bool save_controls();
};

struct JobStart {
  AdminDesk& desk;
  Admin admin;
  AdminRequest request;
};

class AdminJob {
 public:
  enum class Step : std::uint8_t { again, done };

  explicit AdminJob(JobStart start)
      : desk_(start.desk), admin_(std::move(start.admin)), request_(std::move(start.request)) {}
  AdminJob(const AdminJob&) = delete;
  AdminJob& operator=(const AdminJob&) = delete;
  virtual ~AdminJob() = default;

  /// One bounded piece of the work. `done` only after `out` got its last line.
  [[nodiscard]] virtual Step advance(AnswerWriter& out) = 0;
  /// The venue is stopping: whatever is not carried out yet will not be.
  virtual void abandon(AnswerWriter& out) {
    out.fail({"stopping", "the venue is going down", {}, {}});
  }

 protected:
  [[nodiscard]] const Admin& admin() const noexcept { return admin_; }
  [[nodiscard]] const AdminRequest& request() const noexcept { return request_; }

  AdminDesk& desk_;

 private:
  Admin admin_;
  AdminRequest request_;
};

/// A job that changes something: checked, looked at, written into the audit log, done, written
/// again. Those who derive from it fill in the steps.
class ChangeJob : public AdminJob {
 public:
  using AdminJob::AdminJob;

  [[nodiscard]] Step advance(AnswerWriter& out) final;
  void abandon(AnswerWriter& out) final;

 protected:
  enum class Wait : std::uint8_t { more, over };

  /// Reads the arguments and says what is wrong with them or not allowed.
  [[nodiscard]] virtual std::optional<AdminError> check() = 0;
  /// How things are, into `before`; may take several calls.
  [[nodiscard]] virtual Wait look(Json& before, std::optional<AdminError>& error) = 0;
  /// How things will be.
  [[nodiscard]] virtual Json would() = 0;
  [[nodiscard]] virtual std::optional<AdminError> act() = 0;
  /// Until it is done: how things are then, into `after`.
  [[nodiscard]] virtual Wait wait(Json& after, std::optional<AdminError>& error) = 0;
  /// What the answer has beside `before` and `after`.
  virtual void complete(Json& result) const { (void)result; }
  /// Lowers risk: carried out even if the audit log cannot be written.
  [[nodiscard]] virtual bool lowers_risk() const { return false; }

 private:
  enum class Phase : std::uint8_t { checking, looking, waiting };

  [[nodiscard]] Step refuse(AnswerWriter& out, const AdminError& error);
  [[nodiscard]] Step begin(AnswerWriter& out);
  [[nodiscard]] Step end(AnswerWriter& out, const std::optional<AdminError>& error);
  [[nodiscard]] AuditLog::Change change() const {
    return {admin(), request().command, request().args, request().reason};
  }

  Phase phase_ = Phase::checking;
  Json before_;
  Json after_;
  std::optional<std::uint64_t> audit_line_;
};

}  // namespace sluice::gateway
