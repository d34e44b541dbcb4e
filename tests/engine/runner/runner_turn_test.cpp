// One turn: whose commands come when, and work that is left over.
#include <gtest/gtest.h>
#include <vector>

#include "tests/engine/runner/runner_fixture.hpp"

namespace sluice::test {
namespace {

class Turn : public RunnerTest {
 protected:
  void push(std::size_t lane, int orders, Side side = Side::buy) {
    const auto session = static_cast<std::uint32_t>(lane + 1);
    for (; orders > 0; --orders) ASSERT_TRUE(lanes_[lane]->try_push(order(session, side)));
  }
  /// Numbers of the commands that a lane's events answer.
  std::vector<std::uint64_t> answered(std::size_t lane) {
    std::vector<std::uint64_t> numbers;
    lanes_[lane]->events.consume(
        1'000, [&](const Event& event) { numbers.push_back(event.command_seq.value); });
    return numbers;
  }
  /// A hundred offers, and an order for all of them that one turn cannot fill.
  void begin_long_sweep() {
    push(0, 100, Side::sell);
    while (runner_->turn()) {
    }
    ASSERT_TRUE(lanes_[1]->try_push(order(2, Side::buy, 100, 100)));
    ASSERT_TRUE(runner_->turn());
  }
};

TEST_F(Turn, Takes64CommandsOfALaneAndNoMore) {
  make(1'024, 1'024);
  push(0, 64);
  runner_->turn();
  EXPECT_EQ(lanes_[0]->commands.waiting(), 0U);
  push(0, 65);
  runner_->turn();
  EXPECT_EQ(lanes_[0]->commands.waiting(), 1U);
}

TEST_F(Turn, OfTheNextLaneComesBeforeThe65thCommandOfTheFirst) {
  make(1'024, 1'024);
  push(0, 66);
  push(1, 2);
  EXPECT_TRUE(runner_->turn());
  EXPECT_EQ(answered(1), (std::vector<std::uint64_t>{65, 66}));
  EXPECT_EQ(answered(0).back(), 64U);
  EXPECT_TRUE(runner_->turn());
  EXPECT_EQ(answered(0), (std::vector<std::uint64_t>{67, 68}));
  EXPECT_FALSE(runner_->turn());
}

TEST_F(Turn, WithoutCommandsDoesOneStepOfTheWorkThatIsLeftOver) {
  make(1'024, 1'024);
  begin_long_sweep();
  const RunnerCounters& counters = runner_->counters();
  EXPECT_TRUE(counters.pending_work);
  std::uint64_t own = 0;
  while (engine_->has_pending_work()) {
    const std::uint64_t events = counters.events;
    ASSERT_TRUE(runner_->turn());
    ++own;
    EXPECT_EQ(engine_->last_seq().value, 101U + own) << "one command a step";
    EXPECT_LE(counters.events - events, 2U * 8U);
    EXPECT_EQ(counters.pending_work, engine_->has_pending_work());
  }
  // 16 matches were done with the order itself.
  EXPECT_EQ(own, 11U);
  EXPECT_EQ(counters.events, 100U + 1U + 2U * 100U);
  EXPECT_EQ(counters.commands, 101U + own);
  EXPECT_EQ(counters.lane_commands, 101U);
  EXPECT_FALSE(runner_->turn());
}

TEST_F(Turn, WithCommandsLeavesTheWorkToTheirSteps) {
  make(1'024, 1'024);
  begin_long_sweep();
  push(0, 1);
  EXPECT_TRUE(runner_->turn());
  EXPECT_EQ(engine_->last_seq().value, 102U);
  EXPECT_TRUE(runner_->counters().pending_work);
}

TEST_F(Turn, OfAStoppedThreadIsNotItsLastWhileWorkIsLeftOver) {
  make(1'024, 1'024);
  begin_long_sweep();
  ASSERT_TRUE(engine_->has_pending_work());
  runner_->start();
  runner_->stop();
  EXPECT_FALSE(engine_->has_pending_work());
  EXPECT_EQ(engine_->open_orders(), 0U);
}

}  // namespace
}  // namespace sluice::test
