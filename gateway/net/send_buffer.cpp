#include "gateway/net/send_buffer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <sys/socket.h>
#include <sys/types.h>
#include <utility>

#include "gateway/net/tls_stream.hpp"

namespace sluice::gateway {

bool SendBuffer::append(std::string_view bytes) noexcept {
  if (bytes.empty()) return true;
  if (bytes.size() > bound_ - size() || !make_room(bytes.size())) return false;
  std::memcpy(bytes_.get() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
  return true;
}

FlushStatus SendBuffer::flush(int fd) noexcept {
  while (sendable() > 0) {
    const ssize_t count =
        ::send(fd, bytes_.get() + begin_, sendable(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      begin_ += static_cast<std::size_t>(count);
      sent_bytes_ += static_cast<std::uint64_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return FlushStatus::would_block;
    return FlushStatus::error;
  }
  if (empty()) emptied();
  return FlushStatus::done;
}

// Bytes that a blocked write has begun with stay at the front until they are sent, as TLS wants it.
FlushStatus SendBuffer::flush(TlsStream& tls) noexcept {
  while (sendable() > 0) {
    std::size_t count = 0;
    const FlushStatus status = tls.write(bytes_.get() + begin_, sendable(), count);
    begin_ += count;
    sent_bytes_ += count;
    if (status != FlushStatus::done) return status;
  }
  if (empty()) emptied();
  return FlushStatus::done;
}

bool SendBuffer::make_room(std::size_t more) noexcept {
  if (capacity_ - end_ >= more) return true;
  const std::size_t used = size();
  const std::size_t needed = used + more;
  // Twice what is needed: each byte that is moved later has been paid for by one that was appended,
  // so a peer that reads byte by byte cannot make us copy the whole buffer again and again.
  if (needed <= capacity_ / 2) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, used);
  } else {
    const std::size_t larger_size = std::max(2 * needed, kKeptBytes);
    std::unique_ptr<char[]> larger(new (std::nothrow) char[larger_size]);
    if (!larger) return false;
    if (used != 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
    bytes_ = std::move(larger);
    capacity_ = larger_size;
  }
  begin_ = 0;
  end_ = used;
  return true;
}

void SendBuffer::emptied() noexcept {
  begin_ = end_ = 0;
  if (capacity_ > kKeptBytes) {
    bytes_.reset();
    capacity_ = 0;
  }
}

}  // namespace sluice::gateway
