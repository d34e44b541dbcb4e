// One client's flood costs the others a turn, not the flood.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

using gateway::IoThread;

constexpr std::uint32_t kResendRate = 1'000;
constexpr std::uint32_t kResendPage = 50;

class FairTurns : public ::testing::Test {
 protected:
  FairTurns() {
    flooder_.logon(true);
    other_.logon(true);
    for (int i = 0; i < 100; ++i) flooder_.order("r" + std::to_string(i), '1', "0.001", "1.00");
    EXPECT_EQ(flooder_.receive_rest().size(), 100U);
  }
  /// Turns of the I/O thread until `other_` has its Heartbeat.
  int turns_until_answered() {
    other_.send(FixBody{"1"}.add(112, "now"));
    for (int turns = 1;; ++turns) {
      (void)venue_.turn_io();
      if (const auto answer = other_.poll(); answer && answer->get(112) == "now") return turns;
      if (turns == 10'000) return turns;
    }
  }
  std::uint64_t commands() { return venue_.venue().order_entry().commands; }
  /// Turns of the I/O thread until there are more than `count` commands; how many there are.
  std::uint64_t turn_until_more_than(std::uint64_t count) {
    while (commands() <= count) (void)venue_.turn_io();
    return commands();
  }
  /// So many orders with one write.
  static void burst(TurnedClient& client, int orders) {
    for (int i = 0; i < orders; ++i) {
      client.raw().queue(limit_order("f" + std::to_string(i), kSymbol, '1', "0.001", "1.00"));
    }
    ASSERT_TRUE(client.raw().flush());
  }

  FrozenClock clock_{kMidnightNs};
  TurnedVenue venue_{[](gateway::VenueConfig& config) {
    config.gateway.resend_page = kResendPage;
    config.gateway.resend_rate = kResendRate;
    config.gateway.heartbeat_s_max = 3'600;
  }};
  TurnedClient flooder_{venue_, "CLIENT1", 3'600};
  TurnedClient other_{venue_, "CLIENT2", 3'600};
};

TEST_F(FairTurns, ASessionThatIsAloneHasALongTurn) {
  FrozenClock::hurry(IoThread::kAloneNs);
  burst(flooder_, 150);
  // All 150 came with one read.
  const std::uint64_t before = commands();
  EXPECT_EQ(turn_until_more_than(before) - before, IoThread::kMessagesAlone);
  EXPECT_EQ(turn_until_more_than(before + 64) - before, 2 * IoThread::kMessagesAlone);
  EXPECT_EQ(turn_until_more_than(before + 128) - before, 150U);
  EXPECT_EQ(flooder_.receive_rest().size(), 150U);
}

TEST(FairTurnsAlone, TheFirstToSpeakIsAloneAtOnce) {
  FrozenClock clock{kMidnightNs};
  TurnedVenue venue;
  TurnedClient client{venue, "CLIENT1"};
  client.logon(true);
  for (int i = 0; i < 100; ++i) {
    client.raw().queue(limit_order("f" + std::to_string(i), kSymbol, '1', "0.001", "1.00"));
  }
  ASSERT_TRUE(client.raw().flush());
  while (venue.venue().order_entry().commands == 0) (void)venue.turn_io();
  EXPECT_EQ(venue.venue().order_entry().commands, IoThread::kMessagesAlone);
  EXPECT_EQ(client.receive_rest().size(), 100U);
}

TEST_F(FairTurns, ASessionThatIsNotAloneHasAShortTurn) {
  FrozenClock::hurry(IoThread::kAloneNs - kNsPerSecond / 2);
  burst(flooder_, 150);
  const std::uint64_t before = commands();
  for (std::uint64_t most = IoThread::kMessagesShared; most < 150;
       most += IoThread::kMessagesShared) {
    EXPECT_EQ(turn_until_more_than(commands()) - before, most);
  }
  EXPECT_EQ(flooder_.receive_rest().size(), 150U);
}

TEST_F(FairTurns, TheFirstWordOfAnotherEndsLongTurns) {
  FrozenClock::hurry(IoThread::kAloneNs);
  burst(flooder_, 150);
  const std::uint64_t before = commands();
  EXPECT_EQ(turn_until_more_than(before) - before, IoThread::kMessagesAlone);
  EXPECT_LE(turns_until_answered(), 2);
  while (commands() < before + 150) {
    const std::uint64_t last = commands();
    EXPECT_LE(turn_until_more_than(last) - last, IoThread::kMessagesShared);
  }
}

TEST_F(FairTurns, MessagesOfATurnAreSharedByThoseWhoFlood) {
  TurnedClient second{venue_, "CLIENT3", 3'600};
  second.logon(true);
  const std::uint64_t before = commands();
  burst(flooder_, 150);
  burst(second, 150);
  while (commands() == before) (void)venue_.turn_io();
  // The first message of each that is newly readable, too.
  EXPECT_LE(commands() - before, IoThread::kMessagesShared + 1);
  for (std::uint64_t last = commands(); last - before < 300; last = commands()) {
    (void)venue_.turn_io();
    EXPECT_LE(commands() - last, IoThread::kMessagesShared);
  }
  EXPECT_EQ(flooder_.receive_rest().size(), 150U);
  EXPECT_EQ(second.receive_rest().size(), 150U);
}

/// Forty connections that are not logged on.
class StrangersInTurns : public ::testing::Test {
 protected:
  StrangersInTurns() {
    for (FixConnection& one : strangers_) {
      one.open("127.0.0.1", venue_.venue().port(), after(std::chrono::seconds{5}));
    }
    EXPECT_TRUE(venue_.turn_until([&] { return venue_.venue().edge().connections == kCount; }));
  }
  static void say(FixConnection& stranger, std::string_view bytes) {
    ASSERT_TRUE(stranger.send(bytes, after(std::chrono::seconds{5})));
  }
  std::size_t judged() { return venue_.venue().edge().hostile_connections; }

  static constexpr std::size_t kCount = 40;
  TurnedVenue venue_;
  std::array<FixConnection, kCount> strangers_;
};

TEST_F(StrangersInTurns, NothingOfThemIsDoneWhereOthersTrade) {
  FixConnection newcomer;
  newcomer.open("127.0.0.1", venue_.venue().port(), after(std::chrono::seconds{5}));
  for (FixConnection& one : strangers_) say(one, "garbage");
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(venue_.venue().io(0).turn());
  EXPECT_EQ(judged(), 0U);
  EXPECT_EQ(venue_.venue().edge().connections, kCount);
  EXPECT_TRUE(venue_.venue().door().turn());
  EXPECT_GT(judged(), 0U);
}

TEST_F(StrangersInTurns, AFewOfThemAreLookedAtInATurnAndAllInTheEnd) {
  for (FixConnection& one : strangers_) say(one, "garbage");
  for (std::size_t most = 0; most < kCount;) {
    most += IoThread::kStrangersPerTurn;
    (void)venue_.turn_io();
    EXPECT_EQ(judged(), most);
  }
}

TEST_F(StrangersInTurns, ThoseWhoAlwaysSaySomethingKeepNobodyFromBeingHeard) {
  const auto last = strangers_.end() - 1;
  for (auto one = strangers_.begin(); one != last; ++one) {
    say(*one,
        "8=FIX.4.4\x01"
        "9=999\x01"
        "35=A\x01"
        "58=");
  }
  say(*last, "garbage");
  int turns = 0;
  for (; turns < 100 && judged() == 0; ++turns) {
    for (auto one = strangers_.begin(); one != last; ++one) say(*one, "a");
    (void)venue_.turn_io();
  }
  EXPECT_LE(turns, static_cast<int>(kCount / IoThread::kStrangersPerTurn));
}

TEST_F(StrangersInTurns, AFewNewConnectionsAreAcceptedInATurn) {
  std::array<FixConnection, 20> more;
  for (FixConnection& one : more) {
    one.open("127.0.0.1", venue_.venue().port(), after(std::chrono::seconds{5}));
  }
  for (std::size_t most = 0; most < more.size();) {
    most += IoThread::kAcceptsPerTurn;
    (void)venue_.turn_io();
    EXPECT_EQ(venue_.venue().edge().connections, kCount + most);
  }
}

TEST_F(FairTurns, AFloodOfResendRequestsIsAnsweredAPageAtATimeAndDelaysNobody) {
  constexpr int kRequests = 200;
  for (int i = 0; i < kRequests; ++i) flooder_.raw().queue(FixBody{"2"}.add(7, 1).add(16, 0));
  ASSERT_TRUE(flooder_.raw().flush());
  EXPECT_LE(turns_until_answered(), 3);
  EXPECT_LE(flooder_.receive_rest().size(), 3 * kResendPage);
  // The rest waits for its time, in order; the session lives on.
  EXPECT_LE(turns_until_answered(), 3);
}

TEST_F(FairTurns, WhatIsResentASecondIsBounded) {
  const std::uint64_t before = flooder_.receive_rest().size();
  ASSERT_EQ(before, 0U);
  for (int i = 0; i < 50; ++i) flooder_.raw().queue(FixBody{"2"}.add(7, 2).add(16, 51));
  ASSERT_TRUE(flooder_.raw().flush());
  std::size_t resent = 0;
  constexpr int kSeconds = 2;
  for (int i = 0; i < kSeconds * 100; ++i) {
    FrozenClock::hurry(10 * kNsPerMillisecond);
    for (const FixMessage& message : flooder_.receive_rest()) {
      if (message.type() == "8") ++resent;
    }
  }
  // Real time passes beside the hurried; the first request is free.
  EXPECT_GE(resent, kSeconds * kResendRate / 2);
  EXPECT_LE(resent, 50U * 50U);
}

TEST_F(FairTurns, WhatAClientSentBeforeItLeftIsWorkedOffAllTheSame) {
  const std::uint64_t before = commands();
  for (int i = 0; i < 100; ++i) {
    flooder_.raw().queue(
        cancel_request("c" + std::to_string(i), "r" + std::to_string(i), kSymbol, '1'));
  }
  ASSERT_TRUE(flooder_.raw().flush());
  flooder_.raw().close();
  EXPECT_TRUE(venue_.turn_until([&] { return commands() - before == 100; }));
  EXPECT_TRUE(venue_.turn_until([&] { return venue_.venue().engine().open_orders() == 0; }));
}

}  // namespace
}  // namespace sluice::testing
