// TimeInForce(59)=3: what does not trade at once expires.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ImmediateOrCancel, ExpiresWholeWhenNothingCrosses) {
  Venue v;
  v.submit(sell(1, "S").at(101));
  EXPECT_THAT(v.tell(buy(2, "B").qty(5).at(100).ioc()),
              ElementsAre("2:B accepted buy 5@100", "2:B expired cum 0"));
  EXPECT_THAT(v.book(Side::buy), IsEmpty());
}

TEST(ImmediateOrCancel, ExpiresWithWhatItCouldNotTrade) {
  Venue v;
  v.submit(sell(1, "S").qty(2).at(100));
  const std::vector<Event> events = v.submit(buy(2, "B").qty(5).at(100).ioc());
  EXPECT_THAT(brief(events),
              ElementsAre("2:B accepted buy 5@100", "1:S trade 2@100 cum 2 leaves 0 added",
                          "2:B trade 2@100 cum 2 leaves 3 removed", "2:B expired cum 2"));
  EXPECT_EQ(events.back().ord_status, OrdStatus::expired);
  EXPECT_EQ(events.back().leaves_qty, Qty{0});
  EXPECT_EQ(events.back().cum_notional, Notional{200});
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(ImmediateOrCancel, DoesNotExpireWhenItIsFilled) {
  Venue v;
  v.submit(sell(1, "S").qty(5).at(100));
  EXPECT_THAT(v.tell(buy(2, "B").qty(5).at(100).ioc()),
              ElementsAre("2:B accepted buy 5@100", "1:S trade 5@100 cum 5 leaves 0 added",
                          "2:B trade 5@100 cum 5 leaves 0 removed"));
}

TEST(ImmediateOrCancel, IsOverForALaterCancel) {
  Venue v;
  v.submit(buy(2, "B").at(100).ioc());
  EXPECT_THAT(v.tell(cancel(2, "X").orig("B")),
              ElementsAre("2:X<-B cancel refused too_late_filled status expired"));
}

}  // namespace
}  // namespace sluice::test
