// How the TLS listener presents itself and whom it lets in: [tls] of venue.toml.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::gateway {

enum class ClientCertificates : std::uint8_t {
  none,      ///< Not asked for.
  optional,  ///< Asked for; one that is shown must be good.
  required,  ///< No handshake without a good one.
};

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

/// Files are PEM.
struct TlsSettings {
  std::string certificate;  ///< The server's, followed by those that lead to its root.
  std::string key;          ///< Without a passphrase, not readable by everyone.
  std::string client_ca;    ///< Roots that client certificates must lead to; empty with `none`.
  ClientCertificates client_certificates = ClientCertificates::none;
  TlsVersion min_version = TlsVersion::tls_1_2;
  std::string ciphers;  ///< OpenSSL's list for TLS 1.2; empty: kDefaultCiphers.
};

}  // namespace sluice::gateway
