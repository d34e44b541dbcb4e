#include "gateway/venue/logon_desk.hpp"

#include <optional>
#include <utility>

#include "gateway/auth/password_hash.hpp"
#include "gateway/net/address_filter.hpp"
#include "gateway/session/logon_request.hpp"

namespace sluice::gateway {

LogonDesk::LogonDesk(const GatewayConfig& config, const std::vector<SessionUnit*>& units,
                     AuthWorker& worker, std::shared_ptr<spdlog::logger> logger)
    : config_(config),
      worker_(worker),
      logger_(std::move(logger)),
      unknown_user_hash_(dummy_hash()) {
  for (SessionUnit* unit : units) by_comp_id_[unit->config->comp_id].unit = unit;
}

LogonDesk::Decision LogonDesk::close(const Connection& connection, std::string_view why) {
  logger_->warn("connection from {} closed before logon: {}", connection.peer_text(), why);
  return {Answer::close};
}

LogonDesk::Decision LogonDesk::examine(Connection& connection, std::string_view message) {
  const auto logon = read_logon(message);
  if (!logon) return close(connection, "its first message is not a good Logon");
  if (logon->begin_string != "FIX.4.4") return close(connection, "BeginString(8) is not FIX.4.4");
  if (logon->target_comp_id != config_.comp_id) {
    return close(connection, "TargetCompID(56) is not ours");
  }
  const auto found = by_comp_id_.find(logon->sender_comp_id);
  Entry* const entry = found == by_comp_id_.end() ? nullptr : &found->second;
  SessionUnit* const unit = entry == nullptr ? nullptr : entry->unit;
  if (unit != nullptr && !unit->allowed.allows(connection.peer())) {
    return close(connection, "its address is not allowed for " + unit->config->comp_id);
  }
  if (unit != nullptr && unit->config->tls_required && connection.tls() == nullptr) {
    return close(connection, unit->config->comp_id + " logs on over TLS only");
  }
  if (unit != nullptr && !unit->config->client_certificate.empty() &&
      !connection.tls()->client_certificate_is(unit->config->client_certificate)) {
    return close(connection, "it has not the client certificate of " + unit->config->comp_id);
  }
  if (unit != nullptr && unit->config->authentication == Authentication::none) {
    return {Answer::passed, unit};
  }
  if (entry != nullptr && entry->checks >= kChecksPerSession) {
    return close(connection, "too many Logons of " + unit->config->comp_id + " are being checked");
  }
  const bool known = unit != nullptr && logon->username == unit->config->username;
  AuthRequest request{++last_ticket_, known ? unit->config->password_hash : unknown_user_hash_,
                      std::string(logon->password)};
  const AuthClass of = known ? AuthClass::known_user : AuthClass::unknown_user;
  if (!worker_.submit(std::move(request), of)) {
    return close(connection, "too many Logons are being checked");
  }
  connection.auth_ticket = last_ticket_;
  if (entry != nullptr) ++entry->checks;
  pending_.emplace(last_ticket_, Check{entry, known});
  return {Answer::pending};
}

LogonDesk::Decision LogonDesk::decided(Connection& connection, bool good) {
  const auto check = take(std::exchange(connection.auth_ticket, 0));
  if (!check) return {Answer::close};
  if (!good || !check->known_user) return close(connection, "unknown user or wrong password");
  return {Answer::passed, check->of->unit};
}

std::optional<LogonDesk::Check> LogonDesk::take(std::uint64_t ticket) {
  const auto found = pending_.find(ticket);
  if (found == pending_.end()) return std::nullopt;
  const Check check = found->second;
  pending_.erase(found);
  if (check.of != nullptr) --check.of->checks;
  return check;
}

}  // namespace sluice::gateway
