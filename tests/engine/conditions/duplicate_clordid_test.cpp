// ClOrdID(11) is unique among a session's open orders and its last `clordid_history` ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

EngineConfig remembering(std::uint32_t history) {
  EngineConfig config = small_config();
  config.clordid_history = history;
  return config;
}

// An order that is over at once.
Command spent(const char* clordid) { return buy(1, clordid).at(50).ioc(); }

bool is_refused_as_duplicate(Venue& v, const Command& command) {
  const std::vector<Event> events = v.submit(command);
  return !events.empty() && events.front().reject == RejectCode::duplicate_clordid;
}

TEST(DuplicateClOrdId, OfAnOpenOrderIsRefused) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EXPECT_THAT(v.tell(buy(1, "A").at(101).on(2)), ElementsAre("1:A rejected duplicate_clordid"));
  EXPECT_EQ(v.engine().open_orders(), 1U);
}

TEST(DuplicateClOrdId, OfAFilledCancelledOrExpiredOrderIsRefused) {
  Venue v;
  v.submit(buy(1, "filled").at(100));
  v.submit(sell(2, "S").at(100));
  v.submit(buy(1, "cancelled").at(100));
  v.submit(cancel(1, "X").orig("cancelled"));
  v.submit(spent("expired"));
  for (const char* id : {"filled", "cancelled", "expired"}) {
    EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, id).at(100))) << id;
  }
}

TEST(DuplicateClOrdId, OfARefusedOrderIsRefused) {
  Venue v;
  v.submit(buy(1, "A").at(-1));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").at(100)));
}

TEST(DuplicateClOrdId, OfAnOrderWithAnUnknownSymbolIsRefused) {
  Venue v;
  v.submit(buy(1, "A").on(0).defect(RejectCode::unknown_instrument));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").at(100)));
}

TEST(DuplicateClOrdId, IsJudgedBeforeEverythingElse) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").defect(RejectCode::qty_off_lot)));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").qty(0).at(-1).on(0)));
}

TEST(DuplicateClOrdId, MayBeUsedByAnotherSession) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(2, "A").at(100)));
  EXPECT_THAT(v.tell(cancel(2, "X").orig("A")), ElementsAre("2:X<-A canceled cum 0"));
  EXPECT_EQ(v.engine().find(v.id_of(1, "A"))->session, SessionId{1});
}

TEST(DuplicateClOrdId, AllThirtySixCharactersCount) {
  Venue v;
  const std::string id(35, 'u');
  v.submit(buy(1, id + "1").at(100));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(1, id + "2").at(100)));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(1, id).at(100)));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, id + "1").at(100)));
}

TEST(DuplicateClOrdId, IsForgottenExactlyWhenTheHistoryIsFull) {
  Venue v(remembering(3));
  for (const char* id : {"A", "B", "C"}) v.submit(spent(id));
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("A"))) << "three are remembered";
  v.submit(spent("D"));
  EXPECT_FALSE(is_refused_as_duplicate(v, spent("A"))) << "the fourth pushed it out";
  EXPECT_FALSE(is_refused_as_duplicate(v, spent("B"))) << "A was new again and pushed B out";
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("D")));
}

TEST(DuplicateClOrdId, RefusedDuplicateIsNotRememberedAgain) {
  Venue v(remembering(2));
  v.submit(spent("A"));
  v.submit(spent("B"));
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("A")));
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("B"))) << "A took no second place";
  v.submit(spent("C"));
  EXPECT_FALSE(is_refused_as_duplicate(v, spent("A"))) << "A's place was not renewed";
}

TEST(DuplicateClOrdId, HistoryOfOneRemembersTheLast) {
  Venue v(remembering(1));
  v.submit(spent("A"));
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("A")));
  v.submit(spent("B"));
  EXPECT_FALSE(is_refused_as_duplicate(v, spent("A")));
}

TEST(DuplicateClOrdId, HistoriesOfSessionsAreApart) {
  Venue v(remembering(1));
  v.submit(spent("A"));
  v.submit(buy(2, "B").at(50).ioc());
  EXPECT_TRUE(is_refused_as_duplicate(v, spent("A")));
}

TEST(DuplicateClOrdId, OpenOrderStaysKnownWhenItHasLeftTheHistory) {
  Venue v(remembering(2));
  v.submit(buy(1, "A").at(100));
  for (const char* id : {"B", "C", "D"}) v.submit(spent(id));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").at(100)));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")), ElementsAre("1:X<-A canceled cum 0"));
}

TEST(DuplicateClOrdId, OrderThatHadLeftTheHistoryIsForgottenWhenItCloses) {
  Venue v(remembering(2));
  v.submit(buy(1, "A").at(100));
  for (const char* id : {"B", "C"}) v.submit(spent(id));
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_THAT(v.tell(cancel(1, "Y").orig("A")),
              ElementsAre("1:Y<-A cancel refused unknown_order status rejected"));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(1, "A").at(100)));
}

TEST(DuplicateClOrdId, OfAReplaceIsRefused) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(buy(1, "B").qty(5).at(100));
  const auto to = [](const char* id) {
    return replace(1, id).orig("A").side(Side::buy).qty(4).at(100);
  };
  EXPECT_THAT(v.tell(to("B")), ElementsAre("1:B<-A replace refused duplicate_clordid status new"));
  EXPECT_THAT(v.tell(to("A")), ElementsAre("1:A<-A replace refused duplicate_clordid status new"));
  v.submit(spent("C"));
  EXPECT_THAT(v.tell(to("C")), ElementsAre("1:C<-A replace refused duplicate_clordid status new"));
}

TEST(DuplicateClOrdId, OfARefusedReplaceIsRemembered) {
  Venue v;
  v.submit(replace(1, "G").orig("nothing").side(Side::buy).qty(4).at(100));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "G").at(100)));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("G")),
              ElementsAre("1:X<-G cancel refused unknown_order status rejected"));
}

TEST(DuplicateClOrdId, ReplacedNameIsStillTaken) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(4).at(100));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "A").at(100)));
  EXPECT_TRUE(is_refused_as_duplicate(v, buy(1, "B").at(100)));
}

TEST(DuplicateClOrdId, ReplacePushesTheOldNameOutOfAHistoryOfOne) {
  Venue v(remembering(1));
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(4).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused unknown_order status rejected"));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(1, "A").at(90)));
  EXPECT_THAT(v.tell(cancel(1, "Y").orig("B")), ElementsAre("1:Y<-B canceled cum 0"));
}

TEST(DuplicateClOrdId, NameOfACancelRequestIsNeitherCheckedNorRemembered) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EXPECT_THAT(v.tell(cancel(1, "A").orig("A")), ElementsAre("1:A<-A canceled cum 0"));
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_FALSE(is_refused_as_duplicate(v, buy(1, "X").at(100)));
}

TEST(DuplicateClOrdId, NameUsedAgainAfterItsHistoryMeansTheNewOrder) {
  Venue v(remembering(2));
  v.submit(spent("A"));
  v.submit(spent("B"));
  v.submit(spent("C"));
  v.submit(buy(1, "A").qty(3).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")), ElementsAre("1:X<-A canceled cum 0"));
  EXPECT_THAT(v.tell(cancel(1, "Y").orig("A")),
              ElementsAre("1:Y<-A cancel refused too_late_filled status canceled"));
}

}  // namespace
}  // namespace sluice::test
