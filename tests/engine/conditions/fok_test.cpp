// TimeInForce(59)=4: all at once or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

TEST(FillOrKill, TradesWhenTheBookHoldsExactlyEnough) {
  Venue v;
  v.submit(sell(1, "S1").qty(2).at(100));
  v.submit(sell(1, "S2").qty(3).at(101));
  EXPECT_THAT(
      v.tell(buy(2, "B").qty(5).at(101).fok()),
      ElementsAre("2:B accepted buy 5@101", "1:S1 trade 2@100 cum 2 leaves 0 added",
                  "2:B trade 2@100 cum 2 leaves 3 removed", "1:S2 trade 3@101 cum 3 leaves 0 added",
                  "2:B trade 3@101 cum 5 leaves 0 removed"));
}

TEST(FillOrKill, TradesNothingWhenOneLotIsMissing) {
  Venue v;
  v.submit(sell(1, "S1").qty(2).at(100));
  v.submit(sell(1, "S2").qty(3).at(101));
  EXPECT_THAT(v.tell(buy(2, "B").qty(6).at(101).fok()),
              ElementsAre("2:B accepted buy 6@101", "2:B expired cum 0"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S1 2@100", "S2 3@101"));
}

TEST(FillOrKill, DoesNotCountWhatLiesBeyondItsLimit) {
  Venue v;
  v.submit(buy(1, "B1").qty(2).at(100));
  v.submit(buy(1, "B2").qty(3).at(99));
  EXPECT_THAT(v.tell(sell(2, "S").qty(5).at(100).fok()),
              ElementsAre("2:S accepted sell 5@100", "2:S expired cum 0"));
}

TEST(FillOrKill, LeavesTheRestOfThePassiveOrder) {
  Venue v;
  v.submit(sell(1, "S").qty(9).at(100));
  v.submit(buy(2, "B").qty(5).at(100).fok());
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S 4@100"));
}

TEST(FillOrKill, DoesNotCountOrdersWhoseDayIsOver) {
  Venue v;
  v.submit(sell(1, "S1").qty(2).at(100).day());
  v.submit(sell(1, "S2").qty(3).at(100));
  EXPECT_THAT(v.tell(buy(2, "B").qty(5).at(100).fok().time(kMidnight)),
              ElementsAre("2:B accepted buy 5@100", "1:S1 expired cum 0", "2:B expired cum 0"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S2 3@100"));
}

TEST(FillOrKill, NeedsNoRoomInTheBook) {
  EngineConfig config = small_config();
  config.max_orders = 1;
  Venue v(config);
  v.submit(sell(1, "S").qty(5).at(100));
  EXPECT_EQ(v.submit(buy(2, "B").qty(5).at(100).fok()).size(), 3U);
}

}  // namespace
}  // namespace sluice::test
