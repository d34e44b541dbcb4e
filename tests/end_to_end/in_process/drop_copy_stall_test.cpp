// A drop copy that does not read: while it catches up it is cut by time, at the log's tip by the
// bytes that wait for it. Others feel neither.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "tests/end_to_end/in_process/drop_copy_fixture.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

constexpr std::int64_t kStallNs = 5'000 * kNsPerMillisecond;
constexpr std::int64_t kTimerNs = 60 * kNsPerMillisecond;
constexpr int kTrades = 300;
constexpr std::uint64_t kCopies = 4 * kTrades;

std::uint16_t port_of(int fd, decltype(&::getsockname) which) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  return which(fd, raw, &size) == 0 && address.sin_family == AF_INET ? ntohs(address.sin_port) : 0;
}

/// The venue is in this process: its end of the client's connection gets a kernel buffer as small
/// as there is, so that a few hundred copies are more than it holds.
void shrink_venues_send_buffer(TurnedClient& client) {
  const std::uint16_t port = port_of(client.raw().connection().fd(), &::getsockname);
  ASSERT_NE(port, 0);
  for (int fd = 0; fd < 1'024; ++fd) {
    if (port_of(fd, &::getpeername) != port) continue;
    const int smallest = 1;
    ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &smallest, sizeof(smallest)), 0);
    return;
  }
  FAIL() << "the venue has no such connection";
}

class DropCopyStall : public DropCopyTest {
 protected:
  DropCopyStall()
      : DropCopyTest([](gateway::VenueConfig& config) {
          config.gateway.max_unsent_bytes = 64U << 10U;
          config.gateway.store_messages = 16'384;
          config.gateway.drop_copy_stall_ms = kStallNs / kNsPerMillisecond;
        }) {
    firm_.client().raw().options().receive_buffer_bytes = 4'096;
    client1_.logon(true);
    client2_.logon(true);
  }
  /// kTrades; `meanwhile` is done now and then.
  template <class Meanwhile>
  void trade_much(const Meanwhile& meanwhile) {
    for (int i = 0; i < kTrades; ++i) {
      trade(client1_, client2_);
      if (i % 50 == 0) meanwhile();
    }
  }
  /// On its first connection it has all there is.
  void leave_after_the_tip() {
    firm_.client().logon(true);
    trade(client1_, client2_);
    EXPECT_EQ(firm_.copies().size(), 4U);
    firm_.client().vanish();
  }
  /// Time passes that only monotonic clocks show.
  void pass(std::int64_t ns) {
    FrozenClock::hurry(ns);
    venue_.settle();
    FrozenClock::hurry(kTimerNs);
    venue_.settle();
  }
  bool is_connected() {
    // What it has not read stays in the socket: asking does not disturb.
    return venue_.venue().edge().connections.load() == connections_;
  }
  void note_connections() { connections_ = venue_.venue().edge().connections.load(); }

  FrozenClock clock_{kMidnightNs};
  std::uint64_t connections_ = 0;
};

TEST_F(DropCopyStall, WhileItCatchesUpItIsCutWhenNothingWasReadForTheConfiguredTime) {
  leave_after_the_tip();
  trade_much([] {});
  firm_.client().logon();
  shrink_venues_send_buffer(firm_.client());
  venue_.settle();
  note_connections();
  pass(0);  // the timer has seen it
  pass(kStallNs - 3 * kTimerNs);
  EXPECT_TRUE(is_connected());
  EXPECT_EQ(counters().stalled, 0U);
  EXPECT_LT(counters().copies, kCopies) << "it is paced";
  pass(3 * kTimerNs);
  EXPECT_FALSE(is_connected());
  EXPECT_EQ(counters().stalled, 1U);
  EXPECT_EQ(venue_.venue().edge().slow_connections, 0U);
  EXPECT_TRUE(venue_.log_says("FIRM-A cut: "));
}

TEST_F(DropCopyStall, WhileItReadsHoweverSlowlyItIsNotCut) {
  leave_after_the_tip();
  trade_much([] {});
  firm_.client().logon();
  shrink_venues_send_buffer(firm_.client());
  venue_.settle();
  note_connections();
  for (int i = 0; i < 5; ++i) {
    pass(kStallNs / 2);
    // Enough to open the window again.
    for (int n = 0; n < 100; ++n) {
      if (const auto copy = firm_.client().poll()) firm_.check(*copy);
    }
  }
  EXPECT_TRUE(is_connected());
  EXPECT_EQ(counters().stalled, 0U);
  std::size_t rest = 0;
  while (firm_.next <= kCopies + 4) {
    firm_.check(firm_.client().receive());
    ++rest;
  }
  EXPECT_GT(rest, 0U);
}

TEST_F(DropCopyStall, AtTheTipItIsCutAtTheBytesThatWaitAndNotByTime) {
  firm_.client().logon(true);
  firm_b_.client().logon(true);
  venue_.settle();
  trade(client1_, client2_);
  EXPECT_EQ(firm_.copies().size(), 4U);
  EXPECT_EQ(firm_b_.copies().size(), 4U);
  shrink_venues_send_buffer(firm_.client());
  note_connections();
  // More than the kernels hold, less than the bound: that may wait as long as it likes.
  constexpr int kFew = 15;
  for (int i = 0; i < kFew; ++i) trade(client1_, client2_);
  pass(0);  // the timer has seen it
  pass(3 * kStallNs);
  EXPECT_TRUE(is_connected());
  std::size_t others = 4 + firm_b_.copies().size();
  trade_much([&] { others += firm_b_.copies().size(); });
  others += firm_b_.copies().size();
  EXPECT_FALSE(is_connected());
  EXPECT_EQ(venue_.venue().edge().slow_connections, 1U);
  EXPECT_EQ(counters().stalled, 0U);
  EXPECT_EQ(others, kCopies + 4 * (kFew + 1)) << "the other one of the group has them all";
}

}  // namespace
}  // namespace sluice::testing
