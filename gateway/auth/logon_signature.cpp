#include "gateway/auth/logon_signature.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>
#include <stdexcept>

namespace sluice::gateway {
namespace {

constexpr char kSeparator = '\x01';

/// The base point: a good key whose secret nobody uses.
constexpr PublicKey kNobodysKey{0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};

/// PKCS #8 of an Ed25519 key up to its seed: RFC 8410, section 7.
constexpr std::array<unsigned char, 16> kSecretHead{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                    0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

template <std::size_t kBytes>
std::string base64_of(const std::array<unsigned char, kBytes>& bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::array<char, sodium_base64_ENCODED_LEN(kBytes, kVariant)> text{};
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  std::string result(text.data());
  ::sodium_memzero(text.data(), text.size());
  return result;
}

}  // namespace

std::string signed_text(const SignedFields& fields) {
  std::string text = "A";
  for (const std::string_view value :
       {fields.sender_comp_id, fields.target_comp_id, fields.msg_seq_num, fields.sending_time}) {
    text += kSeparator;
    text += value;
  }
  return text;
}

bool verify_signature(std::span<const PublicKey> keys, std::string_view text,
                      std::string_view signature) noexcept {
  std::array<unsigned char, crypto_sign_BYTES> bytes{};
  std::size_t size = 0;
  if (signature.size() != kSignatureText ||
      ::sodium_base642bin(bytes.data(), bytes.size(), signature.data(), signature.size(), nullptr,
                          &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != bytes.size()) {
    return false;
  }
  const auto signed_by = [&](const PublicKey& key) {
    return ::crypto_sign_verify_detached(bytes.data(),
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         text.size(), key.data()) == 0;
  };
  bool found = false;
  for (std::size_t i = 0; i < kMaxPublicKeys; ++i) {
    const bool known = i < keys.size();
    const bool good = signed_by(known ? keys[i] : kNobodysKey);
    found = found || (known && good);
  }
  return found;
}

KeyPair make_key_pair() {
  if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  PublicKey public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  ::crypto_sign_keypair(public_key.data(), secret.data());
  // The first half of libsodium's secret key is the seed.
  std::array<unsigned char, kSecretHead.size() + crypto_sign_SEEDBYTES> info{};
  std::copy(kSecretHead.begin(), kSecretHead.end(), info.begin());
  std::copy_n(secret.begin(), crypto_sign_SEEDBYTES, info.begin() + kSecretHead.size());
  KeyPair pair;
  pair.secret_pem =
      "-----BEGIN PRIVATE KEY-----\n" + base64_of(info) + "\n-----END PRIVATE KEY-----\n";
  pair.public_base64 = base64_of(public_key);
  ::sodium_memzero(secret.data(), secret.size());
  ::sodium_memzero(info.data(), info.size());
  return pair;
}

}  // namespace sluice::gateway
