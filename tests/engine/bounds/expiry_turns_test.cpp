// Many Day orders end at once: their end takes its turn with other work that is left over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t kStepWork = 8;

EngineConfig in_small_steps() {
  EngineConfig config = small_config();
  config.work_per_command = kStepWork;
  return config;
}

/// `count` Day orders on instrument 2, and then the midnight that ends them.
void end_the_day(Venue& v, int count) {
  for (int i = 0; i < count; ++i) v.submit(buy(3, "day" + std::to_string(i)).on(2).day().at(10));
  v.set_time(kMidnight);
  v.submit(tick(kMidnight));
}

std::uint32_t resting(const Venue& v, std::uint32_t instrument) {
  return v.engine().open_orders({instrument});
}

TEST(ExpiryTurns, AWaitingOrderNeedNotSeeTheEndOfAllDayOrders) {
  Venue v(in_small_steps());
  for (int i = 0; i < 30; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  end_the_day(v, 200);
  v.submit(buy(2, "sweep").qty(30).at(100));
  v.submit(buy(2, "waits").at(40));
  EXPECT_EQ(v.audit().unanswered(), 1U);
  // 8 operations of the sweep are done; 22 are left and its own end; each second step is its.
  for (int step = 0; step < 8 && v.audit().unanswered() > 0; ++step) v.submit(continue_work());
  EXPECT_EQ(v.audit().unanswered(), 0U);
  EXPECT_GT(resting(v, 2), 100U);
  v.drain();
  EXPECT_EQ(resting(v, 2), 0U);
  EXPECT_THAT(v.book(Side::buy), ElementsAre("waits 1@40"));
}

TEST(ExpiryTurns, ASecondMidnightBeforeItsEndIsNotForgotten) {
  Venue v(in_small_steps());
  end_the_day(v, 100);
  v.submit(buy(1, "tomorrow").on(2).day().at(11));
  v.set_time({kMidnight.value + kNsPerDay});
  v.submit(tick({kMidnight.value + kNsPerDay}));
  EXPECT_FALSE(v.engine().next_due().has_value()) << "while it goes on";
  // It ends the orders of the day it was asked for, and no other.
  v.drain();
  EXPECT_EQ(resting(v, 2), 1U);
  ASSERT_TRUE(v.engine().next_due().has_value());
  EXPECT_EQ(*v.engine().next_due(), (TimeNs{kMidnight.value + kNsPerDay}));
  v.submit(tick({kMidnight.value + kNsPerDay}));
  EXPECT_EQ(resting(v, 2), 0U);
  EXPECT_FALSE(v.engine().next_due().has_value());
}

TEST(ExpiryTurns, TakesTheOrderThatAFillOrKillWouldCountNext) {
  Venue v(in_small_steps());
  for (std::uint32_t i = 0; i < kStepWork; ++i) v.submit(sell(1, "A" + std::to_string(i)).at(100));
  for (int i = 0; i < 40; ++i) v.submit(sell(1, "D" + std::to_string(i)).day().at(101));
  for (int i = 0; i < 20; ++i) v.submit(sell(1, "B" + std::to_string(i)).at(102));
  v.set_time(kMidnight);
  v.submit(tick(kMidnight));
  // It has counted the A's and stands at the first D that is left, which the expiry takes.
  v.submit(buy(2, "all").fok().qty(kStepWork + 20).at(102));
  v.drain();
  EXPECT_EQ(v.engine().open_orders(), 0U);
  EXPECT_THAT(v.book(Side::sell), IsEmpty());
  const Event& last = v.history().back();
  EXPECT_EQ(last.type, EventType::trade);
  EXPECT_EQ(last.leaves_qty, Qty{});
  EXPECT_EQ(last.ord_status, OrdStatus::filled);
}

TEST(ExpiryTurns, NoOrderOfYesterdayTradesWhileItWaits) {
  Venue v(in_small_steps());
  end_the_day(v, 100);
  v.submit(sell(1, "late").on(2).ioc().qty(100).at(10));
  v.drain();
  for (const Event& event : v.history()) EXPECT_NE(event.type, EventType::trade);
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

}  // namespace
}  // namespace sluice::test
