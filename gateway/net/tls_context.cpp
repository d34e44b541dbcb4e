#include "gateway/net/tls_context.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {
namespace {

constexpr off_t kMaxFileBytes = off_t{1} << 20U;
constexpr int kSecurityLevel = 2;  // OpenSSL: no RSA below 2,048 bits, no SHA-1

using Of = TlsFault::Of;

/// Why the last call failed; empties OpenSSL's list.
std::string last_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason != nullptr ? reason : "no reason given";
  ERR_clear_error();
  return text;
}

/// Empty when `path` is a file that can be read.
std::string fault_of_file(const std::string& path, struct stat& status) {
  // Not blocked by a pipe that nobody writes to.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
    return std::string("cannot be read: ") + std::strerror(errno);
  }
  if (!S_ISREG(status.st_mode)) return "is not a file";
  if (status.st_size > kMaxFileBytes) return "is longer than 1 MiB";
  return {};
}

std::string day_of(const ASN1_TIME* time) {
  std::tm tm{};
  std::array<char, 32> text{};
  if (ASN1_TIME_to_tm(time, &tm) != 1) return "an unreadable date";
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &tm);
  return text.data();
}

/// Keeps a key with a passphrase from asking for it on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

class Loading {
 public:
  explicit Loading(const TlsSettings& settings) : settings_(settings) {}

  TlsLoad load() {
    ERR_clear_error();
    load_.context = TlsContext(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!load_.context) {
      fail(Of::other, "OpenSSL gives no context: " + last_reason());
    } else if (set_rules() && use_certificate() && use_key() && use_client_ca()) {
      return std::move(load_);
    }
    load_.context.reset();
    return std::move(load_);
  }

 private:
  [[nodiscard]] SSL_CTX* context() const { return load_.context.get(); }

  bool fail(Of of, std::string what) {
    load_.fault = {of, std::move(what)};
    return false;
  }

  bool set_rules() {
    SSL_CTX_set_options(context(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                       SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context(), 0);
    SSL_CTX_set_mode(context(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context(), 1);  // one system call for many small records
    SSL_CTX_set_security_level(context(), kSecurityLevel);
    const int version =
        settings_.min_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    if (SSL_CTX_set_min_proto_version(context(), version) != 1 ||
        SSL_CTX_set_max_proto_version(context(), 0) != 1) {
      return fail(Of::other, "min_version cannot be set: " + last_reason());
    }
    const std::string ciphers =
        settings_.ciphers.empty() ? std::string(kDefaultCiphers) : settings_.ciphers;
    if (SSL_CTX_set_cipher_list(context(), ciphers.c_str()) != 1) {
      return fail(Of::ciphers, "not a list of ciphers for TLS 1.2: " + last_reason());
    }
    return true;
  }

  bool use_certificate() {
    struct stat status {};
    if (std::string fault = fault_of_file(settings_.certificate, status); !fault.empty()) {
      return fail(Of::certificate, std::move(fault));
    }
    if (SSL_CTX_use_certificate_chain_file(context(), settings_.certificate.c_str()) != 1) {
      return fail(Of::certificate, "is not a PEM certificate: " + last_reason());
    }
    if (!check_dates(SSL_CTX_get0_certificate(context()))) return false;
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context(), &chain);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      if (!check_dates(sk_X509_value(chain, i))) return false;
    }
    return true;
  }

  bool check_dates(const X509* certificate) {
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
      return fail(Of::certificate,
                  "is not valid before " + day_of(X509_get0_notBefore(certificate)));
    }
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
      return fail(Of::certificate, "ended at " + day_of(X509_get0_notAfter(certificate)));
    }
    warn_of_end(certificate, settings_.certificate);
    return true;
  }

  void warn_of_end(const X509* certificate, const std::string& file) {
    int days = 0;
    int seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return;
    if (days >= kExpiryWarningDays) return;
    const bool over = days < 0 || seconds < 0;
    load_.warnings.push_back(file + ": a certificate in it " + (over ? "ended" : "ends") + " at " +
                             day_of(X509_get0_notAfter(certificate)));
  }

  bool use_key() {
    struct stat status {};
    if (std::string fault = fault_of_file(settings_.key, status); !fault.empty()) {
      return fail(Of::key, std::move(fault));
    }
    if ((status.st_mode & S_IRWXO) != 0) {
      std::array<char, 8> mode{};
      (void)std::snprintf(mode.data(), mode.size(), "%04o", status.st_mode & 07777U);
      return fail(Of::key, "is open to everyone on this machine (mode " + std::string(mode.data()) +
                               "); chmod 600 or 640 it");
    }
    SSL_CTX_set_default_passwd_cb(context(), &no_passphrase);
    if (SSL_CTX_use_PrivateKey_file(context(), settings_.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context()) != 1) {
      const int reason = ERR_GET_REASON(ERR_peek_last_error());
      const bool other =
          ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509 &&
          (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
      const std::string why = last_reason();
      return fail(Of::key, other ? "is not the key of the certificate"
                                 : "is not a PEM key without a passphrase: " + why);
    }
    return true;
  }

  bool use_client_ca() {
    if (settings_.client_certificates == ClientCertificates::none) return true;
    struct stat status {};
    if (std::string fault = fault_of_file(settings_.client_ca, status); !fault.empty()) {
      return fail(Of::client_ca, std::move(fault));
    }
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(settings_.client_ca.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context(), settings_.client_ca.c_str()) != 1) {
      sk_X509_NAME_pop_free(names, &X509_NAME_free);
      return fail(Of::client_ca, "has no PEM certificates: " + last_reason());
    }
    SSL_CTX_set_client_CA_list(context(), names);
    STACK_OF(X509_OBJECT)* const roots = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context()));
    for (int i = 0; i < sk_X509_OBJECT_num(roots); ++i) {
      const X509* const root = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(roots, i));
      if (root != nullptr) warn_of_end(root, settings_.client_ca);
    }
    const bool required = settings_.client_certificates == ClientCertificates::required;
    SSL_CTX_set_verify(context(),
                       SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    SSL_CTX_set_verify_depth(context(), kMaxClientChain);
    SSL_CTX_set_max_cert_list(context(), static_cast<long>(kMaxClientCertificateBytes));
    return true;
  }

  const TlsSettings& settings_;
  TlsLoad load_;
};

}  // namespace

TlsLoad load_tls(const TlsSettings& settings) { return Loading(settings).load(); }

}  // namespace sluice::gateway
