// A TCP connection of somebody who is not logged on: as cheap as it can be, for thousands of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace sluice::perf {

/// Addresses to come from: one of 127.1.0.1 to 127.64.255.254 for each number, over and over.
[[nodiscard]] std::uint32_t loopback_address(std::uint64_t number);

/// Thread safety: none. Never blocks.
class StrangerSocket {
 public:
  StrangerSocket() = default;
  /// From `address` to 127.0.0.1:`port`. Not open when the system refuses.
  StrangerSocket(std::uint32_t address, std::uint16_t port);
  ~StrangerSocket() { close(); }
  StrangerSocket(StrangerSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  StrangerSocket& operator=(StrangerSocket&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// As much as goes; what does not is lost.
  void send(std::string_view bytes) const;
  /// Throws away what came; true when the peer has closed.
  [[nodiscard]] bool closed_by_peer() const;
  /// With a reset, so that no port is kept.
  void close();

 private:
  int fd_ = -1;
};

}  // namespace sluice::perf
