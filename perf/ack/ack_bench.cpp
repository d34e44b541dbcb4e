// Order to acknowledgement over loopback TCP: a raw echo, an echo through rings, Sluice, and a
// stock QuickFIX acceptor with the same engine, all with the same client.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "perf/ack/layout.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {
namespace {

using testing::FixBody;
using testing::FixMessage;
using testing::RawFixClient;

constexpr const char* kCompId = "BENCH";
constexpr const char* kSymbol = "BTC-USD";

struct Options {
  int repetitions = 5;
  int rounds = 5'000;
  std::string venue;
  std::vector<std::string> layouts{"pinned", "engine-spins", "shipped"};
  std::vector<std::string> targets{"raw", "ring", "sluice", "stock"};
};

/// A server under measurement; it ends with this object.
class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual testing::ListeningAddress address() const = 0;
};

std::string beside_us(const char* program) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
}

testing::ProcessOptions on_cpu(std::vector<std::string> argv, const Layout& layout) {
  testing::ProcessOptions options;
  options.argv = std::move(argv);
  if (layout.process_cpu >= 0) options.cpu = layout.process_cpu;
  return options;
}

class EchoServer final : public Server {
 public:
  EchoServer(const std::string& mode, const Layout& layout)
      : process_(
            on_cpu({beside_us("echo_server"), "--mode", mode, "--io-idle", layout.io_idle,
                    "--engine-idle", layout.engine_idle, "--io-cpu", std::to_string(layout.io_cpu),
                    "--engine-cpu", std::to_string(layout.engine_cpu)},
                   layout)),
        address_(testing::wait_until_listening(process_, "echo: listening on ",
                                               std::chrono::seconds{10})) {}
  [[nodiscard]] testing::ListeningAddress address() const override { return address_; }

 private:
  testing::ChildProcess process_;
  testing::ListeningAddress address_;
};

class StockServer final : public Server {
 public:
  explicit StockServer(const Layout& layout)
      : process_(
            on_cpu({beside_us("stock_acceptor"), "--folder", folder_.path(), "--comp-id", kCompId},
                   layout)),
        address_(testing::wait_until_listening(process_, "stock: listening on ",
                                               std::chrono::seconds{20})) {}
  [[nodiscard]] testing::ListeningAddress address() const override { return address_; }

 private:
  testing::TemporaryFolder folder_;
  testing::ChildProcess process_;
  testing::ListeningAddress address_;
};

class SluiceServer final : public Server {
 public:
  SluiceServer(const Layout& layout, const std::string& binary)
      : venue_(options_of(layout, binary)) {}
  [[nodiscard]] testing::ListeningAddress address() const override {
    return {venue_.host(), venue_.port()};
  }

 private:
  static testing::VenueOptions options_of(const Layout& layout, const std::string& binary) {
    testing::VenueOptions options;
    options.binary = binary;
    if (layout.process_cpu >= 0) options.cpu = layout.process_cpu;
    testing::VenueInstrument instrument;
    instrument.symbol = kSymbol;
    instrument.tick_size = "1";
    instrument.lot_size = "0.00000001";
    options.config.instruments = {instrument};
    testing::VenueSession session;
    session.comp_id = kCompId;
    session.password.clear();
    options.config.sessions = {session};
    options.config.gateway = {{"io_idle", testing::quoted(layout.io_idle)}};
    if (layout.io_cpu >= 0) {
      options.config.gateway.emplace_back("io_cpus", "[" + std::to_string(layout.io_cpu) + "]");
    }
    options.config.engine = {{"idle", testing::quoted(layout.engine_idle)},
                             {"cpu", std::to_string(layout.engine_cpu)}};
    options.config.log = {{"level", "\"warn\""}};
    return options;
  }

  testing::VenueProcess venue_;
};

std::unique_ptr<Server> start(const std::string& target, const Layout& layout,
                              const Options& options) {
  if (target == "sluice") return std::make_unique<SluiceServer>(layout, options.venue);
  if (target == "stock") return std::make_unique<StockServer>(layout);
  return std::make_unique<EchoServer>(target, layout);
}

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

struct Result {
  double p50;
  double p99;
};

/// One repetition on one target: a resting order and its cancel in turn; orders are measured.
Result measure(const std::string& target, const Layout& layout, const Options& options) {
  const std::unique_ptr<Server> server = start(target, layout, options);
  const bool fix = target == "sluice" || target == "stock";
  testing::RawClientOptions client_options;
  client_options.sender = kCompId;
  client_options.automatic = false;
  RawFixClient client{client_options};
  client.connect(server->address().host, server->address().port);
  if (fix) {
    const std::optional<FixMessage> logon = client.logon();
    if (!logon || logon->type() != "A") throw std::runtime_error(target + " refuses our Logon");
  }
  Latencies latencies;
  const int warm_up = options.rounds / 10;
  for (int i = 0; i < warm_up + options.rounds; ++i) {
    const std::string order = "ORDER-" + std::to_string(1'000'000 + i);
    const FixBody body =
        testing::limit_order(order, kSymbol, '1', "0.01", std::to_string(50'000 + i % 50));
    const std::int64_t ns = round_trip(client, body, layout.client_polls, fix ? "0" : "");
    if (i >= warm_up) latencies.add(ns);
    const FixBody cancel =
        testing::cancel_request("CANCEL-" + std::to_string(i), order, kSymbol, '1');
    round_trip(client, cancel, layout.client_polls, fix ? "4" : "");
  }
  return {static_cast<double>(latencies.percentile(0.5)),
          static_cast<double>(latencies.percentile(0.99))};
}

struct Series {
  std::vector<double> p50;
  std::vector<double> p99;
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
      series[i].p50.push_back(result.p50);
      series[i].p99.push_back(result.p99);
    }
  }
  Table table;
  table.add({"order to acknowledgement", "p50 us", "p99 us", "p50 / " + options.targets.front(),
             "p50 / " + options.targets.back()});
  for (std::size_t i = 0; i < series.size(); ++i) {
    table.add({options.targets[i], text_of(spread_of(series[i].p50), 1, 0.001),
               text_of(spread_of(series[i].p99), 1, 0.001),
               text_of(ratio(series[i].p50, series.front().p50), 2),
               text_of(ratio(series[i].p50, series.back().p50), 2)});
  }
  table.print();
}

void bench(const Options& options) {
  print_machine();
  std::printf(
      "loopback TCP, one message at a time, %d orders a repetition (a cancel after each, not "
      "counted), %d repetitions interleaved, a fresh server each; medians [spread]\n",
      options.rounds, options.repetitions);
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
