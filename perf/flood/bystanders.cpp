#include "perf/flood/bystanders.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <time.h>

#include "perf/flood/flood.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {

using testing::FixMessage;
using testing::RawFixClient;

namespace {

std::int64_t to_ns(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t cpu_ns(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("the venue is gone");
  return to_ns(time);
}

/// Of the system clock, by which the kernel stamps what arrives.
std::int64_t wall_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return to_ns(time);
}

void stamp_arrivals(int fd) {
  const int on = 1;
  if (::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
    throw std::runtime_error("the kernel stamps no arrivals");
  }
}

/// When the next byte to be read came; it stays.
std::int64_t arrival_ns(int fd) {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, 128> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(fd, &message, MSG_PEEK) == 1) {
    for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
      if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SO_TIMESTAMPNS) continue;
      timespec time{};
      std::memcpy(&time, CMSG_DATA(one), sizeof time);
      return to_ns(time);
    }
  }
  throw std::runtime_error("the arrival of a report has no stamp");
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
    stamp_arrivals(client->connection().fd());
  }
}

Bystanders::Waits Bystanders::trade(double seconds, int pause_us) {
  Waits waits;
  const std::int64_t end_ns = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  while (now_ns() < end_ns) {
    RawFixClient& client = *clients_[orders_ % clients_.size()];
    const std::string name = "O" + std::to_string(++orders_);
    const std::int64_t cpu_before = cpu_ns(venue_cpu_);
    const RoundTrip took =
        round_trip(client, testing::limit_order(name, kFloodSymbol, '1', "0.01", "50000"), '0');
    waits.arrived.push_back(took.arrived_ns);
    waits.waited.push_back(took.waited_ns);
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

Bystanders::RoundTrip Bystanders::round_trip(RawFixClient& client, const testing::FixBody& body,
                                             char exec_type) {
  const std::uint32_t expected = client.expected_in();
  testing::FixConnection& connection = client.connection();
  RoundTrip took{};
  const std::int64_t start_wall = wall_ns();
  const std::int64_t start = now_ns();
  client.send(body);
  std::optional<FixMessage> answer;
  // A long run has heartbeats in it, in their turn: the stamps that stay are the report's.
  do {
    if (connection.wait_readable(testing::after(client.options().patience))) {
      took.arrived_ns = arrival_ns(connection.fd()) - start_wall;
    }
    answer = client.receive();
    took.waited_ns = now_ns() - start;
    if (!answer) {
      throw std::runtime_error(client.options().sender +
                               (client.closed_by_peer() ? " was cut" : " waited in vain"));
    }
    if (answer->type() == "1") client.send(testing::FixBody{"0"}.add(112, answer->get(112)));
  } while (answer->type() == "0" || answer->type() == "1");
  if (answer->get(150) != std::string_view(&exec_type, 1)) {
    throw std::runtime_error(client.options().sender + " heard " + answer->readable());
  }
  if (client.gap() != 0 || client.expected_in() <= expected) {
    throw std::runtime_error(client.options().sender + " lost message " + std::to_string(expected));
  }
  return took;
}

}  // namespace sluice::perf
