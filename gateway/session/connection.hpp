// One TCP connection: its descriptor, its bytes in both directions, and what QuickFIX answers
// through.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/net/address_filter.hpp"
#include "gateway/net/connection_place.hpp"
#include "gateway/net/file_descriptor.hpp"
#include "gateway/net/poller.hpp"
#include "gateway/net/receive_buffer.hpp"
#include "gateway/net/send_buffer.hpp"
#include "gateway/net/tls_stream.hpp"
#include "gateway/session/journal/output_gate.hpp"
#include "gateway/session/journal/session_recorder.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

class FixSession;
struct SessionUnit;

/// Thread safety: one thread at a time owns a connection, whole; ownership passes with the object.
/// Invariants: nothing is appended after the bound on unsent bytes was met: the connection is then
/// `doomed` and will be closed without waiting for its peer.
class Connection final : public FIX::Responder {
 public:
  /// `tls`: null for a plain connection.
  Connection(FileDescriptor fd, const IpAddress& peer, std::string peer_text,
             std::size_t receive_bytes, std::uint64_t max_unsent_bytes,
             std::unique_ptr<TlsStream> tls = nullptr)
      : fd_(std::move(fd)),
        tls_(std::move(tls)),
        peer_(peer),
        peer_text_(std::move(peer_text)),
        received_(receive_bytes),
        unsent_(max_unsent_bytes) {}

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] TlsStream* tls() noexcept { return tls_.get(); }
  [[nodiscard]] const TlsStream* tls() const noexcept { return tls_.get(); }
  /// Its bytes are those of TLS alone as yet.
  [[nodiscard]] bool in_handshake() const noexcept { return tls_ && !tls_->established(); }
  [[nodiscard]] const IpAddress& peer() const noexcept { return peer_; }
  [[nodiscard]] const std::string& peer_text() const noexcept { return peer_text_; }
  [[nodiscard]] ReceiveBuffer& received() noexcept { return received_; }
  [[nodiscard]] SendBuffer& unsent() noexcept { return unsent_; }
  [[nodiscard]] const SendBuffer& unsent() const noexcept { return unsent_; }

  /// It reads on when its socket is writable.
  [[nodiscard]] bool reading_waits_for_room() const noexcept { return tls_ && tls_->wants_write(); }
  [[nodiscard]] ReadStatus read() noexcept {
    return tls_ ? received_.read_from(*tls_) : received_.read_from(fd());
  }
  [[nodiscard]] FlushStatus flush() noexcept {
    if (recorder_ != nullptr) unsent_.let_through(gate_.open(recorder_->durable()));
    return tls_ ? unsent_.flush(*tls_) : unsent_.flush(fd());
  }

  /// Queues bytes; false, and doomed, when the peer reads too slowly for the bound.
  bool append(std::string_view bytes) {
    if (doomed_) return false;
    if (hung_up) return true;  // nobody reads it: it is sent, as far as anybody can tell
    // It may have waited for nothing but the end of the turn.
    if (!unsent_.append(bytes) && (flush() == FlushStatus::error || !unsent_.append(bytes))) {
      too_slow_ = doomed_ = true;
      return false;
    }
    if (recorder_ != nullptr) gate_.note(unsent_.appended_bytes(), recorder_->last());
    return true;
  }

  /// From now on bytes leave when what the session's thread had recorded before them is durable.
  void hold_for(const SessionRecorder& recorder) noexcept {
    recorder_ = &recorder;
    gate_.note(unsent_.appended_bytes(), recorder.durable());
  }
  /// Bytes wait for the disk.
  [[nodiscard]] bool is_held() const noexcept { return recorder_ != nullptr && gate_.holds(); }
  /// More of them than a client that reads must be made to wait for: what else there is stays in
  /// the execution log.
  [[nodiscard]] bool is_held_up() const noexcept {
    return is_held() && unsent_.size() > unsent_.bound() / 2;
  }

  /// Close now, whatever is unsent.
  void doom() noexcept { doomed_ = true; }
  /// Close when everything queued has been sent.
  void close_after_flush() noexcept { closing_ = true; }
  /// Its peer reads no more.
  void note_hung_up() noexcept {
    hung_up = true;
    unsent_.clear();
  }
  [[nodiscard]] bool doomed() const noexcept { return doomed_; }
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  [[nodiscard]] bool too_slow() const noexcept { return too_slow_; }

  /// Its Logon is there and has no answer yet.
  [[nodiscard]] bool waits_for_us() const noexcept {
    return auth_ticket != 0 || pass_to != nullptr || examine_at_ns != 0 || challenges != nullptr;
  }
  /// Not while its Logon waits, while messages of it wait, nor while it is being closed: what its
  /// peer sends then stays in the socket.
  [[nodiscard]] bool is_read() const noexcept {
    return !waits_for_us() && !closing() && !in_backlog;
  }

  // FIX::Responder, called by the session while it handles a message or a timer.
  bool send(const std::string& message) override { return append(message); }
  void disconnect() override { close_after_flush(); }

  FixSession* session = nullptr;      ///< Set once a Logon was accepted for it.
  SessionUnit* pass_to = nullptr;     ///< Authenticated: to be passed to this session's thread.
  SessionUnit* challenges = nullptr;  ///< Its Logon waits, unread, for the end of this one's.
  std::uint64_t token = 0;            ///< Its name in its thread's table and poller.
  std::int64_t deadline_ns = 0;   ///< Monotonic: closed then; 0 for none. Bounds logon and leaving.
  std::uint64_t auth_ticket = 0;  ///< Password check under way; 0: none.
  ConnectionPlace place;          ///< Among those of its address.
  std::uint64_t pool_ticket = 0;  ///< Place among the unauthenticated ones; 0: none.
  std::int64_t logon_seen_ns = 0;  ///< Monotonic: when its Logon was there.
  std::int64_t examine_at_ns =
      0;  ///< Monotonic: its Logon waits unread until then; 0: it does not.
  Interest interest = Interest::none;  ///< What the poller watches it for.
  bool heard = false;                  ///< Something came from its peer since this was last unset.
  bool touched = false;                ///< Noted by its thread for the end of the turn.
  bool hung_up = false;  ///< Its peer is gone. What it said before counts still; nothing is sent.
  bool in_backlog = false;     ///< Received messages wait for a later turn: not read until then.
  bool in_handshakes = false;  ///< Waits for its turn in the handshake: not watched until then.
  bool in_held = false;        ///< Noted by its thread: bytes wait for the disk.
  bool in_rereads = false;     ///< Bytes wait inside TLS, and are read at the next turn.

 private:
  FileDescriptor fd_;
  std::unique_ptr<TlsStream> tls_;  // over fd_, so it goes first
  IpAddress peer_;
  std::string peer_text_;
  ReceiveBuffer received_;
  SendBuffer unsent_;
  const SessionRecorder* recorder_ = nullptr;
  OutputGate gate_;
  bool doomed_ = false;
  bool closing_ = false;
  bool too_slow_ = false;
};

}  // namespace sluice::gateway
