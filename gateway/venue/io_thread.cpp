#include "gateway/venue/io_thread.hpp"

#include <algorithm>
#include <utility>

#include "engine/runner/thread_setup.hpp"
#include "engine/types/durations.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "gateway/net/clocks.hpp"

namespace sluice::gateway {
namespace {

/// QuickFIX looks at its clocks only when asked; heartbeats are in whole seconds.
constexpr std::int64_t kTimerPeriodNs = 50 * kNsPerMillisecond;
/// How long a connection that is being closed may take to read what is queued for it.
constexpr std::int64_t kLingerNs = 1'000 * kNsPerMillisecond;
/// By how much the wall clock may leave the monotonic one before it is taken to have been set.
constexpr std::int64_t kClockJumpNs = 1'000 * kNsPerMillisecond;

/// Its Logon is there and has no answer yet.
bool waits_for_us(const Connection& connection) {
  return connection.auth_ticket != 0 || connection.pass_to != nullptr ||
         connection.examine_at_ns != 0 || connection.challenges != nullptr;
}

// Not read while its Logon waits, while messages of it wait, nor while it is being closed: what it
// sends then stays in the socket.
bool is_read(const Connection& connection) {
  return !waits_for_us(connection) && !connection.closing() && !connection.in_backlog;
}

// A first record of TLS: RFC 8446, 5.1.
bool speaks_tls(Connection& connection) {
  return connection.tls() == nullptr && connection.received().view().starts_with("\x16\x03");
}

// TLS may have to write before it can read on, and the other way round.
Interest wanted_interest(const Connection& connection) {
  const TlsStream* const tls = connection.tls();
  if (connection.in_handshakes) return Interest::none;
  if (connection.in_handshake()) return tls->wants_write() ? Interest::write : Interest::read;
  const bool reading = is_read(connection) || (tls != nullptr && tls->wants_read());
  const bool writing = !connection.unsent().empty() || (tls != nullptr && tls->wants_write());
  if (!writing) return reading ? Interest::read : Interest::none;
  return reading ? Interest::read_write : Interest::write;
}

}  // namespace

IoThread::IoThread(std::uint32_t index, IoShared& shared, IoLane* lane,
                   std::vector<SessionUnit*> sessions)
    : index_(index),
      shared_(shared),
      config_(shared.config.gateway),
      sessions_(std::move(sessions)),
      ready_(Poller::kMaxBatch),
      idle_(config_.io_idle, std::int64_t{config_.io_backoff_us_max} * 1'000),
      states_(shared.config.instruments.size(), InstrumentState::continuous),
      wall_minus_monotonic_ns_(shared.clock().value - monotonic_now_ns()) {
  if (lane != nullptr) tail_.emplace(*lane, shared.log);
  for (SessionUnit* unit : sessions_) {
    if (unit != nullptr) own_.push_back(unit);
  }
}

IoThread::~IoThread() {
  request_stop();
  join();
  connections_.for_each([](Connection& connection) {
    if (connection.session != nullptr) connection.session->detach();
  });
}

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
}

void IoThread::run() {
  const bool feeds = index_ == config_.io_threads;
  const int io_cpu = feeds || config_.io_cpus.empty() ? -1 : config_.io_cpus[index_];
  const int cpu = feeds ? config_.feed_cpu : io_cpu;
  const std::string name = feeds ? "feed" : "io-" + std::to_string(index_);
  if (!set_up_thread(name.c_str(), cpu)) {
    shared_.logger->warn("{} could not be pinned to CPU {}", name, cpu);
  }
  while (!finished()) turn();
}

bool IoThread::turn() {
  bool worked = take_mail();
  // Answers leave before the sockets are asked for more.
  if (route_events()) {
    worked = true;
    settle_touched();
  }
  worked |= work_off_backlog();
  worked |= reread();
  worked |= poll_sockets();
  worked |= shake_hands();
  worked |= route_events();
  worked |= feed_groups();
  note_copies();
  worked |= catch_up();
  if (monotonic_now_ns() >= next_timer_ns_) {
    next_timer_ns_ = monotonic_now_ns() + kTimerPeriodNs;
    on_timers();
    advance_stop();
  }
  settle_touched();
  // No poller tells of these.
  worked |= !rereads_.empty() || !handshakes_.empty();
  worked |= decide_takeovers();
  idle_.count_turn(worked);
  if (idle_.next_sleep_ns() == 0) idle_.relax();
  return worked;
}

// Those who trade first. Of the others, whom anybody can make many, some: the poller tells of the
// rest again in the next turn.
bool IoThread::poll_sockets() {
  const std::size_t count = poller_.wait(ready_, idle_.next_sleep_ns());
  strangers_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const Ready& ready = ready_[i];
    if (ready.token >= kLastListenerToken) {
      strangers_.push_back(ready);
      continue;
    }
    Connection* const connection = connections_.find(ready.token);
    if (connection == nullptr) continue;
    if (connection->session == nullptr) {
      strangers_.push_back(ready);
    } else {
      on_ready(ready, *connection);
    }
  }
  look_at_strangers();
  return count > 0;
}

