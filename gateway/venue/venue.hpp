// The whole venue: everything that a configuration describes, put together and taken apart in
// order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/journal/journal.hpp"
#include "engine/log/execution_log.hpp"
#include "engine/runner/engine_runner.hpp"
#include "engine/runner/io_lane.hpp"
#include "gateway/auth/auth_worker.hpp"
#include "gateway/auth/last_signed_logons.hpp"
#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/session/fix_acceptor.hpp"
#include "gateway/session/fix_log.hpp"
#include "gateway/session/journal/session_history.hpp"
#include "gateway/session/journal/session_recorder.hpp"
#include "gateway/session/session_callbacks.hpp"
#include "gateway/session/store/mapped_message_store.hpp"
#include "gateway/venue/drop_copy_groups.hpp"
#include "gateway/venue/edge_limits.hpp"
#include "gateway/venue/io_thread.hpp"
#include "gateway/venue/logging.hpp"
#include "gateway/venue/logon_desk.hpp"
#include "gateway/venue/session_unit.hpp"
#include "gateway/venue/state_dir.hpp"
#include "gateway/venue/venue_admin.hpp"

namespace sluice::gateway {

/// The address cannot be bound.
class ListenError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Makes the disk of a journal from the path of its folder.
using StorageMaker = std::function<std::unique_ptr<Storage>(const std::string& folder)>;
[[nodiscard]] std::unique_ptr<Storage> disk_storage(const std::string& folder);

/// The journal is damaged, does not fit, or cannot be written: what() says which and why.
class JournalError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thread safety: made, started and stopped by one thread. Without start() the same thread may call
/// turn() of the parts itself: there is nothing else that must run, but for the password checks.
class Venue {
 public:
  /// Raises the process's soft limit of descriptors to what the configuration may need.
  ///
  /// Throws ConfigError when the shipped passwords could be used from another machine,
  /// DescriptorLimitError, ListenError, StateDirError, JournalError, AdminSocketError,
  /// AuditLogError, and std::bad_alloc or std::system_error when the machine is out of memory or
  /// threads.
  explicit Venue(VenueConfig config, WallClock clock = wall_clock_now,
                 StorageMaker storage = disk_storage);
  ~Venue();
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  void start();
  /// Orderly end: stops accepting, answers what is in flight, sends Logout, flushes. Idempotent.
  void stop();

