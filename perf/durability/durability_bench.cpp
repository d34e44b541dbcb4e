// Order to acknowledgement by durability and rate, beside a bare pwrite and fdatasync of as many
// bytes at the same moments on the same disk. Open loop: times count from the moment at which a
// message was due.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "engine/journal/record.hpp"
#include "engine/message/command.hpp"
#include "gateway/net/file_descriptor.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {
namespace {

using testing::FixBody;
using testing::RawFixClient;

constexpr const char* kCompId = "BENCH";
constexpr const char* kSymbol = "BTC-USD";
/// A client that polls takes a CPU for itself.
constexpr int kClientCpu = 0;
constexpr int kVenueCpu = 1;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr const char* kBare = "bare";

struct Options {
  int repetitions = 3;
  std::vector<int> rates{1, 1'000, 50'000};
  int seconds = 4;
  int rare = 20;
  std::string folder = "/var/tmp";
  std::string venue;
};

/// When the messages of a series are due.
class Schedule {
 public:
  /// So many a second, for `seconds` or until there are `least`.
  Schedule(int rate, int seconds, int least)
      : period_ns_(kSecondNs / rate), count_(std::max(rate * seconds, least)) {}

  void begin() { start_ns_ = now_ns() + period_ns_; }
  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] std::int64_t due(int n) const { return start_ns_ + n * period_ns_; }

 private:
  std::int64_t period_ns_;
  int count_;
  std::int64_t start_ns_ = 0;
};

struct Measured {
  Latencies latencies;
  int refused = 0;
};

/// What a journal must do at the least: what has come is written, and synced, at once.
Measured time_bare(const std::string& folder, Schedule schedule) {
  constexpr std::size_t kRecord = stride_of(sizeof(Command));
  constexpr std::size_t kFileBytes = std::size_t{64} << 20U;
  const std::string path = folder + "/bare";
  const gateway::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const std::vector<char> bytes(kFileBytes, '\0');
  const auto write_all = [&](std::size_t size, std::size_t at) {
    if (::pwrite(file.get(), bytes.data(), size, static_cast<off_t>(at)) !=
        static_cast<ssize_t>(size)) {
      throw std::system_error(errno, std::generic_category(), path);
    }
    if (::fdatasync(file.get()) != 0) throw std::system_error(errno, std::generic_category(), path);
  };
  if (!file.is_open()) throw std::system_error(errno, std::generic_category(), path);
  write_all(kFileBytes, 0);  // as the journal's files are: their blocks are written
  Measured measured;
  std::size_t at = 0;
  schedule.begin();
  for (int done = 0; done < schedule.count();) {
    int due = done;
    while (due < schedule.count() && schedule.due(due) <= now_ns()) ++due;
    if (due == done) continue;
    const std::size_t size = kRecord * static_cast<std::size_t>(due - done);
    if (at + size > kFileBytes) at = 0;
    write_all(size, at);
    at += size;
    const std::int64_t now = now_ns();
    for (; done < due; ++done) measured.latencies.add(now - schedule.due(done));
  }
  ::unlink(path.c_str());
  return measured;
}

/// A venue whose journal is in `folder`, and its only client.
class Target {
 public:
  Target(const std::string& durability, const std::string& folder, const std::string& venue)
      : venue_(options_of(durability, folder, venue)), client_(client_options()) {
    client_.connect(venue_.host(), venue_.port());
    const std::optional<testing::FixMessage> logon = client_.logon();
    if (!logon || logon->type() != "A") throw std::runtime_error("the venue refuses our Logon");
  }

  /// An order and its cancel in turn, each answered by one report, in order.
  Measured time(Schedule schedule) {
    testing::FixConnection& connection = client_.connection();
    Measured measured;
    int sent = 0;
    int answered = 0;
    schedule.begin();
    while (answered < schedule.count()) {
      const int before = sent;
      for (; sent < schedule.count() && schedule.due(sent) <= now_ns(); ++sent) {
        client_.queue(next_request());
      }
      if (sent > before) connection.flush();
      if (connection.read_some() == testing::FixConnection::Read::closed) {
        throw std::runtime_error("the venue closed the connection");
      }
      while (const auto frame = connection.next_frame()) {
        if (frame->find("\x01"
                        "35=0\x01") != std::string_view::npos) {
          continue;  // a heartbeat
        }
        const bool is_report = frame->find(
                                   "\x01"
                                   "35=8\x01") != std::string_view::npos;
        // Where it cannot follow, the venue refuses, and a cancel finds no order.
        if (is_report && frame->find("\x01"
                                     "150=8\x01") == std::string_view::npos) {
          measured.latencies.add(now_ns() - schedule.due(answered));
        } else {
          ++measured.refused;
        }
        ++answered;
      }
      if (sent > answered && now_ns() - schedule.due(answered) > 10 * kSecondNs) {
        throw std::runtime_error("no answer within ten seconds");
      }
    }
    return measured;
  }

