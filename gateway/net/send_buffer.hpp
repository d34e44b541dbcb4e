// Bytes that a connection has yet to send, up to a bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "gateway/net/io_status.hpp"

namespace sluice::gateway {

class TlsStream;

/// Grows with what waits, never past its bound; meeting the bound is the caller's reason to cut a
/// client that does not read. Thread safety: one thread.
class SendBuffer {
 public:
  /// Memory kept while nothing waits.
  static constexpr std::size_t kKeptBytes = std::size_t{64} << 10U;

  explicit SendBuffer(std::size_t bound) noexcept : bound_(bound) {}

  /// All of `bytes` or, past the bound or out of memory, nothing of them and false.
  [[nodiscard]] bool append(std::string_view bytes) noexcept;

  /// From now on only bytes before this place of all that were ever appended may leave. It only
  /// grows.
  void let_through(std::uint64_t place) noexcept { through_ = place; }
  /// The place behind the last byte that was appended.
  [[nodiscard]] std::uint64_t appended_bytes() const noexcept { return sent_bytes_ + size(); }
  /// How many may leave now.
  [[nodiscard]] std::size_t sendable() const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size(), through_ - sent_bytes_));
  }

  /// Sends until nothing is left that may leave or the socket takes no more. A peer that is gone
  /// raises no signal.
  [[nodiscard]] FlushStatus flush(int fd) noexcept;
  [[nodiscard]] FlushStatus flush(TlsStream& tls) noexcept;

  /// Forgets what is unsent.
  void clear() noexcept {
    begin_ = end_;
    emptied();
  }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  /// All that has gone into the socket.
  [[nodiscard]] std::uint64_t sent_bytes() const noexcept { return sent_bytes_; }
  [[nodiscard]] std::size_t bound() const noexcept { return bound_; }
  /// Memory held now: at most twice the bound, or kKeptBytes.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  [[nodiscard]] bool make_room(std::size_t more) noexcept;
  void emptied() noexcept;

  std::size_t bound_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t through_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace sluice::gateway
