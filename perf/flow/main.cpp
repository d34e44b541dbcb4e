// A seeded random flow over several sessions against a running venue: new orders around a walking
// price, cancels, replaces, immediate orders, and some that must be refused.
//
// Exit codes: 0 every message got exactly one answer; 1 one did not, or the venue failed; 2 usage.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "perf/flow/flow_client.hpp"
#include "perf/flow/flow_counts.hpp"
#include "perf/flow/flow_market.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/wire_decimal.hpp"

namespace sluice::perf {
namespace {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5001;
  std::vector<std::string> sessions{"CLIENT1", "CLIENT2", "MAKER1"};
  std::string target = "SLUICE";
  std::string password = "demo";
  std::string symbol = "BTC-USDT";
  std::string tick = "0.01";
  std::string lot = "0.00001";
  std::string mid = "60000";
  std::int64_t qty_lots_max = 10'000;
  std::uint64_t messages = 200'000;
  std::uint64_t window = 8;
  std::uint64_t seed = 1;
  int cpu = -1;
  bool busy = false;
};

int decimals_of(const std::string& text) {
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

FlowInstrument instrument_of(const Options& options) {
  FlowInstrument result;
  result.symbol = options.symbol;
  result.tick_decimals = decimals_of(options.tick);
  result.lot_decimals = decimals_of(options.lot);
  result.tick_mantissa = testing::parse_decimal(options.tick, result.tick_decimals).value_or(0);
  result.lot_mantissa = testing::parse_decimal(options.lot, result.lot_decimals).value_or(0);
  const auto mid = testing::parse_decimal(options.mid, result.tick_decimals);
  if (result.tick_mantissa <= 0 || result.lot_mantissa <= 0 || !mid) {
    throw std::runtime_error("--tick, --lot and --mid must be decimals, the mid a whole of ticks");
  }
  result.mid_ticks = *mid / result.tick_mantissa;
  result.qty_lots_max = options.qty_lots_max;
  return result;
}

/// A line on the terminal that is written over, ten times a second.
class Progress {
 public:
  explicit Progress(std::uint64_t total) : total_(total), shown_(::isatty(STDERR_FILENO) == 1) {}
  void show(const FlowCounts& counts, std::int64_t start_ns) {
    const std::int64_t now = now_ns();
    if (!shown_ || now - last_ns_ < 100'000'000) return;
    last_ns_ = now;
    const double rate =
        static_cast<double>(counts.answered) * 1e9 / static_cast<double>(now - start_ns + 1);
    std::fprintf(stderr, "\r  %s of %s answered, %s/s, %s fills   ",
                 grouped(counts.answered).c_str(), grouped(total_).c_str(),
                 grouped(static_cast<std::uint64_t>(rate)).c_str(), grouped(counts.fills).c_str());
  }
  void clear() {
    if (shown_) std::fprintf(stderr, "\r%70s\r", "");
  }

 private:
  std::uint64_t total_;
  bool shown_;
  std::int64_t last_ns_ = 0;
};

using Clients = std::vector<std::unique_ptr<FlowClient>>;

/// Waits until any session has something to read; false after ten seconds of silence.
bool wait_for_any(Clients& clients) {
  std::vector<pollfd> entries;
  for (const auto& one : clients) {
    entries.push_back({one->client().connection().fd(), POLLIN, 0});
  }
  return ::poll(entries.data(), entries.size(), 10'000) > 0;
}

/// Reads until `done` says so. Throws when the venue fails.
template <class Done, class Send>
void run_until(Clients& clients, const Options& options, Done&& done, Send&& send) {
  std::int64_t last_report = now_ns();
  while (!done()) {
    send();
    bool any = false;
    for (const auto& one : clients) {
      any = one->take_reports() || any;
      if (!one->problem().empty()) throw std::runtime_error(one->problem());
      if (one->client().closed_by_peer()) {
        throw std::runtime_error("the venue closed the connection of " +
                                 one->client().options().sender);
      }
    }
    if (any) last_report = now_ns();
    if (any || done()) continue;
    const bool silent =
        options.busy ? now_ns() - last_report > 10'000'000'000 : !wait_for_any(clients);
    if (silent) throw std::runtime_error("the venue fell silent");
  }
}

void print_counts(FlowCounts& counts, double seconds) {
  std::uint64_t refused = 0;
  for (const auto& [name, count] : counts.refused) refused += count;
  std::printf(
      "%s messages in %s s: %s messages/s\n", grouped(counts.sent).c_str(),
      fixed(seconds, 2).c_str(),
      grouped(static_cast<std::uint64_t>(static_cast<double>(counts.sent) / seconds)).c_str());
  Table table;
  table.add({"orders accepted", grouped(counts.accepted)});
  table.add({"fills reported", grouped(counts.fills)});
  table.add({"canceled", grouped(counts.canceled)});
  table.add({"replaced", grouped(counts.replaced)});
  table.add({"rests of immediate orders expired", grouped(counts.expired)});
  table.add({"refused", grouped(refused)});
  for (const auto& [name, count] : counts.refused) table.add({"  " + name, grouped(count)});
  table.print();
}

void print_latencies(FlowCounts& counts) {
  Table table;
  table.add({"to the acknowledgement", "count", "p50", "p90", "p99", "p99.9", "max"});
  for (std::size_t i = 0; i < kRequestKinds; ++i) {
    Latencies& one = counts.latency[i];
    std::vector<std::string> row{kRequestKindNames[i], grouped(one.size())};
    for (const double share : {0.5, 0.9, 0.99, 0.999, 1.0}) {
      row.push_back(micros(static_cast<double>(one.percentile(share))));
    }
    table.add(row);
  }
  table.print();
}

int flow(const Options& options) {
  if (options.cpu >= 0) pin_to_cpu(options.cpu);
  const FlowInstrument instrument = instrument_of(options);
  FlowCounts counts;
  for (Latencies& one : counts.latency) one.reserve(options.messages);
  char run[20];
  std::snprintf(run, sizeof run, "%llx",
                static_cast<unsigned long long>(std::time(nullptr)) << 16U |
                    static_cast<unsigned long long>(::getpid() & 0xffff));
  Clients clients;
  for (std::size_t i = 0; i < options.sessions.size(); ++i) {
    testing::RawClientOptions client;
    client.sender = options.sessions[i];
    client.target = options.target;
    client.password = options.password;
    clients.push_back(std::make_unique<FlowClient>(client, instrument, options.seed * 1'000'003 + i,
                                                   std::string{run} + std::to_string(i), counts));
    clients.back()->log_on(options.host, options.port);
  }

  WalkingMid mid{instrument.mid_ticks};
  Progress progress{options.messages};
  const std::int64_t start = now_ns();
  run_until(
      clients, options, [&] { return counts.answered == options.messages; },
      [&] {
        for (const auto& one : clients) {
          while (counts.sent < options.messages && one->in_flight() < options.window) {
            one->send_one(mid);
          }
        }
        progress.show(counts, start);
      });
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  progress.clear();

  std::printf("seed %llu, %zu sessions, at most %s in flight each\n",
              static_cast<unsigned long long>(options.seed), clients.size(),
              grouped(options.window).c_str());
  print_counts(counts, seconds);
  print_latencies(counts);

  // Leave the book as it was found.
  const std::uint64_t before = counts.sent;
  const auto all_closed = [&] {
    return counts.answered == counts.sent &&
           std::all_of(clients.begin(), clients.end(),
                       [](const auto& one) { return one->open_orders() == 0; });
  };
  run_until(clients, options, all_closed, [&] {
    for (const auto& one : clients) {
      while (one->in_flight() < options.window && one->cancel_one()) {
      }
    }
  });
  for (const auto& one : clients) one->log_out();
  std::printf("every message got exactly one answer; %s open orders canceled afterwards\n",
              grouped(counts.sent - before).c_str());
  return 0;
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{
      "Sends a seeded random order flow over several sessions and reports what came of it."};
  app.add_option("--host", options.host, "the venue's address")->capture_default_str();
  app.add_option("--port", options.port, "the venue's port")->capture_default_str();
  app.add_option("--sessions", options.sessions, "SenderCompIDs, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--target", options.target, "the venue's CompID")->capture_default_str();
  app.add_option("--password", options.password, "of all sessions")->capture_default_str();
  app.add_option("--symbol", options.symbol)->capture_default_str();
  app.add_option("--tick", options.tick, "tick size of the symbol")->capture_default_str();
  app.add_option("--lot", options.lot, "lot size of the symbol")->capture_default_str();
  app.add_option("--mid", options.mid, "price around which to trade")->capture_default_str();
  app.add_option("--qty-lots-max", options.qty_lots_max, "largest order, in lots")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--messages", options.messages, "how many to send")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--window", options.window, "messages in flight of each session at most")
      ->check(CLI::Range(1, 8192))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  app.add_option("--cpu", options.cpu, "CPU to run on (-1: any)")->capture_default_str();
  app.add_flag("--busy", options.busy, "poll without sleeping");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return sluice::perf::flow(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flow: %s\n", error.what());
    return 1;
  }
}
