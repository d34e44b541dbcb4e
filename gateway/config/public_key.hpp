// Public keys of Ed25519 (RFC 8032) as a configuration writes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::gateway {

using PublicKey = std::array<std::uint8_t, 32>;

/// Of a session: the key in use and the one that follows it. A check tries so many, however many
/// there are, so that its time tells nothing.
inline constexpr std::size_t kMaxPublicKeys = 2;

/// Longest text of a key that is read.
inline constexpr std::size_t kMaxPublicKeyText = 512;

/// Reads base64 of the 32 bytes, base64 of their SubjectPublicKeyInfo (RFC 8410), or the latter as
/// PEM, as `openssl pkey -pubout` writes it. Nothing when it is none of these, or when the bytes
/// are no point that a secret key can have.
[[nodiscard]] std::optional<PublicKey> parse_public_key(std::string_view text) noexcept;

}  // namespace sluice::gateway
