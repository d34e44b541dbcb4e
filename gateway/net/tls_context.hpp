// What the TLS connections of a listener are made from: certificate, key, roots and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/tls_settings.hpp"

// OpenSSL's SSL_CTX; its headers stay out of ours.
struct ssl_ctx_st;

namespace sluice::gateway {

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// Suites with forward secrecy and authenticated encryption only.
inline constexpr std::string_view kDefaultCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
/// A certificate that ends within so many days is warned of.
inline constexpr int kExpiryWarningDays = 30;
/// Certificates between a client's and a root.
inline constexpr int kMaxClientChain = 4;
/// All certificates that a client sends, in bytes.
inline constexpr std::size_t kMaxClientCertificateBytes = std::size_t{32} << 10U;

/// A file or setting that cannot be used: which one, and why.
struct TlsFault {
  enum class Of : std::uint8_t { certificate, key, client_ca, ciphers, other };
  Of of = Of::other;
  std::string what;  ///< "cannot be read: No such file or directory"
};

/// `context` is null when there is a fault.
struct TlsLoad {
  TlsContext context;
  TlsFault fault;
  std::vector<std::string> warnings;
};

/// Reads and checks the files. Thread safety: any thread.
///
/// Renegotiation, compression, session tickets and resumption are off: a connection lives for days,
/// so a second handshake saves nothing, and each one is judged by the certificates of its time.
[[nodiscard]] TlsLoad load_tls(const TlsSettings& settings);

/// The context in use. Thread safety: any thread.
class TlsContexts {
 public:
  explicit TlsContexts(TlsContext first) : current_(std::move(first)) {}

  [[nodiscard]] TlsContext current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  /// From the next handshake on; connections that stand keep theirs.
  void replace(TlsContext next) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  TlsContext current_;
};

}  // namespace sluice::gateway
