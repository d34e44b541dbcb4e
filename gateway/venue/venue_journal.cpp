// How a venue goes on where its last run has ended.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/vfs.h>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/journal/posix_storage.hpp"
#include "engine/types/durations.hpp"
#include "gateway/config/venue_config_reader.hpp"
#include "gateway/venue/engine_settings.hpp"
#include "gateway/venue/id_book.hpp"
#include "gateway/venue/venue.hpp"

namespace sluice::gateway {
namespace {

bool is_in_memory(const std::string& folder) {
  constexpr long kTmpfs = 0x0102'1994;
  struct statfs about {};
  return ::statfs(folder.c_str(), &about) == 0 && about.f_type == kTmpfs;
}

constexpr std::int64_t kNsPerHour = 3'600 * kNsPerSecond;

/// Numbers that the store has taken as commands and the journal does not have: rising. Also puts
/// right what the store did not live to count: the one message that is in the journal already.
std::vector<std::uint32_t> lost_messages(const CommandNumbers& journaled, SessionId session,
                                         MappedMessageStore& store) {
  const std::uint32_t epoch = store.session_epoch();
  const std::uint32_t next = store.next_target();
  // Killed after the push and before the count.
  if (store.taken_end() == next && journaled.has(session, epoch, next)) {
    store.note_command(next);
    store.incrNextTargetMsgSeqNum();
  }
  std::vector<std::uint32_t> lost;
  const std::uint32_t end = store.taken_end();
  for (std::uint32_t n = end > kCommandWindow ? end - kCommandWindow : 1; n < end; ++n) {
    if (store.was_command(n) && !journaled.has(session, epoch, n)) lost.push_back(n);
  }
  return lost;
}

/// A journal that another program version, another venue or a broken disk has left.
template <class Action>
auto or_journal_error(const std::string& folder, Action action) {
  try {
    return action();
  } catch (const JournalDamage& damage) {
    throw JournalError("the journal in " + folder + " is damaged: " + damage.what() +
                       "; nothing was started. ARCHITECTURE.md, \"When the journal is damaged\", "
                       "says what can be done");
  } catch (const SnapshotError& error) {
    throw JournalError("the journal in " + folder +
                       " does not fit the configuration: " + error.what());
  } catch (const StorageError& error) {
    throw JournalError(std::string("the journal cannot be used: ") + error.what());
  } catch (const std::length_error& error) {
    throw JournalError(error.what());
  }
}

}  // namespace

std::unique_ptr<Storage> disk_storage(const std::string& folder) {
  return std::make_unique<PosixStorage>(folder);
}

void Venue::recover() {
  const JournalConfig& journal = config_.journal;
  const std::string folder = state_dir_.or_file(journal.dir, "journal");
  const std::string live = state_dir_.or_file(journal.live_dir, "live");
  or_journal_error(folder, [&] {
    journal_ = std::make_unique<Journal>(
        make_storage_(folder),
        Journal::Options{
            .live_folder = live,
            .unit = static_cast<std::uint8_t>(config_.engine.unit),
            .segment_bytes = journal.segment_bytes,
            .live_segment_bytes = journal.live_segment_bytes,
            .live_segments = journal.live_segments,
            .idle = journal.idle,
            .cpu = journal.cpu,
            .session_streams = waits_for_disk() ? config_.door_thread() : 0,
            .somebody_waits = waits_for_disk(),
            .snapshot_segments = journal.snapshot_segments,
            .keep_ns = journal.keep_hours * kNsPerHour,
            .warn =
                [this](const std::string& what) { logging_.logger()->warn("journal: {}", what); },
            .on_failure =
                [this](const std::string& why) {
                  logging_.logger()->critical("the journal cannot be written, the venue stops: {}",
                                              why);
                  health_.storage_failed.store(true, std::memory_order_release);
                  when_storage_fails_();
                }},
        clock_);
    make_log(journal_->open(config_.engine.execution_log_events));
    const bool lost =
        !state_dir_.has_epoch() || (!stopped_cleanly_ && !state_dir_.is_of_this_boot());
    Journal::SessionHistory history;
    if (lost) {
      lost_stores_.emplace(config_.gateway.store_messages);
      history.visit = [this](const RecordView& record) { lost_stores_->take(record); };
      history.segments = journal.session_segments;
    }
    const Journal::Recovered found = journal_->recover(*log_, history);
    if (!found.torn.empty()) {
      logging_.logger()->warn("journal: {}: a power cut tore it, and nobody was promised it",
                              found.torn);
    }
    if (!journal_->last_run()) return;
    is_new_ = false;
    // Whoever has lost state_dir does not know how the last run ended.
    if (!state_dir_.has_epoch()) stopped_cleanly_ = false;
    logging_.logger()->info(
        "journal: snapshot of command {}, {} commands replayed, {} of them from memory; {} events",
        found.snapshot, found.commands, found.from_memory, log_->written());
    keep_ids(config_, journal_->last_run()->names);
  });
  if (lost_stores_) forget_stores();
  begin_run(folder, live);
}

void Venue::begin_run(const std::string& folder, const std::string& live) {
  std::uint64_t epoch = state_dir_.next_epoch();
  const auto& last = journal_->last_run();
  if (last) epoch = std::max(epoch, last->config.epoch + 1);
  RunStart run{.config = engine_config(config_, epoch), .names = names_of(config_)};
  if (last) {
    run.config.name_key = last->config.name_key;
    run.config.sessions = std::max(run.config.sessions, last->config.sessions);
    run.config.session_firm.resize(run.config.sessions);
  }
  log_->set_epoch(epoch);
  engine_ = or_journal_error(folder, [&] { return journal_->begin_run(std::move(run)); });
  if (!is_in_memory(live)) {
    logging_.logger()->warn("journal: {} is not in memory (tmpfs): every command waits for it",
                            live);
  }
}

// What a power cut has left of them may be anything.
void Venue::forget_stores() {
  std::uintmax_t files = 0;
  for (const char* const folder : {"sessions", "drop_copy"}) {
    std::error_code error;
    const std::uintmax_t removed = std::filesystem::remove_all(state_dir_.file(folder), error);
    if (error) {
      throw StateDirError(state_dir_.file(folder) + " cannot be removed: " + error.message());
    }
    files += removed;
  }
  if (lost_stores_->empty()) {
    if (files > 0) {
      logging_.logger()->warn(
          "the machine was cut off while sessions were served, and the journal does not have "
          "them: their numbers begin at 1 (durability \"disk\" keeps them)");
    }
    lost_stores_.reset();
    return;
  }
  logging_.logger()->warn(
      "{} has no sessions of the last run: they are made again from the journal",
      state_dir_.path());
}

void Venue::restore_store(const FixSession& session, MappedMessageStore& store) {
  const SessionImage* const found = lost_stores_ ? lost_stores_->find(session.id()) : nullptr;
  if (found == nullptr) return;
  const CommandNumbers& journaled = journal_->numbers();
  const std::uint32_t epoch = found->counts.session_epoch;
  try {
    store.restore(*found, journaled.last(session.id(), epoch),
                  [&](std::uint32_t number) { return journaled.has(session.id(), epoch, number); });
  } catch (const std::runtime_error& error) {
    throw StateDirError(error.what());
  }
}

void Venue::record_sessions() {
  if (!waits_for_disk()) return;
  for (std::uint32_t i = 0; i < config_.door_thread(); ++i) {
    recorders_.push_back(
        std::make_unique<SessionRecorder>(*journal_, i, session_reserve(units_.size()), clock_));
    io_threads_[i]->record_with(*recorders_[i]);
  }
}

// The stores have what a killed process had come to. Where they are gone, or are of another
// journal, nobody knows what clients have been told.
void Venue::resume_sessions() {
  lost_stores_.reset();
  const std::uint64_t last_event = log_->published();
  for (SessionUnit& unit : units_) {
    MappedMessageStore& store = unit.session->store();
    const bool is_fresh = store.next_sender() == 1 && store.session_epoch() == 1;
    if (store.last_report() > last_event || (is_fresh && store.last_report() == 0)) {
      store.set_last_report(is_new_ ? 0 : last_event);
    }
    if (is_new_) store.forget_commands();
  }
  note_told();
  const std::vector<std::uint64_t> owed = first_owed();
  for (SessionUnit& unit : units_) {
    unit.epoch = unit.session->epoch();
    if (unit.order_entry == nullptr) continue;
    const SessionId id = unit.session->id();
    unit.order_entry->resume(owed[id.value - 1],
                             lost_messages(journal_->numbers(), id, unit.session->store()));
  }
}

// A client that resets its numbers may not have seen what it was told of at last.
void Venue::note_told() {
  Event event;
  const std::uint64_t last = log_->published();
  if (log_->read(last, event) != ExecutionLog::ReadStatus::ok) return;
  // All at once in doubt where the wall clock was set meanwhile.
  constexpr std::uint64_t kDoubted = 1'024;
  const std::int64_t end_ns = event.time.value;
  const std::int64_t now_ns = monotonic_now_ns();
  std::uint64_t n = last;
  while (n > log_->oldest() && log_->read(n - 1, event) == ExecutionLog::ReadStatus::ok &&
         (event.time.value >= end_ns - kDoubtNs || last - n < kDoubted)) {
    --n;
  }
  for (; n <= last && log_->read(n, event) == ExecutionLog::ReadStatus::ok; ++n) {
    const std::uint32_t session = event.session.value;
    if (session == 0 || session > units_.size()) continue;
    SessionUnit& unit = units_[session - 1];
    if (unit.order_entry == nullptr || n > unit.session->store().last_report()) continue;
    unit.order_entry->note_told_before(
        n, now_ns - std::clamp(end_ns - event.time.value, std::int64_t{0}, kDoubtNs));
  }
}

// By SessionId - 1; 0: nothing. Of what has left the log nobody knows whose it was.
std::vector<std::uint64_t> Venue::first_owed() {
  std::vector<std::uint64_t> owed(units_.size());
  std::vector<std::uint64_t> told;
  std::uint64_t from = log_->published() + 1;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    told.push_back(units_[i].session->store().last_report());
    from = std::min(from, told[i] + 1);
    if (told[i] + 1 < log_->oldest()) owed[i] = told[i] + 1;
  }
  Event event;
  for (std::uint64_t n = std::max(from, log_->oldest()); n <= log_->published(); ++n) {
    const std::uint32_t session =
        log_->read(n, event) == ExecutionLog::ReadStatus::ok ? event.session.value : 0;
    if (session == 0 || session > owed.size()) continue;
    if (owed[session - 1] == 0 && n > told[session - 1]) owed[session - 1] = n;
  }
  return owed;
}

}  // namespace sluice::gateway
