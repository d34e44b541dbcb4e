// TimeInForce(59)=1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(GoodTillCancel, OutlivesMidnight) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  EXPECT_FALSE(v.engine().next_due());
  EXPECT_THAT(v.tell(tick({kMidnight.value + 10 * kNsPerDay})), IsEmpty());
  EXPECT_THAT(v.book(Side::buy), ElementsAre("A 5@100"));
  EXPECT_THAT(v.tell(sell(2, "S").qty(5).at(100)),
              ElementsAre("2:S accepted sell 5@100", "1:A trade 5@100 cum 5 leaves 0 added",
                          "2:S trade 5@100 cum 5 leaves 0 removed"));
}

TEST(GoodTillCancel, EndsWhenItIsCancelled) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")), ElementsAre("1:X<-A canceled cum 0"));
  EXPECT_THAT(v.book(Side::buy), IsEmpty());
}

}  // namespace
}  // namespace sluice::test
