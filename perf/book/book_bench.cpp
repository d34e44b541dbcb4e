// Nanoseconds per command of the engine, beside a plain std::map + std::list book on the same flow.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/engine.hpp"
#include "perf/baseline/plain_book.hpp"
#include "perf/book/counting_sink.hpp"
#include "perf/book/order_flow.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

struct Options {
  std::size_t messages = 2'000'000;
  int repetitions = 5;
  std::uint64_t seed = 1;
  int cpu = -1;
  bool by_order_id = false;
};

/// Commands are made in chunks that stay in the cache, outside of what is timed: as a ring hands
/// them over.
constexpr std::size_t kChunk = 128;

EngineConfig engine_config() {
  EngineConfig config;
  config.instruments.resize(1);
  return config;
}

struct Run {
  double ns_per_command = 0;
  Outcome outcome;
};

/// Makes each chunk's commands, gives them their OrderIDs if wanted, and times `apply` over them.
/// `order_ids` holds the OrderID of each new order, 0 while unknown; empty: commands name ClOrdIDs.
template <class Apply>
double time_flow(const std::vector<FlowStep>& flow, const std::vector<std::uint64_t>& order_ids,
                 Apply&& apply) {
  std::array<Command, kChunk> chunk;
  std::int64_t spent = 0;
  for (std::size_t at = 0; at < flow.size(); at += kChunk) {
    const std::size_t count = std::min(kChunk, flow.size() - at);
    for (std::size_t i = 0; i < count; ++i) {
      const FlowStep& step = flow[at + i];
      chunk[i] = command_of(step, at + i + 1);
      if (step.type != CommandType::new_order && !order_ids.empty()) {
        chunk[i].order_id.value = order_ids[step.order];
        chunk[i].orig_clordid = {};
      }
    }
    const std::int64_t start = now_ns();
    for (std::size_t i = 0; i < count; ++i) apply(chunk[i]);
    spent += now_ns() - start;
  }
  return static_cast<double>(spent) / static_cast<double>(flow.size());
}

Run run_engine(const std::vector<FlowStep>& flow, const std::vector<std::uint64_t>& order_ids) {
  Engine engine{engine_config()};
  CountingSink sink;
  Run run;
  run.ns_per_command =
      time_flow(flow, order_ids, [&](const Command& command) { engine.apply(command, sink); });
  while (engine.has_pending_work()) {
    Command more{};
    more.type = CommandType::continue_work;
    more.seq = {engine.last_seq().value + 1};
    engine.apply(more, sink);
  }
  run.outcome = sink.outcome();
  run.outcome.resting = engine.open_orders();
  return run;
}

Run run_plain(const std::vector<FlowStep>& flow, const std::vector<std::uint64_t>& order_ids,
              bool bare) {
  CountingSink sink;
  PlainBook book{bare ? PlainDuties{} : PlainDuties{&sink, EngineConfig{}.clordid_history}};
  Run run;
  run.ns_per_command =
      time_flow(flow, order_ids, [&](const Command& command) { book.apply(command); });
  run.outcome = book.outcome();
  return run;
}

/// OrderIDs that the engine gives to the flow's new orders. The plain book counts its own from 1.
class OrderIdCollector final : public EventSink {
 public:
  explicit OrderIdCollector(std::size_t orders) : ids_(orders) {}
  [[nodiscard]] Event& claim() noexcept override {
    event_ = Event{};
    return event_;
  }
  void commit() noexcept override {
    if (event_.type == EventType::order_accepted) ids_[accepted_++] = event_.order_id.value;
  }
  [[nodiscard]] const std::vector<std::uint64_t>& ids() const { return ids_; }

 private:
  Event event_{};
  std::vector<std::uint64_t> ids_;
  std::size_t accepted_ = 0;
};

std::vector<std::uint64_t> engine_order_ids(const std::vector<FlowStep>& flow) {
  OrderIdCollector sink{flow.size()};
  Engine engine{engine_config()};
  time_flow(flow, {}, [&](const Command& command) { engine.apply(command, sink); });
  return sink.ids();
}

