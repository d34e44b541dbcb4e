#include "gateway/venue/io_thread.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <utility>

#include "engine/runner/thread_setup.hpp"
#include "engine/types/durations.hpp"
#include "gateway/net/clocks.hpp"

namespace sluice::gateway {
namespace {

/// QuickFIX looks at its clocks only when asked; heartbeats are in whole seconds.
constexpr std::int64_t kTimerPeriodNs = 50 * kNsPerMillisecond;
/// How long a connection that is being closed may take to read what is queued for it.
constexpr std::int64_t kLingerNs = 1'000 * kNsPerMillisecond;
/// By how much the wall clock may leave the monotonic one before it is taken to have been set.
constexpr std::int64_t kClockJumpNs = 1'000 * kNsPerMillisecond;

// TLS may have to write before it can read on, and the other way round.
Interest wanted_interest(const Connection& connection) {
  const TlsStream* const tls = connection.tls();
  if (connection.in_handshakes) return Interest::none;
  if (connection.in_handshake()) return tls->wants_write() ? Interest::write : Interest::read;
  const bool reading = connection.is_read() || (tls != nullptr && tls->wants_read());
  const bool writing = connection.unsent().sendable() > 0 || (tls != nullptr && tls->wants_write());
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
  const int io_cpu = index_ < config_.io_cpus.size() ? config_.io_cpus[index_] : -1;
  const int cpu = is_door() ? -1 : feeds ? config_.feed_cpu : io_cpu;
  const std::string name = is_door() ? "door" : feeds ? "feed" : "io-" + std::to_string(index_);
  if (!set_up_thread(name.c_str(), cpu)) {
    shared_.logger->warn("{} could not be pinned to CPU {}", name, cpu);
  }
  if (is_door()) {
    serve_door();
    return;
  }
  while (!finished()) {
    // No poller tells when the disk is ready.
    const bool waits = !held_.empty();
    idle_.count_turn(round(waits ? 0 : idle_.next_sleep_ns()) || waits);
    if (idle_.next_sleep_ns() == 0) idle_.relax();
  }
}

// Sleeps in the poller, which tells of newcomers and of mail, and steps aside after every turn:
// strangers get the CPU time that those who trade leave.
void IoThread::serve_door() {
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kDoorNice));  // on Linux, of this thread alone
  bool worked = false;
  while (!finished()) {
    worked = round(worked ? 0 : kTimerPeriodNs);
    if (worked) ::sched_yield();
  }
}

bool IoThread::round(std::int64_t wait_ns) {
  allot_messages();
  bool worked = open_gates();
  worked |= take_mail();
  // Answers leave before the sockets are asked for more.
  if (route_events()) {
    worked = true;
    settle_touched();
  }
  worked |= work_off_backlog();
  worked |= reread();
  worked |= poll_sockets(wait_ns);
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
  return worked;
}

void IoThread::on_timers() {
  const std::int64_t now_ns = monotonic_now_ns();
  notice_clock_jump(now_ns);
  go_on_accepting();
  if (!shared_.health.has_storage()) tell_of_storage();
  if (limits_ != nullptr) limits_->log.tell(now_ns);
  for (SessionUnit* unit : own_) {
    if (unit->order_entry != nullptr) unit->order_entry->note_told(tail_->position());
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
    // What a peer said before it went away counts: the backlog is worked off first.
    if (connection.flush() == FlushStatus::error) {
      if (connection.in_backlog) {
        connection.note_hung_up();
      } else {
        connection.doom();
      }
    }
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
  note_held(connection);
  if (connection.tls() != nullptr && connection.tls()->has_unread() && connection.is_read() &&
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
  if (connection.in_held) std::erase(held_, &connection);
  if (connection.in_rereads) std::erase(rereads_, &connection);
  if (connection.in_handshakes) std::erase(handshakes_, &connection);
  connection.touched = connection.in_backlog = false;
  connection.in_held = connection.in_rereads = connection.in_handshakes = false;
  return connections_.remove(connection);
}

void IoThread::touch(Connection* connection) {
  if (connection == nullptr || connection->touched) return;
  connection->touched = true;
  touched_.push_back(connection);
}

}  // namespace sluice::gateway
