// How long the engine's thread stands still while a snapshot is made at the side: beside the same
// loop without one, and a bare one.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "perf/journal/bench_venue.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

constexpr std::int64_t kLongPauseNs = 1'000'000;

struct Pauses {
  std::int64_t longest_ns = 0;
  std::uint64_t long_ones = 0;  ///< Longer than a millisecond.
  std::uint64_t waits = 0;      ///< For the disk: the machine is too slow for the rate.
};

/// Reads the clock all the time and does `work` when one is due. A pause is what lies between two
/// readings, `work` included.
Pauses longest_pause(double seconds, std::int64_t rate, const std::function<bool()>& work) {
  Pauses found;
  const std::int64_t period = 1'000'000'000 / rate;
  std::int64_t last = now_ns();
  const std::int64_t end = last + static_cast<std::int64_t>(seconds * 1e9);
  std::int64_t due = last;
  while (last < end) {
    if (last >= due) {
      due += period;
      if (work()) {
        // It waited for the disk: nothing that a snapshot does to the engine.
        ++found.waits;
        last = now_ns();
        continue;
      }
    }
    const std::int64_t now = now_ns();
    found.longest_ns = std::max(found.longest_ns, now - last);
    if (now - last > kLongPauseNs) ++found.long_ones;
    last = now;
  }
  return found;
}

std::size_t snapshots_in(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".snap") ++count;
  }
  return count;
}

/// `orders` stay; then the flow at its rate.
Pauses pauses_of_venue(const JournalBenchOptions& options, const std::vector<FlowStep>& flow,
                       std::uint64_t snapshot_segments, std::size_t& snapshots) {
  const BenchFolder disk(options.folder);
  const BenchFolder live(options.live);
  BenchVenue venue(disk.path(), live.path(), snapshot_segments);
  venue.start(options);
  for (std::size_t n = 0; n < options.orders; ++n) {
    Command command = staying_order(n);
    (void)venue.take(command);
  }
  std::size_t next = 0;
  const Pauses found = longest_pause(options.pause_seconds, options.rate, [&] {
    Command command = command_of(flow[next % flow.size()], next + 1);
    ++next;
    return venue.take(command);
  });
  venue.journal->stop();
  snapshots = snapshots_in(disk.path());
  return found;
}

}  // namespace

void bench_pauses(const JournalBenchOptions& options, const std::vector<FlowStep>& flow) {
  constexpr std::uint64_t kSnapshotSegments = 2;
  std::vector<double> bare;
  std::vector<double> without;
  std::vector<double> with;
  Pauses sum_bare;
  Pauses sum_without;
  Pauses sum_with;
  std::size_t snapshots = 0;
  const auto add = [](std::vector<double>& to, Pauses& sum, const Pauses& one) {
    to.push_back(static_cast<double>(one.longest_ns) / 1e6);
    sum.long_ones += one.long_ones;
    sum.waits += one.waits;
  };
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    if (options.cpu >= 0) (void)pin_to_cpu(options.cpu);
    add(bare, sum_bare, longest_pause(options.pause_seconds, options.rate, [] { return false; }));
    std::size_t made = 0;
    add(without, sum_without, pauses_of_venue(options, flow, 0, made));
    add(with, sum_with, pauses_of_venue(options, flow, kSnapshotSegments, made));
    snapshots += made;
  }
  const auto row = [](const char* name, const std::vector<double>& longest, const Pauses& sum) {
    return std::vector<std::string>{name, text_of(spread_of(longest), 3), grouped(sum.long_ones),
                                    grouped(sum.waits)};
  };
  Table table;
  table.add({"longest pause of the engine's thread, ms", "median [spread]", "above 1 ms", "waits"});
  table.add(row("a bare loop", bare, sum_bare));
  table.add(row("engine and journal", without, sum_without));
  table.add(row("while snapshots are made at the side", with, sum_with));
  table.print();
  std::printf("%.0f s each, %s commands a second, %s snapshots on the disk at the ends\n\n",
              options.pause_seconds, grouped(static_cast<std::uint64_t>(options.rate)).c_str(),
              grouped(snapshots).c_str());
}

}  // namespace sluice::perf