// The poller tells of whoever always has something to say in the same order each time: the next
// turn begins where this one ended.
void IoThread::look_at_strangers() {
  const std::size_t count = std::min(strangers_.size(), kStrangersPerTurn);
  for (std::size_t i = 0; i < count; ++i) {
    const Ready& ready = strangers_[next_stranger_++ % strangers_.size()];
    if (ready.token >= kLastListenerToken) {
      accept_waiting(entrances_[~ready.token]);
      continue;
    }
    // It may have made room for a newcomer by now.
    Connection* const connection = connections_.find(ready.token);
    if (connection != nullptr) on_ready(ready, *connection);
  }
}

void IoThread::on_ready(const Ready& ready, Connection& connection) {
  touch(&connection);
  if (connection.in_handshake()) {
    if (ready.hung_up) {
      connection.doom();
    } else if (!std::exchange(connection.in_handshakes, true)) {
      handshakes_.push_back(&connection);
    }
  } else if (waits_for_us(connection) || connection.closing() || connection.in_backlog) {
    if (ready.hung_up) connection.hung_up = true;
    // What it said before it went away counts: the backlog is worked off first.
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
  (void)process_frames(connection, messages_of_each(backlog_.size() + 1));
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
    if (connection->doomed() || !is_read(*connection)) continue;
    on_readable(*connection);
    (void)route_events();
  }
  return true;
}

// Messages of earlier turns, as many of each connection as one turn allows.
bool IoThread::work_off_backlog() {
  bool worked = false;
  const std::size_t most = messages_of_each(backlog_.size());
  for (Connection* const connection : std::exchange(backlog_, {})) {
    connection->in_backlog = false;
    touch(connection);
    const bool progress = process_frames(*connection, most);
    if (!progress && connection->hung_up) connection->doom();
    worked |= progress;
    (void)route_events();
  }
  return worked;
}

bool IoThread::process_frames(Connection& connection, std::size_t most) {
  const TimeNs received = shared_.clock();
  for (std::size_t done = 0; !connection.doomed() && !connection.closing(); ++done) {
    const Frame frame = next_frame(connection.received().view(), config_.max_message_bytes);
    if (frame.kind != Frame::Kind::need_more && connection.session != nullptr &&
        (done == most || connection.session->must_wait(frame.message))) {
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
        connection.session->on_message(frame.message, received);
        connection.received().consume(frame.consumed);
        note_arrears(connection);
        break;
    }
  }
  return true;
}

void IoThread::on_timers() {
  const std::int64_t now_ns = monotonic_now_ns();
  notice_clock_jump(now_ns);
  go_on_accepting();
  if (limits_ != nullptr) limits_->log.tell(now_ns);
  for (SessionUnit* unit : own_) {
    if (Connection* connection = unit->session->connection(); connection != nullptr) {
      unit->session->on_timer();
      unit->role->on_timer(now_ns);
      touch(connection);
    }
  }
  connections_.for_each([&](Connection& connection) {
    examine_waiting(connection, now_ns);
    if (connection.deadline_ns == 0 || now_ns < connection.deadline_ns) return;
    if (!connection.closing() && limits_ != nullptr) {
      limits_->log.warn(connection.peer(), now_ns,
                        "connection from {} closed: no good Logon within {} ms",
                        connection.peer_text(), config_.logon_timeout_ms);
    }
    connection.doom();
    touch(&connection);
  });
}

