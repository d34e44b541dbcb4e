// What a journal costs the engine per command, how fast it is replayed, and what a snapshot of many
// orders takes: beside the same engine without a journal, and a bare write and sync of the same
// disk.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "gateway/net/clocks.hpp"
#include "perf/book/counting_sink.hpp"
#include "perf/book/order_flow.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

struct Options {
  std::size_t messages = 1'000'000;
  std::size_t orders = 1'000'000;
  int repetitions = 5;
  int cpu = -1;
  std::string folder = "/var/tmp";
  std::string live = "/dev/shm";
};

constexpr std::size_t kChunk = 128;

constexpr std::uint64_t kLogEvents = 1U << 20U;

EngineConfig engine_config() {
  EngineConfig config;
  config.instruments.resize(1);
  return config;
}

/// A folder of its own, gone afterwards.
class Folder {
 public:
  explicit Folder(const std::string& parent) {
    std::string name = parent + "/sluice-journal-bench-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A journal, its engine and the execution log, as a venue has them.
struct Venue {
  Venue(const std::string& disk, const std::string& live) {
    journal.emplace(
        std::make_unique<PosixStorage>(disk),
        Journal::Options{.live_folder = live, .live_segments = 32, .snapshot_segments = 0},
        gateway::wall_clock_now);
    const std::uint64_t before = journal->open(kLogEvents);
    log = std::make_unique<ExecutionLog>(live + "/execution.log", kLogEvents, kLogEvents / 4, 0, 1,
                                         before);
    recovered = journal->recover(*log);
    RunStart run{.config = engine_config(), .names = ""};
    if (journal->last_run()) run.config.epoch = journal->last_run()->config.epoch + 1;
    engine = journal->begin_run(std::move(run));
  }
  std::optional<Journal> journal;
  std::unique_ptr<ExecutionLog> log;
  Journal::Recovered recovered;
  std::unique_ptr<Engine> engine;
};

struct Timed {
  double ns_per_command = 0;
  Latencies latencies;  ///< Of journal() alone, by a reading of the clock before and after.
};

/// The flow into an engine, in chunks that stay in the cache; `before` runs before each apply.
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

void cost_of_a_command(const Options& options, const std::vector<FlowStep>& flow) {
  std::vector<double> without;
  std::vector<double> with;
  Latencies appends;
  std::uint64_t stalls = 0;
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    CountingSink sink;
    Engine plain(engine_config());
    without.push_back(time_flow(plain, sink, flow, [](const Command&) {}));
    const Folder disk(options.folder);
    const Folder live(options.live);
    Venue venue(disk.path(), live.path());
    venue.journal->start();
    const auto append = [&](const Command& command) {
      while (!journal(venue.journal->commands(), command)) {
        ++stalls;
        cpu_relax();
      }
    };
    with.push_back(time_flow(*venue.engine, sink, flow, append));
    const auto timed = [&](const Command& command) {
      const std::int64_t start = now_ns();
      append(command);
      appends.add(now_ns() - start);
    };
    (void)time_flow(*venue.engine, sink, flow, timed);
    venue.journal->stop();
  }
  std::vector<double> reading;
  for (int n = 0; n < 1'000; ++n) {
    const std::int64_t start = now_ns();
    reading.push_back(static_cast<double>(now_ns() - start));
  }
  const Spread clock = spread_of(reading);
  Table table;
  table.add({"ns per command", "median [spread]"});
  table.add({"engine alone", text_of(spread_of(without), 1)});
  table.add({"with its journal, while it is synced", text_of(spread_of(with), 1)});
  table.add({"ratio", fixed(spread_of(with).median / spread_of(without).median, 2)});
  table.add({"an append, one by one, p50 / p99 / p99.9 / max",
             grouped(static_cast<std::uint64_t>(appends.percentile(0.5))) + " / " +
                 grouped(static_cast<std::uint64_t>(appends.percentile(0.99))) + " / " +
                 grouped(static_cast<std::uint64_t>(appends.percentile(0.999))) + " / " +
                 grouped(static_cast<std::uint64_t>(appends.max()))});
  table.add({"of that the clock", fixed(clock.median, 0)});
  table.print();
  std::printf("waits for a segment: %s\n\n", grouped(stalls).c_str());
}

/// Orders that stay, then a flow: what a start replays, and from a snapshot does not.
void starts(const Options& options, const std::vector<FlowStep>& flow) {
  const Folder disk(options.folder);
  const Folder live(options.live);
  {
    Venue venue(disk.path(), live.path());
    venue.journal->start();
    CountingSink sink;
    const auto take = [&](const Command& given) {
      Command command = given;
      command.seq = {venue.engine->last_seq().value + 1};
      while (!journal(venue.journal->commands(), command)) cpu_relax();
      venue.engine->apply(command, *venue.log);
      venue.log->publish();
      while (venue.log->written() - venue.journal->kept_events().load() > kLogEvents / 2) {
        cpu_relax();
      }
    };
    for (std::size_t n = 0; n < options.orders; ++n) {
      FlowStep step{.price = static_cast<std::int64_t>(1'000 + n % 20'000),
                    .name = static_cast<std::uint32_t>(1U << 30U | n),
                    .target = 0,
                    .order = 0,
                    .qty = 1,
                    .type = CommandType::new_order,
                    .side = Side::buy,
                    .tif = TimeInForce::good_till_cancel};
      take(command_of(step, n + 1));
    }
    for (std::size_t n = 0; n < flow.size(); ++n) take(command_of(flow[n], n + 1));
    venue.journal->stop();
  }
  std::vector<double> replays;
  std::vector<double> snapshots;
  std::vector<double> from_snapshot;
  std::uint64_t commands = 0;
  std::uint32_t open = 0;
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    const std::int64_t start = now_ns();
    Venue venue(disk.path(), live.path());
    replays.push_back(static_cast<double>(now_ns() - start) / 1e9);
    commands = venue.recovered.commands;
    open = venue.engine->open_orders();
    if (repetition + 1 < options.repetitions) continue;
    for (int n = 0; n < options.repetitions; ++n) {
      const std::int64_t begin = now_ns();
      venue.journal->write_last_snapshot(*venue.engine);
      snapshots.push_back(static_cast<double>(now_ns() - begin) / 1e9);
      for (const auto& file : std::filesystem::directory_iterator(disk.path())) {
        const bool last = n + 1 == options.repetitions;
        if (!last && file.path().extension() == ".snap") std::filesystem::remove(file.path());
      }
    }
  }
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    const std::int64_t start = now_ns();
    const Venue venue(disk.path(), live.path());
    from_snapshot.push_back(static_cast<double>(now_ns() - start) / 1e9);
  }
  const Spread replay = spread_of(replays);
  Table table;
  table.add({"seconds, with " + grouped(open) + " open orders", "median [spread]"});
  table.add({"a start that replays " + grouped(commands) + " commands and compares their events",
             text_of(replay, 2)});
  table.add({"commands a second in it",
             grouped(static_cast<std::uint64_t>(static_cast<double>(commands) / replay.median))});
  table.add({"a snapshot written and synced", text_of(spread_of(snapshots), 2)});
  table.add({"a start from it", text_of(spread_of(from_snapshot), 2)});
  table.print();
}

