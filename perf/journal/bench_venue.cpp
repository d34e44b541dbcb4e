#include "perf/journal/bench_venue.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "gateway/net/clocks.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {

EngineConfig bench_engine_config() {
  EngineConfig config;
  config.instruments.resize(1);
  return config;
}

BenchFolder::BenchFolder(const std::string& parent) {
  std::string name = parent + "/sluice-journal-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

BenchFolder::~BenchFolder() { std::filesystem::remove_all(path_); }

BenchVenue::BenchVenue(const std::string& disk, const std::string& live,
                       std::uint64_t snapshot_segments) {
  std::int64_t last = now_ns();
  const auto lap = [&last] {
    const std::int64_t before = std::exchange(last, now_ns());
    return static_cast<double>(last - before) / 1e9;
  };
  journal.emplace(std::make_unique<PosixStorage>(disk),
                  Journal::Options{.live_folder = live,
                                   .live_segments = 32,
                                   .snapshot_segments = snapshot_segments,
                                   .warn =
                                       [](const std::string& what) {
                                         std::fprintf(stderr, "journal: %s\n", what.c_str());
                                       }},
                  gateway::wall_clock_now);
  const std::uint64_t before = journal->open(kLogEvents);
  times.open = lap();
  log = std::make_unique<ExecutionLog>(live + "/execution.log", kLogEvents, kLogEvents / 4, 0, 1,
                                       before);
  times.log = lap();
  const std::int64_t cpu_before = thread_cpu_ns();
  recovered = journal->recover(*log);
  times.recover_cpu = static_cast<double>(thread_cpu_ns() - cpu_before) / 1e9;
  times.recover = lap();
  RunStart run{.config = bench_engine_config(), .names = ""};
  if (journal->last_run()) run.config.epoch = journal->last_run()->config.epoch + 1;
  engine = journal->begin_run(std::move(run));
  times.begin_run = lap();
}

void BenchVenue::start(const JournalBenchOptions& options) {
  // Threads begin where the one that makes them may run.
  if (options.others >= 0) (void)pin_to_cpu(options.others);
  journal->start();
  if (options.others >= 0) unpin();
  if (options.cpu >= 0) (void)pin_to_cpu(options.cpu);
}

bool BenchVenue::take(Command& command) {
  bool waited = false;
  while (log->written() - journal->kept_events().load(std::memory_order_acquire) > kLogEvents / 2) {
    waited = true;
    cpu_relax();
  }
  command.seq = {engine->last_seq().value + 1};
  while (!sluice::journal(journal->commands(), command)) {
    waited = true;
    cpu_relax();
  }
  engine->apply(command, *log);
  log->publish();
  return waited;
}

Command staying_order(std::size_t n) {
  const FlowStep step{.price = static_cast<std::int64_t>(1'000 + n % 20'000),
                      .name = static_cast<std::uint32_t>(1U << 29U | n),
                      .target = 0,
                      .order = 0,
                      .qty = 1,
                      .type = CommandType::new_order,
                      .side = Side::buy,
                      .tif = TimeInForce::good_till_cancel};
  return command_of(step, n + 1);
}

}  // namespace sluice::perf
