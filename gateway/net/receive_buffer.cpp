#include "gateway/net/receive_buffer.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/types.h>

#include "gateway/net/tls_stream.hpp"

namespace sluice::gateway {

ReceiveBuffer::ReceiveBuffer(std::size_t capacity)
    : bytes_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity) {}

ReadStatus ReceiveBuffer::read_from(int fd) noexcept {
  if (size() == capacity_) return ReadStatus::full;
  make_room();
  for (;;) {
    const ssize_t count = ::recv(fd, bytes_.get() + end_, capacity_ - end_, MSG_DONTWAIT);
    if (count > 0) {
      end_ += static_cast<std::size_t>(count);
      return ReadStatus::data;
    }
    if (count == 0) return ReadStatus::closed;
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return ReadStatus::would_block;
    return ReadStatus::error;
  }
}

ReadStatus ReceiveBuffer::read_from(TlsStream& tls) noexcept {
  if (size() == capacity_) return ReadStatus::full;
  make_room();
  std::size_t count = 0;
  const ReadStatus status = tls.read(bytes_.get() + end_, capacity_ - end_, count);
  end_ += count;
  return status;
}

void ReceiveBuffer::consume(std::size_t count) noexcept {
  if (count >= size()) {
    clear();
  } else {
    begin_ += count;
  }
}

// What is left is usually the head of one message, so moving it costs less than many short reads.
void ReceiveBuffer::make_room() noexcept {
  if (begin_ == 0 || capacity_ - end_ >= capacity_ / 2) return;
  std::memmove(bytes_.get(), bytes_.get() + begin_, size());
  end_ -= begin_;
  begin_ = 0;
}

}  // namespace sluice::gateway
