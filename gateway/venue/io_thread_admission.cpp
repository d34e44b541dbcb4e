// How a connection comes to its session: accepted and examined by the door, then adopted by the
// thread that owns the session.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kReceiveBytes = std::size_t{64} << 10U;

constexpr std::uint64_t token_of(std::size_t entrance) { return ~std::uint64_t{entrance}; }

}  // namespace

void IoThread::open_door(LogonDesk& desk, EdgeLimits& limits) {
  desk_ = &desk;
  limits_ = &limits;
  ready_.resize(kStrangersPerTurn);
  if (!poller_.add(shared_.door_signal.fd(), Interest::read, kMailToken)) {
    throw std::runtime_error("cannot watch the door's signal");
  }
}

void IoThread::listen(Listener& listener, const TlsContexts* tls) {
  entrances_.push_back({&listener, tls});
  if (!poller_.add(listener.fd(), Interest::read, token_of(entrances_.size() - 1))) {
    throw std::runtime_error("cannot watch the listening socket");
  }
}

void IoThread::accept_waiting(Entrance& entrance) {
  for (std::size_t i = 0; i < kAcceptsPerTurn; ++i) {
    AcceptedConnection accepted;
    const AcceptStatus status = entrance.listener->accept(accepted);
    if (status == AcceptStatus::none) return;
    if (status == AcceptStatus::failed) {
      pause_accepting(entrance);
      return;
    }
    if (status == AcceptStatus::shed) {
      count(shared_.edge.refused_connections);
      continue;
    }
    admit(std::move(accepted), entrance);
  }
}

// Whoever is not let in is closed as `accepted` goes.
void IoThread::admit(AcceptedConnection accepted, const Entrance& entrance) {
  const std::int64_t now_ns = monotonic_now_ns();
  ConnectionPlace place;
  switch (limits_->logons.connect(accepted.peer, now_ns, place)) {
    case LogonGuard::Admission::too_many:
      return refuse_newcomer(accepted, "max_connections_per_address");
    case LogonGuard::Admission::too_fast:
      return refuse_newcomer(accepted, "connection_rate_per_address");
    case LogonGuard::Admission::admitted:
      break;
  }
  if (limits_->pool.full() && !make_room_for_newcomer()) {
    return refuse_newcomer(accepted, "max_unauthenticated");
  }
  if (shared_.edge.connections.load(std::memory_order_relaxed) >= config_.max_connections &&
      !make_room_for_newcomer()) {
    return refuse_newcomer(accepted, "max_connections");
  }
  std::unique_ptr<TlsStream> tls;
  if (entrance.tls != nullptr) {
    tls = TlsStream::accept(entrance.tls->current(), accepted.fd.get());
    if (!tls) return refuse_newcomer(accepted, "the memory for TLS");
  }
  count(shared_.edge.connections);
  auto connection = std::make_unique<Connection>(
      std::move(accepted.fd), accepted.peer, std::move(accepted.peer_text),
      std::max<std::size_t>(kReceiveBytes, config_.max_message_bytes), config_.max_unsent_bytes,
      std::move(tls));
  connection->deadline_ns = now_ns + std::int64_t{config_.logon_timeout_ms} * kNsPerMillisecond;
  connection->place = std::move(place);
  limits_->pool.add(*connection);
  insert(std::move(connection));
}

void IoThread::refuse_newcomer(const AcceptedConnection& accepted, const char* why) {
  count(shared_.edge.refused_connections);
  limits_->log.warn(accepted.peer, monotonic_now_ns(), "connection from {} refused: {} is reached",
                    accepted.peer_text, why);
}

bool IoThread::make_room_for_newcomer() {
  Connection* const oldest = limits_->pool.oldest_idle();
  if (oldest == nullptr) return false;
  count(shared_.edge.evicted_connections);
  limits_->log.warn(oldest->peer(), monotonic_now_ns(),
                    "connection from {} closed before logon: newer ones needed its place",
                    oldest->peer_text());
  oldest->doom();
  settle(*oldest);
  return true;
}

// Whoever waits would be reported at each turn, and a system that is short of something stays so
// for a while: no more attempts than timers.
void IoThread::pause_accepting(Entrance& entrance) {
  shared_.logger->warn("connections cannot be accepted: {}", std::strerror(errno));
  const auto place = static_cast<std::size_t>(&entrance - entrances_.data());
  entrance.accepting = !poller_.modify(entrance.listener->fd(), Interest::none, token_of(place));
}

void IoThread::go_on_accepting() {
  for (std::size_t place = 0; place < entrances_.size(); ++place) {
    Entrance& entrance = entrances_[place];
    if (entrance.accepting || !entrance.listener->is_open()) continue;
    entrance.accepting = poller_.modify(entrance.listener->fd(), Interest::read, token_of(place));
  }
}

