#include "tests/end_to_end/cutting_relay.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::testing {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void check(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void close_with_reset(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd);
}

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::send(fd, bytes, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

CuttingRelay::CuttingRelay(std::uint16_t port) : target_port_(port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(listener_ >= 0, "socket");
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  check(::bind(listener_, generic, size) == 0, "bind");
  check(::listen(listener_, 64) == 0, "listen");
  check(::getsockname(listener_, generic, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  check(::pipe2(wake_, O_CLOEXEC) == 0, "pipe");
  thread_ = std::thread([this] { run(); });
}

CuttingRelay::~CuttingRelay() {
  stopping_ = true;
  (void)!::write(wake_[1], "x", 1);
  thread_.join();
  cut();
  ::close(listener_);
  ::close(wake_[0]);
  ::close(wake_[1]);
}

void CuttingRelay::lose_everything() {
  const std::lock_guard lock(mutex_);
  losing_ = true;
}

void CuttingRelay::cut() {
  const std::lock_guard lock(mutex_);
  for (const Pipe& pipe : pipes_) {
    close_with_reset(pipe.client);
    close_with_reset(pipe.venue);
  }
  pipes_.clear();
  losing_ = false;
  // The thread must not wait for descriptors that are gone.
  (void)!::write(wake_[1], "x", 1);
}

void CuttingRelay::run() {
  while (!stopping_) {
    std::vector<pollfd> entries{{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      for (const Pipe& pipe : pipes_) {
        entries.push_back({pipe.client, POLLIN, 0});
        entries.push_back({pipe.venue, POLLIN, 0});
      }
    }
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[1].revents != 0) {
      char byte{};
      (void)!::read(wake_[0], &byte, 1);
      continue;
    }
    if (entries[0].revents != 0) accept_one();
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < pipes_.size() && 3 + 2 * i < entries.size(); ++i) {
      const Pipe pipe = pipes_[i];
      // After a cut there are other connections, if any: their turn is the next round.
      if (entries[2 + 2 * i].fd != pipe.client || entries[3 + 2 * i].fd != pipe.venue) break;
      const bool from_client = entries[2 + 2 * i].revents != 0;
      const bool from_venue = entries[3 + 2 * i].revents != 0;
      if ((from_client && !move_bytes(pipe.client, pipe.venue)) ||
          (from_venue && !move_bytes(pipe.venue, pipe.client))) {
        ::close(pipe.client);
        ::close(pipe.venue);
        pipes_.erase(pipes_.begin() + static_cast<std::ptrdiff_t>(i));
        break;
      }
    }
  }
}

void CuttingRelay::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int venue = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_port_);
  if (::connect(venue, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(client);
    ::close(venue);
    return;
  }
  const int on = 1;
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(venue, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::lock_guard lock(mutex_);
  pipes_.push_back({client, venue});
}

bool CuttingRelay::move_bytes(int from, int to) {
  std::array<char, 16'384> bytes{};
  const ssize_t count = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (count == 0) return false;
  return losing_ || write_all(to, bytes.data(), static_cast<std::size_t>(count));
}

}  // namespace sluice::testing