void IoThread::notice_clock_jump(std::int64_t now_ns) {
  const std::int64_t difference_ns = shared_.clock().value - now_ns;
  const std::int64_t jump_ns = difference_ns - wall_minus_monotonic_ns_;
  wall_minus_monotonic_ns_ = difference_ns;
  if (jump_ns < kClockJumpNs && jump_ns > -kClockJumpNs) return;
  shared_.logger->warn("the wall clock was set {} ms {}",
                       (jump_ns < 0 ? -jump_ns : jump_ns) / kNsPerMillisecond,
                       jump_ns < 0 ? "back" : "forward");
  for (SessionUnit* unit : own_) unit->session->on_clock_jump(jump_ns);
}

void IoThread::settle_touched() {
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    Connection& connection = *touched_[i];
    connection.touched = false;
    settle(connection);
  }
  touched_.clear();
}

// Sends what is queued and does what was decided about the connection in this turn.
void IoThread::settle(Connection& connection) {
  if (connection.pass_to != nullptr && !connection.doomed()) {
    pass_on(connection);
    return;
  }
  if (!connection.unsent().empty() && !connection.doomed()) {
    if (connection.flush() == FlushStatus::error) connection.doom();
  }
  if (connection.closing() && connection.session != nullptr) connection.session->detach();
  if (connection.closing() && connection.deadline_ns == 0) {
    connection.deadline_ns = monotonic_now_ns() + kLingerNs;
  }
  if (connection.doomed() || (connection.closing() && connection.unsent().empty())) {
    if (connection.too_slow()) {
      count(shared_.edge.slow_connections);
      shared_.logger->warn("connection from {} cut: it left more than {} bytes unread",
                           connection.peer_text(), config_.max_unsent_bytes);
    }
    if (connection.session != nullptr) connection.session->detach();
    if (connection.challenges != nullptr) forget_challenger(connection);
    if (connection.pool_ticket != 0) limits_->pool.remove(connection);
    if (connection.tls() != nullptr && connection.unsent().empty()) connection.tls()->shut_down();
    shared_.edge.connections.fetch_sub(1, std::memory_order_relaxed);
    (void)poller_.remove(connection.fd());
    (void)remove(connection);
    return;
  }
  if (connection.tls() != nullptr && connection.tls()->has_unread() && is_read(connection) &&
      !std::exchange(connection.in_rereads, true)) {
    rereads_.push_back(&connection);
  }
  const Interest interest = wanted_interest(connection);
  if (interest == connection.interest) return;
  connection.interest = interest;
  if (!poller_.modify(connection.fd(), interest, connection.token)) {
    connection.doom();
    settle(connection);
  }
}

void IoThread::insert(std::unique_ptr<Connection> connection) {
  Connection& placed = connections_.insert(std::move(connection));
  placed.interest = Interest::read;
  if (!poller_.add(placed.fd(), Interest::read, placed.token)) placed.doom();
  touch(&placed);
}

std::unique_ptr<Connection> IoThread::remove(Connection& connection) {
  if (connection.touched) std::erase(touched_, &connection);
  if (connection.in_backlog) std::erase(backlog_, &connection);
  if (connection.in_rereads) std::erase(rereads_, &connection);
  if (connection.in_handshakes) std::erase(handshakes_, &connection);
  connection.touched = connection.in_backlog = false;
  connection.in_rereads = connection.in_handshakes = false;
  return connections_.remove(connection);
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

void IoThread::touch(Connection* connection) {
  if (connection == nullptr || connection->touched) return;
  connection->touched = true;
  touched_.push_back(connection);
}

}  // namespace sluice::gateway
