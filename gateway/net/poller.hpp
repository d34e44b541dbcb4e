// Waiting for many descriptors: epoll, level-triggered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, read_write = 3 };

/// One descriptor that has something. Errors and hang-ups show as readable and writable as well:
/// the next read or write tells what happened.
struct Ready {
  std::uint64_t token;
  bool readable;
  bool writable;
  bool hung_up;  ///< Error, or both directions are closed. Reported even with Interest::none.
};

/// Thread safety: one thread.
class Poller {
 public:
  /// Most descriptors that one wait() reports; the others come with the next.
  static constexpr std::size_t kMaxBatch = 256;

  enum class Clock : std::uint8_t {
    /// epoll_pwait2; falls back by itself where the kernel has none (before 5.11) or a container's
    /// filter of system calls does not let it through.
    nanoseconds,
    milliseconds,  ///< epoll_wait; timeouts are rounded up.
  };

  /// Throws std::system_error when the system gives no epoll descriptor.
  explicit Poller(Clock clock = Clock::nanoseconds);

  /// False with errno set when the system refuses (e.g. fd is registered already).
  [[nodiscard]] bool add(int fd, Interest interest, std::uint64_t token) noexcept;
  [[nodiscard]] bool modify(int fd, Interest interest, std::uint64_t token) noexcept;
  [[nodiscard]] bool remove(int fd) noexcept;

  /// Fills `ready` from its front and returns how many. timeout_ns: 0 only looks, below 0 waits
  /// until something comes. Returns 0 early when a signal arrives.
  [[nodiscard]] std::size_t wait(std::span<Ready> ready, std::int64_t timeout_ns) noexcept;

 private:
  FileDescriptor epoll_;
  Clock clock_;
};

}  // namespace sluice::gateway
