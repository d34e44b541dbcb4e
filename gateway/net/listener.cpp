#include "gateway/net/listener.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <new>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace sluice::gateway {
namespace {

/// Errors that accept(2) takes over from the waiting connection: the next one may be good.
bool concerns_one_connection(int error) noexcept {
  return error == ECONNABORTED || error == EPROTO || error == EINTR || error == EPERM ||
         error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN || error == EHOSTUNREACH ||
         error == ENONET || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

FileDescriptor open_spare() noexcept {
  return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

std::uint16_t port_of(const sockaddr_storage& address) noexcept {
  // sin_port and sin6_port are at the same place.
  sockaddr_in in{};
  std::memcpy(&in, &address, sizeof(in));
  return ntohs(in.sin_port);
}

socklen_t make_address(const IpAddress& ip, std::uint16_t port, bool v4,
                       sockaddr_storage& out) noexcept {
  std::memset(&out, 0, sizeof(out));
  if (v4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, ip.bytes.data() + 12, 4);
    std::memcpy(&out, &in, sizeof(in));
    return sizeof(in);
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port);
  std::memcpy(&in.sin6_addr, ip.bytes.data(), ip.bytes.size());
  std::memcpy(&out, &in, sizeof(in));
  return sizeof(in);
}

bool set_option(int fd, int level, int name, int value) noexcept {
  return ::setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

}  // namespace

Listener::Listener(const std::string& address, std::uint16_t port, int backlog) {
  const auto fail = [&](const char* what, int error) {
    throw std::runtime_error("cannot " + std::string(what) + " " + address + " port " +
                             std::to_string(port) + ": " + std::strerror(error));
  };
  const std::optional<IpAddress> ip = IpAddress::parse(address);
  if (!ip) fail("listen on", EINVAL);
  const bool v4 = address.find(':') == std::string::npos;

  socket_ = FileDescriptor(
      ::socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_.is_open()) fail("open a socket for", errno);
  if (!set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR, 1)) fail("set up", errno);
  if (!v4 && !set_option(socket_.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0)) fail("set up", errno);

  sockaddr_storage bound{};
  socklen_t size = make_address(*ip, port, v4, bound);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&bound), size) != 0) {
    fail("bind", errno);
  }
  if (::listen(socket_.get(), backlog) != 0) fail("listen on", errno);
  size = sizeof(bound);
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    fail("query", errno);
  }
  port_ = port_of(bound);
  spare_ = open_spare();
  if (!spare_.is_open()) fail("keep a spare descriptor for", errno);
}

AcceptStatus Listener::accept(AcceptedConnection& connection) noexcept {
  if (!is_open()) return AcceptStatus::none;
  for (;;) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    FileDescriptor fd(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size,
                                SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return AcceptStatus::none;
      if (concerns_one_connection(errno)) continue;
      if (errno == EMFILE || errno == ENFILE) return shed();
      return AcceptStatus::failed;
    }
    if (!spare_.is_open()) spare_ = open_spare();
    const std::optional<IpAddress> ip = IpAddress::from(peer);
    // A peer that is gone already makes the option fail; the first read will tell.
    static_cast<void>(set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1));
    if (!ip) continue;
    try {
      const std::string host = ip->text();
      const std::string port = std::to_string(port_of(peer));
      connection.peer_text = ip->is_v4() ? host + ":" + port : "[" + host + "]:" + port;
    } catch (const std::bad_alloc&) {
      errno = ENOMEM;
      return AcceptStatus::failed;
    }
    connection.peer = *ip;
    connection.fd = std::move(fd);
    return AcceptStatus::accepted;
  }
}

AcceptStatus Listener::shed() noexcept {
  if (!spare_.is_open()) {
    spare_ = open_spare();
    return AcceptStatus::failed;
  }
  spare_.reset();
  FileDescriptor victim(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const int error = errno;
  const bool taken = victim.is_open();
  victim.reset();  // its number must be free before the spare is opened again
  spare_ = open_spare();
  if (taken) return AcceptStatus::shed;
  errno = error;
  return error == EAGAIN || error == EWOULDBLOCK ? AcceptStatus::none : AcceptStatus::failed;
}

void Listener::close() noexcept {
  socket_.reset();
  spare_.reset();
}

}  // namespace sluice::gateway
