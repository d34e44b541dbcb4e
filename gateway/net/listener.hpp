// A listening TCP socket that keeps accepting when the process runs out of descriptors.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/net/address_filter.hpp"
#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

enum class AcceptStatus : std::uint8_t {
  accepted,  ///< One connection taken.
  none,      ///< Nobody is waiting.
  shed,      ///< No descriptor left: the waiting connection was taken and closed at once.
  failed,    ///< The system refused for another reason (errno); try again at the next turn.
};

/// A fresh connection: non-blocking, close-on-exec, TCP_NODELAY.
struct AcceptedConnection {
  FileDescriptor fd;
  IpAddress peer;
  std::string peer_text;  ///< "192.0.2.1:40001" or "[2001:db8::1]:40001"
};

/// Thread safety: one thread.
///
/// A spare descriptor is kept open. Without it a process at its descriptor limit could not even
/// take a waiting connection to close it, and a level-triggered poller would report it for ever.
class Listener {
 public:
  static constexpr int kDefaultBacklog = 1'024;  ///< The system caps it at net.core.somaxconn.

  /// Binds and listens. `address`: IPv4 or IPv6 text ("::" takes IPv4 too); port 0 lets the system
  /// choose. Throws std::runtime_error that names address, port and cause.
  Listener(const std::string& address, std::uint16_t port, int backlog = kDefaultBacklog);

  /// Takes at most one waiting connection; call until it says `none`.
  [[nodiscard]] AcceptStatus accept(AcceptedConnection& connection) noexcept;

  /// Stops listening. Waiting connections are reset by the system.
  void close() noexcept;

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
  /// The bound port, also when 0 was asked for.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  AcceptStatus shed() noexcept;

  FileDescriptor socket_;
  FileDescriptor spare_;
  std::uint16_t port_ = 0;
};

}  // namespace sluice::gateway
