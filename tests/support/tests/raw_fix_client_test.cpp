#include "tests/support/raw_fix_client.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

/// Two clients that talk to each other over a socket pair.
struct Pair {
  RawFixClient near;
  RawFixClient far;

  Pair() : near(RawClientOptions{}), far(swapped()) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    near.connection().adopt(ends[0]);
    far.connection().adopt(ends[1]);
  }
  static RawClientOptions swapped() {
    RawClientOptions options;
    options.sender = "SLUICE";
    options.target = "CLIENT1";
    return options;
  }
};

TEST(RawFixClient, NumbersCountBothWays) {
  Pair pair;
  EXPECT_EQ(pair.far.send(FixBody{"8"}), 1U);
  EXPECT_EQ(pair.far.send(FixBody{"8"}), 2U);
  EXPECT_EQ(pair.near.receive()->seq(), 1U);
  EXPECT_EQ(pair.near.receive()->seq(), 2U);
  EXPECT_EQ(pair.near.expected_in(), 3U);
  EXPECT_EQ(pair.near.gap(), 0U);
}

TEST(RawFixClient, GapIsToldUntilAGapFillClosesIt) {
  Pair pair;
  pair.far.set_next_out(5);
  pair.far.send(FixBody{"8"});
  ASSERT_TRUE(pair.near.receive());
  EXPECT_EQ(pair.near.expected_in(), 1U);
  EXPECT_EQ(pair.near.gap(), 5U);
  FixHeader fill = pair.far.next_header();
  fill.seq = 1;
  pair.far.send(FixBody{"4"}.add(123, 'Y').add(36, 6), fill);
  ASSERT_TRUE(pair.near.receive());
  EXPECT_EQ(pair.near.expected_in(), 6U);
  EXPECT_EQ(pair.near.gap(), 0U);
}

TEST(RawFixClient, TestRequestIsAnsweredAndKeptFromTheCaller) {
  Pair pair;
  pair.far.options().automatic = false;
  pair.far.send(FixBody{"1"}.add(112, "PING"));
  pair.far.send(FixBody{"8"});
  EXPECT_EQ(pair.near.receive()->type(), "8");
  EXPECT_EQ(pair.near.test_requests_seen(), 1U);
  const std::optional<FixMessage> heartbeat = pair.far.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->type(), "0");
  EXPECT_EQ(heartbeat->get(112), "PING");
}

TEST(RawFixClient, MessagesInOnePacketComeOneByOne) {
  Pair pair;
  const std::string one = encode(FixBody{"8"}.add(58, "a"), pair.far.next_header());
  pair.far.send_raw(one + one.substr(0, 10));
  EXPECT_EQ(pair.near.receive()->get(58), "a");
  EXPECT_EQ(pair.near.receive(0ms), std::nullopt);
  pair.far.send_raw(one.substr(10));
  EXPECT_EQ(pair.near.receive()->get(58), "a");
}

TEST(RawFixClient, OtherMessagesOnTheWayAreKept) {
  Pair pair;
  pair.far.send(FixBody{"8"});
  pair.far.send(FixBody{"9"});
  ASSERT_TRUE(pair.near.receive_type("9"));
  ASSERT_EQ(pair.near.skipped().size(), 1U);
  EXPECT_EQ(pair.near.skipped().front().type(), "8");
}

TEST(RawFixClient, CloseByThePeerIsSeen) {
  Pair pair;
  pair.far.send(FixBody{"5"});
  pair.far.close();
  EXPECT_TRUE(pair.near.closed_within(20s));
  EXPECT_EQ(pair.near.skipped().size(), 1U);
  EXPECT_EQ(pair.near.receive(), std::nullopt);
}

TEST(RawFixClient, LogonCarriesCredentialsOnlyWithAPassword) {
  RawFixClient client;
  EXPECT_EQ(client.logon_body(true).fields().find("553="), std::string::npos);
  client.options().password = "secret";
  EXPECT_NE(client.logon_body(true).fields().find("553=CLIENT1\x01"
                                                  "554=secret\x01"),
            std::string::npos);
  EXPECT_EQ(client.logon_body(false).fields().find("141="), std::string::npos);
}

}  // namespace
}  // namespace sluice::testing
