#include "gateway/admin/admin_identity.hpp"

#include <array>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::gateway {
namespace {

std::string user_name(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4'096> room;
  if (::getpwuid_r(uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(uid);
}

}  // namespace

std::string_view name_of(AdminRole role) noexcept {
  switch (role) {
    case AdminRole::viewer:
      return "viewer";
    case AdminRole::operate:
      return "operator";
    case AdminRole::risk:
      return "risk";
    case AdminRole::supervisor:
      return "supervisor";
  }
  return {};
}

std::optional<Admin> admin_of(uid_t uid, const std::string& name, uid_t own,
                              const VenueConfig& config) {
  const std::string number = std::to_string(uid);
  for (const AdminUserConfig& user : config.admin_users) {
    if (user.user != name && user.user != number) continue;
    return Admin{name, uid, 0, user.role, user.firm};
  }
  if (uid != own) return std::nullopt;
  return Admin{name, uid, 0, AdminRole::supervisor, {}};
}

std::optional<Admin> identify_peer(int socket, const VenueConfig& config, std::string& who) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    who = "somebody whom the system does not name";
    return std::nullopt;
  }
  who = user_name(peer.uid);
  std::optional<Admin> admin = admin_of(peer.uid, who, ::getuid(), config);
  if (admin) admin->pid = peer.pid;
  return admin;
}

}  // namespace sluice::gateway
