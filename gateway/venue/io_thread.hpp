// One I/O thread: its sockets, its sessions whole, and its lane to the engine.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "engine/runner/event_tail.hpp"
#include "engine/runner/idle_strategy.hpp"
#include "engine/runner/io_lane.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/drop_copy/feed_tail.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/poller.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/venue/connection_table.hpp"
#include "gateway/venue/edge_limits.hpp"
#include "gateway/venue/io_shared.hpp"
#include "gateway/venue/logon_desk.hpp"
#include "gateway/venue/session_unit.hpp"

namespace sluice::gateway {

/// Thread safety: turn() belongs to one thread: the caller's, or the one that start() makes.
/// post-like access is by IoShared::mailboxes; request_stop() and finished() may be called from any
/// thread.
///
/// The feed thread has the sessions that are nothing but drop copies, no lane to the engine, and
/// feeds their groups. The door, the last thread, has no session: it listens, shakes hands and
/// examines Logons; after that a connection passes to its session's thread. So whatever strangers
/// do is done where nobody trades.
class IoThread {
 public:
  /// What all clients that have come back get of a turn together, in the measure of
  /// SessionRole::kReportCost: some sixty microseconds, for others trade meanwhile.
  static constexpr std::uint32_t kCatchUpPerTurn = 512;
  /// The same on the feed thread, where nobody trades: some milliseconds, so that fifty readers get
  /// several copies with one system call.
  static constexpr std::uint32_t kCopiesPerTurn = 32'768;
  /// Events that the feed thread reads for its groups in a turn.
  static constexpr std::size_t kFedPerTurn = 4'096;

  /// `sessions[id]` is the unit of session `id` if this thread owns it, else null; entry 0 is not
  /// used. `lane`: null for the feed thread. Instruments are continuous until set_state() or an
  /// event says otherwise.
  IoThread(std::uint32_t index, IoShared& shared, IoLane* lane, std::vector<SessionUnit*> sessions);
  /// Before the first turn.
  void set_state(InstrumentId instrument, InstrumentState state) {
    states_[instrument.value - 1] = state;
  }
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Steps of TLS handshakes in one turn, each at most one signature: a few hundred microseconds.
  static constexpr std::size_t kHandshakeStepsPerTurn = 1;

  /// Messages of sessions in one turn: so many where one session alone has had something to say for
  /// kAloneNs, and a few where several have, so that a turn does not last longer for others,
  /// however many flood. The first of each session that is newly readable counts, and always
  /// passes. Who sends more goes on in a later turn, behind those who wait already.
  static constexpr std::size_t kMessagesAlone = 64;
  static constexpr std::size_t kMessagesShared = 4;
  static constexpr std::int64_t kAloneNs = 1'000 * kNsPerMillisecond;
  /// Of the connections that are not logged on and have something to say, and the listeners, one
  /// turn of the door looks at so many; a listener then gives so many new ones.
  static constexpr std::size_t kStrangersPerTurn = 4;
  static constexpr std::size_t kAcceptsPerTurn = 2;
  /// The door's: below those who trade, where they must share a CPU.
  static constexpr int kDoorNice = 5;

  /// Before the first turn: makes this thread the door.
  void open_door(LogonDesk& desk, EdgeLimits& limits);
  /// The door only, before the first turn; once for each listener. `tls`: null for plain TCP.
  void listen(Listener& listener, const TlsContexts* tls);

  /// The door only, on its thread: a connection that came by no listener. What there is for those
  /// of listeners holds for it too.
  void bring_in(AcceptedConnection accepted) { admit(std::move(accepted), {nullptr, nullptr}); }

  /// Before the first turn, for the feed thread only.
  void feed(FeedTail& groups) { feed_ = &groups; }
  /// Before the first turn, after feed(): what its sessions do is recorded, and what they send
  /// waits until that is durable. The recorder outlives this.
  void record_with(SessionRecorder& recorder);

  /// One bounded round without waiting: mail, sockets, events, owed reports, timers, sends. True if
  /// there was work.
  bool turn() { return round(0); }

  void start();
  /// Begins the orderly end: no new connections, answers for what is in flight, Logout, flush.
  void request_stop() noexcept { stop_requested_.store(true, std::memory_order_release); }
  /// All sessions have left, or logout_wait_ms is over and the rest was closed.
  [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }
  void join();

 private:
  enum class Phase : std::uint8_t { serving, draining, leaving, done };

  /// A listening socket and what its connections speak.
  struct Entrance {
    Listener* listener;
    const TlsContexts* tls;
    bool accepting = true;  // else until the next timer
  };

  // No connection's token: ~0 is the first entrance, ~1 the second.
  static constexpr std::uint64_t kLastListenerToken = ~std::uint64_t{1};
  static constexpr std::uint64_t kMailToken = ~std::uint64_t{2};

  [[nodiscard]] bool is_door() const noexcept { return desk_ != nullptr; }
  void run();
  void serve_door();
  /// A turn; without anything to do it may wait so long for the sockets.
  bool round(std::int64_t wait_ns);
  void on_timers();
  void notice_clock_jump(std::int64_t now_ns);
  void settle_touched();
  void settle(Connection& connection);

  // What waits for the disk, in io_thread_records.cpp.
  bool open_gates();
  void note_held(Connection& connection);
  void record_states();
  void record_copies();
  [[nodiscard]] bool may_record() const noexcept {
    return recorder_ == nullptr || recorder_->has_room();
  }

