// Smallest and largest quantity of an instrument, and of the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

EngineConfig limited() {
  EngineConfig config = small_config();
  config.instruments[0].min_qty = {2};
  config.instruments[0].max_qty = {10};
  return config;
}

TEST(QuantityLimits, TheirEdgesAreInside) {
  Venue v(limited());
  EXPECT_THAT(v.tell(buy(1, "A").qty(2).at(100)), ElementsAre("1:A accepted buy 2@100"));
  EXPECT_THAT(v.tell(buy(1, "B").qty(10).at(100)), ElementsAre("1:B accepted buy 10@100"));
}

TEST(QuantityLimits, OneLotOutsideIsRefused) {
  Venue v(limited());
  EXPECT_THAT(v.tell(buy(1, "A").qty(1).at(100)),
              ElementsAre("1:A rejected qty_below_min limit 2 asked 1"));
  EXPECT_THAT(v.tell(buy(1, "B").qty(11).at(100)),
              ElementsAre("1:B rejected qty_above_max limit 10 asked 11"));
}

TEST(QuantityLimits, RemainderOfAnOrderMayBeSmallerThanTheSmallestOrder) {
  Venue v(limited());
  v.submit(buy(1, "A").qty(3).at(100));
  v.submit(sell(2, "S").qty(2).at(100));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("A 1@100"));
}

TEST(QuantityRange, ItsEdgesAreInside) {
  Venue v;
  EXPECT_THAT(v.tell(buy(1, "A").qty(1).at(100)), ElementsAre("1:A accepted buy 1@100"));
  EXPECT_THAT(v.tell(buy(1, "B").qty(kMaxQtyLots).at(100)),
              ElementsAre("1:B accepted buy 1152921504606846975@100"));
}

TEST(QuantityRange, OneLotOutsideIsRefused) {
  Venue v;
  EXPECT_THAT(v.tell(buy(1, "A").qty(0).at(100)), ElementsAre("1:A rejected qty_out_of_range"));
  EXPECT_THAT(v.tell(buy(1, "B").qty(-1).at(100)),
              ElementsAre("1:B rejected qty_out_of_range asked -1"));
  EXPECT_THAT(v.tell(buy(1, "C").qty(kMaxQtyLots + 1).at(100)),
              ElementsAre("1:C rejected qty_out_of_range asked 1152921504606846976"));
}

TEST(QuantityRange, LevelOfSeveralLargestOrdersTradesWhole) {
  // Eight of the largest orders exceed 64 bits together; the fill-or-kill check must not.
  Venue v;
  for (int i = 0; i < 9; ++i) v.submit(sell(1, "S" + std::to_string(i)).qty(kMaxQtyLots).at(100));
  EXPECT_THAT(v.tell(buy(2, "B").qty(kMaxQtyLots).at(100).fok()),
              ElementsAre("2:B accepted buy 1152921504606846975@100",
                          "1:S0 trade 1152921504606846975@100 cum 1152921504606846975 leaves 0 "
                          "added",
                          "2:B trade 1152921504606846975@100 cum 1152921504606846975 leaves 0 "
                          "removed"));
}

}  // namespace
}  // namespace sluice::test
