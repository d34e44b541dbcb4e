#include "perf/flood/bystanders.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <time.h>

#include "perf/flood/flood.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {

using testing::FixMessage;
using testing::RawFixClient;

namespace {

std::int64_t cpu_ns(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("the venue is gone");
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::vector<std::string> Bystanders::comp_ids() {
  std::vector<std::string> names;
  for (int i = 0; i < kSessions; ++i) names.push_back("BYSTANDER" + std::to_string(i));
  return names;
}

Bystanders::Bystanders(const testing::VenueProcess& venue, clockid_t venue_cpu)
    : venue_cpu_(venue_cpu) {
  for (const std::string& comp_id : comp_ids()) {
    testing::RawClientOptions options;
    options.sender = comp_id;
    options.heartbeat_s = 60;
    options.automatic = false;
    options.patience = std::chrono::seconds{10};
    auto& client = clients_.emplace_back(std::make_unique<RawFixClient>(options));
    client->connect(venue.host(), venue.port());
    const std::optional<FixMessage> answer = client->logon(false);
    if (!answer || answer->type() != "A") throw std::runtime_error(comp_id + " is not let in");
  }
}

Bystanders::Waits Bystanders::trade(double seconds, int pause_us) {
  Waits waits;
  const std::int64_t end_ns = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  while (now_ns() < end_ns) {
    RawFixClient& client = *clients_[orders_ % clients_.size()];
    const std::string name = "O" + std::to_string(++orders_);
    const std::int64_t cpu_before = cpu_ns(venue_cpu_);
    waits.waited.push_back(
        round_trip(client, testing::limit_order(name, kFloodSymbol, '1', "0.01", "50000"), '0'));
    waits.venue_cpu.push_back(cpu_ns(venue_cpu_) - cpu_before);
    round_trip(client, testing::cancel_request("X" + name, name, kFloodSymbol, '1'), '4');
    const timespec pause{.tv_sec = 0, .tv_nsec = pause_us * 1'000L};
    if (pause_us > 0) ::nanosleep(&pause, nullptr);
  }
  return waits;
}

void Bystanders::leave() {
  for (const auto& client : clients_) {
    if (!client->logout()) throw std::runtime_error(client->options().sender + ": no Logout");
  }
}

std::int64_t Bystanders::round_trip(RawFixClient& client, const testing::FixBody& body,
                                    char exec_type) {
  const std::uint32_t expected = client.expected_in();
  const std::int64_t start = now_ns();
  client.send(body);
  std::optional<FixMessage> answer = client.receive();
  const std::int64_t end = now_ns();
  if (!answer) {
    throw std::runtime_error(client.options().sender +
                             (client.closed_by_peer() ? " was cut" : " waited in vain"));
  }
  // A long run has heartbeats in it, in their turn.
  if (answer->type() == "0" || answer->type() == "1") {
    if (answer->type() == "1") client.send(testing::FixBody{"0"}.add(112, answer->get(112)));
    answer = client.receive();
  }
  if (!answer || answer->get(150) != std::string_view(&exec_type, 1)) {
    throw std::runtime_error(client.options().sender + " heard " +
                             (answer ? answer->readable() : "nothing"));
  }
  if (client.gap() != 0 || client.expected_in() <= expected) {
    throw std::runtime_error(client.options().sender + " lost message " + std::to_string(expected));
  }
  return end - start;
}

}  // namespace sluice::perf