  /// Of the plain listener, and of the one with TLS; 0 for one that there is not.
  [[nodiscard]] std::uint16_t port() const noexcept { return listener_ ? listener_->port() : 0; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept {
    return tls_listener_ ? tls_listener_->port() : 0;
  }
  /// Reads certificate, key and roots again. Good ones are used from the next handshake on; of bad
  /// ones the log says what is wrong, and the old ones stay. Nothing happens without [tls]. What is
  /// wrong, or empty. Thread safety: any thread.
  std::string reload_certificates();
  [[nodiscard]] const VenueConfig& config() const noexcept { return config_; }
  [[nodiscard]] Engine& engine() noexcept { return *engine_; }
  [[nodiscard]] EngineRunner& runner() noexcept { return *runner_; }
  /// Those of the configuration, the feed thread behind them if there is one, and the door.
  [[nodiscard]] std::uint32_t thread_count() const noexcept { return config_.thread_count(); }
  [[nodiscard]] IoThread& io(std::uint32_t index) noexcept { return *io_threads_[index]; }
  /// Lets connections in.
  [[nodiscard]] IoThread& door() noexcept { return *io_threads_.back(); }
  [[nodiscard]] const ExecutionLog& log() const noexcept { return *log_; }
  [[nodiscard]] Journal& journal() noexcept { return *journal_; }
  /// Called once, on a thread of the journal, when it cannot be written any more: whoever owns the
  /// venue stops it then. Before start().
  void when_storage_fails(std::function<void()> stop) { when_storage_fails_ = std::move(stop); }
  [[nodiscard]] bool waits_for_disk() const noexcept {
    return config_.journal.durability == Durability::disk;
  }
  /// Of the door: only calls that run there may use it.
  [[nodiscard]] LogonGuard& logon_guard() noexcept { return edge_limits_->logons; }
  [[nodiscard]] const EdgeCounters& edge() const noexcept { return shared_->edge; }
  [[nodiscard]] const OrderEntryCounters& order_entry() const noexcept { return order_entry_; }
  [[nodiscard]] AdminServer& admin() noexcept { return admin_->server; }
  [[nodiscard]] const DropCopyCounters& drop_copy() const noexcept {
    return drop_copies_->counters();
  }

 private:
  void make_directories();
  void make_log(std::uint64_t before);
  // What the last run has left, in venue_journal.cpp.
  void recover();
  void begin_run(const std::string& folder, const std::string& live);
  void forget_stores();
  void restore_store(const FixSession& session, MappedMessageStore& store);
  void record_sessions();
  [[nodiscard]] bool sync_stores();
  void resume_sessions();
  void note_told();
  [[nodiscard]] std::vector<std::uint64_t> first_owed();
  void make_engine();
  void make_fix_sessions();
  void make_units();
  void make_roles(SessionUnit& unit);
  void make_listeners();
  void make_io();
  /// What admins ordered before the last stop holds from the first command on; an unclean stop
  /// leaves instruments cancel-only. Returns those.
  [[nodiscard]] std::vector<InstrumentId> restore_controls();
  void agree_with_engine();
  [[nodiscard]] std::vector<InstrumentId> close_after_unclean_stop();
  void apply_before_start(const Command& order);
  void make_admin(std::vector<InstrumentId> closed);
  [[nodiscard]] SessionAccounts accounts_of(const SessionConfig& session) const;
  void log_owed();
  void log_owed_copies();
  void log_figures();

  VenueConfig config_;
  WallClock clock_;
  StorageMaker make_storage_;
  Logging logging_;
  StateDir state_dir_;
  bool stopped_cleanly_;  ///< The last venue that ran in this state_dir, or there was none.
  bool is_new_ = true;    ///< The journal was empty.
  /// What the journal knows of sessions, where their stores went with the machine's power; until
  /// they are made again.
  std::optional<SessionHistory> lost_stores_;
  VenueNames names_{config_};
  OrderEntryCounters order_entry_;
  std::unique_ptr<InstrumentDirectory> instruments_;
  std::unique_ptr<AccountDirectory> accounts_;

  VenueHealth health_;
  std::function<void()> when_storage_fails_ = [] {};
  std::unique_ptr<ExecutionLog> log_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<DropCopyGroups> drop_copies_;
  std::vector<std::unique_ptr<IoLane>> lanes_;
  Inquiry inquiry_;
  std::unique_ptr<EngineRunner> runner_;

  SessionCallbacks callbacks_;
  std::unique_ptr<MappedMessageStoreFactory> stores_;
  std::unique_ptr<FixLogFactory> fix_logs_;
  std::unique_ptr<FixAcceptor> acceptor_;
  std::vector<SessionUnit> units_;  // by SessionId - 1

  std::unique_ptr<TlsContexts> tls_;  // null without [tls]
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<Listener> tls_listener_;
  std::unique_ptr<IoShared> shared_;
  std::unique_ptr<AuthWorker> auth_;
  std::unique_ptr<EdgeLimits> edge_limits_;
  std::unique_ptr<LastSignedLogons> signed_logons_;
  std::unique_ptr<LogonDesk> desk_;
  std::vector<std::unique_ptr<SessionRecorder>> recorders_;  // by thread; none: nobody waits
  std::vector<std::unique_ptr<IoThread>> io_threads_;

  TapBuffer tap_buffer_;
  std::deque<MessageTap> taps_;  // by SessionId - 1
  ControlState controls_{names_};
  std::unique_ptr<VenueAdmin> admin_;
  bool running_ = false;
};

}  // namespace sluice::gateway
