#include "engine/journal/journal.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "engine/core/assert.hpp"
#include "engine/journal/live_tail.hpp"
#include "engine/journal/past_events.hpp"
#include "engine/journal/rounds_ahead.hpp"
#include "engine/journal/snapshot_file.hpp"
#include "engine/journal/snapshots.hpp"

namespace sluice {
namespace {

constexpr const char* kCommandStream = "commands";
constexpr int kEventsPerTurn = 4'096;

std::string session_stream(std::size_t number) { return "sessions-" + std::to_string(number); }

}  // namespace

Journal::Journal(std::unique_ptr<Storage> storage, Options options, WallClock clock)
    : storage_(std::move(storage)), options_(std::move(options)), clock_(clock) {
  SLUICE_ASSERT(options_.segment_bytes >= kMinSegmentBytes);
  SLUICE_ASSERT(options_.session_streams <= kMaxSessionStreams);
}

Journal::~Journal() { stop(); }

std::uint64_t Journal::open(std::uint64_t log_events) {
  live_lock_.emplace(options_.live_folder);
  if (auto newest = read_newest_snapshot(*storage_, UINT64_MAX, options_.warn)) {
    snapshot_ = newest->sequence;
    snapshot_events_ = newest->events;
    numbers_ = std::move(newest->numbers);
    replay_ = EngineReplay(std::move(newest->engine), std::move(newest->run));
  }
  const std::uint64_t oldest = oldest_event(*storage_);
  if (oldest == 0 || oldest > snapshot_events_) return snapshot_events_;
  // The other half is for what comes.
  const std::uint64_t room = log_events / 2;
  return std::max(oldest - 1, snapshot_events_ > room ? snapshot_events_ - room : 0);
}

Journal::Recovered Journal::recover(ExecutionLog& log, const SessionHistory& history) {
  Recovered found;
  settle_tail(*storage_);
  found.snapshot = snapshot_;
  events_ = &log;
  EventsAhead disk(*storage_, log.written() + 1);
  PastEvents past(log, disk);
  past.preload(snapshot_events_);
  const std::uint64_t first = snapshot_ == 0 ? 0 : first_segment_for(*storage_, 0, snapshot_ + 1);
  const std::uint64_t from = history.visit ? first_to_read(first, history.segments) : first;
  const auto visit = [&](const RecordView& record) {
    if (record.header->stream != 0) {
      if (history.visit) history.visit(record);
      return;
    }
    if (record.header->sequence <= snapshot_) return;
    replay_.apply(record, past);
    note_command(numbers_, record);
    past.check();
    if (past.is_beyond_disk()) keep_past(past);
  };
  const auto expect = [&](const RecordView& record) { replay_.expect(record); };
  const RoundLogTip tip = read_round_log_ahead(*storage_, from, visit, expect);
  if (tip.streams[0].next_sequence <= snapshot_) {
    throw JournalDamage("it ends before command " + std::to_string(snapshot_) + ", with which " +
                        snapshot_name(snapshot_) + " ends");
  }
  found.torn = tip.torn;
  replayed_segments_ = tip.last_begun + 1 - std::max<std::uint64_t>(first, 1);
  mend_tail(*storage_, tip);
  segments_.emplace(*storage_, options_.segment_bytes, tip.last_begun + 1, options_.segments_ahead);
  const StreamOrigin rounds{
      .kind = StreamKind::rounds, .unit = options_.unit, .stream = 0, .epoch = 0};
  log_.emplace(*segments_, rounds, tip, kRoundBytes);
  merge_memory(past, history, found);
  found.commands = replay_.commands();
  found.last = log_->streams()[0].next_sequence - 1;
  if (!event_log_) begin_event_log(past);
  while (keep_events()) continue;
  return found;
}

// Commands first: what caused a session's record is in no later round.
void Journal::merge_memory(PastEvents& past, const SessionHistory& history, Recovered& found) {
  read_live_tail(options_.live_folder, kCommandStream, StreamKind::commands, log_->streams()[0],
                 [&](const RecordView& record) {
                   replay_.apply(record, past);
                   note_command(numbers_, record);
                   past.check();
                   merge_record(record, found);
                 });
  // Of as many threads as the last run had.
  for (std::size_t stream = 1; stream <= kMaxSessionStreams; ++stream) {
    read_live_tail(options_.live_folder, session_stream(stream), StreamKind::sessions,
                   log_->streams()[stream], [&](const RecordView& record) {
                     if (history.visit) history.visit(record);
                     merge_record(record, found);
                   });
  }
  if (!log_->is_empty()) log_->commit(clock_().value);
}

void Journal::merge_record(const RecordView& record, Recovered& found) {
  if (!log_->has_room_for(record.payload.size())) log_->commit(clock_().value);
  log_->add(*record.header);
  ++found.from_memory;
}

// The newest `segments`, and what the snapshot needs; 0: from the oldest.
std::uint64_t Journal::first_to_read(std::uint64_t first, std::uint64_t segments) {
  const std::vector<std::uint64_t> indices = segment_indices(*storage_, kRoundStream);
  if (first == 0 || indices.empty()) return 0;
  const std::uint64_t back = indices.size() > segments ? indices[indices.size() - segments - 1] : 0;
  return std::min(first, back);
}

// However much the disk lacks of the events, the log does not overwrite it. What is in rounds is
// durable.
void Journal::keep_past(PastEvents& past) {
  if (!event_log_) begin_event_log(past);
  if (past.log().written() + 1 - event_log_->next() < past.log().capacity() / 2) return;
  while (keep_events()) continue;
}

void Journal::begin_event_log(PastEvents& past) {
  EventLogTip tip = past.end();
  if (!tip.wrong.empty())
    options_.warn(place_of_wrong(tip) + "; it is made again from the journal");
  mend_event_log(*storage_, tip);
  if (tip.last_begun == 0) tip.at.next_sequence = past.log().before() + 1;
  event_log_.emplace(*storage_, options_.unit, options_.segment_bytes, tip);
}

// Only what durable commands have caused: else a power cut could leave events that no journal
// gives.
bool Journal::keep_events() {
  const std::uint64_t durable = sync_ ? sync_->durable() : UINT64_MAX;
  int done = 0;
  Event event;
  for (; done < kEventsPerTurn; ++done) {
    const std::uint64_t next = event_log_->next();
    const ExecutionLog::ReadStatus status = events_->read(next, event);
    if (status == ExecutionLog::ReadStatus::not_yet) break;
    if (status == ExecutionLog::ReadStatus::lost) {
      throw StorageError("event " + std::to_string(next) +
                         " was overwritten in memory before it was on the disk");
    }
    if (event.command_seq.value > durable) break;
    event_log_->append(event);
  }
  if (done > 0) event_log_->flush();
  kept_events_.store(event_log_->next() - 1, std::memory_order_release);
  const std::int64_t now_ns = clock_().value;
  if (now_ns - events_synced_ns_ >= options_.event_sync_ns || now_ns < events_synced_ns_) {
    event_log_->sync();
    events_synced_ns_ = now_ns;
  }
  return done > 0;
}

std::unique_ptr<Engine> Journal::begin_run(RunStart run) {
  const std::vector<std::byte> payload = encode(run);
  const auto epoch = static_cast<std::uint32_t>(run.config.epoch);
  // First the state, for it may not fit; then it is said.
  replay_.begin(std::move(run));
  const StreamOrigin origin{
      .kind = StreamKind::commands, .unit = options_.unit, .stream = 0, .epoch = epoch};
  log_->set_epoch(epoch);
  log_->add(origin, {.type = RecordType::run, .time_ns = clock_().value}, payload);
  if (options_.session_streams == 0) forget_sessions(epoch);
  log_->commit(clock_().value);
  // Whatever is there is on the disk.
  clear_live_folder(options_.live_folder);
  live_commands_.emplace(live_options(kCommandStream));
  while (live_commands_->prepare()) continue;
  while (segments_->prepare()) continue;
  event_log_->begin(clock_().value);
  commands_.emplace(live_commands_->supply(), origin, 1, log_->streams()[0], sizeof(Command),
                    clock_().value);
  const std::vector<LiveStream*> live_sessions = begin_sessions(epoch);
  sync_.emplace(std::move(*log_), *live_commands_, live_sessions, numbers_, clock_);
  log_.reset();
  return replay_.take_engine();
}

// Nobody will say what becomes of them, so what is known of them is soon wrong.
void Journal::forget_sessions(std::uint32_t epoch) {
  const StreamPositions& streams = log_->streams();
  const auto is_empty = [](const StreamPosition& at) { return at.next_sequence == 1; };
  if (std::all_of(streams.begin() + 1, streams.end(), is_empty)) return;
  log_->add(session_origin(1, epoch),
            {.type = RecordType::sessions_void, .time_ns = clock_().value}, {});
}

std::vector<LiveStream*> Journal::begin_sessions(std::uint32_t epoch) {
  std::vector<LiveStream*> live_sessions;
  for (std::size_t stream = 1; stream <= options_.session_streams; ++stream) {
    LiveStream& live = live_sessions_.emplace_back(live_options(session_stream(stream)));
    while (live.prepare()) continue;
    live_sessions.push_back(&live);
    sessions_.emplace_back(std::in_place, live.supply(), session_origin(stream, epoch), 1,
                           log_->streams()[stream], kMaxSessionPayload, clock_().value);
  }
  return live_sessions;
}

StreamOrigin Journal::session_origin(std::size_t stream, std::uint32_t epoch) const noexcept {
  return {.kind = StreamKind::sessions,
          .unit = options_.unit,
          .stream = static_cast<std::uint8_t>(stream),
          .epoch = epoch};
}

LiveStream::Options Journal::live_options(std::string name) const {
  return {.folder = options_.live_folder,
          .name = std::move(name),
          .segment_bytes = options_.live_segment_bytes,
          .ahead = options_.live_segments};
}

bool Journal::sync_turn() {
  if (has_failed()) return false;
  try {
    return sync_->turn();
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

bool Journal::keep_turn() {
  if (has_failed()) return false;
  try {
    bool worked = live_commands_->prepare();
    for (LiveStream& each : live_sessions_) worked |= each.prepare();
    worked |= segments_->prepare();
    return keep_events() || worked;
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

bool Journal::snapshot_turn() {
  try {
    const auto has_events = [this](std::uint64_t last) { return event_log_->durable() >= last; };
    if (!advance_snapshot(*storage_, sync_->segment(), has_events, options_.warn)) return false;
    if (options_.keep_ns < 0) return true;
    const std::uint64_t kept = kept_events_.load(std::memory_order_acquire);
    const std::uint64_t in_log = events_->capacity();
    prune(*storage_, clock_().value - options_.keep_ns, kept > in_log ? kept - in_log : 0);
    return true;
  } catch (const std::exception& error) {
    options_.warn(std::string("no snapshot was made: ") + error.what());
    return false;
  }
}

void Journal::stop() {
  if (!sync_thread_.joinable()) return;
  join();
  // Nobody appends any more.
  while (sync_turn()) continue;
  while (keep_turn()) continue;
  if (has_failed()) return;
  try {
    sync_->seal();
    event_log_->sync();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

void Journal::write_last_snapshot(const Engine& engine) {
  if (has_failed()) return;
  try {
    write_snapshot(*storage_, engine, *replay_.run(), numbers_);
  } catch (const std::exception& error) {
    // The journal has everything: the next start takes longer.
    options_.warn(std::string("no snapshot at the stop: ") + error.what());
  }
}

void Journal::fail(const std::string& why) {
  {
    const std::scoped_lock lock(failure_mutex_);
    if (!failure_.empty()) return;
    failure_ = why;
    failed_.store(true, std::memory_order_release);
  }
  options_.on_failure(why);
}

std::string Journal::failure() const {
  const std::scoped_lock lock(failure_mutex_);
  return failure_;
}

}  // namespace sluice
