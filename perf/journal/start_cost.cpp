// What a start takes: from the first record, and from a snapshot. Beside the engine alone, with the
// same commands into the same execution log.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "perf/journal/bench_venue.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

/// All commands of the case, in chunks that stay in the cache.
template <class Take>
double cpu_seconds_of_all(const JournalBenchOptions& options, const std::vector<FlowStep>& flow,
                          const Take& take) {
  constexpr std::size_t kBatch = 128;
  std::array<Command, kBatch> chunk;
  std::int64_t spent = 0;
  const std::size_t all = options.orders + flow.size();
  for (std::size_t at = 0; at < all; at += kBatch) {
    const std::size_t count = std::min(kBatch, all - at);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t n = at + i;
      chunk[i] = n < options.orders ? staying_order(n)
                                    : command_of(flow[n - options.orders], n - options.orders + 1);
    }
    const std::int64_t start = thread_cpu_ns();
    for (std::size_t i = 0; i < count; ++i) take(chunk[i]);
    spent += thread_cpu_ns() - start;
  }
  return static_cast<double>(spent) / 1e9;
}

double engine_alone(const JournalBenchOptions& options, const std::vector<FlowStep>& flow) {
  const BenchFolder live(options.live);
  ExecutionLog log(live.path() + "/execution.log", kLogEvents, kLogEvents / 4, 0, 1);
  Engine engine(bench_engine_config());
  return cpu_seconds_of_all(options, flow, [&](Command& command) {
    command.seq = {engine.last_seq().value + 1};
    engine.apply(command, log);
    log.publish();
  });
}

struct Parts {
  std::vector<double> whole, open, log, recover, recover_cpu, begin_run;
  void add(const StartTimes& times) {
    whole.push_back(times.whole());
    open.push_back(times.open);
    log.push_back(times.log);
    recover.push_back(times.recover);
    recover_cpu.push_back(times.recover_cpu);
    begin_run.push_back(times.begin_run);
  }
  [[nodiscard]] std::vector<std::string> row(const char* name) const {
    return {name,
            text_of(spread_of(whole), 2),
            fixed(spread_of(open).median, 2),
            fixed(spread_of(log).median, 2),
            fixed(spread_of(recover).median, 2),
            fixed(spread_of(begin_run).median, 2)};
  }
};

std::string per_second(std::uint64_t commands, double seconds) {
  return grouped(static_cast<std::uint64_t>(static_cast<double>(commands) / seconds));
}

}  // namespace

void bench_starts(const JournalBenchOptions& options, const std::vector<FlowStep>& flow) {
  const BenchFolder disk(options.folder);
  const BenchFolder live(options.live);
  {
    BenchVenue venue(disk.path(), live.path());
    venue.journal->start();
    (void)cpu_seconds_of_all(options, flow, [&](Command& command) { (void)venue.take(command); });
    venue.journal->stop();
  }
  Parts from_first;
  Parts from_snapshot;
  std::vector<double> alone;
  std::vector<double> snapshots;
  std::uint64_t commands = 0;
  std::uint32_t open = 0;
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    alone.push_back(engine_alone(options, flow));
    {
      BenchVenue venue(disk.path(), live.path());
      from_first.add(venue.times);
      commands = venue.recovered.commands;
      open = venue.engine->open_orders();
      const std::int64_t begin = now_ns();
      venue.journal->write_last_snapshot(*venue.engine);
      snapshots.push_back(static_cast<double>(now_ns() - begin) / 1e9);
    }
    {
      const BenchVenue venue(disk.path(), live.path());
      from_snapshot.add(venue.times);
    }
    for (const auto& file : std::filesystem::directory_iterator(disk.path())) {
      if (file.path().extension() == ".snap") std::filesystem::remove(file.path());
    }
  }
  Table parts;
  parts.add({"seconds of a start", "whole [spread]", "snapshot read", "log in memory", "recovery",
             "run begun"});
  parts.add(from_first.row("from the first record"));
  parts.add(from_snapshot.row("from a snapshot of the end"));
  parts.print();
  const double replay = spread_of(from_first.recover_cpu).median;
  Table table;
  table.add({grouped(commands) + " commands, " + grouped(open) + " open orders", "seconds [spread]",
             "commands/s"});
  table.add({"engine alone, into the log, CPU time", text_of(spread_of(alone), 2),
             per_second(commands, spread_of(alone).median)});
  table.add({"recovery: replayed, events compared", text_of(spread_of(from_first.recover), 2),
             per_second(commands, spread_of(from_first.recover).median)});
  table.add({"of it CPU time of the thread that applies",
             text_of(spread_of(from_first.recover_cpu), 2), per_second(commands, replay)});
  table.add({"ratio of CPU times", fixed(replay / spread_of(alone).median, 2), ""});
  table.add({"a snapshot written and synced", text_of(spread_of(snapshots), 2), ""});
  table.print();
}

}  // namespace sluice::perf
