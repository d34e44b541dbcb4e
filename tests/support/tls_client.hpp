// The client's side of TLS over a socket, by OpenSSL alone: the outside view of the venue's TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

// OpenSSL's SSL.
struct ssl_st;

namespace sluice::testing {

struct TlsClientOptions {
  std::string ca;             ///< The server's root; empty: any server is taken.
  std::string certificate{};  ///< Ours; empty: none.
  std::string key{};
  bool weak = false;      ///< The key may be one that OpenSSL would not use by itself.
  std::string version{};  ///< "1.1", "1.2" or "1.3" only; empty: as OpenSSL likes.
};

/// Thread safety: none. The socket is somebody else's and outlives it; blocking or not.
class TlsClient {
 public:
  /// Throws std::runtime_error when a file cannot be used.
  TlsClient(const TlsClientOptions& options, int fd);

  enum class Status { done, want_read, want_write, closed, failed };

  /// One step of the handshake.
  [[nodiscard]] Status handshake();
  /// `count` bytes were read or written when the answer is `done`.
  [[nodiscard]] Status read(char* to, std::size_t size, std::size_t& count);
  [[nodiscard]] Status write(std::string_view bytes, std::size_t& count);
  /// Says that nothing follows.
  void close_notify();
  /// The peer said so.
  [[nodiscard]] bool got_close_notify() const;
  /// Why it failed, in OpenSSL's words.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] ssl_st* ssl() const { return ssl_.get(); }

 private:
  [[nodiscard]] Status status_of(int result);

  std::shared_ptr<ssl_st> ssl_;
  std::string fault_;
};

}  // namespace sluice::testing
