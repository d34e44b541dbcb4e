// What floods cost those who trade beside them, and what they make the venue hold.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "perf/flood/flood_run.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

constexpr std::array<FloodLayout, 4> kLayouts{{
    {"free", "nothing pinned, the flood as important as everybody", false, false, false},
    {"nice", "nothing pinned, the flood at nice 19", true, false, false},
    {"apart", "the venue on CPU 1, everybody else on CPU 0, the flood at nice 19", true, true,
     false},
    {"pinned",
     "the I/O and engine threads on CPU 1, everybody else on CPU 0 with the venue's door and "
     "password checks, the flood at nice 19",
     true, false, true},
}};
constexpr int kOurCpu = 0;
constexpr double kMiB = 1.0 / (1U << 20U);

struct Options {
  int repetitions = 1;
  FloodOptions run;
  std::vector<std::string> layouts;
  std::vector<std::string> floods;
};

std::vector<FloodKind> all_floods() {
  std::vector<FloodKind> kinds = session_floods();
  kinds.insert(kinds.end(), stranger_floods().begin(), stranger_floods().end());
  return kinds;
}

/// Of those named, or all where none is.
template <class List>
bool is_wanted(const std::vector<std::string>& names, const List& one) {
  return names.empty() || std::find(names.begin(), names.end(), one.name) != names.end();
}

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto& one : list) names.emplace_back(one.name);
  return names;
}

std::string counted_text(const FloodResults& results) {
  std::string text;
  for (const auto& [name, more] : results.counted) {
    text += (text.empty() ? "" : ", ") + name + " " + grouped(more);
  }
  return text;
}

using Times = std::vector<double> FloodResults::*;  // of each repetition, ns

void print_times(const char* what, const std::vector<FloodKind>& kinds,
                 const std::vector<FloodResults>& results, const std::array<Times, 4>& columns) {
  Table table;
  table.add({what, "calm p50 us", "calm p99 us", "flood p50 us", "flood p99 us"});
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::vector<std::string> row{kinds[i].name};
    for (const Times column : columns) {
      row.push_back(text_of(spread_of(results[i].*column), 0, 0.001));
    }
    table.add(row);
  }
  table.print();
}

void print_latencies(const std::vector<FloodKind>& kinds,
                     const std::vector<FloodResults>& results) {
  Table table;
  table.add({"order to acknowledgement", "calm p50 us", "calm p99 us", "flood p50 us",
             "flood p99 us", "p50 ratio", "p99 ratio", "orders"});
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const FloodResults& one = results[i];
    table.add({kinds[i].name, text_of(spread_of(one.calm_p50), 0, 0.001),
               text_of(spread_of(one.calm_p99), 0, 0.001),
               text_of(spread_of(one.flood_p50), 0, 0.001),
               text_of(spread_of(one.flood_p99), 0, 0.001), text_of(spread_of(one.p50_ratio), 2),
               text_of(spread_of(one.p99_ratio), 2), fixed(spread_of(one.orders).median, 0)});
  }
  table.print();
  std::printf("  until the client had read it, with its own wait for a CPU\n");
  print_times("order to acknowledgement read", kinds, results,
              {&FloodResults::calm_read_p50, &FloodResults::calm_read_p99,
               &FloodResults::flood_read_p50, &FloodResults::flood_read_p99});
  std::printf("  the venue's CPU time between an order and its acknowledgement\n");
  print_times("of all its threads", kinds, results,
              {&FloodResults::calm_cpu_p50, &FloodResults::calm_cpu_p99,
               &FloodResults::flood_cpu_p50, &FloodResults::flood_cpu_p99});
}

void print_achievements(const std::vector<FloodKind>& kinds,
                        const std::vector<FloodResults>& results) {
  Table table;
  table.add({"flood", "a second", "connections a second", "closed", "failed", "calm MiB",
             "peak MiB", "CPUs", "CPUs waited for"});
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const FloodResults& one = results[i];
    const auto messages = static_cast<std::uint64_t>(spread_of(one.messages).median);
    table.add({kinds[i].name, grouped(messages) + " " + kinds[i].unit,
               fixed(spread_of(one.connections).median, 0), grouped(one.closed),
               grouped(one.failed), fixed(spread_of(one.calm_bytes).high * kMiB, 1),
               fixed(spread_of(one.peak_bytes).high * kMiB, 1),
               fixed(spread_of(one.cpus_used).median, 2),
               fixed(spread_of(one.cpus_waited_for).median, 2)});
  }
  table.print();
  std::printf("  CPUs: of the venue's threads; waited for by those of them that were ready\n");
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::printf("  %s, counted by the venue: %s\n", kinds[i].name,
                counted_text(results[i]).c_str());
  }
}

void bench(const Options& options, const FloodLayout& layout) {
  std::vector<FloodKind> kinds = all_floods();
  std::erase_if(kinds, [&](const FloodKind& kind) { return !is_wanted(options.floods, kind); });
  std::vector<FloodResults> results(kinds.size());
  std::printf("\n%s: %s\n", layout.name, layout.what);
  if (layout.apart || layout.traded) pin_to_cpu(kOurCpu);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    FloodRun run{options.run, layout};
    run.run(kinds, results);
    if (repetition == 0) {
      std::printf("resident after the start: %.1f MiB; allowed: %.1f MiB\n",
                  static_cast<double>(run.start_bytes()) * kMiB,
                  static_cast<double>(run.most_bytes()) * kMiB);
    }
  }
  unpin();
  print_latencies(kinds, results);
  print_achievements(kinds, results);
}

void bench_all(const Options& options) {
  print_machine();
  std::printf(
      "loopback TCP; a fresh venue for each repetition (%d) and layout; windows of %.1f s, calm "
      "ones "
      "before and after each flood\n"
      "%d sessions in turn send an order and its cancel, %d us between; orders are counted\n",
      options.repetitions, options.run.window_s, Bystanders::kSessions, options.run.pause_us);
  for (const FloodLayout& layout : kLayouts) {
    if (is_wanted(options.layouts, layout)) bench(options, layout);
  }
  std::printf(
      "\nno bystander was cut or lost a message, the venue's memory stayed in its bounds\n");
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  using namespace sluice::perf;
  Options options;
  CLI::App app{"Times order to acknowledgement of those who trade while others flood the venue."};
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--window", options.run.window_s, "seconds of each window")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  app.add_option("--pause-us", options.run.pause_us, "microseconds between two bystanders' orders")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--rate", options.run.rate, "most messages (or connections) of a flood a second")
      ->check(CLI::Range(0.0, 1e9));
  app.add_option("--layouts", options.layouts, "of: free, nice, apart, pinned (all)")
      ->check(CLI::IsMember(names_of(kLayouts)));
  app.add_option("--floods", options.floods, "which of them (all)")
      ->check(CLI::IsMember(names_of(all_floods())));
  app.add_option("--venue", options.run.venue, "program to start (default: sluice beside it)");
  CLI11_PARSE(app, argc, argv);
  try {
    bench_all(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flood_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