bool same(const Regime& regime, const Outcome& engine, const Outcome& plain) {
  if (engine == plain) return true;
  const auto text = [](const Outcome& one) {
    return "accepted " + grouped(one.accepted) + ", trades " + grouped(one.trades) + ", lots " +
           grouped(one.traded_lots) + ", canceled " + grouped(one.canceled) + ", replaced " +
           grouped(one.replaced) + ", expired " + grouped(one.expired) + ", refused " +
           grouped(one.refused) + ", resting " + grouped(one.resting);
  };
  std::printf("%s: the two books differ\n  engine: %s\n  plain:  %s\n", regime.name,
              text(engine).c_str(), text(plain).c_str());
  return false;
}

int bench(const Options& options) {
  print_machine();
  std::printf(
      "about %s commands, seed %llu, %d repetitions interleaved; cancels and replaces name "
      "the %s; medians [spread]\n",
      grouped(options.messages).c_str(), static_cast<unsigned long long>(options.seed),
      options.repetitions, options.by_order_id ? "OrderID" : "ClOrdID");
  if (options.cpu >= 0 && !pin_to_cpu(options.cpu)) std::printf("CPU %d refused\n", options.cpu);
  std::printf(
      "plain: std::map of std::list that fills the engine's event records and remembers as "
      "many ClOrdIDs; bare: the same, counting only\n");
  Table table;
  table.add({"regime", "commands", "trades", "resting", "engine ns", "plain ns", "plain/engine",
             "bare ns", "bare/engine"});
  double worst = 0;
  for (const Regime& regime : kRegimes) {
    const std::vector<FlowStep> flow = generate_flow(regime, options.messages, options.seed);
    std::vector<std::uint64_t> engine_ids;
    std::vector<std::uint64_t> plain_ids;
    if (options.by_order_id) {
      engine_ids = engine_order_ids(flow);
      for (std::uint64_t id = 1; id <= flow.size(); ++id) plain_ids.push_back(id);
    }
    std::vector<double> engine_ns;
    std::vector<double> plain_ns;
    std::vector<double> bare_ns;
    std::vector<double> ratios;
    std::vector<double> bare_ratios;
    Outcome outcome;
    for (int repetition = 0; repetition < options.repetitions; ++repetition) {
      const Run engine = run_engine(flow, engine_ids);
      const Run plain = run_plain(flow, plain_ids, false);
      const Run bare = run_plain(flow, plain_ids, true);
      if (!same(regime, engine.outcome, plain.outcome) ||
          !same(regime, engine.outcome, bare.outcome)) {
        return 1;
      }
      outcome = engine.outcome;
      engine_ns.push_back(engine.ns_per_command);
      plain_ns.push_back(plain.ns_per_command);
      ratios.push_back(plain.ns_per_command / engine.ns_per_command);
      bare_ns.push_back(bare.ns_per_command);
      bare_ratios.push_back(bare.ns_per_command / engine.ns_per_command);
    }
    const Spread spread = spread_of(engine_ns);
    worst = std::max(worst, spread.median);
    table.add({regime.name, grouped(flow.size()), grouped(outcome.trades), grouped(outcome.resting),
               text_of(spread, 0), text_of(spread_of(plain_ns), 0), text_of(spread_of(ratios), 2),
               text_of(spread_of(bare_ns), 0), text_of(spread_of(bare_ratios), 2)});
  }
  table.print();
  std::printf("worst of five: %s ns per command, %s million commands/s\n", fixed(worst, 0).c_str(),
              fixed(1000 / worst, 2).c_str());
  return 0;
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{
      "Times the engine alone in five regimes beside a plain std::map book. Exit code 1 "
      "when the two books come to different outcomes."};
  app.add_option("--messages", options.messages, "commands of each regime")
      ->check(CLI::Range(1'000, 20'000'000))
      ->capture_default_str();
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the flow")->capture_default_str();
  app.add_option("--cpu", options.cpu, "CPU to run on (-1: any)")->capture_default_str();
  app.add_flag("--by-order-id", options.by_order_id, "cancels and replaces name OrderID(37)");
  CLI11_PARSE(app, argc, argv);
  try {
    return sluice::perf::bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "book_bench: %s\n", error.what());
    return 1;
  }
}
