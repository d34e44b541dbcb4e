// A TCP connection that carries FIX messages: bytes out, whole messages in. It knows nothing of
// sessions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "tests/support/tls_client.hpp"

namespace sluice::testing {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

[[nodiscard]] inline Deadline after(std::chrono::milliseconds wait) { return Clock::now() + wait; }

/// Thread safety: none.
///
/// Waits are bounded by deadlines and never sleep; what cannot be read or written at once is said,
/// so that a caller may as well busy-poll.
class FixConnection {
 public:
  FixConnection() = default;
  ~FixConnection() { close(); }
  FixConnection(FixConnection&& other) noexcept { *this = std::move(other); }
  FixConnection& operator=(FixConnection&& other) noexcept;

  /// Throws std::runtime_error when the connection does not stand at the deadline.
  /// `receive_buffer_bytes` sets SO_RCVBUF (0: the system's choice), for clients that do not read.
  /// `from`: the IPv4 address to come from; all of 127.0.0.0/8 is there. Empty: the system's
  /// choice.
  void open(const std::string& host, std::uint16_t port, Deadline deadline,
            int receive_buffer_bytes = 0, const std::string& from = {});
  /// The same, then a TLS handshake over it. Throws also when that fails, with its cause.
  void open_tls(const std::string& host, std::uint16_t port, Deadline deadline,
                const TlsClientOptions& tls, int receive_buffer_bytes = 0,
                const std::string& from = {});
  /// From here on the open connection speaks TLS. The handshake is the caller's:
  /// tls()->handshake().
  void begin_tls(const TlsClientOptions& tls) { tls_ = std::make_unique<TlsClient>(tls, fd_); }
  /// Takes over a connected socket.
  void adopt(int connected_fd);
  void close();
  /// Closes with a TCP reset instead of a FIN.
  void abort();

  [[nodiscard]] int fd() const { return fd_; }
  /// Null for a plain connection.
  [[nodiscard]] TlsClient* tls() const { return tls_.get(); }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  /// Adds bytes to what is to be sent.
  void queue(std::string_view bytes) { unsent_ += bytes; }
  /// Sends what can be sent at once; true when nothing is left. A peer that is gone counts as sent:
  /// reading tells.
  bool flush();
  /// Queues and sends all of it; false at the deadline.
  [[nodiscard]] bool send(std::string_view bytes, Deadline deadline);

  enum class Read { data, nothing, closed };
  /// Reads once without waiting.
  Read read_some();
  /// The next whole message, valid until the next call of read_some(). Throws std::runtime_error on
  /// bytes that are not FIX.
  [[nodiscard]] std::optional<std::string_view> next_frame();
  /// Bytes that were read and not yet given out.
  [[nodiscard]] std::string_view rest() const {
    return {buffer_.data() + taken_, filled_ - taken_};
  }

  /// True when there is something to read (or the end) before the deadline; sends meanwhile what is
  /// queued.
  [[nodiscard]] bool wait_readable(Deadline deadline);

 private:
  [[nodiscard]] bool wait_for(short events, Deadline deadline);

  /// Both as ::send and ::recv answer.
  [[nodiscard]] ssize_t send_part(std::string_view bytes);
  [[nodiscard]] ssize_t receive_part(char* to, std::size_t size);

  int fd_ = -1;
  std::unique_ptr<TlsClient> tls_;
  std::string unsent_;
  std::size_t sent_ = 0;
  std::vector<char> buffer_;  ///< [taken_, filled_) was read and not yet given out.
  std::size_t taken_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace sluice::testing
