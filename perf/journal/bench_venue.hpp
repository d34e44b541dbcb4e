// What the journal's benchmarks share: their options, folders that go away, a journal with its
// engine and execution log as a venue has them, and the flow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/journal.hpp"
#include "perf/book/order_flow.hpp"

namespace sluice::perf {

struct JournalBenchOptions {
  std::size_t messages = 1'000'000;
  std::size_t orders = 1'000'000;
  int repetitions = 5;
  int cpu = -1;     ///< Of the engine's thread.
  int others = -1;  ///< Of the journal's threads.
  double pause_seconds = 10;
  std::int64_t rate = 100'000;  ///< Commands a second while pauses are looked for.
  std::string folder = "/var/tmp";
  std::string live = "/dev/shm";
};

inline constexpr std::uint64_t kLogEvents = 1U << 20U;

[[nodiscard]] EngineConfig bench_engine_config();

/// A folder of its own, gone afterwards.
class BenchFolder {
 public:
  explicit BenchFolder(const std::string& parent);
  ~BenchFolder();
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Seconds of the parts of a start.
struct StartTimes {
  double open = 0;         ///< Looking for a snapshot and reading it.
  double log = 0;          ///< The execution log in memory.
  double recover = 0;      ///< Replay, and what goes to the disk.
  double recover_cpu = 0;  ///< Of recovery, CPU time of the thread that applies.
  double begin_run = 0;    ///< The run's record, and the segments in memory.
  [[nodiscard]] double whole() const { return open + log + recover + begin_run; }
};

struct BenchVenue {
  BenchVenue(const std::string& disk, const std::string& live, std::uint64_t snapshot_segments = 0);

  /// Starts the journal's threads on the CPU that they are to have, and pins the caller to its own.
  void start(const JournalBenchOptions& options);
  /// Numbers the command, appends it, applies it into the log; waits where there is no room.
  /// Returns whether it had to.
  bool take(Command& command);

  std::optional<Journal> journal;
  std::unique_ptr<ExecutionLog> log;
  Journal::Recovered recovered;
  std::unique_ptr<Engine> engine;
  StartTimes times;
};

/// The n-th of the orders that stay open all the time.
[[nodiscard]] Command staying_order(std::size_t n);

void bench_appends(const JournalBenchOptions& options, const std::vector<FlowStep>& flow);
void bench_pauses(const JournalBenchOptions& options, const std::vector<FlowStep>& flow);
void bench_starts(const JournalBenchOptions& options, const std::vector<FlowStep>& flow);

}  // namespace sluice::perf
