// What admins ask of FIX sessions: questions and orders that travel to the session's I/O thread and
// back.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/types/strong.hpp"
#include "gateway/auth/logon_guard.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/net/event_signal.hpp"

namespace sluice::gateway {

enum class SessionPhase : std::uint8_t { logged_out, logged_on, leaving };

/// A session at one moment, as its I/O thread sees it.
struct SessionStatus {
  SessionPhase phase = SessionPhase::logged_out;
  bool enabled = true;
  std::uint64_t connection = 0;  ///< Counts its Logons in this run; the present or last one.
  std::string address;           ///< Empty while logged out.
  TimeNs since;
  std::uint32_t next_out = 1;  ///< MsgSeqNum(34) of our next message.
  std::uint32_t next_in = 1;   ///< The one expected next.
  std::uint64_t unsent_bytes = 0;
  std::uint32_t in_flight = 0;
  bool owed = false;          ///< Reports or copies wait to be sent.
  bool resend_waits = false;  ///< Pages of a ResendRequest wait.
};

struct SessionOrder {
  enum class Kind : std::uint8_t {
    describe,  ///< `next_out`, not 0: and say whether set_numbers would refuse it now.
    logout,    ///< `text`
    disconnect,
    enable,
    disable,  ///< Logs it out too, with `text`.
    reset,
    set_numbers,  ///< `next_out`, `next_in`; 0 leaves one as it is.
    news,         ///< `news`
    // Of no session, but of the guard that the door has over Logons.
    list_locks,
    unlock_comp_id,  ///< `text`
    unlock_address,  ///< `text`, an IP address
  };
  std::uint64_t ticket = 0;
  Kind kind = Kind::describe;
  SessionId session;
  std::string text;
  std::uint32_t next_out = 0;
  std::uint32_t next_in = 0;
  std::shared_ptr<const News> news;
};

/// Lock-outs that one answer tells of.
inline constexpr std::size_t kMaxLocksTold = 1'024;

struct SessionAnswer {
  std::uint64_t ticket = 0;
  SessionStatus before;
  SessionStatus after;
  /// Why nothing was done; empty when it was. With News: also when the session is not logged on.
  std::string refusal;
  std::vector<LockOut> locks;  ///< Of list_locks.
  std::size_t unlocked = 0;    ///< Lock-outs that were ended.
};

/// Where I/O threads put their answers. Thread safety: any thread posts, one takes. Bounded by what
/// was asked: one answer for each order.
class SessionAnswers {
 public:
  explicit SessionAnswers(EventSignal& signal) : signal_(signal) {}

  void post(SessionAnswer answer) {
    {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));
    }
    signal_.raise();
  }
  [[nodiscard]] std::vector<SessionAnswer> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
  }

 private:
  EventSignal& signal_;
  std::mutex mutex_;
  std::vector<SessionAnswer> answers_;
};

}  // namespace sluice::gateway
