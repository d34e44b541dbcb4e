// Certificates for tests, made on the spot: an authority of its own and what it signs.
#pragma once

#include <memory>
#include <string>
#include <vector>

// OpenSSL's X509 and EVP_PKEY.
struct x509_st;
struct evp_pkey_st;

namespace sluice::testing {

/// PEM files.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

struct CertificateWish {
  std::string common_name;
  std::string second_common_name{};              ///< Empty: there is one only.
  std::vector<std::string> alternative_names{};  ///< As OpenSSL writes them: "DNS:localhost".
  int begins_in_days = -1;
  int ends_in_days = 365;
  unsigned rsa_bits = 0;  ///< 0: a key on the curve P-256.
};

/// Thread safety: none. Everything throws std::runtime_error when OpenSSL refuses.
class CertificateAuthority {
 public:
  /// Its files go into `folder`, their names begin with `name`.
  CertificateAuthority(std::string folder, const std::string& name);

  /// One below this: what it issues comes with the chain up to the root, without the root.
  [[nodiscard]] CertificateAuthority below(const std::string& name) const;

  /// Its certificate alone.
  [[nodiscard]] const std::string& file() const { return file_; }
  /// A certificate and its key, readable by their owner only, as `folder`/`name`.pem and .key.
  [[nodiscard]] CertificateFiles issue(const std::string& name, const CertificateWish& wish) const;
  /// For localhost and 127.0.0.1.
  [[nodiscard]] CertificateFiles issue_server(const std::string& name) const {
    return issue(name,
                 {.common_name = name, .alternative_names = {"DNS:localhost", "IP:127.0.0.1"}});
  }

 private:
  CertificateAuthority(std::string folder, const std::string& name,
                       const CertificateAuthority* above);

  std::string folder_;
  std::string file_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
  std::vector<std::shared_ptr<x509_st>> chain_;  // from this one up, without the root
};

/// SHA-256 of the first certificate in a PEM file, 64 lower-case hexadecimal digits.
[[nodiscard]] std::string fingerprint_of(const std::string& file);

}  // namespace sluice::testing
