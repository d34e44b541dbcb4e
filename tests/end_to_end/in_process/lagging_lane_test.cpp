// An event ring only hurries reports along: when it is full the I/O thread reads the execution log
// and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {
namespace {

class LaggingLane : public ::testing::Test {
 protected:
  LaggingLane() {
    client_.logon(true);
    other_.logon(true);
  }
  /// `count` orders of `client`, all in the command ring, none yet seen by the engine.
  void push_orders(TurnedClient& client, int count) {
    for (int i = 0; i < count; ++i) {
      client.order("o" + std::to_string(++orders_), '1', "0.001", "1.00");
    }
    venue_.settle(false);
  }
  void engine_turns(int count) {
    for (int i = 0; i < count; ++i) venue_.turn_engine();
  }
  /// All events of the session so far, each once and in order.
  void expect_told(const std::vector<FixMessage>& reports, std::uint32_t session = 1) {
    EXPECT_EQ(exec_ids(reports), exec_ids(venue_.events(session)));
  }
  std::uint64_t lags() { return venue_.venue().runner().counters().lane_lags; }

  TurnedVenue venue_{[](gateway::VenueConfig& config) {
    config.gateway.event_ring = 8;
    // Half of it holds what so many commands as are pushed here could cause.
    config.engine.execution_log_events = 1U << 17U;
  }};
  TurnedClient client_{venue_, "CLIENT1"};
  TurnedClient other_{venue_, "CLIENT2"};
  int orders_ = 0;
};

TEST_F(LaggingLane, AFullRingIsNoLag) {
  push_orders(client_, 8);
  engine_turns(3);
  EXPECT_EQ(lags(), 0u);
  expect_told(client_.receive_rest());
}

TEST_F(LaggingLane, OneEventMoreIs) {
  push_orders(client_, 9);
  engine_turns(3);
  EXPECT_EQ(lags(), 1u);
  expect_told(client_.receive_rest());
}

TEST_F(LaggingLane, TheEngineGoesOnWithoutTheIoThread) {
  for (int i = 0; i < 10; ++i) {
    push_orders(client_, 100);
    engine_turns(5);
  }
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1'000u);
  EXPECT_GE(lags(), 1u);
  expect_told(client_.receive_rest());
}

// The rejoin needs the engine's word; until then the log tells everything.
TEST_F(LaggingLane, ReportsComeFromTheLogWhileTheEngineStands) {
  push_orders(client_, 60);
  engine_turns(1);
  const std::vector<FixMessage> reports = client_.receive_all(60, false);
  expect_told(reports);
}

TEST_F(LaggingLane, ComesBackToTheRing) {
  push_orders(client_, 60);
  engine_turns(1);
  EXPECT_EQ(client_.receive_rest().size(), 60u);
  ASSERT_EQ(lags(), 1u);
  for (int i = 0; i < 20; ++i) {
    push_orders(client_, 8);
    engine_turns(1);
    EXPECT_EQ(client_.receive_rest().size(), 8u);
  }
  EXPECT_EQ(lags(), 1u) << "it stayed with the log";
  push_orders(client_, 9);
  engine_turns(1);
  EXPECT_EQ(client_.receive_rest().size(), 9u);
  EXPECT_EQ(lags(), 2u);
}

TEST_F(LaggingLane, EachSessionOfTheLaneGetsItsOwnReportsOnly) {
  for (int i = 0; i < 5; ++i) {
    push_orders(client_, 20);
    push_orders(other_, 13);
    engine_turns(2);
  }
  std::vector<FixMessage> mine = client_.receive_rest();
  std::vector<FixMessage> others = other_.receive_rest();
  expect_told(mine);
  expect_told(others, 2);
  EXPECT_EQ(mine.size(), 100u);
  EXPECT_EQ(others.size(), 65u);
}

TEST_F(LaggingLane, NothingIsLostOrDoubledHoweverTheTurnsFall) {
  std::mt19937_64 random(random_seed());
  std::vector<FixMessage> mine;
  std::vector<FixMessage> others;
  const auto collect = [](TurnedClient& client, std::vector<FixMessage>& into) {
    while (auto message = client.poll()) into.push_back(*std::move(message));
  };
  for (int round = 0; round < 2'000; ++round) {
    switch (random() % 5) {
      case 0:
        for (std::uint64_t i = random() % 12; i > 0; --i) {
          TurnedClient& client = random() % 2 == 0 ? client_ : other_;
          const char side = random() % 2 == 0 ? '1' : '2';
          client.order("r" + std::to_string(++orders_), side, "0.001", "1.00");
        }
        break;
      case 1:
      case 2:
        venue_.turn_io();
        break;
      case 3:
        venue_.turn_engine();
        break;
      case 4:
        collect(client_, mine);
        collect(other_, others);
        break;
    }
  }
  for (FixMessage& message : client_.receive_rest()) mine.push_back(std::move(message));
  for (FixMessage& message : other_.receive_rest()) others.push_back(std::move(message));
  expect_told(mine);
  expect_told(others, 2);
  EXPECT_GT(lags(), 0u);
}

}  // namespace
}  // namespace sluice::testing
