// Rare messages to an I/O thread: finished password checks, connections that change their thread,
// orders of admins.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gateway/admin/session_control.hpp"
#include "gateway/net/event_signal.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/venue/session_unit.hpp"

namespace sluice::gateway {

struct Mail {
  enum class Kind : std::uint8_t {
    password_checked,  ///< `ticket`, `good`
    adopt,             ///< `connection`, authenticated, with its Logon still unread, for `unit`
    session_order,     ///< `order`, an admin's
  };
  Kind kind;
  std::uint64_t ticket = 0;
  bool good = false;
  std::unique_ptr<Connection> connection = nullptr;
  SessionUnit* unit = nullptr;
  SessionOrder order{};
};

/// Thread safety: any thread posts, one takes. Bounded by what may be posted: one mail for each
/// pending Logon, connection, or admin's order, which all have bounds of their own.
class Mailbox {
 public:
  /// For a thread that sleeps until there is something to do: each mail raises `signal`, which
  /// outlives the box. Before the first mail.
  void wake_by(EventSignal& signal) noexcept { signal_ = &signal; }

  void post(Mail mail) {
    {
      const std::lock_guard lock(mutex_);
      mails_.push_back(std::move(mail));
      has_mail_.store(true, std::memory_order_release);
    }
    if (signal_ != nullptr) signal_->raise();
  }

  [[nodiscard]] std::vector<Mail> take() {
    if (!has_mail_.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock(mutex_);
    has_mail_.store(false, std::memory_order_relaxed);
    return std::exchange(mails_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Mail> mails_;
  std::atomic<bool> has_mail_{false};
  EventSignal* signal_ = nullptr;
};

}  // namespace sluice::gateway
