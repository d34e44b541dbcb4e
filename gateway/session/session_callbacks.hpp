// QuickFIX's application object: leads each callback to the session that is being fed.
#pragma once

#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

class FixSession;

/// While one lives, callbacks on this thread go to `session`.
class CallbackScope {
 public:
  explicit CallbackScope(FixSession& session) noexcept;
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  FixSession* previous_;
};

/// Thread safety: any I/O thread; it has no state of its own.
class SessionCallbacks final : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override;
  void toAdmin(FIX::Message& message, const FIX::SessionID&) override;
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID&) override;
};

}  // namespace sluice::gateway
