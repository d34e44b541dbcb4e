// Each bound of the engine at its edge: what fits is taken, one more is refused, room made is used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OrderCapacity, OneMoreRestingOrderIsRefused) {
  EngineConfig config = small_config();
  config.max_orders = 3;
  Venue v(config);
  for (const char* id : {"A", "B", "C"}) v.submit(buy(1, id).at(100));
  EXPECT_EQ(v.engine().open_orders(), 3U);
  EXPECT_THAT(v.tell(buy(1, "D").at(100)), ElementsAre("1:D rejected order_capacity limit 3"));
  EXPECT_THAT(v.tell(buy(2, "E").at(100).day().on(2)),
              ElementsAre("2:E rejected order_capacity limit 3"));
  v.submit(cancel(1, "X").orig("B"));
  EXPECT_THAT(v.tell(buy(1, "F").at(100)), ElementsAre("1:F accepted buy 1@100"));
}

TEST(OrderCapacity, FullBookStillTradesWithImmediateOrders) {
  EngineConfig config = small_config();
  config.max_orders = 2;
  Venue v(config);
  v.submit(buy(1, "A").at(100));
  v.submit(buy(1, "B").at(100));
  EXPECT_EQ(v.submit(sell(2, "I").at(100).ioc()).size(), 3U);
  v.submit(buy(1, "C").at(100));
  EXPECT_EQ(v.submit(sell(2, "M").market()).size(), 3U);
}

TEST(OrderCapacity, FullBookStillReplaces) {
  EngineConfig config = small_config();
  config.max_orders = 1;
  Venue v(config);
  v.submit(buy(1, "A").at(100));
  EXPECT_THAT(v.tell(replace(1, "B").orig("A").side(Side::buy).qty(2).at(105)),
              ElementsAre("1:B<-A replaced 2@105 leaves 2"));
}

TEST(LevelCapacity, OneMorePriceIsRefusedAndTheSamePriceIsNot) {
  EngineConfig config = small_config();
  config.max_levels = 2;
  Venue v(config);
  v.submit(buy(1, "A").at(100));
  v.submit(sell(1, "B").at(101));
  EXPECT_THAT(v.tell(buy(1, "C").at(99)), ElementsAre("1:C rejected level_capacity limit 2"));
  EXPECT_THAT(v.tell(buy(1, "D").at(100)), ElementsAre("1:D accepted buy 1@100"));
  EXPECT_THAT(v.tell(buy(1, "E").at(100).on(2)),
              ElementsAre("1:E rejected level_capacity limit 2"));
  v.submit(cancel(1, "X").orig("B"));
  EXPECT_THAT(v.tell(buy(1, "F").at(99)), ElementsAre("1:F accepted buy 1@99"));
}

TEST(LevelCapacity, RefusedReplaceLeavesItsOrder) {
  EngineConfig config = small_config();
  config.max_levels = 1;
  Venue v(config);
  v.submit(buy(1, "A").at(100));
  v.submit(buy(1, "Z").at(100));
  EXPECT_THAT(v.tell(replace(1, "B").orig("A").side(Side::buy).qty(1).at(99)),
              ElementsAre("1:B<-A replace refused level_capacity limit 1 status new"));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("A 1@100", "Z 1@100"));
}

TEST(LevelCapacity, ImmediateOrdersNeedNoLevel) {
  EngineConfig config = small_config();
  config.max_levels = 1;
  Venue v(config);
  v.submit(buy(1, "A").at(100));
  EXPECT_EQ(v.submit(sell(2, "I").at(99).ioc()).size(), 3U);
}

// Bids a million ticks apart, each on pages of its own, until one is refused.
int fill_pages(Venue& v, const std::string& prefix) {
  for (int i = 1; i < 1'000; ++i) {
    const std::vector<Event> events =
        v.submit(buy(1, prefix + std::to_string(i)).at(std::int64_t{i} * 1'000'003));
    if (events.front().type != EventType::order_rejected) continue;
    EXPECT_EQ(events.front().reject, RejectCode::level_page_capacity);
    EXPECT_EQ(events.front().reject_limit, v.config().max_level_pages);
    return i - 1;
  }
  return -1;
}

TEST(PageCapacity, PriceThatNeedsAPageTooManyIsRefusedAndItsNeighbourIsNot) {
  EngineConfig config = small_config();
  config.max_level_pages = 40;
  Venue v(config);
  const int placed = fill_pages(v, "A");
  ASSERT_GT(placed, 1);
  EXPECT_EQ(v.engine().open_orders(), static_cast<std::uint32_t>(placed));
  // 1,000,003 = 64 × 15,625 + 3: the next price lies on the page that exists.
  EXPECT_THAT(v.tell(buy(1, "near").at(1'000'004)), ElementsAre("1:near accepted buy 1@1000004"));
  EXPECT_THAT(v.tell(replace(1, "R").orig("near").side(Side::buy).qty(1).at(500'000'000)),
              ElementsAre("1:R<-near replace refused level_page_capacity limit 40 status new"));
}

