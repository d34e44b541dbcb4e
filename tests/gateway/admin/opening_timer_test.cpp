// Instruments open in steps after an unclean start, but for those that somebody took in hand.
#include "gateway/admin/opening_timer.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <utility>

#include "engine/types/durations.hpp"
#include "tests/gateway/admin/admin_harness.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

class Opening : public ::testing::Test {
 protected:
  AdminHarness& start(std::size_t command_ring = 64) {
    AdminHarnessOptions options;
    options.folder = folder_.path();
    options.command_ring = command_ring;
    harness_ = std::make_unique<AdminHarness>(std::move(options));
    for (const std::uint32_t id : {1U, 2U, 3U}) close(id);
    harness_->services.saved.clear();
    return *harness_;
  }
  /// What the start of the venue did.
  void close(std::uint32_t instrument) {
    by_hand(instrument, InstrumentState::cancel_only);
    harness_->controls.set_closed({instrument}, true);
  }
  /// What an admin did.
  void by_hand(std::uint32_t instrument, InstrumentState state) {
    harness_->controls.set_closed({instrument}, false);
    const auto number = harness_->engine_desk.send(sluice::test::set_state(state, instrument));
    ASSERT_TRUE(number);
    settle();
    harness_->engine_desk.forget(*number);
  }
  void settle() {
    harness_->run_engine();
    harness_->engine_desk.poll([&](const Event& event) { harness_->controls.on_event(event); });
  }
  static OpeningTimer timer(std::uint32_t post_only_after_s, std::uint32_t continuous_after_s) {
    OpeningConfig config;
    config.post_only_after_s = post_only_after_s;
    config.continuous_after_s = continuous_after_s;
    return {config, {InstrumentId{1}, InstrumentId{2}, InstrumentId{3}}, kStart};
  }
  static std::int64_t at(std::int64_t seconds) { return kStart + seconds * kNsPerSecond; }
  /// Turns of timer and engine at one time; how many of them had work.
  int turns(OpeningTimer& timer, std::int64_t now_ns) {
    int worked = 0;
    for (int i = 0; i < 12; ++i) {
      worked += timer.turn(harness_->desk, now_ns) ? 1 : 0;
      settle();
    }
    return worked;
  }
  [[nodiscard]] InstrumentState state(std::uint32_t id) const {
    return harness_->controls.state({id});
  }

  static constexpr std::int64_t kStart = 5'000;
  sluice::testing::TemporaryFolder folder_;
  std::unique_ptr<AdminHarness> harness_;
};

TEST_F(Opening, GoesFromCancelOnlyOverPostOnlyToContinuousEachWhenDue) {
  AdminHarness& harness = start();
  OpeningTimer opening = timer(10, 30);
  EXPECT_EQ(turns(opening, at(10) - 1), 0);
  EXPECT_EQ(state(1), InstrumentState::cancel_only);
  EXPECT_GT(turns(opening, at(10)), 0);
  for (const std::uint32_t id : {1U, 2U, 3U}) EXPECT_EQ(state(id), InstrumentState::post_only);
  EXPECT_EQ(harness.services.saved.size(), 1U);
  EXPECT_EQ(turns(opening, at(30) - 1), 0);
  EXPECT_GT(turns(opening, at(30)), 0);
  for (const std::uint32_t id : {1U, 2U, 3U}) EXPECT_EQ(state(id), InstrumentState::continuous);
  EXPECT_EQ(harness.services.saved.size(), 2U);
  EXPECT_EQ(turns(opening, at(100'000)), 0);
  EXPECT_TRUE(harness.engine_desk.idle());
}

TEST_F(Opening, AStepOfZeroSecondsIsLeftOut) {
  start();
  OpeningTimer straight = timer(0, 5);
  turns(straight, at(5));
  EXPECT_EQ(state(1), InstrumentState::continuous);
  close(1);
  OpeningTimer half = timer(5, 0);
  turns(half, at(5));
  EXPECT_EQ(state(1), InstrumentState::post_only);
  EXPECT_EQ(turns(half, at(100'000)), 0);
  close(1);
  OpeningTimer never = timer(0, 0);
  EXPECT_EQ(turns(never, at(100'000)), 0);
  EXPECT_EQ(state(1), InstrumentState::cancel_only);
}

TEST_F(Opening, WhatSomebodyChangedIsHis) {
  start();
  by_hand(1, InstrumentState::halted);
  OpeningTimer opening = timer(10, 30);
  turns(opening, at(10));
  EXPECT_EQ(state(1), InstrumentState::halted);
  EXPECT_EQ(state(2), InstrumentState::post_only);
  by_hand(2, InstrumentState::close_only);
  turns(opening, at(30));
  EXPECT_EQ(state(1), InstrumentState::halted);
  EXPECT_EQ(state(2), InstrumentState::close_only);
  EXPECT_EQ(state(3), InstrumentState::continuous);
}

TEST_F(Opening, ARingThatIsFullInTheMiddleLeavesNoneOut) {
  AdminHarness& harness = start(1);
  OpeningTimer opening = timer(10, 0);
  EXPECT_TRUE(opening.turn(harness.desk, at(10)));
  EXPECT_EQ(harness.lane.commands.waiting(), 1U);
  EXPECT_TRUE(opening.turn(harness.desk, at(10)));  // still full
  EXPECT_EQ(harness.lane.commands.waiting(), 1U);
  settle();
  EXPECT_EQ(state(1), InstrumentState::post_only);
  EXPECT_EQ(state(2), InstrumentState::cancel_only);
  // The first is done, and the ring is full again: the step is not over.
  ASSERT_TRUE(harness.lane.try_push(
      sluice::test::set_state(InstrumentState::cancel_only, 3).time(admin_harness_clock())));
  EXPECT_TRUE(opening.turn(harness.desk, at(10)));
  settle();
  EXPECT_TRUE(harness.services.saved.empty());
  // Whoever takes one in hand meanwhile is first.
  by_hand(2, InstrumentState::halted);
  turns(opening, at(10));
  EXPECT_EQ(state(1), InstrumentState::post_only);
  EXPECT_EQ(state(2), InstrumentState::halted);
  EXPECT_EQ(state(3), InstrumentState::post_only);
  EXPECT_EQ(harness.services.saved.size(), 1U);
}

TEST_F(Opening, BothStepsThatAreDueAtOnceAreTakenInTurn) {
  start();
  OpeningTimer opening = timer(10, 10);
  turns(opening, at(50));
  EXPECT_EQ(state(1), InstrumentState::continuous);
}

TEST_F(Opening, NothingIsDoneWhereNothingWasClosed) {
  start();
  OpeningConfig config;
  config.continuous_after_s = 1;
  OpeningTimer opening(config, {}, kStart);
  EXPECT_EQ(turns(opening, at(50)), 0);
  EXPECT_EQ(state(1), InstrumentState::cancel_only);
}

}  // namespace
}  // namespace sluice::gateway
