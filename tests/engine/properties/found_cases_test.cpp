// Cases on which engine and reference model once disagreed, kept by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

TEST(FoundCase, RefusedReplaceOfNothingShowsTheRequest) {
  Venue v;
  const std::vector<Event> events =
      v.submit(replace(1, "n1").orig("nothing").side(Side::buy).qty(1).at(95));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].side, Side::buy);
  EXPECT_EQ(events[0].price, Price{95});
  EXPECT_EQ(events[0].qty, Qty{1});
  EXPECT_EQ(events[0].leaves_qty, Qty{0});
  EXPECT_EQ(events[0].instrument, InstrumentId{1});
}

TEST(FoundCase, RefusedReplaceOfAnOrderShowsTheOrder) {
  Venue v;
  Command order = buy(3, "n2").qty(10).at(100);
  order.account = {30};
  order.client = 14;
  v.submit(order);
  const std::vector<Event> events =
      v.submit(replace(3, "n3").orig("n2").side(Side::buy).qty(kMaxQtyLots + 1).at(97));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].price, Price{100});
  EXPECT_EQ(events[0].qty, Qty{10});
  EXPECT_EQ(events[0].leaves_qty, Qty{10});
  EXPECT_EQ(events[0].account, AccountId{30});
  EXPECT_EQ(events[0].client, 14U);
  EXPECT_EQ(events[0].reject_asked, kMaxQtyLots + 1);
}

TEST(FoundCase, RefusedReplaceByOrderIdAloneShowsTheOrdersName) {
  // OrigClOrdID(41) is required in OrderCancelReject(9).
  Venue v;
  v.submit(buy(1, "A").qty(10).at(100));
  const std::vector<Event> events =
      v.submit(replace(1, "B").order_id(v.id_of(1, "A")).side(Side::sell).qty(5).at(100));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].orig_clordid, name("A"));
}

TEST(FoundCase, ReplaceOnTheNextDayDoesNotMeetTheOrdersOfTheDayOfItsEntry) {
  // The aggressor was entered on the day that is over: its own entry may not set the clock.
  Venue v;
  v.submit(sell(1, "S").at(100).day());
  v.submit(buy(2, "B").at(99));
  EXPECT_THAT(v.tell(replace(2, "C").orig("B").side(Side::buy).qty(1).at(100).time(kMidnight)),
              ::testing::ElementsAre("2:C<-B replaced 1@100 leaves 1", "1:S expired cum 0"));
  EXPECT_THAT(v.book(Side::buy), ::testing::ElementsAre("C 1@100"));
}

TEST(FoundCase, ReplaceUnderTheNameOfAnOrderThatItFindsOverIsNoDuplicate) {
  // The order's name had left the history and was known only while the order was open.
  EngineConfig config = small_config();
  config.clordid_history = 1;
  Venue v(config);
  v.submit(buy(1, "A").at(95).day());
  v.submit(buy(1, "B").at(95));
  EXPECT_THAT(v.tell(replace(1, "A").orig("A").side(Side::buy).qty(1).at(95).time(kMidnight)),
              ::testing::ElementsAre("1:A expired cum 0",
                                     "1:A<-A replace refused too_late_filled status expired"));
  // It counts as the name of the refused replace from now on.
  EXPECT_THAT(v.tell(buy(1, "A").at(95)), ::testing::ElementsAre("1:A rejected duplicate_clordid"));
}

}  // namespace
}  // namespace sluice::test
