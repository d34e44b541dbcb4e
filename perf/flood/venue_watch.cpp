#include "perf/flood/venue_watch.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "perf/flood/bystanders.hpp"
#include "tests/support/certificates.hpp"

namespace sluice::perf {

namespace {

constexpr std::uint64_t kKiB = 1'024;
// What a connection takes: its receive buffer, and with TLS (ARCHITECTURE.md) as much again nearly.
constexpr std::uint64_t kReceiveBytes = 64 * kKiB;
constexpr std::uint64_t kTlsBytes = 48 * kKiB;
// A kept message and its entry.
constexpr std::uint64_t kStoredBytes = 512 + 32;
// An open order, with its name; a remembered name; both rounded up.
constexpr std::uint64_t kOrderBytes = 512;
constexpr std::uint64_t kNameBytes = 64;
constexpr std::uint64_t kNamesEach = 65'536;         // clordid_history
constexpr std::uint64_t kHistoryBytes = 16U << 20U;  // order_history
constexpr std::uint64_t kPasswordBytes = 16U << 20U;

// The cost of a password as shipped.
std::string dear_hash() { return testing::password_hash(kGuessedPassword, 3, 12U << 20U); }

std::uint64_t sessions() { return Bystanders::kSessions + flooding_sessions().size() + 1; }

constexpr std::array<std::array<const char*, 2>, 9> kFigures{{
    {"engine", "commands"},
    {"engine", "lane_lags"},
    {"edge", "refused_connections"},
    {"edge", "evicted_connections"},
    {"edge", "garbled_messages"},
    {"edge", "hostile_connections"},
    {"edge", "slow_connections"},
    {"orders", "busy_refusals"},
    {"orders", "in_flight_refusals"},
}};

}  // namespace

testing::VenueText FloodVenue::text(const std::string& folder) const {
  testing::VenueText text;
  text.sessions.clear();
  for (const std::string& comp_id : Bystanders::comp_ids()) text.sessions.push_back({comp_id, ""});
  for (const std::string& comp_id : flooding_sessions()) text.sessions.push_back({comp_id, ""});
  text.sessions.push_back({.comp_id = kGuessedSession,
                           .password = kGuessedPassword,
                           .more = {{"password_hash", testing::quoted(dear_hash())}}});
  text.instruments = {{kFloodSymbol}};
  text.gateway = {{"store_messages", std::to_string(store_messages)},
                  {"max_unsent_bytes", std::to_string(max_unsent_bytes)},
                  {"max_unauthenticated", std::to_string(max_unauthenticated)}};
  text.engine = {{"max_orders", std::to_string(max_orders)}, {"execution_log_events", "131072"}};
  text.log = {{"level", testing::quoted("warn")}};
  const testing::CertificateAuthority authority{folder, "authority"};
  const testing::CertificateFiles server = authority.issue_server("server");
  text.tls = {{"certificate", testing::quoted(server.certificate)},
              {"key", testing::quoted(server.key)}};
  return text;
}

std::uint64_t FloodVenue::more_bytes() const {
  // While a send buffer grows, the old one stands beside a new one of twice what is needed.
  const std::uint64_t session = store_messages * kStoredBytes + 3 * max_unsent_bytes +
                                kReceiveBytes + kNamesEach * kNameBytes;
  return sessions() * session + max_unauthenticated * (kReceiveBytes + kTlsBytes) +
         max_orders * kOrderBytes + kHistoryBytes + kPasswordBytes + kSlackBytes;
}

VenueWatch::VenueWatch(testing::VenueProcess& venue)
    : pid_(venue.process().pid()), admin_(venue.state_dir() + "/admin.sock") {
  (void)counted();
}

void VenueWatch::forget_peak() const {
  // proc(5): 5 resets the peak resident set size to the current one.
  std::ofstream file{"/proc/" + std::to_string(pid_) + "/clear_refs"};
  file << '5' << std::flush;
  if (!file) throw std::runtime_error("the peak of the venue's memory cannot be reset");
}

std::uint64_t VenueWatch::status_bytes(const std::string& key) const {
  std::ifstream file{"/proc/" + std::to_string(pid_) + "/status"};
  for (std::string word; file >> word;) {
    std::uint64_t kib = 0;
    if (word == key && file >> kib) return kib * kKiB;
  }
  throw std::runtime_error("the venue is gone");
}

VenueWatch::CpuTime VenueWatch::cpu_time() const {
  CpuTime sum;
  const std::string tasks = "/proc/" + std::to_string(pid_) + "/task";
  for (const auto& task : std::filesystem::directory_iterator{tasks}) {
    // The kernel's scheduler/sched-stats: time on a CPU, time on a run queue, time slices.
    std::ifstream file{task.path() / "schedstat"};
    CpuTime one;
    if (!(file >> one.used_ns >> one.waited_ns)) continue;
    sum.used_ns += one.used_ns;
    sum.waited_ns += one.waited_ns;
  }
  return sum;
}

clockid_t VenueWatch::cpu_clock() const {
  clockid_t clock{};
  if (::clock_getcpuclockid(pid_, &clock) != 0) throw std::runtime_error("the venue is gone");
  return clock;
}

std::map<std::string, std::uint64_t> VenueWatch::counted() {
  const testing::AdminClient::Answer answer = admin_.ask("stat");
  if (!answer.ok()) throw std::runtime_error("the venue does not answer `stat`");
  std::map<std::string, std::uint64_t> grown;
  for (const auto& [group, name] : kFigures) {
    const auto now = answer.result().at(group).at(name).get<std::uint64_t>();
    std::uint64_t& last = last_[name];
    if (now > last) grown[name] = now - last;
    last = now;
  }
  return grown;
}

}  // namespace sluice::perf
