#include "gateway/venue/logon_desk.hpp"

#include <optional>
#include <span>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/auth/logon_signature.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {

LogonDesk::LogonDesk(const GatewayConfig& config, const std::vector<SessionUnit*>& units,
                     AuthWorker& worker, EdgeLimits& limits, LastSignedLogons& signed_logons,
                     WallClock clock)
    : config_(config),
      worker_(worker),
      limits_(limits),
      signed_logons_(signed_logons),
      clock_(clock),
      unknown_user_hash_(dummy_hash()) {
  for (SessionUnit* unit : units) by_comp_id_[unit->config->comp_id] = unit;
}

LogonDesk::Decision LogonDesk::close(const Connection& connection, std::string_view why,
                                     std::int64_t now_ns) {
  limits_.log.warn(connection.peer(), now_ns, "connection from {} closed before logon: {}",
                   connection.peer_text(), why);
  return {Answer::close};
}

LogonDesk::Decision LogonDesk::examine(Connection& connection, std::string_view message,
                                       std::int64_t now_ns) {
  const auto logon = read_logon(message);
  if (!logon) return close(connection, "its first message is not a good Logon", now_ns);
  if (logon->begin_string != "FIX.4.4") {
    return close(connection, "BeginString(8) is not FIX.4.4", now_ns);
  }
  if (logon->target_comp_id != config_.comp_id) {
    return close(connection, "TargetCompID(56) is not ours", now_ns);
  }
  if (connection.logon_seen_ns == 0) connection.logon_seen_ns = now_ns;

  const auto found = by_comp_id_.find(logon->sender_comp_id);
  SessionUnit* unit = found == by_comp_id_.end() ? nullptr : found->second;
  // From elsewhere nobody has that CompID.
  if (unit != nullptr && !unit->allowed.allows(connection.peer())) unit = nullptr;
  const bool named = unit != nullptr && !unit->config->allow_addresses.empty();
  if (unit != nullptr) {
    const SessionConfig& session = *unit->config;
    if (session.tls_required && connection.tls() == nullptr) {
      return close(connection, session.comp_id + " logs on over TLS only", now_ns);
    }
    if (!session.client_certificate.empty() &&
        !connection.tls()->client_certificate_is(session.client_certificate)) {
      return close(connection, "it has not the client certificate of " + session.comp_id, now_ns);
    }
  }
  if (unit != nullptr && unit->config->authentication == Authentication::none) {
    return {Answer::passed, unit};
  }
  // By what it carries: a password for a session that signs costs what a wrong one does, and a
  // signature for one with a password, or for nobody, what a bad one does.
  const bool signs = logon->password.empty() && !logon->raw_data.empty();
  const LogonGuard::Attempt attempt{.comp_id = logon->sender_comp_id,
                                    .from = connection.peer(),
                                    .named = named,
                                    .password = !signs,
                                    .seen_ns = connection.logon_seen_ns};
  const LogonGuard::Answer may = limits_.logons.may_try(attempt, now_ns);
  if (may.kind == LogonGuard::Answer::Kind::locked) {
    return close(connection, std::string(attempt.comp_id) + " is locked out there", now_ns);
  }
  if (may.kind == LogonGuard::Answer::Kind::wait) {
    connection.examine_at_ns = may.until_ns;
    return {Answer::later};
  }
  return signs ? check_signature(connection, *logon, unit, attempt, now_ns)
               : check_password(connection, *logon, unit, attempt, now_ns);
}

