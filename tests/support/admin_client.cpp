#include "tests/support/admin_client.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace sluice::testing {
namespace {

using AdminClock = std::chrono::steady_clock;

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("path too long: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error(std::strerror(errno));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

AdminClient::AdminClient(const std::string& path, std::chrono::milliseconds patience)
    : patience_(patience) {
  const auto deadline = AdminClock::now() + patience;
  while ((fd_ = connect_to(path)) < 0) {
    if (AdminClock::now() > deadline) throw std::runtime_error("nobody listens on " + path);
    std::this_thread::yield();
  }
  const auto line = receive();
  if (!line) throw std::runtime_error("no greeting from " + path);
  greeting_ = *line;
}

AdminClient::~AdminClient() {
  if (fd_ >= 0) ::close(fd_);
}

std::uint64_t AdminClient::send(const std::string& command, const Json& args,
                                const std::string& reason, bool dry_run) {
  Json line{{"id", ++last_id_}, {"command", command}, {"args", args}};
  if (!reason.empty()) line["reason"] = reason;
  if (dry_run) line["dry_run"] = true;
  send_raw(line.dump() + "\n");
  return last_id_;
}

AdminClient::Answer AdminClient::ask(const std::string& command, const Json& args,
                                     const std::string& reason, bool dry_run) {
  send(command, args, reason, dry_run);
  return receive_answer();
}

void AdminClient::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw std::runtime_error(std::string("admin socket: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void AdminClient::end_of_requests() { ::shutdown(fd_, SHUT_WR); }

std::optional<Json> AdminClient::receive() {
  const auto deadline = AdminClock::now() + patience_;
  for (;;) {
    if (const std::size_t feed = buffer_.find('\n'); feed != std::string::npos) {
      Json line = Json::parse(buffer_.substr(0, feed));
      buffer_.erase(0, feed + 1);
      return line;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - AdminClock::now());
    pollfd waiting{fd_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      return std::nullopt;
    }
    char bytes[65'536];
    const ssize_t count = ::recv(fd_, bytes, sizeof(bytes), 0);
    if (count <= 0) {
      ended_ = true;
      return std::nullopt;
    }
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }
}

AdminClient::Answer AdminClient::receive_answer() {
  Answer answer;
  while (const auto line = receive()) {
    if (line->contains("row")) {
      answer.rows.push_back((*line)["row"]);
    } else {
      answer.last = *line;
      break;
    }
  }
  return answer;
}

bool AdminClient::closed() {
  while (receive()) {
  }
  return ended_;
}

}  // namespace sluice::testing
