// Bytes that a connection has received and nobody has consumed yet.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "gateway/net/io_status.hpp"

namespace sluice::gateway {

class TlsStream;

/// Bounded and contiguous, so that a message can be read in place. Thread safety: one thread.
class ReceiveBuffer {
 public:
  /// Takes all its memory at once. `capacity` above 0.
  explicit ReceiveBuffer(std::size_t capacity);

  /// One read of as much as fits. A call that fills the buffer may have left bytes in the socket.
  [[nodiscard]] ReadStatus read_from(int fd) noexcept;
  /// The same through TLS: what it left inside, tls.has_unread() tells.
  [[nodiscard]] ReadStatus read_from(TlsStream& tls) noexcept;

  /// What was received and not consumed. Valid until the next read_from().
  [[nodiscard]] std::string_view view() const noexcept {
    return {bytes_.get() + begin_, end_ - begin_};
  }
  /// Drops the first `count` bytes of view(); more than there are drops all.
  void consume(std::size_t count) noexcept;
  void clear() noexcept { begin_ = end_ = 0; }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  void make_room() noexcept;

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sluice::gateway
