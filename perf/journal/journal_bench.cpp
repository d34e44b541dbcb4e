// What a journal costs the engine per command, how fast it is replayed, what a snapshot of many
// orders takes, and how long the engine stands still meanwhile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "perf/journal/bench_venue.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

int bench(const JournalBenchOptions& options, const std::vector<std::string>& cases) {
  const auto asked = [&](const char* name) {
    return cases.empty() || std::ranges::find(cases, name) != cases.end();
  };
  print_machine();
  std::printf("disk: %s, memory: %s; %s commands, %s orders beside them, %d repetitions\n\n",
              options.folder.c_str(), options.live.c_str(), grouped(options.messages).c_str(),
              grouped(options.orders).c_str(), options.repetitions);
  if (options.cpu >= 0 && !pin_to_cpu(options.cpu)) std::printf("not pinned\n");
  const std::vector<FlowStep> flow = generate_flow(kRegimes[1], options.messages, 1);
  if (asked("append")) bench_appends(options, flow);
  if (asked("pauses")) bench_pauses(options, flow);
  if (options.cpu >= 0) unpin();
  if (asked("starts")) bench_starts(options, flow);
  return 0;
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::JournalBenchOptions options;
  std::vector<std::string> cases;
  CLI::App app("What a journal costs, and what it gives back at a start.");
  app.add_option("--messages", options.messages, "commands of the flow")
      ->check(CLI::Range(1'000, 20'000'000));
  app.add_option("--orders", options.orders, "open orders beside it")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--reps", options.repetitions, "repetitions")->check(CLI::Range(1, 50));
  app.add_option("--cases", cases, "append, pauses, starts; all")
      ->check(CLI::IsMember({"append", "pauses", "starts"}));
  app.add_option("--cpu", options.cpu, "CPU of the engine's thread, but for starts")
      ->check(CLI::Range(0, 1'023));
  app.add_option("--others", options.others, "CPU of the journal's threads")
      ->check(CLI::Range(0, 1'023));
  app.add_option("--seconds", options.pause_seconds, "how long each look for pauses takes")
      ->check(CLI::Range(0.1, 3'600.0));
  app.add_option("--rate", options.rate, "commands a second meanwhile")
      ->check(CLI::Range(1'000, 10'000'000));
  app.add_option("--folder", options.folder, "parent of the journal's folder, on a disk")
      ->check(CLI::ExistingDirectory);
  app.add_option("--live", options.live, "parent of the memory files' folder")
      ->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  try {
    return sluice::perf::bench(options, cases);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "journal_bench: %s\n", error.what());
    return 1;
  }
}
