// ErrorCode(25016)=43: an instrument is busy with a long sweep, and as many requests as may wait
// do.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {
namespace {

TEST(DeferredCapacity, OneMoreWaitingRequestIsRefusedWithItsCode) {
  TurnedVenue venue([](gateway::VenueConfig& config) {
    config.engine.work_per_command = 8;
    config.engine.max_deferred = 1;
  });
  TurnedClient client(venue, "CLIENT1");
  client.logon(true);
  constexpr int kResting = 60;
  for (int i = 0; i < kResting; ++i) {
    client.order("s" + std::to_string(i), '2', "0.001", "1.00");
    EXPECT_EQ(client.receive().get(150), "0");
  }
  // All in the ring before the engine's next turn, so that the sweep cannot get ahead.
  client.order("sweep", '1', "0.060", "1.00");
  client.order("waits", '1', "0.001", "0.50");
  client.order("late", '1', "0.001", "0.50");
  client.cancel("late-cancel", "s59", '2');
  venue.settle(false);
  std::vector<FixMessage> refused;
  for (const FixMessage& message : client.receive_rest()) {
    if (message.has(25016)) refused.push_back(message);
  }
  ASSERT_EQ(refused.size(), 2U);
  constexpr const char* kText =
      "BTC-USDT is busy with a long sweep and 1 requests wait already; send again later";
  EXPECT_EQ(refused[0].get(11), "late");
  EXPECT_EQ(refused[0].get(103), "3");
  EXPECT_EQ(refused[1].get(11), "late-cancel");
  EXPECT_EQ(refused[1].get(102), "99");
  EXPECT_EQ(refused[1].get(39), "0");
  for (const FixMessage& message : refused) {
    EXPECT_EQ(message.get(25016), "43") << message.readable();
    EXPECT_EQ(message.get(58), kText) << message.readable();
  }
  // The same order is good once the sweep is done: its name was not spent.
  client.order("late", '1', "0.001", "0.50");
  EXPECT_EQ(client.receive().get(150), "0");
}

}  // namespace
}  // namespace sluice::testing
