// TimeInForce(59)=0: ends at 00:00 UTC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimeNs kLastNanosecond{kMidnight.value - 1};

TEST(Day, NamesItsMidnightAndEndsThere) {
  Venue v;
  EXPECT_FALSE(v.engine().next_due());
  v.submit(buy(1, "A").qty(5).at(100).day());
  EXPECT_EQ(v.engine().next_due(), kMidnight);
  const std::vector<Event> events = v.submit(tick(kMidnight));
  EXPECT_THAT(brief(events), ElementsAre("1:A expired cum 0"));
  EXPECT_EQ(events.front().flags & kAnswer, 0);
  EXPECT_EQ(events.front().source_session, SessionId{0});
  EXPECT_EQ(events.front().time, kMidnight);
  EXPECT_FALSE(v.engine().next_due());
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(Day, LivesAndTradesUntilTheLastNanosecond) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100).day());
  EXPECT_THAT(v.tell(tick(kLastNanosecond)), IsEmpty());
  EXPECT_THAT(v.tell(sell(2, "S").qty(2).at(100).time(kLastNanosecond)),
              ElementsAre("2:S accepted sell 2@100", "1:A trade 2@100 cum 2 leaves 3 added",
                          "2:S trade 2@100 cum 2 leaves 0 removed"));
  EXPECT_THAT(v.tell(tick(kMidnight)), ElementsAre("1:A expired cum 2"));
}

TEST(Day, EnteredAtMidnightBelongsToTheNewDay) {
  Venue v;
  v.submit(buy(1, "A").at(100).day().time(kMidnight));
  EXPECT_EQ(v.engine().next_due(), (TimeNs{kMidnight.value + kNsPerDay}));
  EXPECT_THAT(v.tell(tick(kMidnight)), IsEmpty());
}

TEST(Day, OrdersOfOneDayExpireInTheOrderOfTheirEntry) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(sell(2, "B").at(105).day().on(2));
  v.submit(buy(3, "C").at(90).day());
  v.submit(buy(3, "gtc").at(90));
  EXPECT_THAT(v.tell(tick(kMidnight)),
              ElementsAre("1:A expired cum 0", "2:B expired cum 0", "3:C expired cum 0"));
  EXPECT_EQ(v.engine().open_orders(), 1U);
}

TEST(Day, NeverMatchesAfterMidnightEvenBeforeTheTick) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(buy(1, "G").at(100));
  EXPECT_THAT(v.tell(sell(2, "S").qty(2).at(100).time(kMidnight)),
              ElementsAre("2:S accepted sell 2@100", "1:A expired cum 0",
                          "1:G trade 1@100 cum 1 leaves 0 added",
                          "2:S trade 1@100 cum 1 leaves 1 removed"));
}

TEST(Day, IsDueUntilTheTickEvenWhenTheMidnightHasPassed) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(buy(2, "B").at(90).time({kMidnight.value + 5}));
  EXPECT_EQ(v.engine().next_due(), kMidnight);
  EXPECT_THAT(v.tell(tick({kMidnight.value + 6})), ElementsAre("1:A expired cum 0"));
}

TEST(Day, StaleOrderDoesNotStandInTheWayOfPostOnly) {
  Venue v;
  v.submit(sell(1, "S").at(100).day());
  EXPECT_THAT(v.tell(buy(2, "P").at(100).post_only().time(kMidnight)),
              ElementsAre("1:S expired cum 0", "2:P accepted buy 1@100"));
}

TEST(Day, CancelAfterMidnightComesTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  EXPECT_THAT(
      v.tell(cancel(1, "X").orig("A").time(kMidnight)),
      ElementsAre("1:A expired cum 0", "1:X<-A cancel refused too_late_filled status expired"));
}

TEST(Day, ReplaceAfterMidnightComesTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  EXPECT_THAT(
      v.tell(replace(1, "B").orig("A").side(Side::buy).qty(2).at(100).time(kMidnight)),
      ElementsAre("1:A expired cum 0", "1:B<-A replace refused too_late_filled status expired"));
}

TEST(Day, ReplacedOrderKeepsItsDay) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(2).at(99).time(kLastNanosecond));
  EXPECT_EQ(v.engine().next_due(), kMidnight);
  EXPECT_THAT(v.tell(tick(kMidnight)), ElementsAre("1:B expired cum 0"));
}

TEST(Day, FilledOrderIsNoLongerDue) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(sell(2, "S").at(100));
  EXPECT_FALSE(v.engine().next_due());
}

TEST(Day, SeveralMidnightsAtOnceEndOnlyWhatIsOver) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  v.submit(buy(1, "B").at(100).day().time(kMidnight));
  v.submit(buy(1, "C").at(100).day().time({kMidnight.value + kNsPerDay}));
  EXPECT_THAT(v.tell(tick({kMidnight.value + kNsPerDay})),
              ElementsAre("1:A expired cum 0", "1:B expired cum 0"));
  EXPECT_EQ(v.engine().next_due(), (TimeNs{kMidnight.value + 2 * kNsPerDay}));
}

TEST(Day, TheClockNeverGoesBack) {
  Venue v;
  v.submit(buy(1, "A").at(100).time(kMidnight));
  const std::vector<Event> events = v.submit(buy(1, "B").at(100).day().time(kNoon));
  EXPECT_EQ(events.front().time, kMidnight);
  EXPECT_EQ(v.engine().next_due(), (TimeNs{kMidnight.value + kNsPerDay}));
}

}  // namespace
}  // namespace sluice::test
