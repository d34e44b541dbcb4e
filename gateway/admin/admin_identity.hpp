// Who is at the other end of the admin socket, and what he may do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

struct Admin {
  std::string user;  ///< As the system names the user id; the number when it has no name.
  uid_t uid = 0;
  pid_t pid = 0;
  AdminRole role = AdminRole::viewer;
  std::string firm;  ///< Empty: the whole venue.

  [[nodiscard]] bool sees_firm(std::string_view name) const noexcept {
    return firm.empty() || firm == name;
  }
};

[[nodiscard]] std::string_view name_of(AdminRole role) noexcept;

/// By the kernel's word (SO_PEERCRED of unix(7)). Nothing when the user has no role: `who` then
/// says who asked.
[[nodiscard]] std::optional<Admin> identify_peer(int socket, const VenueConfig& config,
                                                 std::string& who);

/// The part that needs no socket. The user that runs the venue, `own`, is supervisor unless an
/// entry says otherwise.
[[nodiscard]] std::optional<Admin> admin_of(uid_t uid, const std::string& name, uid_t own,
                                            const VenueConfig& config);

}  // namespace sluice::gateway
