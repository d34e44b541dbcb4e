// Order to acknowledgement over loopback TCP: a raw echo, an echo through rings, Sluice, and a
// stock QuickFIX acceptor with the same engine, all with the same client.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "perf/ack/layout.hpp"
#include "perf/ack/server.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/raw_fix_client.hpp"

namespace sluice::perf {
namespace {

using testing::FixBody;
using testing::FixMessage;
using testing::RawFixClient;

struct Options {
  int repetitions = 5;
  int rounds = 5'000;
  int in_flight = 64;
  std::string venue;
  std::vector<std::string> layouts{"pinned", "engine-spins", "shipped"};
  std::vector<std::string> targets{"raw", "ring", "sluice", "stock"};
};

/// Sends one message and returns the nanoseconds until the whole answer is here.
std::int64_t round_trip(RawFixClient& client, const FixBody& body, bool polls,
                        std::string_view expected_exec_type) {
  testing::FixConnection& connection = client.connection();
  const testing::FixHeader header = client.next_header();
  client.set_next_out(header.seq + 1);
  const std::string bytes = testing::encode(body, header);
  const testing::Deadline deadline = testing::after(std::chrono::seconds{10});
  std::int64_t end = 0;
  const std::int64_t start = now_ns();
  connection.queue(bytes);
  connection.flush();
  std::optional<std::string_view> frame;
  for (std::uint32_t spins = 0; !frame;) {
    const testing::FixConnection::Read result = connection.read_some();
    if (result == testing::FixConnection::Read::data) {
      end = now_ns();
      frame = connection.next_frame();
    } else if (result == testing::FixConnection::Read::closed) {
      throw std::runtime_error("the server closed the connection");
    } else if (polls ? (++spins % 4'096 == 0 && testing::Clock::now() > deadline)
                     : !connection.wait_readable(deadline)) {
      throw std::runtime_error("no answer to " + testing::readable(bytes));
    }
  }
  FixMessage answer;
  const bool right = answer.assign(*frame) &&
                     (expected_exec_type.empty() || answer.get(150) == expected_exec_type);
  if (!right) throw std::runtime_error("unexpected answer " + answer.readable());
  return end - start;
}

/// A connection to a fresh server, logged on where there is something to log on to.
class Target {
 public:
  Target(const std::string& name, const Layout& layout, const Options& options)
      : is_fix_(name == "sluice" || name == "stock"),
        server_(start_server(name, layout, options.venue)),
        client_(client_options()) {
    client_.connect(server_->address().host, server_->address().port);
    if (!is_fix_) return;
    const std::optional<FixMessage> logon = client_.logon();
    if (!logon || logon->type() != "A") throw std::runtime_error(name + " refuses our Logon");
  }

  [[nodiscard]] bool is_fix() const { return is_fix_; }
  [[nodiscard]] RawFixClient& client() { return client_; }

 private:
  static testing::RawClientOptions client_options() {
    testing::RawClientOptions options;
    options.sender = kCompId;
    options.automatic = false;
    return options;
  }

  bool is_fix_;
  std::unique_ptr<Server> server_;
  RawFixClient client_;
};

/// A resting order, and its cancel.
std::string order_name(int i) { return "ORDER-" + std::to_string(1'000'000 + i); }
FixBody order(int i) {
  return testing::limit_order(order_name(i), kSymbol, '1', "0.01", std::to_string(50'000 + i % 50));
}
FixBody cancel(int i) {
  return testing::cancel_request("CANCEL-" + std::to_string(i), order_name(i), kSymbol, '1');
}

struct Result {
  double p50_ns;
  double p99_ns;
  double messages_per_s;
};

/// One message at a time: an order and its cancel in turn; orders are measured.
Latencies time_round_trips(Target& target, const Layout& layout, const Options& options) {
  Latencies latencies;
  const int warm_up = options.rounds / 10;
  for (int i = 0; i < warm_up + options.rounds; ++i) {
    const std::int64_t ns =
        round_trip(target.client(), order(i), layout.client_polls, target.is_fix() ? "0" : "");
    if (i >= warm_up) latencies.add(ns);
    round_trip(target.client(), cancel(i), layout.client_polls, target.is_fix() ? "4" : "");
  }
  return latencies;
}

/// Takes the answers that are there; waits for the first if need be. Returns how many.
int take_answers(testing::FixConnection& connection, bool polls, bool is_fix) {
  const testing::Deadline deadline = testing::after(std::chrono::seconds{10});
  int taken = 0;
  while (taken == 0) {
    const testing::FixConnection::Read result = connection.read_some();
    if (result == testing::FixConnection::Read::closed) {
      throw std::runtime_error("the server closed the connection");
    }
    if (result == testing::FixConnection::Read::nothing) {
      if (polls ? testing::Clock::now() > deadline : !connection.wait_readable(deadline)) {
        throw std::runtime_error("no answer within ten seconds");
      }
      continue;
    }
    while (const auto frame = connection.next_frame()) {
      if (is_fix && frame->find("\x01"
                                "35=8\x01") == std::string_view::npos) {
        throw std::runtime_error("unexpected answer " + testing::readable(*frame));
      }
      ++taken;
    }
  }
  return taken;
}

/// Orders and cancels with `in_flight` of them always on their way: messages answered a second.
double measure_rate(Target& target, const Layout& layout, const Options& options) {
  testing::FixConnection& connection = target.client().connection();
  const int first = 2 * options.rounds;  // names that were not used yet
  const int all = 4 * options.rounds;
  int sent = 0;
  int answered = 0;
  const std::int64_t start = now_ns();
  while (answered < all) {
    for (; sent < all && sent - answered < options.in_flight; ++sent) {
      const int i = first + sent / 2;
      target.client().queue(sent % 2 == 0 ? order(i) : cancel(i));
    }
    connection.flush();
    answered += take_answers(connection, layout.client_polls, target.is_fix());
  }
  return all / (static_cast<double>(now_ns() - start) / 1e9);
}

/// One repetition on one target.
Result measure(const std::string& name, const Layout& layout, const Options& options) {
  Target target(name, layout, options);
  Latencies latencies = time_round_trips(target, layout, options);
  return {static_cast<double>(latencies.percentile(0.5)),
          static_cast<double>(latencies.percentile(0.99)), measure_rate(target, layout, options)};
}

struct Series {
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> rate;
};

Spread ratio(const std::vector<double>& numerators, const std::vector<double>& denominators) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    ratios.push_back(numerators[i] / denominators[i]);
  }
  return spread_of(ratios);
}

void bench_layout(const Layout& layout, const Options& options) {
  std::printf("\n%s: %s\n", layout.name, layout.meaning);
  unpin();
  if (layout.client_cpu >= 0) pin_to_cpu(layout.client_cpu);
  std::vector<Series> series(options.targets.size());
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (std::size_t i = 0; i < options.targets.size(); ++i) {
      const Result result = measure(options.targets[i], layout, options);
      series[i].p50.push_back(result.p50_ns);
      series[i].p99.push_back(result.p99_ns);
      series[i].rate.push_back(result.messages_per_s);
    }
  }
  Table table;
  const std::string& last = options.targets.back();
  table.add({"order to acknowledgement", "p50 us", "p99 us", "p50 / " + options.targets.front(),
             "p50 / " + last, "thousand msg/s", "rate / " + last});
  for (std::size_t i = 0; i < series.size(); ++i) {
    table.add({options.targets[i], text_of(spread_of(series[i].p50), 1, 0.001),
               text_of(spread_of(series[i].p99), 1, 0.001),
               text_of(ratio(series[i].p50, series.front().p50), 2),
               text_of(ratio(series[i].p50, series.back().p50), 2),
               text_of(spread_of(series[i].rate), 1, 0.001),
               text_of(ratio(series[i].rate, series.back().rate), 2)});
  }
  table.print();
}

void bench(const Options& options) {
  print_machine();
  std::printf(
      "loopback TCP, %d repetitions interleaved, a fresh server each; medians [spread]\n"
      "latency: one message at a time, %d orders a repetition, a cancel after each, not counted\n"
      "msg/s: %d orders and cancels, %d on their way at any time, one session, one client thread\n",
      options.repetitions, options.rounds, 4 * options.rounds, options.in_flight);
  for (const Layout& layout : kLayouts) {
    const auto& wanted = options.layouts;
    if (std::find(wanted.begin(), wanted.end(), layout.name) != wanted.end()) {
      bench_layout(layout, options);
    }
  }
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{
      "Times order to acknowledgement over loopback beside two echoes and stock QuickFIX."};
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "orders of each repetition")
      ->check(CLI::Range(10, 10'000'000))
      ->capture_default_str();
  app.add_option("--in-flight", options.in_flight, "orders on their way while the rate is measured")
      ->check(CLI::Range(1, 1'024))
      ->capture_default_str();
  app.add_option("--venue", options.venue, "program to start (default: sluice beside this one)");
  app.add_option("--layouts", options.layouts, "which of pinned, engine-spins, shipped")
      ->delimiter(',')
      ->check(CLI::IsMember({"pinned", "engine-spins", "shipped"}))
      ->capture_default_str();
  app.add_option("--targets", options.targets, "which of raw, ring, sluice, stock, in this order")
      ->delimiter(',')
      ->check(CLI::IsMember({"raw", "ring", "sluice", "stock"}))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    sluice::perf::bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ack_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
