// Examines the first message of a connection: who is it, may it be from there, and is the password
// right.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/types/durations.hpp"
#include "engine/types/wall_clock.hpp"
#include "gateway/auth/auth_worker.hpp"
#include "gateway/auth/last_signed_logons.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/token_bucket.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/session/logon_request.hpp"
#include "gateway/venue/edge_limits.hpp"
#include "gateway/venue/session_unit.hpp"

namespace sluice::gateway {

/// Thread safety: the door's thread.
///
/// Nothing is said to an unauthenticated peer, and no session's state is touched for it. What a
/// Logon costs depends on what it carries and not on whom it names: an unknown CompID or user, and
/// a known one from an address that is not allowed, cost the same check as a good one.
class LogonDesk {
 public:
  enum class Answer : std::uint8_t {
    close,    ///< Without a word.
    later,    ///< The connection's examine_at_ns is set; do not read on, examine again then.
    pending,  ///< The connection's auth_ticket is set; do not read on until decided() is asked.
    passed,   ///< `unit` is the session.
  };
  struct Decision {
    Answer answer;
    SessionUnit* unit = nullptr;
  };

  /// Signature checks of strangers, in the long run and at once: they run on the door's
  /// thread, which others wait for too. More wait. Sessions with an address list do not.
  static constexpr std::int64_t kSignatureIntervalNs = 2 * kNsPerMillisecond;
  static constexpr std::uint32_t kSignatureBurst = 64;
  static constexpr std::int64_t kSignatureRetryNs = 50 * kNsPerMillisecond;

  LogonDesk(const GatewayConfig& config, const std::vector<SessionUnit*>& units, AuthWorker& worker,
            EdgeLimits& limits, LastSignedLogons& signed_logons, WallClock clock);

  /// `message`: one whole message, the connection's first. `now_ns`: monotonic.
  [[nodiscard]] Decision examine(Connection& connection, std::string_view message,
                                 std::int64_t now_ns);
  /// The worker's answer to the check under `ticket`.
  [[nodiscard]] Decision decided(Connection& connection, bool good, std::int64_t now_ns);
  /// The worker's answer came, and the connection with this ticket has gone away. Not before: the
  /// check is under way until then and keeps its places, or whoever hangs up at once would have as
  /// many as he likes.
  void forget(std::uint64_t ticket) { (void)take(ticket); }

 private:
  struct Check {
    SessionUnit* of = nullptr;  ///< Null: nobody has that CompID.
    bool known_user = false;
    std::string comp_id;
    bool named = false;
    LogonGuard::Check places;
  };

  /// The check under this ticket, no longer pending; null when there is none.
  [[nodiscard]] std::optional<Check> take(std::uint64_t ticket);
  [[nodiscard]] Decision close(const Connection& connection, std::string_view why,
                               std::int64_t now_ns);
  [[nodiscard]] Decision check_password(Connection& connection, const LogonRequest& logon,
                                        SessionUnit* unit, const LogonGuard::Attempt& attempt,
                                        std::int64_t now_ns);
  [[nodiscard]] Decision check_signature(Connection& connection, const LogonRequest& logon,
                                         SessionUnit* unit, const LogonGuard::Attempt& attempt,
                                         std::int64_t now_ns);
  [[nodiscard]] Decision refuse(const Connection& connection, const LogonGuard::Attempt& attempt,
                                std::int64_t now_ns);

  const GatewayConfig& config_;
  std::unordered_map<std::string_view, SessionUnit*>
      by_comp_id_;  // not changed after the constructor
  AuthWorker& worker_;
  EdgeLimits& limits_;
  LastSignedLogons& signed_logons_;
  WallClock clock_;
  TokenBucket signature_checks_;
  std::string unknown_user_hash_;
  std::uint64_t last_ticket_ = 0;
  std::unordered_map<std::uint64_t, Check> pending_;
};

}  // namespace sluice::gateway
