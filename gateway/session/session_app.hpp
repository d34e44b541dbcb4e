// What FixSession asks of whoever the connection is for: the part of a role that QuickFIX's
// callbacks reach.
#pragma once

#include <string_view>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

/// Thread safety: all calls come on the I/O thread that owns the session.
class SessionApp {
 public:
  SessionApp() = default;
  SessionApp(const SessionApp&) = delete;
  SessionApp& operator=(const SessionApp&) = delete;
  virtual ~SessionApp() = default;

  /// A valid, expected application message. Runs inside QuickFIX: may throw its reject exceptions,
  /// must not send. `received`: when its bytes were read.
  virtual void on_app_message(std::string_view msg_type, std::string_view raw, TimeNs received) = 0;
  /// QuickFIX is done with the message: whatever on_app_message wants to answer itself goes out
  /// now.
  virtual void after_message() = 0;
  /// Text(58) for our Logon, empty for none. Called once for each Logon that we answer.
  virtual std::string_view logon_text() = 0;
  /// The venue is leaving: refuse what would start new work.
  virtual void begin_drain() = 0;
  /// DropCopyFlag(9406) of our Logon.
  [[nodiscard]] virtual bool is_drop_copy() const = 0;
};

}  // namespace sluice::gateway
