#include "gateway/net/client_certificate.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace sluice::gateway {
namespace {

constexpr std::size_t kFingerprintDigits = 64;  // SHA-256
constexpr char kHex[] = "0123456789abcdef";

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

bool equals(const ASN1_STRING* text, std::string_view wanted) noexcept {
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(text));
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
  return size == wanted.size() && std::equal(wanted.begin(), wanted.end(), bytes);
}

/// Whichever of two names is meant, none is.
bool only_common_name_is(const X509* certificate, std::string_view wanted) noexcept {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) return false;
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return false;
  const std::string_view name(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  const bool same = name == wanted;
  OPENSSL_free(utf8);
  return same;
}

bool an_alternative_name_is(const X509* certificate, std::string_view wanted) noexcept {
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    const bool text = kind == GEN_DNS || kind == GEN_EMAIL || kind == GEN_URI;
    if (text && equals(value, wanted)) return true;
  }
  return false;
}

bool fingerprint_is(const X509* certificate, std::string_view wanted) noexcept {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return false;
  if (std::size_t{size} * 2 != wanted.size()) return false;
  for (unsigned i = 0; i < size; ++i) {
    if (wanted[2 * i] != kHex[digest[i] >> 4U] || wanted[2 * i + 1] != kHex[digest[i] & 0xFU]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> parse_fingerprint(std::string_view text) {
  const bool colons = text.find(':') != std::string_view::npos;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (colons && i % 3 == 2) {
      if (text[i] != ':') return std::nullopt;
      continue;
    }
    const char c = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + 32) : text[i];
    if (std::string_view(kHex).find(c) == std::string_view::npos) return std::nullopt;
    digits += c;
  }
  const std::size_t whole = kFingerprintDigits + (colons ? kFingerprintDigits / 2 - 1 : 0);
  if (digits.size() != kFingerprintDigits || text.size() != whole) return std::nullopt;
  return digits;
}

bool is_certificate_wanted(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxCertificateNameBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool certificate_is(const x509_st* certificate, std::string_view wanted) {
  if (const auto fingerprint = parse_fingerprint(wanted)) {
    return fingerprint_is(certificate, *fingerprint);
  }
  return only_common_name_is(certificate, wanted) || an_alternative_name_is(certificate, wanted);
}

std::string subject_of(const x509_st* certificate) {
  char* const line = X509_NAME_oneline(X509_get_subject_name(certificate), nullptr, 0);
  if (line == nullptr) return {};
  std::string text = line;
  OPENSSL_free(line);
  return text;
}

}  // namespace sluice::gateway
