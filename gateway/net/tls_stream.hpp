// The TLS side of one accepted connection, over a socket that somebody else owns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/net/io_status.hpp"
#include "gateway/net/tls_context.hpp"

// OpenSSL's SSL.
struct ssl_st;

namespace sluice::gateway {

enum class HandshakeStatus : std::uint8_t {
  done,
  would_block,  ///< Go on when the socket is writable (wants_write()) or else readable.
  closed,       ///< The peer went away.
  failed,       ///< fault() says why.
};

/// Thread safety: one thread at a time.
///
/// Invariants: after a call that answered would_block no whole record waits inside, so a poller
/// that watches the socket misses nothing; has_unread() tells of the other case. A call takes at
/// most kReadBudget bytes from the socket, whatever they are, so that a peer's messages of TLS
/// itself hold nobody up. No bytes are taken from or given to the peer after an end or a fault.
class TlsStream {
 public:
  /// Of ciphertext, for one call.
  static constexpr std::size_t kReadBudget = std::size_t{64} << 10U;
  /// Messages of TLS itself, such as key updates, that may come after the handshake, and how many
  /// bytes of data earn one more. Each costs as much as kilobytes of data.
  static constexpr std::uint64_t kMaxControlMessages = 16;
  static constexpr std::uint64_t kBytesPerControlMessage = 4'096;

  /// Null when memory is short. `fd` is non-blocking and outlives the stream.
  [[nodiscard]] static std::unique_ptr<TlsStream> accept(const TlsContext& context,
                                                         int fd) noexcept;
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// One step of the handshake; call again until it is done.
  [[nodiscard]] HandshakeStatus handshake() noexcept;
  [[nodiscard]] bool established() const noexcept { return established_; }

  /// Reads until `room` bytes came or there are none. `count` says how many; an end after some data
  /// is told by the next call.
  [[nodiscard]] ReadStatus read(char* to, std::size_t room, std::size_t& count) noexcept;
  /// Bytes of the peer wait inside, or its end is known: no poller tells of them.
  [[nodiscard]] bool has_unread() const noexcept { return has_unread_; }

  /// Sends a part, at most one record; after would_block the same bytes must come first again.
  [[nodiscard]] FlushStatus write(const char* from, std::size_t size, std::size_t& count) noexcept;

  /// The handshake, or the last read(), cannot go on before the socket is writable.
  [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }
  /// The last write() cannot go on before the socket is readable.
  [[nodiscard]] bool wants_read() const noexcept { return wants_read_; }

  /// Tells the peer that nothing follows, if the socket takes it at once. Only after all was sent.
  void shut_down() noexcept;

  /// Why the stream failed, in words; empty as long as it has not.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

  /// The client showed a certificate that leads to one of our roots.
  [[nodiscard]] bool has_client_certificate() const noexcept;
  /// Whether that certificate is `wanted`: see client_certificate.hpp.
  [[nodiscard]] bool client_certificate_is(std::string_view wanted) const;
  /// "TLSv1.3 TLS_AES_256_GCM_SHA384", and the certificate's subject if there is one.
  [[nodiscard]] std::string description() const;

 private:
  struct SslDeleter {
    void operator()(ssl_st* ssl) const noexcept;
  };
  struct Callbacks;  // what OpenSSL calls

  explicit TlsStream(int fd) noexcept : fd_(fd) {}
  /// What a failed call of OpenSSL means.
  enum class Outcome : std::uint8_t { want_read, want_write, closed, failed };
  [[nodiscard]] Outcome outcome_of(int result) noexcept;
  void begin_call() noexcept;
  void note_fault() noexcept;
  [[nodiscard]] bool floods() const noexcept;

  int fd_;
  std::unique_ptr<ssl_st, SslDeleter> ssl_;
  std::size_t read_budget_ = 0;
  std::uint64_t control_messages_ = 0;
  std::uint64_t data_bytes_ = 0;
  int first_byte_ = -1;
  bool established_ = false;
  bool peer_closed_ = false;
  bool failed_ = false;
  bool has_unread_ = false;
  bool wants_write_ = false;
  bool wants_read_ = false;
  std::string fault_;
};

}  // namespace sluice::gateway
