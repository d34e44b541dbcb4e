#include "tests/support/certificates.hpp"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sluice::testing {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("cannot make a certificate: ") + what);
}

Key make_key(unsigned rsa_bits = 0) {
  Key key(rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(rsa_bits), &EVP_PKEY_free);
  require(key != nullptr, "no key");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate begin_certificate(const CertificateWish& wish, EVP_PKEY* key) {
  Certificate made(X509_new(), &X509_free);
  X509* const one = made.get();
  X509_set_version(one, 2);  // X.509 version 3
  std::array<unsigned char, 8> serial{};
  RAND_bytes(serial.data(), static_cast<int>(serial.size()));
  serial[0] &= 0x7FU;
  BIGNUM* const number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(one));
  BN_free(number);
  X509_time_adj_ex(X509_getm_notBefore(one), wish.begins_in_days, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(one), wish.ends_in_days, 0, nullptr);
  for (const std::string& name : {wish.common_name, wish.second_common_name}) {
    if (name.empty()) continue;
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
  }
  X509_set_pubkey(one, key);
  return made;
}

template <class Write>
void write_file(const std::string& path, Write write) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::FILE* const file = fd < 0 ? nullptr : ::fdopen(fd, "w");
  require(file != nullptr, path.c_str());
  const bool good = write(file) == 1;
  require(std::fclose(file) == 0 && good, path.c_str());
}

}  // namespace

CertificateAuthority::CertificateAuthority(std::string folder, const std::string& name)
    : CertificateAuthority(std::move(folder), name, nullptr) {}

CertificateAuthority::CertificateAuthority(std::string folder, const std::string& name,
                                           const CertificateAuthority* above)
    : folder_(std::move(folder)), file_(folder_ + "/" + name + ".pem"), key_(make_key()) {
  certificate_ = begin_certificate({.common_name = name}, key_.get());
  X509* const own = certificate_.get();
  X509* const issuer = above == nullptr ? own : above->certificate_.get();
  X509_set_issuer_name(own, X509_get_subject_name(issuer));
  add_extension(own, issuer, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, issuer, NID_key_usage, "critical,keyCertSign");
  EVP_PKEY* const signer = above == nullptr ? key_.get() : above->key_.get();
  require(X509_sign(own, signer, EVP_sha256()) > 0, "signature");
  write_file(file_, [&](std::FILE* file) { return PEM_write_X509(file, own); });
  if (above == nullptr) return;
  chain_ = above->chain_;
  chain_.insert(chain_.begin(), certificate_);
}

CertificateAuthority CertificateAuthority::below(const std::string& name) const {
  return {folder_, name, this};
}

CertificateFiles CertificateAuthority::issue(const std::string& name,
                                             const CertificateWish& wish) const {
  const Key key = make_key(wish.rsa_bits);
  const Certificate made = begin_certificate(wish, key.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
  add_extension(made.get(), certificate_.get(), NID_basic_constraints, "CA:FALSE");
  std::string names;
  for (const std::string& one : wish.alternative_names) names += (names.empty() ? "" : ",") + one;
  if (!names.empty()) {
    add_extension(made.get(), certificate_.get(), NID_subject_alt_name, names);
  }
  require(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0, "signature");
  CertificateFiles files{folder_ + "/" + name + ".pem", folder_ + "/" + name + ".key"};
  write_file(files.certificate, [&](std::FILE* file) {
    bool good = PEM_write_X509(file, made.get()) == 1;
    for (const Certificate& one : chain_) good = good && PEM_write_X509(file, one.get()) == 1;
    return good ? 1 : 0;
  });
  write_file(files.key, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

std::string fingerprint_of(const std::string& file) {
  std::FILE* const in = std::fopen(file.c_str(), "re");
  require(in != nullptr, file.c_str());
  const Certificate read(PEM_read_X509(in, nullptr, nullptr, nullptr), &X509_free);
  std::fclose(in);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(read && X509_digest(read.get(), EVP_sha256(), digest.data(), &size) == 1, file.c_str());
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 0xFU];
  }
  return text;
}

}  // namespace sluice::testing
