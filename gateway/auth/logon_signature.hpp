// Logon by Ed25519 signature: what is signed, and whether it was. fix-specs/signature-logon.md says
// it to those who sign.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "gateway/config/public_key.hpp"

namespace sluice::gateway {

/// The fields of a Logon(A) that are signed, exactly as they stand on the wire.
struct SignedFields {
  std::string_view sender_comp_id;  ///< SenderCompID(49)
  std::string_view target_comp_id;  ///< TargetCompID(56)
  std::string_view msg_seq_num;     ///< MsgSeqNum(34)
  std::string_view sending_time;    ///< SendingTime(52)
};

/// MsgType(35), which is A, and those fields in this order, with SOH between them. As Binance's FIX
/// API documents it ("Logon request", RawData).
[[nodiscard]] std::string signed_text(const SignedFields& fields);

/// Base64 of 64 bytes, with padding: RawData(96).
inline constexpr std::size_t kSignatureText = 88;

/// Whether one of `keys`, at most kMaxPublicKeys, signed `text`. Takes the time of kMaxPublicKeys
/// checks, some 100 µs, however many keys there are and whichever is right; of none it is false.
/// Thread safety: any thread.
[[nodiscard]] bool verify_signature(std::span<const PublicKey> keys, std::string_view text,
                                    std::string_view signature) noexcept;

/// A new key pair: the secret key as PKCS #8 PEM (RFC 8410), as `openssl` reads it, and the public
/// one as parse_public_key() does.
struct KeyPair {
  std::string secret_pem;
  std::string public_base64;
};
/// Throws std::runtime_error when libsodium cannot start.
[[nodiscard]] KeyPair make_key_pair();

}  // namespace sluice::gateway
