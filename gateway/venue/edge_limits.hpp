// What bounds those who are not logged on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <utility>
#include <vector>

#include "gateway/auth/logon_guard.hpp"
#include "gateway/auth/random_key.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/venue/stranger_log.hpp"
#include "gateway/venue/unauthenticated_pool.hpp"

namespace sluice::gateway {

/// Each session keeps a place among max_connections; strangers have what is left, at most.
[[nodiscard]] inline std::size_t unauthenticated_places(const VenueConfig& config) {
  const std::size_t left = config.gateway.max_connections - config.sessions.size();
  return std::min<std::size_t>(config.gateway.max_unauthenticated, left);
}

/// Thread safety: the door's thread.
struct EdgeLimits {
  EdgeLimits(const VenueConfig& config, const std::shared_ptr<spdlog::logger>& logger)
      : logons(config.gateway, config.sessions, random_key()),
        log(logger, random_key()),
        pool(unauthenticated_places(config)) {}

  LogonGuard logons;
  StrangerLog log;
  UnauthenticatedPool pool;
  /// What admins were told last, and when; nothing: not for a while.
  std::vector<LockOut> locks_told;
  std::optional<std::int64_t> locks_told_ns;
};

}  // namespace sluice::gateway
