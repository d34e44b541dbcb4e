#include "tests/support/fix_connection.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "tests/support/fix_message.hpp"

namespace sluice::testing {

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

int milliseconds_left(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(what + ": " + std::strerror(error));
}

}  // namespace

FixConnection& FixConnection::operator=(FixConnection&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    tls_ = std::move(other.tls_);
    unsent_ = std::move(other.unsent_);
    sent_ = std::exchange(other.sent_, 0);
    buffer_ = std::move(other.buffer_);
    taken_ = std::exchange(other.taken_, 0);
    filled_ = std::exchange(other.filled_, 0);
  }
  return *this;
}

namespace {

void bind_to(int fd, const std::string& address) {
  sockaddr_in local{};
  local.sin_family = AF_INET;
  if (::inet_pton(AF_INET, address.c_str(), &local.sin_addr) != 1) fail("read " + address, EINVAL);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
    fail("come from " + address, errno);
  }
}

}  // namespace

void FixConnection::open(const std::string& host, std::uint16_t port, Deadline deadline,
                         int receive_buffer_bytes, const std::string& from) {
  close();
  const std::string where = host + ":" + std::to_string(port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int lookup = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (lookup != 0) throw std::runtime_error(where + ": " + ::gai_strerror(lookup));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};

  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket", errno);
  fd_ = fd;
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  if (!from.empty()) bind_to(fd, from);
  if (::connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
    int error = errno;
    if (error == EINPROGRESS) {
      if (!wait_for(POLLOUT, deadline)) {
        close();
        fail("connect to " + where, ETIMEDOUT);
      }
      socklen_t size = sizeof error;
      ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) {
      close();
      fail("connect to " + where, error);
    }
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void FixConnection::open_tls(const std::string& host, std::uint16_t port, Deadline deadline,
                             const TlsClientOptions& tls, int receive_buffer_bytes,
                             const std::string& from) {
  open(host, port, deadline, receive_buffer_bytes, from);
  begin_tls(tls);
  for (;;) {
    const TlsClient::Status status = tls_->handshake();
    if (status == TlsClient::Status::done) return;
    const bool goes_on =
        status == TlsClient::Status::want_read || status == TlsClient::Status::want_write;
    const std::string why = goes_on ? "no answer in time" : tls_->fault();
    const short events = status == TlsClient::Status::want_write ? POLLOUT : POLLIN;
    if (goes_on && wait_for(events, deadline)) continue;
    close();
    throw std::runtime_error("TLS handshake: " + why);
  }
}

void FixConnection::adopt(int connected_fd) {
  close();
  fd_ = connected_fd;
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void FixConnection::close() {
  tls_.reset();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  unsent_.clear();
  sent_ = taken_ = filled_ = 0;
}

void FixConnection::abort() {
  const linger now{1, 0};
  if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

bool FixConnection::flush() {
  while (sent_ < unsent_.size()) {
    const ssize_t count = send_part(std::string_view(unsent_).substr(sent_));
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
      break;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  unsent_.clear();
  sent_ = 0;
  return true;
}

bool FixConnection::send(std::string_view bytes, Deadline deadline) {
  queue(bytes);
  while (!flush()) {
    if (!wait_for(POLLOUT, deadline)) return false;
  }
  return true;
}

ssize_t FixConnection::send_part(std::string_view bytes) {
  if (!tls_) return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  std::size_t count = 0;
  const TlsClient::Status status = tls_->write(bytes, count);
  if (status == TlsClient::Status::done) return static_cast<ssize_t>(count);
  const bool later =
      status == TlsClient::Status::want_read || status == TlsClient::Status::want_write;
  errno = later ? EAGAIN : EPIPE;
  return -1;
}

ssize_t FixConnection::receive_part(char* to, std::size_t size) {
  if (!tls_) return ::recv(fd_, to, size, 0);
  std::size_t count = 0;
  const TlsClient::Status status = tls_->read(to, size, count);
  if (status == TlsClient::Status::done) return static_cast<ssize_t>(count);
  if (status == TlsClient::Status::closed) return 0;
  const bool later =
      status == TlsClient::Status::want_read || status == TlsClient::Status::want_write;
  errno = later ? EAGAIN : ECONNRESET;
  return -1;
}

FixConnection::Read FixConnection::read_some() {
  if (fd_ < 0) return Read::closed;
  if (taken_ == filled_) taken_ = filled_ = 0;
  if (buffer_.size() - filled_ < kReadBytes) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    filled_ -= std::exchange(taken_, 0);
    buffer_.resize(std::max(buffer_.size(), filled_ + kReadBytes));
  }
  for (;;) {
    const ssize_t count = receive_part(buffer_.data() + filled_, buffer_.size() - filled_);
    if (count > 0) {
      filled_ += static_cast<std::size_t>(count);
      return Read::data;
    }
    if (count == 0) return Read::closed;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Read::nothing;
    if (errno != EINTR) return Read::closed;
  }
}

std::optional<std::string_view> FixConnection::next_frame() {
  const std::string_view waiting = rest();
  if (waiting.empty()) return std::nullopt;
  const std::size_t size = frame_size(waiting);
  if (size == 0) return std::nullopt;
  taken_ += size;
  return waiting.substr(0, size);
}

bool FixConnection::wait_readable(Deadline deadline) {
  for (;;) {
    const bool all_sent = flush();
    pollfd entry{fd_, static_cast<short>(all_sent ? POLLIN : POLLIN | POLLOUT), 0};
    const int ready = ::poll(&entry, 1, milliseconds_left(deadline));
    if (ready > 0 && (entry.revents & ~POLLOUT) != 0) return true;
    if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
  }
}

bool FixConnection::wait_for(short events, Deadline deadline) {
  for (;;) {
    pollfd entry{fd_, events, 0};
    const int ready = ::poll(&entry, 1, milliseconds_left(deadline));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) return false;
  }
}

}  // namespace sluice::testing
