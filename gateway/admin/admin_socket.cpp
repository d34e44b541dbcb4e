#include "gateway/admin/admin_socket.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <grp.h>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace sluice::gateway {
namespace {

constexpr int kBacklog = 64;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw AdminSocketError("cannot " + what + " the admin socket " + path + ": " +
                         std::strerror(errno));
}

std::optional<gid_t> group_id(const std::string& name) {
  gid_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size()) return number;
  group entry{};
  group* found = nullptr;
  std::array<char, 16'384> room;
  if (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 ||
      found == nullptr) {
    return std::nullopt;
  }
  return found->gr_gid;
}

/// A file of another kind is somebody's, and so is a socket on which somebody answers.
void remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return;
  if (!S_ISSOCK(about.st_mode)) {
    throw AdminSocketError("the admin socket " + path + " cannot be made: a file is there");
  }
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool answered =
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  // A full backlog is somebody's too.
  if (answered || errno == EAGAIN) {
    throw AdminSocketError("the admin socket " + path +
                           " is in use by another process; give each venue its own");
  }
  ::unlink(path.c_str());
}

/// Which file is at `path`; nothing where there is none.
std::optional<std::pair<dev_t, ino_t>> file_at(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return std::nullopt;
  return std::pair(about.st_dev, about.st_ino);
}

}  // namespace

AdminSocket::AdminSocket(std::string path, const AdminConfig& config) : path_(std::move(path)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof(address.sun_path)) {
    throw AdminSocketError("the admin socket's path is longer than 107 bytes: " + path_ +
                           "; set [admin] socket");
  }
  std::memcpy(address.sun_path, path_.data(), path_.size());
  remove_stale(path_, address);
  fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_.is_open()) fail("open", path_);
  // Nobody else may connect between bind and chmod. The mask is the process's; no other thread
  // makes files.
  const mode_t mask = ::umask(0177);
  const int bound = ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(mask);
  if (bound != 0) fail("bind", path_);
  own_file_ = file_at(path_);
  if (!config.socket_group.empty()) {
    const auto group = group_id(config.socket_group);
    if (!group) {
      throw AdminSocketError("[admin] socket_group: this system has no group " +
                             config.socket_group);
    }
    if (::chown(path_.c_str(), static_cast<uid_t>(-1), *group) != 0)
      fail("give its group to", path_);
  }
  if (::chmod(path_.c_str(), config.socket_mode) != 0) fail("give its permissions to", path_);
  if (::listen(fd_.get(), kBacklog) != 0) fail("listen on", path_);
}

AdminSocket::~AdminSocket() {
  // By now another one may be there.
  if (fd_.is_open() && own_file_ == file_at(path_)) ::unlink(path_.c_str());
}

FileDescriptor AdminSocket::accept() {
  return FileDescriptor(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

}  // namespace sluice::gateway