int bench(const Options& options) {
  print_machine();
  std::printf("disk: %s, memory: %s; %s commands, %d repetitions\n\n", options.folder.c_str(),
              options.live.c_str(), grouped(options.messages).c_str(), options.repetitions);
  if (options.cpu >= 0 && !pin_to_cpu(options.cpu)) std::printf("not pinned\n");
  const std::vector<FlowStep> flow = generate_flow(kRegimes[1], options.messages, 1);
  cost_of_a_command(options, flow);
  starts(options, flow);
  return 0;
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app("What a journal costs, and what it gives back at a start.");
  app.add_option("--messages", options.messages, "commands of the flow")
      ->check(CLI::Range(1'000, 20'000'000));
  app.add_option("--orders", options.orders, "open orders beside it")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--reps", options.repetitions, "repetitions")->check(CLI::Range(1, 50));
  app.add_option("--cpu", options.cpu, "CPU of the engine's thread")->check(CLI::Range(0, 1'023));
  app.add_option("--folder", options.folder, "parent of the journal's folder, on a disk")
      ->check(CLI::ExistingDirectory);
  app.add_option("--live", options.live, "parent of the memory files' folder")
      ->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  try {
    return sluice::perf::bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "journal_bench: %s\n", error.what());
    return 1;
  }
}
