// What drop copies cost those who trade: order to acknowledgement without any, with many that read,
// and with half of them stalled.
#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <time.h>
#include <vector>

#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {
namespace {

using testing::FixMessage;
using testing::RawFixClient;

constexpr const char* kSymbol = "BTC-USD";

struct Options {
  int repetitions = 5;
  int rounds = 5'000;
  int drop_copies = 50;
  int pause_us = 0;
  std::string venue;
};

enum class Scenario : std::size_t { none, all_read, half_stalled };
constexpr std::array<const char*, 3> kNames{"no drop copies", "all read", "half of them stalled"};

testing::VenueOptions venue_options(const Options& options) {
  testing::VenueText text;
  text.sessions = {{"BENCH", ""}};
  for (int i = 0; i < options.drop_copies; ++i) {
    text.sessions.push_back(
        {.comp_id = "DROP" + std::to_string(i),
         .password = "",
         .more = {{"role", testing::quoted("drop_copy")}, {"drop_copy", testing::quoted("ALL")}},
         .has_accounts = false});
  }
  text.instruments = {{kSymbol}};
  text.gateway = {{"max_unsent_bytes", "1048576"}, {"store_messages", "16384"}};
  text.log = {{"level", testing::quoted("error")}};
  text.tail = "[[drop_copy]]\nname = \"ALL\"\nfirm = \"F1\"\n";
  testing::VenueOptions venue;
  venue.binary = options.venue;
  venue.config = std::move(text);
  return venue;
}

std::unique_ptr<RawFixClient> log_on(const testing::VenueProcess& venue, const std::string& comp_id,
                                     int receive_bytes) {
  testing::RawClientOptions options;
  options.sender = comp_id;
  options.heartbeat_s = 60;
  options.automatic = false;
  options.receive_buffer_bytes = receive_bytes;
  auto client = std::make_unique<RawFixClient>(options);
  client->connect(venue.host(), venue.port());
  const std::optional<FixMessage> answer = client->logon(false);
  if (!answer || answer->type() != "A") throw std::runtime_error(comp_id + " is not let in");
  return client;
}

/// Reads what drop copies are sent and throws it away, on a thread of its own.
class Readers {
 public:
  explicit Readers(std::vector<std::unique_ptr<RawFixClient>> clients)
      : clients_(std::move(clients)), thread_([this] { run(); }) {}
  ~Readers() {
    stopping_ = true;
    thread_.join();
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t cut() const { return cut_; }

 private:
  void run() {
    while (!stopping_) {
      bool any = false;
      for (auto& client : clients_) any |= client != nullptr && read(client);
      const timespec pause{.tv_sec = 0, .tv_nsec = 200'000};
      if (!any) ::nanosleep(&pause, nullptr);
    }
  }
  bool read(std::unique_ptr<RawFixClient>& client) {
    const auto result = client->connection().read_some();
    while (client->connection().next_frame()) ++messages_;
    if (result != testing::FixConnection::Read::closed) {
      return result == testing::FixConnection::Read::data;
    }
    ++cut_;
    client.reset();
    return true;
  }

  std::vector<std::unique_ptr<RawFixClient>> clients_;
  std::atomic<std::uint64_t> messages_{0};
  std::atomic<std::uint64_t> cut_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

struct Result {
  double p50_ns;
  double p99_ns;
  std::uint64_t copies;
  std::uint64_t cut;
};

/// Nanoseconds until the answer, which must be a report of that kind, is here.
std::int64_t round_trip(RawFixClient& client, const testing::FixBody& body, char exec_type) {
  const std::int64_t start = now_ns();
  client.send(body);
  const std::optional<FixMessage> answer = client.receive();
  const std::int64_t end = now_ns();
  if (!answer || answer->get(150) != std::string_view(&exec_type, 1)) {
    throw std::runtime_error("unexpected answer " + (answer ? answer->readable() : "none"));
  }
  return end - start;
}

Result measure(Scenario scenario, const Options& options) {
  testing::VenueProcess venue(venue_options(options));
  std::vector<std::unique_ptr<RawFixClient>> readers;
  std::vector<std::unique_ptr<RawFixClient>> stalled;
  for (int i = 0; scenario != Scenario::none && i < options.drop_copies; ++i) {
    const bool stalls = scenario == Scenario::half_stalled && i % 2 == 1;
    (stalls ? stalled : readers)
        .push_back(log_on(venue, "DROP" + std::to_string(i), stalls ? 4'096 : 0));
  }
  const auto client = log_on(venue, "BENCH", 0);
  const Readers reading(std::move(readers));
  Latencies latencies;
  const int warm_up = options.rounds / 10;
  for (int i = 0; i < warm_up + options.rounds; ++i) {
    const std::string name = "O" + std::to_string(i);
    const std::int64_t ns =
        round_trip(*client, testing::limit_order(name, kSymbol, '1', "0.01", "50000"), '0');
    if (i >= warm_up) latencies.add(ns);
    round_trip(*client, testing::cancel_request("C" + std::to_string(i), name, kSymbol, '1'), '4');
    const timespec pause{.tv_sec = 0, .tv_nsec = options.pause_us * 1'000L};
    if (options.pause_us > 0) ::nanosleep(&pause, nullptr);
  }
  return {static_cast<double>(latencies.percentile(0.5)),
          static_cast<double>(latencies.percentile(0.99)), reading.messages(), reading.cut()};
}

void bench(const Options& options) {
  print_machine();
  std::printf(
      "loopback TCP, %d repetitions interleaved, a fresh venue each, nothing pinned, everything "
      "sleeps when idle\n"
      "one order at a time and its cancel, orders are counted: %d a repetition, %d us between\n"
      "%d drop copies of the one session that trades; one thread of this program reads them\n",
      options.repetitions, options.rounds, options.pause_us, options.drop_copies);
  std::array<std::vector<double>, kNames.size()> p50;
  std::array<std::vector<double>, kNames.size()> p99;
  std::array<Result, kNames.size()> last{};
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      last[i] = measure(static_cast<Scenario>(i), options);
      p50[i].push_back(last[i].p50_ns);
      p99[i].push_back(last[i].p99_ns);
    }
  }
  Table table;
  table.add({"order to acknowledgement", "p50 us", "p99 us", "copies read", "readers cut"});
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    table.add({kNames[i], text_of(spread_of(p50[i]), 1, 0.001),
               text_of(spread_of(p99[i]), 1, 0.001), grouped(last[i].copies),
               grouped(last[i].cut)});
  }
  table.print();
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{"Times order to acknowledgement beside drop copies that read and that do not."};
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "orders of each repetition")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  app.add_option("--drop-copies", options.drop_copies, "drop-copy sessions")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  app.add_option("--pause-us", options.pause_us, "microseconds between two orders")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--venue", options.venue, "program to start (default: sluice beside this one)");
  CLI11_PARSE(app, argc, argv);
  try {
    sluice::perf::bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "drop_copy_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
