#include "gateway/venue/venue.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/codec/values/decimal.hpp"
#include "gateway/config/tls_files.hpp"
#include "gateway/config/venue_config_reader.hpp"
#include "gateway/net/descriptor_limit.hpp"
#include "gateway/session/quickfix_settings.hpp"
#include "gateway/venue/dictionary.hpp"
#include "gateway/venue/engine_settings.hpp"

namespace sluice::gateway {
namespace {

DecimalUnit unit_of(const std::string& text) {
  DecimalUnit unit;
  if (!parse_unit(text, unit)) throw std::invalid_argument("not a tick or lot size: " + text);
  return unit;
}

std::vector<std::string> signing_sessions(const VenueConfig& config) {
  std::vector<std::string> comp_ids;
  for (const SessionConfig& session : config.sessions) {
    if (session.authentication != Authentication::signature) continue;
    comp_ids.push_back(session.comp_id);
  }
  return comp_ids;
}

/// Each connection, each message store and what every venue has: its listening sockets, each with a
/// spare, a poller for each thread. One connection past the bound is taken to be closed.
void allow_what_is_configured(const VenueConfig& config) {
  // The standard streams, lock, log and execution log, the door's signal, files that are open for
  // a moment, and what the process has inherited.
  constexpr std::uint64_t kSpare = 64;
  const std::uint64_t connections = config.gateway.max_connections;
  const std::uint64_t sessions = config.sessions.size();
  const std::uint64_t listeners = (config.gateway.port ? 1 : 0) + (config.tls ? 1 : 0);
  // Their socket, their thread's signal and poller, the audit log.
  const std::uint64_t admins = std::uint64_t{config.admin.max_connections} + 4;
  allow_descriptors(
      connections + 1 + sessions + 2 * listeners + config.thread_count() + admins + kSpare,
      std::to_string(connections) + " connections and " + std::to_string(sessions) +
          " message stores",
      "lower gateway.max_connections");
}

}  // namespace

Venue::Venue(VenueConfig config, WallClock clock, StorageMaker storage)
    : config_(std::move(config)),
      clock_(clock),
      make_storage_(std::move(storage)),
      logging_(config_.log),
      state_dir_(config_.gateway.state_dir),
      stopped_cleanly_(state_dir_.stopped_cleanly()),
      tap_buffer_(config_.admin.tail_messages, clock) {
  refuse_demo_passwords_beyond_loopback(config_);
  allow_what_is_configured(config_);
  recover();
  make_directories();
  make_engine();
  make_fix_sessions();
  make_units();
  resume_sessions();
  make_listeners();
  make_io();
  record_sessions();
  make_admin(restore_controls());
  // Whatever can fail is done.
  state_dir_.note_boot();
  state_dir_.take_clean_mark();
}

Venue::~Venue() { stop(); }

void Venue::make_directories() {
  std::vector<InstrumentSpec> specs;
  for (const InstrumentConfig& instrument : config_.instruments) {
    specs.push_back({InstrumentId{static_cast<std::uint32_t>(specs.size() + 1)}, instrument.symbol,
                     unit_of(instrument.tick_size), unit_of(instrument.lot_size)});
  }
  instruments_ = std::make_unique<InstrumentDirectory>(std::move(specs));
  std::vector<AccountName> names;
  for (const AccountConfig& account : config_.accounts) {
    names.push_back({AccountId{static_cast<std::uint32_t>(names.size() + 1)}, account.name});
  }
  accounts_ = std::make_unique<AccountDirectory>(std::move(names));
}

void Venue::make_log(std::uint64_t before) {
  EngineConfig engine;
  engine.work_per_command = config_.engine.work_per_command;
  try {
    log_ = std::make_unique<ExecutionLog>(
        state_dir_.file("execution.log"), config_.engine.execution_log_events,
        EngineRunner::max_batch(engine), config_.engine.unit, 0, before);
  } catch (const std::system_error& error) {
    throw StateDirError(error.what());
  }
}

void Venue::make_engine() {
  try {
    drop_copies_ = std::make_unique<DropCopyGroups>(
        config_, *log_, journal_->archive(), state_dir_.file("drop_copy"),
        lost_stores_ ? lost_stores_->groups() : std::map<std::string, CopyImage>{});
  } catch (const std::runtime_error& error) {
    throw StateDirError(error.what());
  }
  std::vector<IoLane*> lanes;
  for (std::uint32_t i = 0; i < config_.gateway.io_threads; ++i) {
    lanes_.push_back(
        std::make_unique<IoLane>(config_.gateway.command_ring, config_.gateway.event_ring));
    lanes.push_back(lanes_.back().get());
  }
  // The last lane is the admins'.
  lanes_.push_back(
      std::make_unique<IoLane>(config_.gateway.command_ring, config_.gateway.event_ring));
  lanes.push_back(lanes_.back().get());
  std::vector<std::uint32_t> session_lane{0};
  for (const SessionConfig& session : config_.sessions) session_lane.push_back(session.io_thread);
  runner_ = std::make_unique<EngineRunner>(
      *engine_, *log_, std::move(lanes), std::move(session_lane), clock_,
      EngineRunner::Options{.idle = config_.engine.idle,
                            .cpu = config_.engine.cpu,
                            .inquiry = &inquiry_,
                            .journal = &journal_->commands(),
                            .kept_events = &journal_->kept_events()});
}

void Venue::make_fix_sessions() {
  state_dir_.write_file("SLUICE44.xml", std::string(fix_dictionary()));
  std::map<std::string, MessageTap*> taps;
  for (const SessionConfig& session : config_.sessions) {
    const SessionId id{static_cast<std::uint32_t>(taps_.size() + 1)};
    taps[session.comp_id] = &taps_.emplace_back(tap_buffer_, id);
  }
  fix_logs_ =
      std::make_unique<FixLogFactory>(logging_.logger(), config_.log.messages, std::move(taps));
  try {
    stores_ = std::make_unique<MappedMessageStoreFactory>(state_dir_.file("sessions"),
                                                          config_.gateway.store_messages, clock_);
    signed_logons_ = std::make_unique<LastSignedLogons>(state_dir_.file("signed-logons"),
                                                        signing_sessions(config_));
    acceptor_ = std::make_unique<FixAcceptor>(
        callbacks_, *stores_, make_quickfix_settings(config_, state_dir_.file("SLUICE44.xml")),
        *fix_logs_);
  } catch (const std::exception& error) {
    // Everything else that they read was checked or made by us.
    throw StateDirError(error.what());
  }
}

void Venue::make_listeners() {
  if (config_.tls) {
    TlsLoad load = load_tls_files(*config_.tls);
    for (const std::string& warning : load.warnings) logging_.logger()->warn("{}", warning);
    tls_ = std::make_unique<TlsContexts>(std::move(load.context));
  }
  try {
    const GatewayConfig& plain = config_.gateway;
    if (plain.port) listener_ = std::make_unique<Listener>(plain.bind_address, *plain.port);
    if (config_.tls) {
      tls_listener_ = std::make_unique<Listener>(config_.tls->bind_address, config_.tls->port);
    }
  } catch (const std::runtime_error& error) {
    throw ListenError(error.what());
  }
}

std::string Venue::reload_certificates() {
  if (!tls_) return {};
  try {
    TlsLoad load = load_tls_files(*config_.tls);
    for (const std::string& warning : load.warnings) logging_.logger()->warn("{}", warning);
    tls_->replace(std::move(load.context));
  } catch (const ConfigError& error) {
    logging_.logger()->error("certificates stay as they were: {}", error.what());
    return error.what();
  }
  logging_.logger()->info("certificates were read again");
  return {};
}

void Venue::make_io() {
  shared_ = std::make_unique<IoShared>(config_, *log_, runner_->counters(), order_entry_, health_,
                                       logging_.logger(), clock_);
  auth_ = std::make_unique<AuthWorker>(config_.gateway.pending_logons, [this](AuthResult result) {
    shared_->mailboxes[config_.door_thread()].post(
        {.kind = Mail::Kind::password_checked, .ticket = result.ticket, .good = result.good});
  });
  std::vector<SessionUnit*> all;
  for (SessionUnit& unit : units_) all.push_back(&unit);
  edge_limits_ = std::make_unique<EdgeLimits>(config_, logging_.logger());
  desk_ = std::make_unique<LogonDesk>(config_.gateway, all, *auth_, *edge_limits_, *signed_logons_,
                                      clock_);
  for (std::uint32_t i = 0; i < config_.thread_count(); ++i) {
    std::vector<SessionUnit*> own{nullptr};
    for (SessionUnit* unit : all) own.push_back(unit->io_thread == i ? unit : nullptr);
    IoLane* const lane = i < config_.gateway.io_threads ? lanes_[i].get() : nullptr;
    io_threads_.push_back(std::make_unique<IoThread>(i, *shared_, lane, std::move(own)));
  }
  if (FeedTail* tail = drop_copies_->tail()) io_threads_[config_.gateway.io_threads]->feed(*tail);
  IoThread& door = *io_threads_.back();
  door.open_door(*desk_, *edge_limits_);
  if (listener_) door.listen(*listener_, nullptr);
  if (tls_listener_) door.listen(*tls_listener_, tls_.get());
}

void Venue::start() {
  running_ = true;
  journal_->start();
  runner_->start();
  if (!runner_->pinned_as_asked()) {
    logging_.logger()->warn("engine could not be pinned to CPU {}", config_.engine.cpu);
  }
  for (const auto& io : io_threads_) io->start();
  admin_->server.start();
  if (listener_) {
    logging_.logger()->info("listening on {}:{}", config_.gateway.bind_address, port());
  }
  if (tls_listener_) {
    logging_.logger()->info("listening with TLS on {}:{}", config_.tls->bind_address, tls_port());
  }
}

// What an orderly end has left is believed after a power cut too.
bool Venue::sync_stores() {
  try {
    for (const SessionUnit& unit : units_) unit.session->store().sync();
    return true;
  } catch (const std::runtime_error& error) {
    logging_.logger()->error("{}", error.what());
    return false;
  }
}

void Venue::stop() {
  if (!std::exchange(running_, false)) return;
  admin_->server.stop();
  for (const auto& io : io_threads_) io->request_stop();
  for (const auto& io : io_threads_) io->join();
  auth_->stop();
  runner_->stop();
  journal_->stop();
  journal_->write_last_snapshot(*engine_);
  admin_->server.settle();
  log_owed();
  log_owed_copies();
  log_figures();
  if (!journal_->has_failed() && sync_stores()) state_dir_.mark_clean();
}

}  // namespace sluice::gateway
