#include "gateway/config/public_key.hpp"

#include <algorithm>
#include <cstddef>
#include <sodium.h>

namespace sluice::gateway {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kPemEnd = "-----END PUBLIC KEY-----";

/// SubjectPublicKeyInfo of Ed25519 up to the key: RFC 8410, section 4.
constexpr std::array<std::uint8_t, 12> kInfoHead{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<PublicKey> parse_public_key(std::string_view text) noexcept {
  if (text.size() > kMaxPublicKeyText) return std::nullopt;
  text = trimmed(text);
  if (text.starts_with(kPemBegin)) {
    if (!text.ends_with(kPemEnd)) return std::nullopt;
    text = text.substr(kPemBegin.size(), text.size() - kPemBegin.size() - kPemEnd.size());
  }
  std::array<std::uint8_t, kInfoHead.size() + PublicKey{}.size()> bytes{};
  std::size_t size = 0;
  if (::sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), " \r\n\t", &size,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  PublicKey key{};
  if (size == bytes.size() && std::equal(kInfoHead.begin(), kInfoHead.end(), bytes.begin())) {
    std::copy(bytes.begin() + kInfoHead.size(), bytes.end(), key.begin());
  } else if (size == key.size()) {
    std::copy_n(bytes.begin(), key.size(), key.begin());
  } else {
    return std::nullopt;
  }
  if (::crypto_core_ed25519_is_valid_point(key.data()) == 0) return std::nullopt;
  return key;
}

}  // namespace sluice::gateway
