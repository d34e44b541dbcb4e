// What an append costs the engine's thread: beside the engine alone, a bare copy of as many bytes
// into memory that is in the cache, and a bare write and sync of the disk.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <span>
#include <sys/resource.h>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "perf/book/counting_sink.hpp"
#include "perf/journal/bench_venue.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

constexpr std::size_t kChunk = 128;
constexpr std::size_t kRecordBytes = stride_of(sizeof(Command));

/// The flow into an engine, in chunks that stay in the cache; `before` runs before each apply.
/// Nanoseconds a command.
template <class Before>
double time_flow(Engine& engine, EventSink& sink, const std::vector<FlowStep>& flow,
                 const Before& before) {
  std::array<Command, kChunk> chunk;
  std::int64_t spent = 0;
  for (std::size_t at = 0; at < flow.size(); at += kChunk) {
    const std::size_t count = std::min(kChunk, flow.size() - at);
    for (std::size_t i = 0; i < count; ++i) chunk[i] = command_of(flow[at + i], at + i + 1);
    const std::int64_t start = now_ns();
    for (std::size_t i = 0; i < count; ++i) {
      chunk[i].seq = {engine.last_seq().value + 1};
      before(chunk[i]);
      engine.apply(chunk[i], sink);
    }
    spent += now_ns() - start;
  }
  return static_cast<double>(spent) / static_cast<double>(flow.size());
}

/// What the system did to this thread.
struct Disturbed {
  long faults = 0;
  long switches = 0;
};
Disturbed disturbed() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return {usage.ru_minflt + usage.ru_majflt, usage.ru_nivcsw + usage.ru_nvcsw};
}

/// One after another with the clock around each, as the appends are.
void time_copies(Latencies& copies) {
  alignas(64) std::array<std::byte, kRecordBytes> from{};
  alignas(64) static std::array<std::byte, 64 * kRecordBytes> to{};
  for (std::size_t n = 0; n < 200'000; ++n) {
    const std::int64_t start = now_ns();
    std::memcpy(to.data() + n % 64 * kRecordBytes, from.data(), kRecordBytes);
    asm volatile("" ::: "memory");
    copies.add(now_ns() - start);
  }
}

/// 64 KiB written and synced, one after another, into a file that was made before.
void time_syncs(const std::string& folder, Latencies& syncs) {
  constexpr std::size_t kBytes = std::size_t{64} << 10U;
  constexpr std::size_t kTimes = 200;
  PosixStorage disk(folder);
  const auto file = disk.create("bare", kTimes * kBytes);
  const std::vector<std::byte> bytes(kBytes, std::byte{1});
  for (std::size_t n = 0; n < kTimes; ++n) {
    const std::int64_t start = now_ns();
    file->write(n * kBytes, bytes);
    file->sync();
    syncs.add(now_ns() - start);
  }
}

std::string percentiles(Latencies& all) {
  const auto at = [&](double share) {
    return grouped(static_cast<std::uint64_t>(all.percentile(share)));
  };
  return at(0.5) + " / " + at(0.99) + " / " + at(0.999) + " / " +
         grouped(static_cast<std::uint64_t>(all.max()));
}

}  // namespace

void bench_appends(const JournalBenchOptions& options, const std::vector<FlowStep>& flow) {
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> medians;
  std::vector<double> tails;
  Latencies appends;
  Latencies copies;
  Latencies syncs;
  Latencies clock;
  std::uint64_t stalls = 0;
  Disturbed sum;
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    if (options.cpu >= 0) (void)pin_to_cpu(options.cpu);
    CountingSink sink;
    {
      Engine plain(bench_engine_config());
      without.push_back(time_flow(plain, sink, flow, [](const Command&) {}));
    }
    time_copies(copies);
    const BenchFolder disk(options.folder);
    {
      const BenchFolder bare(options.folder);
      time_syncs(bare.path(), syncs);
    }
    const BenchFolder live(options.live);
    BenchVenue venue(disk.path(), live.path());
    venue.start(options);
    const auto append = [&](const Command& command) {
      while (!journal(venue.journal->commands(), command)) {
        ++stalls;
        cpu_relax();
      }
    };
    with.push_back(time_flow(*venue.engine, sink, flow, append));
    Latencies these;
    these.reserve(flow.size());
    const auto timed = [&](const Command& command) {
      const std::int64_t start = now_ns();
      append(command);
      these.add(now_ns() - start);
    };
    const Disturbed before = disturbed();
    (void)time_flow(*venue.engine, sink, flow, timed);
    const Disturbed after = disturbed();
    sum.faults += after.faults - before.faults;
    sum.switches += after.switches - before.switches;
    venue.journal->stop();
    medians.push_back(static_cast<double>(these.percentile(0.5)));
    tails.push_back(static_cast<double>(these.percentile(0.99)));
    appends.add_all(these);
    for (int n = 0; n < 1'000; ++n) {
      const std::int64_t start = now_ns();
      clock.add(now_ns() - start);
    }
  }
  Table table;
  table.add({"ns per command", "median [spread]"});
  table.add({"engine alone", text_of(spread_of(without), 1)});
  table.add({"with its journal, while it is synced", text_of(spread_of(with), 1)});
  table.add({"ratio", fixed(spread_of(with).median / spread_of(without).median, 2)});
  table.add({"an append, p50 of each repetition", text_of(spread_of(medians), 0)});
  table.add({"an append, p99 of each repetition", text_of(spread_of(tails), 0)});
  table.print();
  Table each;
  each.add({"ns, with the clock in it, p50 / p99 / p99.9 / max", ""});
  each.add({"an append", percentiles(appends)});
  each.add({"320 bytes copied within the cache", percentiles(copies)});
  each.add({"nothing: the clock", percentiles(clock)});
  each.add({"64 KiB written and synced, bare", percentiles(syncs)});
  each.print();
  std::printf("waits for a segment: %s; of the engine's thread: %ld page faults, %ld switches\n\n",
              grouped(stalls).c_str(), sum.faults, sum.switches);
}

}  // namespace sluice::perf
