// What a connection is for: order entry, drop copy. The I/O thread knows its sessions by this
// alone.
#pragma once

#include <cstdint>

#include "engine/log/execution_log.hpp"
#include "engine/message/event.hpp"
#include "gateway/session/session_app.hpp"

namespace sluice::gateway {

/// Thread safety: the session's I/O thread.
///
/// A role sends what it owes under numbers that the session gives when it can take it. What could
/// not be sent waits, and comes by catch_up(), after a later Logon if need be.
class SessionRole : public SessionApp {
 public:
  /// An entry of the log that is read costs one, one that is sent this much.
  static constexpr std::uint32_t kReportCost = 16;

  /// An event whose `session` is this one, by rising number.
  virtual void on_event(const Event& event) = 0;
  /// Events from number `first` on never came: the session is to be cut, and its next Logon tells.
  virtual void on_lost_events(std::uint64_t first) = 0;

  /// True while something waits to be sent, whether or not the session can take it now.
  [[nodiscard]] virtual bool owes_reports() const = 0;
  /// Sends what is owed, as far as there is room and for about `budget`. `position`: all events up
  /// to it have passed on_event() or belong to others. Returns whether it did anything.
  virtual bool catch_up(const ExecutionLog& log, std::uint64_t position, std::uint32_t budget) = 0;
  /// The numbers began at 1 again since the last Logon, or with this one: what the client may not
  /// have seen under its old number comes again. `heard_ns`: when it spoke last before that,
  /// monotonic; 0: not in this run. `position` as in catch_up().
  virtual void on_reset(std::uint64_t position, std::int64_t heard_ns) = 0;
  /// Before a Logon: what nobody can find any more is lost, and that is what it says.
  virtual void note_losses() {}
  /// Nothing that the client, if it is there, could have heard before a Logout is missing.
  [[nodiscard]] virtual bool is_drained(const ExecutionLog& log) const = 0;

  /// The connection has this role from now on, or no more: then nothing of it may be sent.
  virtual void on_chosen(bool chosen) = 0;
  /// Some times a second while there is a connection. `now_ns`: monotonic.
  virtual void on_timer(std::int64_t now_ns) = 0;
};

}  // namespace sluice::gateway
