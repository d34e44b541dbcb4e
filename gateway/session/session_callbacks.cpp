#include "gateway/session/session_callbacks.hpp"

#include "gateway/session/fix_session.hpp"

namespace sluice::gateway {
namespace {

thread_local FixSession* current_session = nullptr;

}  // namespace

CallbackScope::CallbackScope(FixSession& session) noexcept : previous_(current_session) {
  current_session = &session;
}

CallbackScope::~CallbackScope() { current_session = previous_; }

void SessionCallbacks::onLogout(const FIX::SessionID&) {
  if (current_session != nullptr) current_session->on_logged_out();
}

void SessionCallbacks::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  if (current_session != nullptr) current_session->to_admin(message);
}

void SessionCallbacks::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  if (current_session != nullptr) current_session->from_admin(message);
}

void SessionCallbacks::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  if (current_session != nullptr) current_session->from_app(message);
}

}  // namespace sluice::gateway
