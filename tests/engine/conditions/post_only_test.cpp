// ExecInst(18)=6: refused rather than taking.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

TEST(PostOnly, RestsOneTickAwayFromTheOtherSide) {
  Venue v;
  v.submit(sell(1, "S").at(101));
  EXPECT_THAT(v.tell(buy(2, "P").at(100).post_only()), ElementsAre("2:P accepted buy 1@100"));
}

TEST(PostOnly, BuyIsRefusedAtTheOtherSidesPrice) {
  Venue v;
  v.submit(sell(1, "S").at(101));
  EXPECT_THAT(v.tell(buy(2, "P").at(101).post_only()),
              ElementsAre("2:P rejected post_only_would_take limit 101 asked 101"));
  EXPECT_THAT(v.tell(buy(2, "Q").at(105).post_only()),
              ElementsAre("2:Q rejected post_only_would_take limit 101 asked 105"));
}

TEST(PostOnly, SellIsRefusedAtTheOtherSidesPrice) {
  Venue v;
  v.submit(buy(1, "B").at(101));
  EXPECT_THAT(v.tell(sell(2, "P").at(101).post_only()),
              ElementsAre("2:P rejected post_only_would_take limit 101 asked 101"));
  EXPECT_THAT(v.tell(sell(2, "Q").at(95).post_only()),
              ElementsAre("2:Q rejected post_only_would_take limit 101 asked 95"));
}

TEST(PostOnly, IsTradedAgainstLikeAnyOther) {
  Venue v;
  v.submit(buy(1, "P").at(100).post_only());
  const std::vector<Event> events = v.submit(sell(2, "S").at(100));
  EXPECT_THAT(brief(events),
              ElementsAre("2:S accepted sell 1@100", "1:P trade 1@100 cum 1 leaves 0 added",
                          "2:S trade 1@100 cum 1 leaves 0 removed"));
  EXPECT_EQ(events[1].exec_inst, ExecInst::post_only);
}

TEST(PostOnly, DoesNotGoWithImmediateOrders) {
  Venue v;
  EXPECT_THAT(v.tell(buy(1, "I").at(100).post_only().ioc()),
              ElementsAre("1:I rejected unsupported_terms"));
  EXPECT_THAT(v.tell(buy(1, "F").at(100).post_only().fok()),
              ElementsAre("1:F rejected unsupported_terms"));
  v.submit(sell(1, "S").at(100));
  EXPECT_THAT(v.tell(buy(1, "M").market().post_only().day()),
              ElementsAre("1:M rejected unsupported_terms"));
}

TEST(PostOnly, ReplaceMayNotTakeEither) {
  Venue v;
  v.submit(sell(1, "S").at(101));
  v.submit(buy(2, "P").at(99).post_only());
  EXPECT_THAT(v.tell(replace(2, "Q").orig("P").side(Side::buy).qty(1).at(101)),
              ElementsAre("2:Q<-P replace refused post_only_would_take limit 101 asked 101 "
                          "status new"));
  EXPECT_THAT(v.tell(replace(2, "R").orig("P").side(Side::buy).qty(1).at(100)),
              ElementsAre("2:R<-P replaced 1@100 leaves 1"));
}

}  // namespace
}  // namespace sluice::test
