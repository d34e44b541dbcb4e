// Static price band and the range of prices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

EngineConfig banded() {
  EngineConfig config = small_config();
  config.instruments[0].band_low = {90};
  config.instruments[0].band_high = {110};
  return config;
}

TEST(PriceBand, ItsEdgesAreInside) {
  Venue v(banded());
  EXPECT_THAT(v.tell(buy(1, "L").at(90)), ElementsAre("1:L accepted buy 1@90"));
  EXPECT_THAT(v.tell(sell(2, "H").at(110)), ElementsAre("2:H accepted sell 1@110"));
}

TEST(PriceBand, OneTickOutsideIsRefused) {
  Venue v(banded());
  EXPECT_THAT(v.tell(buy(1, "A").at(89)),
              ElementsAre("1:A rejected price_below_band limit 90 asked 89"));
  EXPECT_THAT(v.tell(sell(1, "B").at(111)),
              ElementsAre("1:B rejected price_above_band limit 110 asked 111"));
}

TEST(PriceBand, IsHeldAgainstImmediateOrdersToo) {
  Venue v(banded());
  EXPECT_THAT(v.tell(buy(1, "A").at(111).ioc()),
              ElementsAre("1:A rejected price_above_band limit 110 asked 111"));
}

TEST(PriceRange, ItsEdgesAreInside) {
  Venue v;
  EXPECT_THAT(v.tell(buy(1, "L").at(0)), ElementsAre("1:L accepted buy 1@0"));
  EXPECT_THAT(v.tell(sell(2, "H").at(kMaxPriceTicks)),
              ElementsAre("2:H accepted sell 1@4398046511103"));
}

TEST(PriceRange, OneTickOutsideIsRefused) {
  Venue v;
  EXPECT_THAT(v.tell(buy(1, "A").at(-1)), ElementsAre("1:A rejected price_out_of_range asked -1"));
  EXPECT_THAT(v.tell(buy(1, "B").at(kMaxPriceTicks + 1)),
              ElementsAre("1:B rejected price_out_of_range asked 4398046511104"));
}

TEST(PriceRange, RefusedOrderShowsWhatWasAsked) {
  Venue v;
  const std::vector<Event> events = v.submit(buy(1, "A").qty(5).at(-1));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().qty, Qty{5});
  EXPECT_EQ(events.front().price, Price{-1});
  EXPECT_EQ(events.front().side, Side::buy);
  EXPECT_EQ(events.front().instrument, InstrumentId{1});
}

}  // namespace
}  // namespace sluice::test
