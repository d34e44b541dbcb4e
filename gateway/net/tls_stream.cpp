#include "gateway/net/tls_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "gateway/net/client_certificate.hpp"

namespace sluice::gateway {
namespace {

constexpr int kHandshakeRecord = 0x16;  // RFC 8446, 5.1: ContentType of a first record

}  // namespace

// OpenSSL's own socket BIO would raise SIGPIPE and read without a bound.
struct TlsStream::Callbacks {
  static TlsStream& stream_of(BIO* bio) noexcept {
    return *static_cast<TlsStream*>(BIO_get_data(bio));
  }

  static int read(BIO* bio, char* to, int size) noexcept {
    TlsStream& stream = stream_of(bio);
    BIO_clear_retry_flags(bio);
    if (stream.floods()) return -1;
    if (stream.read_budget_ == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t most = std::min(static_cast<std::size_t>(size), stream.read_budget_);
    ssize_t count = 0;
    do count = ::recv(stream.fd_, to, most, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count > 0) {
      stream.read_budget_ -= static_cast<std::size_t>(count);
      if (stream.first_byte_ < 0) stream.first_byte_ = static_cast<unsigned char>(to[0]);
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      BIO_set_retry_read(bio);
    } else {
      stream.peer_closed_ = true;
    }
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* from, int size) noexcept {
    TlsStream& stream = stream_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t count = 0;
    do {
      count = ::send(stream.fd_, from, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      BIO_set_retry_write(bio);
    } else if (count < 0) {
      stream.peer_closed_ = true;
    }
    return static_cast<int>(count);
  }

  static long control(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static int create(BIO* bio) noexcept {
    BIO_set_init(bio, 1);
    return 1;
  }

  static void on_message(int of_us, int, int type, const void*, std::size_t, SSL*,
                         void* stream_pointer) noexcept {
    auto& stream = *static_cast<TlsStream*>(stream_pointer);
    if (of_us == 0 && type == SSL3_RT_HANDSHAKE && stream.established_) ++stream.control_messages_;
  }

  static BIO_METHOD* make() noexcept {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (method == nullptr) return nullptr;
    BIO_meth_set_read(method, &read);
    BIO_meth_set_write(method, &write);
    BIO_meth_set_ctrl(method, &control);
    BIO_meth_set_create(method, &create);
    return method;
  }

  /// Lives as long as the process.
  static const BIO_METHOD* method() noexcept {
    static const BIO_METHOD* const made = make();
    return made;
  }
};

void TlsStream::SslDeleter::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

TlsStream::~TlsStream() = default;

std::unique_ptr<TlsStream> TlsStream::accept(const TlsContext& context, int fd) noexcept {
  std::unique_ptr<TlsStream> stream(new (std::nothrow) TlsStream(fd));
  if (!stream || Callbacks::method() == nullptr) return nullptr;
  stream->begin_call();
  stream->ssl_.reset(SSL_new(context.get()));
  BIO* const bio = stream->ssl_ ? BIO_new(Callbacks::method()) : nullptr;
  ERR_clear_error();
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, stream.get());
  SSL_set_bio(stream->ssl_.get(), bio, bio);
  SSL_set_accept_state(stream->ssl_.get());
  SSL_set_msg_callback(stream->ssl_.get(), &Callbacks::on_message);
  SSL_set_msg_callback_arg(stream->ssl_.get(), stream.get());
  return stream;
}

HandshakeStatus TlsStream::handshake() noexcept {
  if (established_) return HandshakeStatus::done;
  if (failed_) return fault_.empty() ? HandshakeStatus::closed : HandshakeStatus::failed;
  begin_call();
  wants_write_ = false;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    established_ = true;
    // What followed the handshake at once has been read with it.
    has_unread_ = SSL_has_pending(ssl_.get()) == 1;
    return HandshakeStatus::done;
  }
  switch (outcome_of(result)) {
    case Outcome::want_write:
      wants_write_ = true;
      return HandshakeStatus::would_block;
    case Outcome::want_read:
      return HandshakeStatus::would_block;
    case Outcome::closed:
      return HandshakeStatus::closed;
    case Outcome::failed:
      break;
  }
  return HandshakeStatus::failed;
}

ReadStatus TlsStream::read(char* to, std::size_t room, std::size_t& count) noexcept {
  count = 0;
  wants_write_ = false;
  if (failed_) return fault_.empty() ? ReadStatus::closed : ReadStatus::error;
  if (!established_) return ReadStatus::would_block;
  has_unread_ = false;
  begin_call();
  while (count < room) {
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), to + count, room - count, &got);
    if (result == 1) {
      count += got;
      data_bytes_ += got;
      continue;
    }
    const Outcome outcome = outcome_of(result);
    wants_write_ = outcome == Outcome::want_write;
    const bool over = outcome == Outcome::closed || outcome == Outcome::failed;
    has_unread_ = over;
    if (count > 0) return ReadStatus::data;
    if (!over) return ReadStatus::would_block;
    return outcome == Outcome::closed ? ReadStatus::closed : ReadStatus::error;
  }
  has_unread_ = SSL_has_pending(ssl_.get()) == 1;
  return ReadStatus::data;
}