  void insert(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> remove(Connection& connection);
  void touch(Connection* connection);

  // From sockets to messages, in io_thread_input.cpp.
  bool poll_sockets(std::int64_t wait_ns);
  void on_ready(const Ready& ready, Connection& connection);
  bool work_off_backlog();
  void on_readable(Connection& connection);
  bool reread();
  void note_tls_fault(Connection& connection);
  /// At most so many messages, and one at least. False when nothing could be done: the connection
  /// waits for room in its socket.
  bool process_frames(Connection& connection, std::size_t most);
  /// What is left for whoever becomes readable now.
  bool process_frames(Connection& connection) { return process_frames(connection, messages_left_); }
  void allot_messages();
  void note_speaker(const Connection& connection);
  void close_hostile(Connection& connection, const char* why);

  // From the listener to the session, in io_thread_admission.cpp.
  void accept_waiting(Entrance& entrance);
  void admit(AcceptedConnection accepted, const Entrance& entrance);
  void refuse_newcomer(const AcceptedConnection& accepted, const char* why);
  [[nodiscard]] bool make_room_for_newcomer();
  void pause_accepting(Entrance& entrance);
  void go_on_accepting();
  bool shake_hands();
  void examine_first(Connection& connection, std::string_view message);
  void examine_waiting(Connection& connection, std::int64_t now_ns);
  bool take_mail();
  void open_mail(Mail& mail);
  void pass_on(Connection& connection);
  void adopt(std::unique_ptr<Connection> connection, SessionUnit& unit);
  void log_on(Connection& connection, SessionUnit& unit);

  // Who of two has the session, in io_thread_takeover.cpp.
  void challenge(Connection& second, SessionUnit& unit);
  bool decide_takeovers();
  void forget_challenger(Connection& connection);

  // Events and what is owed, in io_thread_reports.cpp.
  bool route_events();
  void drain_events();
  void cut_for_lost_events(std::uint64_t first_lost);
  bool feed_groups();
  void note_arrears(Connection& connection);
  void note_arrears(SessionUnit& unit);
  void note_reset(SessionUnit& unit);
  void note_heard(SessionUnit& unit);
  void note_copies();
  bool catch_up();

  // What admins and the venue itself have to say to sessions, in io_thread_orders.cpp.
  void carry_out(const SessionOrder& order);
  void carry_out_guards(const SessionOrder& order);
  [[nodiscard]] const std::vector<LockOut>& locks_now(std::int64_t now_ns);
  [[nodiscard]] std::string refuse_or_do(SessionUnit& unit, const SessionOrder& order);
  [[nodiscard]] std::string send_news(SessionUnit& unit, const News& news);
  void on_venue_event(const Event& event);
  void send_status(SessionUnit& unit, InstrumentId instrument, TimeNs since);
  void send_statuses(SessionUnit& unit);
  void tell_of_storage();

  // The orderly end, in io_thread_stop.cpp.
  void advance_stop();
  void begin_drain();
  [[nodiscard]] bool all_answered();
  void begin_logouts();
  void close_rest();

  std::uint32_t index_;
  IoShared& shared_;
  const GatewayConfig& config_;
  std::vector<SessionUnit*> sessions_;  // by id
  std::vector<SessionUnit*> own_;       // those that are not null
  std::optional<EventTail> tail_;       // of this thread's lane
  FeedTail* feed_ = nullptr;
  Poller poller_;
  std::vector<Ready> ready_;
  IdleStrategy idle_;
  std::vector<Entrance> entrances_;
  LogonDesk* desk_ = nullptr;
  EdgeLimits* limits_ = nullptr;  ///< The door's only, as are the two above.

  ConnectionTable connections_;
  std::vector<Connection*> touched_;
  std::deque<Connection*> backlog_;      // those with in_backlog, the longest waiting first
  std::vector<Connection*> held_;        // those with in_held
  std::vector<Connection*> rereads_;     // those with in_rereads
  std::deque<Connection*> handshakes_;   // those with in_handshakes, the longest waiting first
  std::vector<SessionUnit*> takeovers_;  // sessions with a challenger
  std::vector<SessionUnit*> arrears_;    // sessions with owed reports or resend pages
  std::vector<SessionUnit*> copying_;    // sessions whose connection is a drop copy
  std::vector<InstrumentState> states_;  // by InstrumentId - 1, as the engine's events tell

  std::size_t messages_left_ = kMessagesShared;  // in this turn
  std::int64_t turn_ns_ = 0;                     // monotonic: when it began
  SessionId last_speaker_{};                     // the session that spoke last, and since when ...
  std::int64_t last_change_ns_ = std::numeric_limits<std::int64_t>::min() / 2;  // ... it alone does

  SessionRecorder* recorder_ = nullptr;  // null: nobody records, and nothing waits
  std::uint64_t durable_ = 0;            // as recorder_ said it last
  std::uint64_t recorded_segment_ = 0;   // that has the states of all sessions

  bool told_of_storage_ = false;

  std::int64_t next_timer_ns_ = 0;
  std::int64_t wall_minus_monotonic_ns_;
  Phase phase_ = Phase::serving;
  std::int64_t phase_deadline_ns_ = 0;
  std::atomic<bool> stop_requested_{false};
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace sluice::gateway
