// What comes out between two publications is bounded, whatever the venue orders and whoever waits.
#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <string>

#include "engine/runner/engine_runner.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

constexpr std::uint32_t kSmallest = 8;

EngineConfig smallest_steps(EngineConfig config) {
  config.work_per_command = kSmallest;
  return config;
}

TEST(Batch, OfRandomCommandsStaysWithinWhatTheRunnerSays) {
  const EngineConfig config = smallest_steps(random_flow_config());
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937_64 random(seed);
  Venue v(config);
  FlowPlayer player;
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<Event> events = v.submit(player.next(random_intent(random)));
    player.hear(events);
    // One step for the command, one for what waits, two events an operation, and its answer.
    ASSERT_LE(events.size(), 2U * 2U * kSmallest + 4U) << "seed " << seed << " command " << i;
  }
  EXPECT_LE(2U * 2U * kSmallest + 4U, EngineRunner::max_batch(config));
}

// Requests that wait and find their orders condemned: each operation is a cancel and an answer; and
// a kill whose first step comes with it.
TEST(Batch, OfRequestsThatWaitedForOrdersThatAreCondemnedStaysWithinIt) {
  const EngineConfig config = smallest_steps(small_config());
  Venue v(config);
  for (int i = 0; i < 40; ++i) v.submit(buy(1, "B" + std::to_string(i)).at(50));
  for (int i = 0; i < 600; ++i) v.submit(sell(3, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "sweep").qty(600).at(100));
  for (int i = 0; i < 40; ++i) {
    v.submit(i % 2 == 0 ? Command(cancel(1, "X" + std::to_string(i)).orig("B" + std::to_string(i)))
                        : Command(venue_cancel(v.id_of(1, "B" + std::to_string(i)))));
    if (i == 0) v.submit(kill(ControlScope::session, 1));
  }
  std::size_t largest = 0;
  while (v.engine().has_pending_work()) {
    largest = std::max(largest, v.submit(continue_work()).size());
  }
  EXPECT_EQ(largest, 2U * kSmallest) << "one step, two events an operation";
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

}  // namespace
}  // namespace sluice::test