FlushStatus TlsStream::write(const char* from, std::size_t size, std::size_t& count) noexcept {
  count = 0;
  wants_read_ = false;
  if (failed_) return FlushStatus::error;
  if (!established_) return FlushStatus::would_block;
  begin_call();
  const int result = SSL_write_ex(ssl_.get(), from, size, &count);
  if (result == 1) return FlushStatus::done;
  const Outcome outcome = outcome_of(result);
  wants_read_ = outcome == Outcome::want_read;
  const bool later = outcome == Outcome::want_read || outcome == Outcome::want_write;
  return later ? FlushStatus::would_block : FlushStatus::error;
}

void TlsStream::shut_down() noexcept {
  if (!established_ || failed_) return;
  ERR_clear_error();
  static_cast<void>(SSL_shutdown(ssl_.get()));
  ERR_clear_error();
}

bool TlsStream::has_client_certificate() const noexcept {
  return established_ && SSL_get0_peer_certificate(ssl_.get()) != nullptr &&
         SSL_get_verify_result(ssl_.get()) == X509_V_OK;
}

bool TlsStream::client_certificate_is(std::string_view wanted) const {
  return has_client_certificate() && certificate_is(SSL_get0_peer_certificate(ssl_.get()), wanted);
}

std::string TlsStream::description() const {
  std::string text = SSL_get_version(ssl_.get());
  text += ' ';
  text += SSL_get_cipher_name(ssl_.get());
  if (has_client_certificate()) {
    text += ", certificate of " + subject_of(SSL_get0_peer_certificate(ssl_.get()));
  }
  return text;
}

TlsStream::Outcome TlsStream::outcome_of(int result) noexcept {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::closed;
    case SSL_ERROR_SYSCALL:
      failed_ = true;
      // An end without close_notify is an end: FIX has its own Logout and its own numbers.
      if (peer_closed_) return Outcome::closed;
      break;
    default:
      failed_ = true;
      break;
  }
  note_fault();
  return Outcome::failed;
}

bool TlsStream::floods() const noexcept {
  return control_messages_ > kMaxControlMessages + data_bytes_ / kBytesPerControlMessage;
}

// OpenSSL's list of errors is the thread's: what another connection left there is not ours.
void TlsStream::begin_call() noexcept {
  ERR_clear_error();
  read_budget_ = kReadBudget;
}

void TlsStream::note_fault() noexcept {
  const unsigned long error = ERR_peek_error();
  const long verified = SSL_get_verify_result(ssl_.get());
  try {
    if (floods()) {
      fault_ = "too many messages of TLS itself";
    } else if (!established_ && first_byte_ >= 0 && first_byte_ != kHandshakeRecord) {
      fault_ = "what it sends is not TLS";
    } else if (!established_ && verified != X509_V_OK) {
      fault_ =
          std::string("client certificate refused: ") + X509_verify_cert_error_string(verified);
    } else {
      const char* const reason = ERR_reason_error_string(error);
      fault_ = reason != nullptr ? reason : "no reason given";
    }
  } catch (const std::bad_alloc&) {
    fault_ = "no memory";  // short enough to need none
  }
  ERR_clear_error();
}

}  // namespace sluice::gateway
