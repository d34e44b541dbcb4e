// From readable sockets to messages in their sessions, so many in a turn.
#include <algorithm>
#include <utility>

#include "gateway/codec/framing/framer.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {
namespace {

// A first record of TLS: RFC 8446, 5.1.
bool speaks_tls(Connection& connection) {
  return connection.tls() == nullptr && connection.received().view().starts_with("\x16\x03");
}

}  // namespace

// Whoever always has something to say: the poller turns them round, so that each comes in.
bool IoThread::poll_sockets(std::int64_t wait_ns) {
  const std::size_t count = poller_.wait(ready_, wait_ns);
  for (std::size_t i = 0; i < count; ++i) {
    const Ready& ready = ready_[i];
    if (ready.token == kMailToken) {
      shared_.door_signal.clear();
    } else if (ready.token >= kLastListenerToken) {
      accept_waiting(entrances_[~ready.token]);
    } else if (Connection* const connection = connections_.find(ready.token)) {
      on_ready(ready, *connection);
    }
  }
  return count > 0;
}

void IoThread::on_ready(const Ready& ready, Connection& connection) {
  touch(&connection);
  if (connection.in_handshake()) {
    if (ready.hung_up) {
      connection.doom();
    } else if (!std::exchange(connection.in_handshakes, true)) {
      handshakes_.push_back(&connection);
    }
  } else if (connection.waits_for_us() || connection.closing() || connection.in_backlog) {
    if (ready.hung_up) connection.note_hung_up();
    if (ready.hung_up && !connection.in_backlog) connection.doom();
  } else if (ready.readable || ready.hung_up || connection.reading_waits_for_room()) {
    on_readable(connection);
    // Whoever sends much does not keep the others from their reports.
    (void)route_events();
  }
}

void IoThread::on_readable(Connection& connection) {
  const ReadStatus status = connection.read();
  if (status == ReadStatus::would_block) return;
  if (status == ReadStatus::error && connection.tls() != nullptr) note_tls_fault(connection);
  if (status == ReadStatus::data) connection.heard = true;
  (void)process_frames(connection);
  // A peer that has closed is still heard to the end, over several turns if need be: its end is
  // read again then.
  const bool over = status == ReadStatus::closed || status == ReadStatus::error;
  if (over && !connection.in_backlog) connection.doom();
}

void IoThread::note_tls_fault(Connection& connection) {
  count(shared_.edge.failed_handshakes);
  shared_.logger->warn("connection from {} closed: TLS: {}", connection.peer_text(),
                       connection.tls()->fault());
}

// Bytes that TLS had taken from the socket when the receive buffer was full.
bool IoThread::reread() {
  if (rereads_.empty()) return false;
  for (Connection* const connection : std::exchange(rereads_, {})) {
    connection->in_rereads = false;
    touch(connection);
    if (connection->doomed() || !connection->is_read()) continue;
    on_readable(*connection);
    (void)route_events();
  }
  return true;
}

void IoThread::allot_messages() {
  turn_ns_ = monotonic_now_ns();
  const bool alone = turn_ns_ - last_change_ns_ >= kAloneNs;
  messages_left_ = alone ? kMessagesAlone : kMessagesShared;
}

// Messages of earlier turns, a like share of each connection. Whoever comes after the last message
// of this turn is the first in the next one.
bool IoThread::work_off_backlog() {
  bool worked = false;
  const std::size_t all = backlog_.size();
  for (std::size_t i = 0; i < all && messages_left_ > 0 && !backlog_.empty(); ++i) {
    Connection* const connection = backlog_.front();
    backlog_.pop_front();
    connection->in_backlog = false;
    touch(connection);
    const bool progress = process_frames(*connection, messages_left_ / (all - i));
    if (!progress && connection->hung_up) connection->doom();
    worked |= progress;
    (void)route_events();
  }
  return worked;
}

void IoThread::note_speaker(const Connection& connection) {
  if (connection.session == nullptr || connection.session->id() == last_speaker_) return;
  // The first one ever is alone until another one speaks.
  if (last_speaker_.value != 0) last_change_ns_ = monotonic_now_ns();
  last_speaker_ = connection.session->id();
}

bool IoThread::process_frames(Connection& connection, std::size_t most) {
  const TimeNs received = shared_.clock();
  note_speaker(connection);
  if (connection.session != nullptr) note_heard(*sessions_[connection.session->id().value]);
  most = std::max<std::size_t>(most, 1);
  for (std::size_t done = 0; !connection.doomed() && !connection.closing(); ++done) {
    const Frame frame = next_frame(connection.received().view(), config_.max_message_bytes);
    if (frame.kind != Frame::Kind::need_more && connection.session != nullptr &&
        (done == most || !may_record() || connection.session->must_wait(frame.message))) {
      connection.in_backlog = true;
      backlog_.push_back(&connection);
      return done > 0;
    }
    switch (frame.kind) {
      case Frame::Kind::need_more:
        return true;
      case Frame::Kind::hostile:
        close_hostile(connection, frame.why);
        return true;
      case Frame::Kind::garbled:
        if (connection.session == nullptr) {
          close_hostile(connection, speaks_tls(connection)
                                        ? "it speaks TLS, and this listener is for plain TCP"
                                        : frame.why);
          return true;
        }
        count(shared_.edge.garbled_messages);
        connection.received().consume(frame.consumed);
        break;
      case Frame::Kind::message:
        if (connection.session == nullptr) {
          examine_first(connection, frame.message);
          return true;
        }
        if (messages_left_ > 0) --messages_left_;
        connection.session->on_message(frame.message, received);
        connection.received().consume(frame.consumed);
        note_arrears(connection);
        break;
    }
  }
  return true;
}

void IoThread::close_hostile(Connection& connection, const char* why) {
  count(shared_.edge.hostile_connections);
  if (connection.session == nullptr && limits_ != nullptr) {
    limits_->log.warn(connection.peer(), monotonic_now_ns(), "connection from {} closed: {}",
                      connection.peer_text(), why);
  } else {
    shared_.logger->warn("connection from {} closed: {}", connection.peer_text(), why);
  }
  connection.doom();
}

}  // namespace sluice::gateway