LogonDesk::Decision LogonDesk::check_signature(Connection& connection, const LogonRequest& logon,
                                               SessionUnit* unit,
                                               const LogonGuard::Attempt& attempt,
                                               std::int64_t now_ns) {
  if (!attempt.named && !signature_checks_.take(now_ns, kSignatureIntervalNs, kSignatureBurst)) {
    connection.examine_at_ns = now_ns + kSignatureRetryNs;
    return {Answer::later};
  }
  const SessionConfig* const session = unit == nullptr ? nullptr : unit->config;
  const bool known = session != nullptr && logon.username == session->username;
  const std::string text = signed_text({.sender_comp_id = logon.sender_comp_id,
                                        .target_comp_id = logon.target_comp_id,
                                        .msg_seq_num = logon.msg_seq_num_text,
                                        .sending_time = logon.sending_time_text});
  const auto keys =
      known ? std::span<const PublicKey>(session->public_keys) : std::span<const PublicKey>();
  if (!verify_signature(keys, text, logon.raw_data) || !logon.sending_time) {
    return refuse(connection, attempt, now_ns);
  }
  // Whoever is here has the key, or repeats what its owner sent: neither guesses.
  const std::int64_t window_ns = std::int64_t{config_.signature_window_ms} * kNsPerMillisecond;
  const std::int64_t age_ns = clock_().value - logon.sending_time->value;
  if (age_ns > window_ns || age_ns < -window_ns) {
    return close(connection,
                 "SendingTime(52) of the signed Logon of " + session->comp_id + " is " +
                     std::to_string(age_ns / kNsPerMillisecond) + " ms ago, at most " +
                     std::to_string(config_.signature_window_ms) + " are allowed",
                 now_ns);
  }
  if (!signed_logons_.advance(session->comp_id, *logon.sending_time)) {
    return close(connection,
                 "SendingTime(52) of the signed Logon of " + session->comp_id +
                     " is not later than that of its last one",
                 now_ns);
  }
  limits_.logons.succeeded(attempt, now_ns);
  return {Answer::passed, unit};
}

LogonDesk::Decision LogonDesk::check_password(Connection& connection, const LogonRequest& logon,
                                              SessionUnit* unit, const LogonGuard::Attempt& attempt,
                                              std::int64_t now_ns) {
  const bool known = unit != nullptr && logon.username == unit->config->username &&
                     unit->config->authentication == Authentication::password;
  AuthRequest request{++last_ticket_, known ? unit->config->password_hash : unknown_user_hash_,
                      std::string(logon.password)};
  const AuthClass of = known ? AuthClass::known_user : AuthClass::unknown_user;
  if (!worker_.submit(std::move(request), of)) {
    connection.examine_at_ns = now_ns + LogonGuard::kRetryNs;
    return {Answer::later};
  }
  connection.auth_ticket = last_ticket_;
  pending_.emplace(last_ticket_, Check{unit, known, std::string(attempt.comp_id), attempt.named,
                                       limits_.logons.begin_check(attempt, now_ns)});
  return {Answer::pending};
}

LogonDesk::Decision LogonDesk::decided(Connection& connection, bool good, std::int64_t now_ns) {
  const auto check = take(std::exchange(connection.auth_ticket, 0));
  if (!check) return {Answer::close};
  const LogonGuard::Attempt attempt{.comp_id = check->comp_id,
                                    .from = connection.peer(),
                                    .named = check->named,
                                    .seen_ns = connection.logon_seen_ns};
  if (!good || !check->known_user) return refuse(connection, attempt, now_ns);
  limits_.logons.succeeded(attempt, now_ns);
  return {Answer::passed, check->of};
}

LogonDesk::Decision LogonDesk::refuse(const Connection& connection,
                                      const LogonGuard::Attempt& attempt, std::int64_t now_ns) {
  if (!limits_.logons.failed(attempt, now_ns)) {
    return close(connection, "unknown user, or wrong password or signature", now_ns);
  }
  return close(connection,
               "unknown user, or wrong password or signature; " + std::string(attempt.comp_id) +
                   " is locked out there from now on",
               now_ns);
}

std::optional<LogonDesk::Check> LogonDesk::take(std::uint64_t ticket) {
  const auto found = pending_.find(ticket);
  if (found == pending_.end()) return std::nullopt;
  Check check = std::move(found->second);
  pending_.erase(found);
  return check;
}

}  // namespace sluice::gateway
