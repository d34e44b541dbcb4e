// What all commands of sessions have in common.
#pragma once

#include <cstddef>
#include <string>

#include "gateway/admin/commands/command_table.hpp"

namespace sluice::gateway {

inline constexpr std::size_t kMaxCompId = 32;

/// A session as session.list and session.show have it, without `locked`.
[[nodiscard]] Json describe(const VenueNames& names, SessionId id, const SessionStatus& status);

[[nodiscard]] AdminError no_such_session(const std::string& name);

}  // namespace sluice::gateway
