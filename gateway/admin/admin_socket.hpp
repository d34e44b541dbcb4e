// The file to which admins connect.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <utility>

#include "gateway/config/venue_config.hpp"
#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

/// The socket cannot be made: what() says where and why.
class AdminSocketError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A listening Unix-domain socket (SOCK_STREAM) with the configured group and permissions.
/// Thread safety: none.
class AdminSocket {
 public:
  /// Throws AdminSocketError. A socket that a dead venue left behind is replaced; a file of another
  /// kind, or a socket on which somebody answers, is not.
  AdminSocket(std::string path, const AdminConfig& config);
  /// Removes the file, unless another one is there by now.
  ~AdminSocket();
  AdminSocket(const AdminSocket&) = delete;
  AdminSocket& operator=(const AdminSocket&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// Not open when nobody waits. Never blocks.
  [[nodiscard]] FileDescriptor accept();

 private:
  std::string path_;
  FileDescriptor fd_;
  std::optional<std::pair<dev_t, ino_t>> own_file_;
};

}  // namespace sluice::gateway