TEST(PageCapacity, PagesOfEmptiedPricesAreUsedAgain) {
  EngineConfig config = small_config();
  config.max_level_pages = 40;
  Venue v(config);
  const int placed = fill_pages(v, "A");
  for (const OrderView& order : book_of(v.engine(), 1, Side::buy)) {
    v.submit(cancel(1, "X").order_id(order.order_id));
  }
  EXPECT_EQ(v.engine().open_orders(), 0U);
  EXPECT_EQ(fill_pages(v, "B"), placed);
}

TEST(PageCapacity, ImmediateOrdersNeedNoPage) {
  EngineConfig config = small_config();
  config.max_level_pages = 40;
  Venue v(config);
  ASSERT_GT(fill_pages(v, "A"), 1);
  EXPECT_EQ(v.submit(sell(2, "I").at(0).ioc()).size(), 3U);
}

// A venue whose instrument 1 is locked by a long sweep.
Venue& locked(Venue& v, int sells = 60) {
  for (int i = 0; i < sells; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(1, "mine").qty(7).at(50));
  v.submit(buy(2, "sweep").qty(sells).at(100));
  EXPECT_TRUE(v.engine().has_pending_work());
  return v;
}

EngineConfig deferring(std::uint32_t capacity) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  config.max_deferred = capacity;
  return config;
}

TEST(DeferredCapacity, OneMoreWaitingCommandIsRefusedAtOnce) {
  Venue v(deferring(1));
  locked(v);
  EXPECT_EQ(v.audit().unanswered(), 0U);
  v.submit(buy(3, "W").at(40));
  EXPECT_EQ(v.audit().unanswered(), 1U);
  const std::vector<Event> events = v.submit(buy(3, "late").at(40));
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(brief(events.front()), "3:late rejected deferred_capacity limit 1");
  v.drain();
  EXPECT_THAT(v.book(Side::buy), ElementsAre("mine 7@50", "W 1@40"));
}

TEST(DeferredCapacity, RefusesCancelAndReplaceTheirOwnWay) {
  Venue v(deferring(1));
  locked(v);
  v.submit(buy(3, "W").at(40));
  EXPECT_EQ(brief(v.submit(cancel(1, "X").orig("mine")).front()),
            "1:X<-mine cancel refused deferred_capacity limit 1 status new");
  EXPECT_EQ(brief(v.submit(replace(1, "R").orig("mine").side(Side::buy).qty(3).at(50)).front()),
            "1:R<-mine replace refused deferred_capacity limit 1 status new");
  v.drain();
  EXPECT_THAT(v.book(Side::buy), ElementsAre("mine 7@50", "W 1@40"));
}

TEST(DeferredCapacity, TheLastEighthTakesOnlyCancels) {
  Venue v(deferring(16));
  locked(v, 400);
  for (int i = 0; i < 14; ++i) v.submit(buy(3, "W" + std::to_string(i)).at(40));
  EXPECT_EQ(v.audit().unanswered(), 14U);
  EXPECT_EQ(brief(v.submit(buy(3, "late").at(40)).front()),
            "3:late rejected deferred_capacity limit 14");
  EXPECT_EQ(brief(v.submit(replace(1, "R").orig("mine").side(Side::buy).qty(3).at(50)).front()),
            "1:R<-mine replace refused deferred_capacity limit 14 status new");
  v.submit(cancel(1, "X").orig("mine"));
  v.submit(cancel(3, "Y").orig("W0"));
  EXPECT_EQ(v.audit().unanswered(), 16U);
  EXPECT_EQ(brief(v.submit(cancel(3, "Z").orig("W1")).front()),
            "3:Z<-W1 cancel refused deferred_capacity limit 16 status rejected");
  v.drain();
  EXPECT_EQ(v.book(Side::buy).size(), 13U) << "W1 to W13";
}

TEST(DeferredCapacity, IsWholeAgainWhenTheSweepIsDone) {
  Venue v(deferring(2));
  locked(v);
  v.submit(buy(3, "W1").at(40));
  v.submit(buy(3, "W2").at(40));
  v.drain();
  for (int i = 0; i < 60; ++i) v.submit(sell(1, "T" + std::to_string(i)).at(100));
  v.submit(buy(2, "again").qty(60).at(100));
  v.submit(buy(3, "W3").at(40));
  v.submit(buy(3, "W4").at(40));
  EXPECT_EQ(v.audit().unanswered(), 2U);
  v.drain();
  EXPECT_THAT(v.book(Side::buy),
              ElementsAre("mine 7@50", "W1 1@40", "W2 1@40", "W3 1@40", "W4 1@40"));
}

}  // namespace
}  // namespace sluice::test
