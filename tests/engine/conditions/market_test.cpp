// OrdType(40)=1: trades at once within its protection band, and never rests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

EngineConfig protected_config(std::int64_t protection) {
  EngineConfig config = small_config();
  config.instruments[0].market_protection = {protection};
  return config;
}

TEST(Market, BuysFromTheBestPriceUpToItsProtection) {
  Venue v(protected_config(2));
  v.submit(sell(1, "S1").at(100));
  v.submit(sell(1, "S2").at(102));
  v.submit(sell(1, "S3").at(103));
  EXPECT_THAT(
      v.tell(buy(2, "M").qty(5).market()),
      ElementsAre("2:M accepted buy 5@102", "1:S1 trade 1@100 cum 1 leaves 0 added",
                  "2:M trade 1@100 cum 1 leaves 4 removed", "1:S2 trade 1@102 cum 1 leaves 0 added",
                  "2:M trade 1@102 cum 2 leaves 3 removed", "2:M expired cum 2"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S3 1@103"));
  EXPECT_THAT(v.book(Side::buy), IsEmpty());
}

TEST(Market, SellsToTheBestPriceDownToItsProtection) {
  Venue v(protected_config(2));
  v.submit(buy(1, "B1").at(100));
  v.submit(buy(1, "B2").at(98));
  v.submit(buy(1, "B3").at(97));
  v.submit(sell(2, "M").qty(5).market());
  EXPECT_THAT(v.book(Side::buy), ElementsAre("B3 1@97"));
}

TEST(Market, WithoutProtectionTradesAtTheBestPriceOnly) {
  Venue v(protected_config(0));
  v.submit(sell(1, "S1").at(100));
  v.submit(sell(1, "S2").at(101));
  EXPECT_THAT(v.tell(buy(2, "M").qty(2).market()),
              ElementsAre("2:M accepted buy 2@100", "1:S1 trade 1@100 cum 1 leaves 0 added",
                          "2:M trade 1@100 cum 1 leaves 1 removed", "2:M expired cum 1"));
}

TEST(Market, ProtectionEndsAtTheEdgesOfThePriceRange) {
  Venue v(protected_config(kMaxPriceTicks));
  v.submit(sell(1, "S").at(100));
  EXPECT_EQ(v.submit(buy(2, "M1").market()).front().price, Price{kMaxPriceTicks});
  v.submit(buy(1, "B").at(100));
  EXPECT_EQ(v.submit(sell(2, "M2").market()).front().price, Price{0});
}

TEST(Market, ReachesTheExtremePrices) {
  Venue v;
  v.submit(buy(1, "B").at(0));
  v.submit(sell(1, "S").at(kMaxPriceTicks));
  EXPECT_EQ(v.submit(sell(2, "M1").market()).size(), 3U);
  EXPECT_EQ(v.submit(buy(2, "M2").market()).size(), 3U);
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(Market, IsRefusedWhenNothingRestsOnTheOtherSide) {
  Venue v;
  v.submit(buy(1, "B").at(100));
  EXPECT_THAT(v.tell(buy(2, "M").market()), ElementsAre("2:M rejected no_opposite_price"));
}

TEST(Market, EndsItsRemainderWhateverItsTimeInForce) {
  for (const TimeInForce tif :
       {TimeInForce::day, TimeInForce::good_till_cancel, TimeInForce::immediate_or_cancel}) {
    Venue v;
    v.submit(sell(1, "S").at(100));
    EXPECT_THAT(
        v.tell(buy(2, "M").qty(2).market().tif(tif)),
        ElementsAre("2:M accepted buy 2@4398046511103", "1:S trade 1@100 cum 1 leaves 0 added",
                    "2:M trade 1@100 cum 1 leaves 1 removed", "2:M expired cum 1"))
        << name_of(tif);
    EXPECT_EQ(v.engine().open_orders(), 0U);
    EXPECT_FALSE(v.engine().next_due()) << "nothing is left for midnight";
  }
}

TEST(Market, FillOrKillTradesWithinTheProtectionOrNotAtAll) {
  Venue v(protected_config(1));
  v.submit(sell(1, "S1").at(100));
  v.submit(sell(1, "S2").at(101));
  v.submit(sell(1, "S3").at(102));
  EXPECT_THAT(v.tell(buy(2, "M1").qty(3).market().fok()),
              ElementsAre("2:M1 accepted buy 3@101", "2:M1 expired cum 0"));
  EXPECT_EQ(v.submit(buy(2, "M2").qty(2).market().fok()).size(), 5U);
}

TEST(Market, IsNotHeldAgainstThePriceBand) {
  EngineConfig config = protected_config(5);
  config.instruments[0].band_low = {90};
  config.instruments[0].band_high = {110};
  Venue v(config);
  v.submit(sell(1, "S").at(110));
  EXPECT_EQ(v.submit(buy(2, "M").market()).size(), 3U);
}

TEST(Market, IsHeldAgainstTheQuantityLimits) {
  EngineConfig config = small_config();
  config.instruments[0].max_qty = {10};
  Venue v(config);
  v.submit(sell(1, "S").at(100));
  EXPECT_THAT(v.tell(buy(2, "M").qty(11).market()),
              ElementsAre("2:M rejected qty_above_max limit 10 asked 11"));
}

TEST(Market, DoesNotMeetAnOrderWhoseDayIsOver) {
  Venue v;
  v.submit(sell(1, "S").at(100).day());
  EXPECT_THAT(v.tell(buy(2, "M").market().time(kMidnight)),
              ElementsAre("1:S expired cum 0", "2:M rejected no_opposite_price"));
}

}  // namespace
}  // namespace sluice::test
