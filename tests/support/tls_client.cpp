#include "tests/support/tls_client.hpp"

#include <csignal>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdexcept>

namespace sluice::testing {

namespace {

int version_of(const std::string& text) {
  if (text == "1.1") return TLS1_1_VERSION;
  if (text == "1.2") return TLS1_2_VERSION;
  if (text == "1.3") return TLS1_3_VERSION;
  return 0;
}

}  // namespace

TlsClient::TlsClient(const TlsClientOptions& options, int fd) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL; a venue that cuts us must not end the test.
  std::signal(SIGPIPE, SIG_IGN);
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX* const made = context.get();
  const int version = version_of(options.version);
  // Old versions and weak keys are the server's to refuse.
  if (version == TLS1_1_VERSION || options.weak) SSL_CTX_set_security_level(made, 0);
  SSL_CTX_set_min_proto_version(made, version);
  SSL_CTX_set_max_proto_version(made, version);
  SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  bool good = true;
  if (!options.ca.empty()) {
    good = SSL_CTX_load_verify_file(made, options.ca.c_str()) == 1;
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
  }
  if (!options.certificate.empty()) {
    good = good && SSL_CTX_use_certificate_chain_file(made, options.certificate.c_str()) == 1 &&
           SSL_CTX_use_PrivateKey_file(made, options.key.c_str(), SSL_FILETYPE_PEM) == 1;
  }
  if (good) ssl_.reset(SSL_new(made), &SSL_free);
  if (!ssl_) throw std::runtime_error("TLS client: a file cannot be used");
  SSL_set_fd(ssl_.get(), fd);
  SSL_set_connect_state(ssl_.get());
}

TlsClient::Status TlsClient::handshake() {
  ERR_clear_error();
  return status_of(SSL_do_handshake(ssl_.get()));
}

TlsClient::Status TlsClient::read(char* to, std::size_t size, std::size_t& count) {
  ERR_clear_error();
  return status_of(SSL_read_ex(ssl_.get(), to, size, &count));
}

TlsClient::Status TlsClient::write(std::string_view bytes, std::size_t& count) {
  ERR_clear_error();
  return status_of(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count));
}

void TlsClient::close_notify() {
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
}

bool TlsClient::got_close_notify() const {
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

TlsClient::Status TlsClient::status_of(int result) {
  if (result == 1) return Status::done;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Status::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Status::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Status::closed;
    default:
      break;
  }
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  fault_ = reason != nullptr ? reason : "connection lost";
  ERR_clear_error();
  return Status::failed;
}

}  // namespace sluice::testing