 private:
  static testing::RawClientOptions client_options() {
    testing::RawClientOptions options;
    options.sender = kCompId;
    options.automatic = false;
    options.heartbeat_s = 60;
    return options;
  }
  static testing::VenueOptions options_of(const std::string& durability, const std::string& folder,
                                          const std::string& venue) {
    testing::VenueOptions options;
    options.binary = venue;
    options.cpu = kVenueCpu;
    testing::VenueInstrument instrument;
    instrument.symbol = kSymbol;
    instrument.tick_size = "1";
    instrument.lot_size = "0.00000001";
    options.config.instruments = {instrument};
    testing::VenueSession session;
    session.comp_id = kCompId;
    session.password.clear();
    options.config.sessions = {session};
    options.config.log = {{"level", "\"warn\""}};
    options.config.gateway = {{"in_flight_per_session", "8192"}, {"command_ring", "8192"}};
    options.config.journal = {{"durability", testing::quoted(durability)},
                              {"dir", testing::quoted(folder + "/" + durability)},
                              {"segment_bytes", "16777216"},
                              {"live_segment_bytes", "8388608"}};
    return options;
  }
  FixBody next_request() {
    const int n = requests_++;
    const std::string name = "ORDER-" + std::to_string(1'000'000 + n / 2);
    if (n % 2 == 1) {
      return testing::cancel_request("CANCEL-" + std::to_string(n), name, kSymbol, '1');
    }
    return testing::limit_order(name, kSymbol, '1', "0.01", std::to_string(50'000 + n % 50));
  }

  testing::VenueProcess venue_;
  RawFixClient client_;
  int requests_ = 0;
};

struct Series {
  std::vector<double> p50;
  std::vector<double> p99;
  int refused = 0;
};

void bench(const Options& options) {
  print_machine();
  pin_to_cpu(kClientCpu);
  std::printf(
      "loopback TCP, one session, the client polls on CPU 0, the venue has CPU 1; open loop, from "
      "the moment each message was "
      "due;\n"
      "%d repetitions in turn, %d s of each rate, at least %d messages; the disk is that of %s\n",
      options.repetitions, options.seconds, options.rare, options.folder.c_str());
  std::map<int, std::map<std::string, Series>> all;
  const auto add = [&](int rate, const std::string& name, Measured measured) {
    Series& series = all[rate][name];
    series.p50.push_back(static_cast<double>(measured.latencies.percentile(0.5)));
    series.p99.push_back(static_cast<double>(measured.latencies.percentile(0.99)));
    series.refused += measured.refused;
  };
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    std::string folder = options.folder + "/durability_bench.XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), folder);
    }
    const auto schedule = [&](int rate) { return Schedule(rate, options.seconds, options.rare); };
    for (const int rate : options.rates) add(rate, kBare, time_bare(folder, schedule(rate)));
    for (const char* const durability : {"process", "disk"}) {
      Target target(durability, folder, options.venue);
      (void)target.time(Schedule(10'000, 1, 0));  // warm-up
      for (const int rate : options.rates) add(rate, durability, target.time(schedule(rate)));
    }
    std::filesystem::remove_all(folder);
  }
  Table table;
  table.add({"messages a second", "", "p50 us", "p99 us", "p50 / bare", "refused"});
  for (const int rate : options.rates) {
    const std::vector<double>& bare = all[rate][kBare].p50;
    for (const char* const name : {kBare, "process", "disk"}) {
      const Series& series = all[rate][name];
      std::vector<double> ratios;
      for (std::size_t i = 0; i < bare.size(); ++i) ratios.push_back(series.p50[i] / bare[i]);
      table.add({grouped(static_cast<std::uint64_t>(rate)), name,
                 text_of(spread_of(series.p50), 1, 0.001), text_of(spread_of(series.p99), 1, 0.001),
                 text_of(spread_of(ratios), 2), std::to_string(series.refused)});
    }
  }
  table.print();
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{"Times order to acknowledgement by durability and rate, beside a bare fdatasync."};
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--rates", options.rates, "messages a second, separated by commas")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each rate")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  app.add_option("--rare", options.rare, "messages of each rate at the least")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--folder", options.folder, "a folder on the disk to measure")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--venue", options.venue, "program to start (default: sluice beside this one)");
  CLI11_PARSE(app, argc, argv);
  try {
    sluice::perf::bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "durability_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