// In the order in which they came, so that whoever sends his handshake byte by byte waits behind
// all others after each of them.
bool IoThread::shake_hands() {
  std::size_t steps = 0;
  for (; steps < kHandshakeStepsPerTurn && !handshakes_.empty(); ++steps) {
    Connection& connection = *handshakes_.front();
    handshakes_.pop_front();
    connection.in_handshakes = false;
    touch(&connection);
    if (connection.doomed()) continue;
    switch (connection.tls()->handshake()) {
      case HandshakeStatus::would_block:
        break;
      case HandshakeStatus::done:
        shared_.logger->debug("connection from {}: {}", connection.peer_text(),
                              connection.tls()->description());
        break;
      case HandshakeStatus::failed:
        note_tls_fault(connection);
        [[fallthrough]];
      case HandshakeStatus::closed:
        connection.doom();
        break;
    }
  }
  return steps > 0;
}

void IoThread::examine_first(Connection& connection, std::string_view message) {
  const LogonDesk::Decision decision = desk_->examine(connection, message, monotonic_now_ns());
  switch (decision.answer) {
    case LogonDesk::Answer::close:
      connection.doom();
      break;
    case LogonDesk::Answer::later:
      break;
    case LogonDesk::Answer::pending:
      limits_->pool.keep(connection);
      break;
    case LogonDesk::Answer::passed:
      connection.pass_to = decision.unit;
      break;
  }
}

// Its Logon is in its buffer, whole.
void IoThread::examine_waiting(Connection& connection, std::int64_t now_ns) {
  if (connection.examine_at_ns == 0 || now_ns < connection.examine_at_ns) return;
  connection.examine_at_ns = 0;
  touch(&connection);
  if (!connection.doomed()) (void)process_frames(connection);
}

bool IoThread::take_mail() {
  std::vector<Mail> mails = shared_.mailboxes[index_].take();
  if (mails.empty()) return false;
  const bool orders = std::any_of(mails.begin(), mails.end(), [](const Mail& mail) {
    return mail.kind == Mail::Kind::session_order;
  });
  if (orders) drain_events();
  for (Mail& mail : mails) open_mail(mail);
  return true;
}

void IoThread::open_mail(Mail& mail) {
  switch (mail.kind) {
    case Mail::Kind::adopt:
      adopt(std::move(mail.connection), *mail.unit);
      return;
    case Mail::Kind::session_order:
      carry_out(mail.order);
      return;
    case Mail::Kind::password_checked:
      break;
  }
  Connection* const connection = connections_.find_ticket(mail.ticket);
  if (connection == nullptr) {
    desk_->forget(mail.ticket);
    return;
  }
  const LogonDesk::Decision decision = desk_->decided(*connection, mail.good, monotonic_now_ns());
  if (decision.answer == LogonDesk::Answer::passed) {
    connection->pass_to = decision.unit;
  } else {
    connection->doom();
  }
  touch(connection);
}

// From here on the connection belongs to another thread.
void IoThread::pass_on(Connection& connection) {
  SessionUnit* unit = std::exchange(connection.pass_to, nullptr);
  (void)poller_.remove(connection.fd());
  limits_->pool.remove(connection);
  Mail mail{.kind = Mail::Kind::adopt, .unit = unit};
  mail.connection = remove(connection);
  shared_.mailboxes[unit->io_thread].post(std::move(mail));
}

void IoThread::adopt(std::unique_ptr<Connection> adopted, SessionUnit& unit) {
  Connection& connection = *adopted;
  insert(std::move(adopted));
  touch(&connection);
  if (connection.doomed()) return;
  // The end of the client's last connection may be waiting here still: hear of it first.
  if (Connection* last = unit.session->connection(); last != nullptr) {
    if (!last->in_backlog) on_readable(*last);
    settle(*last);
  }
  if (phase_ == Phase::serving && unit.session->connection() != nullptr) {
    challenge(connection, unit);
  } else {
    log_on(connection, unit);
  }
}

// Its Logon is the first message in its buffer.
void IoThread::log_on(Connection& connection, SessionUnit& unit) {
  const Frame frame = next_frame(connection.received().view(), config_.max_message_bytes);
  if (unit.session->connection() == nullptr) {
    unit.choose_for(frame.message);
    unit.role->note_losses();
  }
  if (recorder_ != nullptr) connection.hold_for(*recorder_);
  note_heard(unit);
  if (phase_ != Phase::serving || frame.kind != Frame::Kind::message ||
      !unit.session->attach(connection, frame.message, shared_.clock())) {
    connection.doom();
    return;
  }
  note_reset(unit);
  connection.deadline_ns = 0;
  connection.received().consume(frame.consumed);
  send_statuses(unit);
  if (unit.role->is_drop_copy() &&
      std::find(copying_.begin(), copying_.end(), &unit) == copying_.end()) {
    copying_.push_back(&unit);
  }
  note_arrears(connection);
  (void)process_frames(connection);
}

}  // namespace sluice::gateway
