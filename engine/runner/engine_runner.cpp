#include "engine/runner/engine_runner.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/command_journal.hpp"
#include "engine/runner/thread_setup.hpp"

namespace sluice {
namespace {

// One writer: no locked instruction is needed to count.
void count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

EngineRunner::EngineRunner(Engine& engine, ExecutionLog& log, const std::vector<IoLane*>& lanes,
                           std::vector<std::uint32_t> session_lane, WallClock clock,
                           Options options)
    : engine_(engine),
      log_(log),
      session_lane_(std::move(session_lane)),
      clock_(clock),
      options_(options) {
  lanes_.reserve(lanes.size());
  for (IoLane* lane : lanes) lanes_.push_back({.lane = lane});
}

EngineRunner::~EngineRunner() { stop(); }

bool EngineRunner::turn() noexcept {
  std::size_t taken = 0;
  for (LaneState& state : lanes_) {
    answer_rejoin(state, log_.written() + 1);
    const std::size_t room = journal_room();
    if (room == 0) count(counters_.journal_stalls);
    const std::size_t most = std::min(kCommandsPerLaneTurn, room);
    taken += state.lane->commands.consume(most, [this](Command& command) {
      apply(command);
      counters_.lane_commands.store(counters_.lane_commands.load(std::memory_order_relaxed) + 1,
                                    std::memory_order_release);
    });
  }
  bool worked = taken > 0;
  if (const auto due = engine_.next_due()) {
    if (const TimeNs now = clock_(); now >= *due && journal_room() > 0) {
      apply_own(CommandType::tick, now);
      worked = true;
    }
  }
  if (!worked && engine_.has_pending_work() && journal_room() > 0) {
    apply_own(CommandType::continue_work, engine_.now());
    worked = true;
  }
  // It is no command: whether anybody asks changes nothing, neither a number nor the work above.
  if (options_.inquiry != nullptr && options_.inquiry->answer(engine_)) worked = true;
  return worked;
}

void EngineRunner::start() {
  stopping_.store(false, std::memory_order_relaxed);
  set_up_.store(SetUp::pending, std::memory_order_relaxed);
  thread_ = std::thread([this] { run(); });
}

bool EngineRunner::pinned_as_asked() const noexcept {
  set_up_.wait(SetUp::pending, std::memory_order_acquire);
  return set_up_.load(std::memory_order_acquire) == SetUp::done;
}

void EngineRunner::stop() noexcept {
  stopping_.store(true, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
}

void EngineRunner::run() noexcept {
  const bool pinned = set_up_thread("engine", options_.cpu);
  set_up_.store(pinned ? SetUp::done : SetUp::unpinned, std::memory_order_release);
  set_up_.notify_all();
  IdleStrategy idle(options_.idle);
  for (;;) {
    // Read before the turn: what was pushed before stop() is still taken.
    const bool stopping = stopping_.load(std::memory_order_acquire);
    const bool worked = turn();
    if (stopping && !worked) return;
    idle.after_turn(worked);
  }
}

std::size_t EngineRunner::journal_room() const noexcept {
  std::size_t room = kCommandsPerLaneTurn;
  if (options_.journal != nullptr) room = std::min(room, options_.journal->records_left());
  if (options_.kept_events != nullptr) {
    // Half the log for what is not on the disk yet; the other half can be read still.
    const std::uint64_t kept = options_.kept_events->load(std::memory_order_acquire);
    const std::uint64_t waiting = log_.written() - kept;
    const std::uint64_t most = log_.capacity() / 2;
    room = std::min(room, waiting >= most ? 0 : (most - waiting) / log_.max_batch());
  }
  return room;
}

void EngineRunner::apply(Command& command) noexcept {
  command.seq = CommandSeq{engine_.last_seq().value + 1};
  if (options_.journal != nullptr) {
    const bool taken = journal(*options_.journal, command);
    SLUICE_ASSERT(taken);
  }
  const std::uint64_t first = log_.written() + 1;
  engine_.apply(command, log_);
  const bool pending = engine_.has_pending_work();
  if (pending) counters_.pending_work.store(true, std::memory_order_release);
  log_.publish();
  push_events(first, log_.written());
  if (!pending) counters_.pending_work.store(false, std::memory_order_release);
  count(counters_.commands);
}

void EngineRunner::apply_own(CommandType type, TimeNs time) noexcept {
  Command command{};
  command.type = type;
  command.time = time;
  apply(command);
}

void EngineRunner::push_events(std::uint64_t first, std::uint64_t last) noexcept {
  for (std::uint64_t n = first; n <= last; ++n) {
    const Event& event = log_.written_event(n);
    if (event.session.value != 0) {
      push_event(lanes_[session_lane_[event.session.value]], event, n);
      continue;
    }
    // What the venue itself ordered concerns everybody's sessions, and whoever asked for it.
    for (LaneState& state : lanes_) push_event(state, event, n);
  }
  count(counters_.events, last + 1 - first);
}

void EngineRunner::push_event(LaneState& state, const Event& event, std::uint64_t n) noexcept {
  if (state.lagging || state.lane->events.try_push(event)) return;
  state.lagging = true;
  state.lagging_from = n;
  state.lane->lagging_from.store(n, std::memory_order_release);
  count(counters_.lane_lags);
}

void EngineRunner::answer_rejoin(LaneState& state, std::uint64_t next_event) noexcept {
  if (!state.lagging) return;
  if (state.lane->rejoin_for.load(std::memory_order_acquire) != state.lagging_from) return;
  state.lagging = false;
  state.lane->resumed_at.store(next_event, std::memory_order_release);
}

}  // namespace sluice
