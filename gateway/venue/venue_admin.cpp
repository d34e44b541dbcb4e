// The venue's own controls: what holds over a restart, and the thread that serves admins.
#include <utility>

#include "engine/journal/command_journal.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/venue.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxControlsBytes = std::size_t{4} << 20U;

std::string socket_path(const VenueAdmin::Parts& parts) {
  if (!parts.config.admin.enabled) return {};
  return parts.state_dir.or_file(parts.config.admin.socket, "admin.sock");
}

}  // namespace

std::vector<InstrumentId> Venue::restore_controls() {
  if (const auto content = state_dir_.read_file(kControlsFile, kMaxControlsBytes)) {
    std::vector<std::string> missing;
    if (const std::string wrong = controls_.from_file(*content, missing); !wrong.empty()) {
      throw StateDirError(state_dir_.file(kControlsFile) + " is damaged: " + wrong);
    }
    for (const std::string& name : missing) {
      logging_.logger()->warn("{}: {} is not in the configuration any more",
                              state_dir_.file(kControlsFile), name);
    }
  }
  if (!is_new_) agree_with_engine();
  std::vector<InstrumentId> closed = close_after_unclean_stop();
  for (std::uint32_t id = 1; id <= names_.instruments(); ++id) {
    const InstrumentId instrument{id};
    const InstrumentState state = controls_.state(instrument);
    for (const auto& io : io_threads_) io->set_state(instrument, state);
    if (state == engine_->state_of(instrument)) continue;
    Command command{};
    command.type = CommandType::set_instrument_state;
    command.instrument = instrument;
    command.control_action = static_cast<std::uint8_t>(state);
    apply_before_start(command);
  }
  for (const KillSwitch& kill : std::vector<KillSwitch>(controls_.kills())) {
    if (!engine_->is_killed(kill.scope, kill.target)) {
      Command command{};
      command.type = CommandType::set_kill;
      command.control_scope = kill.scope;
      command.target = kill.target;
      // What rests was there when it was ordered, or came after it was lifted.
      command.control_action = kKillOn | kKeepResting;
      apply_before_start(command);
    }
    logging_.logger()->warn("kill switch of {} {} is on since {}: {}", name_of(kill.scope),
                            names_.target(kill.scope, kill.target), iso_time(kill.since),
                            kill.by.reason);
  }
  for (SessionUnit& unit : units_) {
    unit.session->set_enabled(controls_.disabled_by(unit.session->id()) == nullptr);
  }
  // A stop before anybody has opened them changes nothing.
  state_dir_.write_file(kControlsFile, controls_.to_file());
  return closed;
}

// The engine has what was journaled; the file is its echo, and may have been written a moment too
// early or too late. A kill switch that either of them knows is on: better once too often.
void Venue::agree_with_engine() {
  for (std::uint32_t id = 1; id <= names_.instruments(); ++id) {
    controls_.set_state(InstrumentId{id}, engine_->state_of(InstrumentId{id}));
  }
  engine_->for_each_kill([this](ControlScope scope, std::uint32_t target) {
    controls_.know_kill(scope, target, engine_->now());
  });
}

// What took more than cancels takes cancels only until somebody opens it. What was in continuous
// trading, or is closed since an earlier such stop, the timer may open.
std::vector<InstrumentId> Venue::close_after_unclean_stop() {
  const bool closes = config_.opening.after_unclean_stop == InstrumentState::cancel_only;
  std::vector<InstrumentId> closed;
  for (std::uint32_t id = 1; id <= names_.instruments(); ++id) {
    const InstrumentId instrument{id};
    const InstrumentState state = controls_.state(instrument);
    const bool was_closed = controls_.is_closed(instrument);
    const bool is_open = state != InstrumentState::cancel_only && state != InstrumentState::halted;
    if (closes && (was_closed || (!stopped_cleanly_ && state == InstrumentState::continuous))) {
      closed.push_back(instrument);
      controls_.set_closed(instrument, true);
      controls_.set_state(instrument, InstrumentState::cancel_only);
    } else if (closes && !stopped_cleanly_ && is_open) {
      controls_.set_state(instrument, InstrumentState::cancel_only);
    } else if (was_closed) {
      controls_.set_closed(instrument, false);
      controls_.set_state(instrument, InstrumentState::continuous);
    }
  }
  if (!closed.empty()) {
    logging_.logger()->warn(
        "the last stop was not orderly: {} instruments come up cancel-only until they are opened",
        closed.size());
  }
  return closed;
}

// Nobody is connected and no thread runs: the events are for the log, and for controls_.
void Venue::apply_before_start(const Command& order) {
  Command command = order;
  command.seq = CommandSeq{engine_->last_seq().value + 1};
  command.time = clock_();
  if (!sluice::journal(journal_->commands(), command)) {
    throw JournalError("the journal has no room for what holds from the start on");
  }
  const std::uint64_t first = log_->written() + 1;
  engine_->apply(command, *log_);
  log_->publish();
  for (std::uint64_t n = first; n <= log_->written(); ++n) {
    const Event& event = log_->written_event(n);
    if (event.type == EventType::control_rejected) {
      throw StateDirError(state_dir_.file(kControlsFile) +
                          ": the engine does not take what it says; move it away to start without");
    }
    // Who turned a kill switch on, and when, is in controls_ already.
    if (event.type == EventType::instrument_state_changed) controls_.on_event(event);
  }
}

void Venue::make_admin(std::vector<InstrumentId> closed) {
  std::vector<const IoLane*> lanes;
  for (const auto& lane : lanes_) lanes.push_back(lane.get());
  std::function<std::uint64_t()> durable;
  if (waits_for_disk()) {
    // Once the disk has failed nobody waits for it: what was ordered is in kControlsFile.
    durable = [this] { return journal_->has_failed() ? UINT64_MAX : journal_->durable_commands(); };
  }
  admin_ = std::make_unique<VenueAdmin>(VenueAdmin::Parts{
      config_, state_dir_, names_, *instruments_, controls_, *shared_, *lanes_.back(), inquiry_,
      order_entry_.commands,
      AdminServices::Parts{*shared_, state_dir_, units_, taps_, tap_buffer_, std::move(lanes),
                           drop_copies_->counters(),
                           [this] {
                             return tls_ ? reload_certificates()
                                         : std::string("the venue has no TLS listener: see [tls]");
                           },
                           clock_()},
      std::move(closed), durable});
}

VenueAdmin::VenueAdmin(Parts parts)
    : audit(parts.state_dir.or_file(parts.config.admin.audit_log, "audit.log")),
      services(std::move(parts.services)),
      engine(parts.lane, parts.shared.log, parts.pushed_commands, parts.shared.clock,
             std::move(parts.durable)),
      inquiries(parts.inquiry),
      sessions(services, parts.shared.session_answers),
      tails(services),
      server({parts.config, parts.config.gateway.comp_id, socket_path(parts),
              AdminDesk{parts.names, parts.instruments, engine, inquiries, sessions, parts.controls,
                        audit, services, tails, parts.shared.logger, parts.shared.clock},
              parts.shared.admin_signal,
              OpeningTimer(parts.config.opening, std::move(parts.closed), monotonic_now_ns())}) {}

}  // namespace sluice::gateway
