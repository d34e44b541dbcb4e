// The one thread that owns the engine: takes commands round, applies them, publishes what comes
// out.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/journal/stream_writer.hpp"
#include "engine/log/execution_log.hpp"
#include "engine/runner/idle_strategy.hpp"
#include "engine/runner/inquiry.hpp"
#include "engine/runner/io_lane.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice {

/// Most commands taken from one lane before the next one has its turn.
inline constexpr std::size_t kCommandsPerLaneTurn = 64;

/// Figures of a runner, readable from any thread.
struct RunnerCounters {
  std::atomic<std::uint64_t> commands{0};
  /// Those of them that came by a lane. Stored (release) when all their events have been pushed.
  std::atomic<std::uint64_t> lane_commands{0};
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> lane_lags{0};       ///< Times an event ring was full.
  std::atomic<std::uint64_t> journal_stalls{0};  ///< Lanes that had to wait for it.
  /// Work of an earlier command is left over. Set before the events of that command are published,
  /// cleared after the last events of the work have been pushed.
  std::atomic<bool> pending_work{false};
};

/// Thread safety: turn() belongs to one thread: the caller's, or the one that start() makes.
/// Invariants: commands of a lane are applied in the order in which they were pushed; a command is
/// in the journal before it is applied, and waits in its lane while the journal has no room; an
/// event is in the log before it is in a ring; a full event ring never makes the engine wait.
class EngineRunner {
 public:
  struct Options {
    IdleKind idle = IdleKind::backoff;
    int cpu = -1;                ///< -1: not pinned
    Inquiry* inquiry = nullptr;  ///< Answered once a turn, if somebody asks; outlives the runner.
    /// Takes each command before the engine does; outlives the runner. Null: nothing is journaled.
    StreamWriter* journal = nullptr;
    /// The last event that may be overwritten in the log; outlives the runner. Null: all may be.
    const std::atomic<std::uint64_t>* kept_events = nullptr;
  };

  /// `session_lane[id]` is the lane of session `id`; entry 0 is not used. A lane that no session
  /// has is an admin's: the venue's own commands come by it. Events of sessions go to their lanes,
  /// those of the venue itself, session 0, to all. Lanes, engine and log outlive the runner.
  EngineRunner(Engine& engine, ExecutionLog& log, const std::vector<IoLane*>& lanes,
               std::vector<std::uint32_t> session_lane, WallClock clock, Options options);
  ~EngineRunner();
  EngineRunner(const EngineRunner&) = delete;
  EngineRunner& operator=(const EngineRunner&) = delete;

  /// One bounded round: at most kCommandsPerLaneTurn commands of each lane, a tick if one is due,
  /// one answer to an inquiry, and, if there was nothing else, one step of work left over. True if
  /// there was anything to do.
  bool turn() noexcept;

  void start();
  /// Waits until the thread that start() made has set itself up. False when it could not be pinned
  /// to Options::cpu: it then runs unpinned.
  [[nodiscard]] bool pinned_as_asked() const noexcept;
  /// Ends the thread after it has emptied the lanes as they are now.
  void stop() noexcept;

  /// Events between two publications: what ExecutionLog must bear as max_batch. A step's operation
  /// makes at most two trades or one other event; a command adds its answer and an ending.
  [[nodiscard]] static std::uint64_t max_batch(const EngineConfig& config) noexcept {
    return 2ULL * (2ULL * config.work_per_command) + 16;
  }

  [[nodiscard]] const RunnerCounters& counters() const noexcept { return counters_; }

 private:
  struct LaneState {
    IoLane* lane;
    std::uint64_t lagging_from = 0;
    bool lagging = false;
  };

  enum class SetUp : std::uint8_t { pending, done, unpinned };

  void run() noexcept;
  [[nodiscard]] std::size_t journal_room() const noexcept;
  void apply(Command& command) noexcept;
  void apply_own(CommandType type, TimeNs time) noexcept;
  void push_events(std::uint64_t first, std::uint64_t last) noexcept;
  void push_event(LaneState& state, const Event& event, std::uint64_t n) noexcept;
  static void answer_rejoin(LaneState& state, std::uint64_t next_event) noexcept;

  Engine& engine_;
  ExecutionLog& log_;
  std::vector<LaneState> lanes_;
  std::vector<std::uint32_t> session_lane_;
  WallClock clock_;
  Options options_;
  RunnerCounters counters_;
  std::atomic<bool> stopping_{false};
  std::atomic<SetUp> set_up_{SetUp::pending};
  std::thread thread_;
};

}  // namespace sluice
