// The way of a connection to its session: accepted when the system allows, and not read while its
// password is checked.
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "gateway/auth/password_hash.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::testing {
namespace {

// Not for UBSan: it looks whether an object can be read by writing it to a pipe, which takes
// descriptors.
#ifndef SLUICE_UBSAN
/// This process, which is the venue's, may open none while it lives.
class NoNewDescriptors {
 public:
  NoNewDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit none{0, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  }
  ~NoNewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoNewDescriptors(const NoNewDescriptors&) = delete;
  NoNewDescriptors& operator=(const NoNewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(Admission, ListenerThatCannotAcceptLetsTheThreadRest) {
  TurnedVenue venue;
  TurnedClient client{venue, "CLIENT1"};
  venue.settle();
  client.start_logon();
  int idle_turns = 0;
  {
    const NoNewDescriptors exhausted;
    for (int i = 0; i < 1'000; ++i) idle_turns += venue.venue().door().turn() ? 0 : 1;
  }
  // Whoever waits is there all the time.
  EXPECT_GT(idle_turns, 0);
  EXPECT_EQ(client.receive().type(), "A");
  EXPECT_TRUE(venue.log_says("connections cannot be accepted: Too many open files"));
}
#endif

std::uint16_t port_of(int fd, int (*name)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  if (name(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

/// The venue's end of the client's connection, once it is accepted.
int other_end(TurnedClient& client) {
  const std::uint16_t port = port_of(client.raw().connection().fd(), ::getsockname);
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename().string());
    if (port_of(fd, ::getpeername) == port) return fd;
  }
  throw std::runtime_error("the connection is not accepted");
}

int unread_bytes(int fd) {
  int bytes = -1;
  EXPECT_EQ(::ioctl(fd, FIONREAD, &bytes), 0);
  return bytes;
}

/// Of the client, in the venue's socket; all of them while it is not accepted.
int unread_bytes_of(TurnedClient& client) {
  try {
    return unread_bytes(other_end(client));
  } catch (const std::runtime_error&) {
    return 1;
  }
}

class PasswordCheck : public ::testing::Test {
 protected:
  /// Sends a Logon, and an order as soon as it is being checked.
  void log_on_and_order(const std::string& password) {
    client_.raw().options().password = password;
    client_.start_logon();
    while (unread() > 0) venue_.turn_io();
    client_.order("EAGER", '1', "0.001", "1.00");
    order_bytes_ = unread();
    ASSERT_GT(order_bytes_, 0);
  }
  int unread() { return unread_bytes_of(client_); }

  TurnedVenue venue_{[](gateway::VenueConfig& config) {
    config.sessions[0].authentication = gateway::Authentication::password;
    config.sessions[0].password_hash = hash();
  }};
  TurnedClient client_{venue_, "CLIENT1"};
  int order_bytes_ = 0;

 private:
  static const std::string& hash() {
    // As slow to check as any: there are turns before the answer.
    static const std::string made = gateway::hash_password("secret");
    return made;
  }
};

TEST_F(PasswordCheck, WhatFollowsTheLogonIsReadOnlyOnceItIsGood) {
  log_on_and_order("secret");
  std::optional<FixMessage> answer;
  while (!answer) {
    EXPECT_EQ(unread(), order_bytes_);
    // The answer of the check is taken by a turn of its own, before any reading.
    venue_.turn_io();
    answer = client_.poll();
  }
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(client_.receive().get(11), "EAGER");
}

// A stranger who knows no password makes room for newer ones; whose password is being checked does
// not.
TEST(Admission, ConnectionWhosePasswordIsCheckedKeepsItsPlace) {
  static const std::string hash = gateway::hash_password("secret");
  TurnedVenue venue{[](gateway::VenueConfig& config) {
    config.gateway.max_unauthenticated = 1;
    config.sessions[0].authentication = gateway::Authentication::password;
    config.sessions[0].password_hash = hash;
  }};
  TurnedClient client{venue, "CLIENT1"};
  client.raw().options().password = "secret";
  client.start_logon();
  TurnedClient newcomer{venue, "CLIENT2"};
  // Until its Logon is being checked nothing but a turn can come between.
  while (unread_bytes_of(client) != 0) venue.turn_io();
  newcomer.raw().connect("127.0.0.1", venue.venue().port());
  EXPECT_TRUE(newcomer.closed());
  EXPECT_EQ(client.receive().type(), "A");
  EXPECT_EQ(venue.venue().edge().refused_connections, 1U);
  EXPECT_EQ(venue.venue().edge().evicted_connections, 0U);
}

TEST_F(PasswordCheck, WhatFollowsALogonThatFailsIsNeverActedOn) {
  log_on_and_order("guess");
  EXPECT_TRUE(client_.closed());
  venue_.settle();
  EXPECT_TRUE(venue_.events().empty());
  EXPECT_EQ(venue_.venue().order_entry().commands, 0U);
  // Nor counted: the next Logon is the session's first message.
  client_.raw().options().password = "secret";
  client_.raw().set_next_out(1);
  EXPECT_EQ(client_.logon().seq(), 1U);
}

}  // namespace
}  // namespace sluice::testing
