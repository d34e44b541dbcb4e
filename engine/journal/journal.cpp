#include "engine/journal/journal.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/live_tail.hpp"
#include "engine/runner/thread_setup.hpp"

namespace sluice {
namespace {

constexpr const char* kCommandStream = "commands";
/// Segments last for longer than this.
constexpr auto kPreparePeriod = std::chrono::milliseconds(2);

}  // namespace

Journal::Journal(std::unique_ptr<Storage> storage, Options options, WallClock clock)
    : storage_(std::move(storage)), options_(std::move(options)), clock_(clock) {
  SLUICE_ASSERT(options_.segment_bytes >= kMinSegmentBytes);
}

Journal::~Journal() { stop(); }

Journal::Recovered Journal::recover(EventSink& sink,
                                    const std::function<void(const RecordView&)>& applied) {
  Recovered found;
  const RoundLogTip tip = read_round_log(*storage_, 0, [&](const RecordView& record) {
    if (record.header->stream != 0) return;
    replay_.apply(record, sink);
    applied(record);
  });
  found.torn = tip.torn;
  mend_tail(*storage_, tip);
  segments_.emplace(*storage_, options_.segment_bytes, tip.last_begun + 1, options_.segments_ahead);
  const StreamOrigin rounds{
      .kind = StreamKind::rounds, .unit = options_.unit, .stream = 0, .epoch = 0};
  log_.emplace(*segments_, rounds, tip, kRoundBytes);
  merge_memory(*log_, sink, applied, found);
  found.commands = replay_.commands();
  return found;
}

void Journal::merge_memory(RoundLog& log, EventSink& sink,
                           const std::function<void(const RecordView&)>& applied,
                           Recovered& found) {
  read_live_tail(options_.live_folder, kCommandStream, StreamKind::commands, log.streams()[0],
                 [&](const RecordView& record) {
                   replay_.apply(record, sink);
                   applied(record);
                   if (!log.has_room_for(record.payload.size())) log.commit(clock_().value);
                   log.add(*record.header);
                   ++found.from_memory;
                 });
  if (!log.is_empty()) log.commit(clock_().value);
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
  log_->commit(clock_().value);
  // Whatever is there is on the disk.
  clear_live_folder(options_.live_folder);
  live_commands_.emplace(LiveStream::Options{.folder = options_.live_folder,
                                             .name = kCommandStream,
                                             .segment_bytes = options_.live_segment_bytes,
                                             .ahead = options_.live_segments});
  while (live_commands_->prepare()) continue;
  while (segments_->prepare()) continue;
  commands_.emplace(live_commands_->supply(), origin, 1, log_->streams()[0], sizeof(Command),
                    clock_().value);
  LiveStream* const streams[] = {&*live_commands_};
  sync_.emplace(std::move(*log_), streams, clock_);
  log_.reset();
  return replay_.take_engine();
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

bool Journal::prepare_turn() {
  if (has_failed()) return false;
  try {
    const bool live = live_commands_->prepare();
    return segments_->prepare() || live;
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

void Journal::start() {
  stopping_.store(false, std::memory_order_relaxed);
  sync_thread_ = std::thread([this] { run_sync(); });
  prepare_thread_ = std::thread([this] { run_prepare(); });
}

void Journal::stop() {
  if (!sync_thread_.joinable()) return;
  join();
  // Nobody appends any more.
  while (sync_turn()) continue;
}

void Journal::join() {
  stopping_.store(true, std::memory_order_release);
  sync_thread_.join();
  prepare_thread_.join();
}

void Journal::run_sync() {
  (void)set_up_thread("sync", options_.cpu);
  IdleStrategy idle(options_.idle);
  while (!stopping_.load(std::memory_order_acquire) && !has_failed()) {
    idle.after_turn(sync_turn());
  }
}

void Journal::run_prepare() {
  (void)set_up_thread("journal-prep", -1);
  while (!stopping_.load(std::memory_order_acquire) && !has_failed()) {
    if (!prepare_turn()) std::this_thread::sleep_for(kPreparePeriod);
  }
}

void Journal::fail(const std::string& why) {
  const std::scoped_lock lock(failure_mutex_);
  if (!failure_.empty()) return;
  failure_ = why;
  failed_.store(true, std::memory_order_release);
}

std::string Journal::failure() const {
  const std::scoped_lock lock(failure_mutex_);
  return failure_;
}

}  // namespace sluice
