// Which client certificate a session asks for.
//
// Either the SHA-256 fingerprint of the whole certificate: 64 hexadecimal digits, with or without
// colons between pairs. Or a name: it must be, byte for byte, the subject's only common name (CN)
// or one of the subject alternative names of kind DNS, e-mail or URI. No wildcards, no folding of
// cases. A name is as good as the roots that give it; a fingerprint is one certificate.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// OpenSSL's X509.
struct x509_st;

namespace sluice::gateway {

inline constexpr std::size_t kMaxCertificateNameBytes = 256;

/// 64 lower-case hexadecimal digits; nothing when the text is no fingerprint.
[[nodiscard]] std::optional<std::string> parse_fingerprint(std::string_view text);

/// A fingerprint, or 1 to kMaxCertificateNameBytes printable ASCII characters.
[[nodiscard]] bool is_certificate_wanted(std::string_view text) noexcept;

[[nodiscard]] bool certificate_is(const x509_st* certificate, std::string_view wanted);

/// "/CN=CLIENT1/O=..." with everything that is not printable ASCII as \xNN.
[[nodiscard]] std::string subject_of(const x509_st* certificate);

}  // namespace sluice::gateway
