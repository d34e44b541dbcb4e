#include "perf/flood/stranger_socket.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::perf {
namespace {

sockaddr_in address_of(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  result.sin_addr.s_addr = htonl(address);
  return result;
}

}  // namespace

std::uint32_t loopback_address(std::uint64_t number) {
  const auto host = static_cast<std::uint32_t>(number % 65'534 + 1);
  const auto net = static_cast<std::uint32_t>(number / 65'534 % 64 + 1);
  return 127U << 24U | net << 16U | host;
}

StrangerSocket::StrangerSocket(std::uint32_t address, std::uint16_t port)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  if (fd_ < 0) return;
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const sockaddr_in from = address_of(address, 0);
  const sockaddr_in to = address_of(INADDR_LOOPBACK, port);
  const bool stands = ::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0 &&
                      (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ||
                       errno == EINPROGRESS);
  if (!stands) close();
}

void StrangerSocket::send(std::string_view bytes) const {
  (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool StrangerSocket::closed_by_peer() const {
  std::array<char, 4'096> dropped;
  for (;;) {
    const ssize_t count = ::recv(fd_, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (count == 0) return true;
    if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  }
}

void StrangerSocket::close() {
  if (fd_ < 0) return;
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

}  // namespace sluice::perf
