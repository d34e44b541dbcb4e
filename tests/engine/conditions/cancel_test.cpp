// OrderCancelRequest(F).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Cancel, ByOrigClOrdIdEndsTheOrder) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  const std::vector<Event> events = v.submit(cancel(1, "X").orig("A"));
  EXPECT_THAT(brief(events), ElementsAre("1:X<-A canceled cum 0"));
  EXPECT_EQ(events.front().ord_status, OrdStatus::canceled);
  EXPECT_EQ(events.front().qty, Qty{5});
  EXPECT_EQ(events.front().leaves_qty, Qty{0});
  EXPECT_THAT(v.book(Side::buy), IsEmpty());
}

TEST(Cancel, ByOrderIdEndsTheOrder) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").order_id(v.id_of(1, "A"))),
              ElementsAre("1:X<-A canceled cum 0"));
}

TEST(Cancel, ByBothEndsTheOrderThatBothName) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").order_id(v.id_of(1, "A")).orig("A")),
              ElementsAre("1:X<-A canceled cum 0"));
}

TEST(Cancel, IsRefusedWhenTheTwoIdsNameDifferentOrders) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(buy(1, "B").qty(5).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").order_id(v.id_of(1, "A")).orig("B")),
              ElementsAre("1:X<-B cancel refused ids_name_different_orders status new"));
  EXPECT_EQ(v.engine().open_orders(), 2U);
}

TEST(Cancel, TakesOnlyWhatIsLeftOfAPartlyFilledOrder) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(sell(2, "S").qty(2).at(100));
  const std::vector<Event> events = v.submit(cancel(1, "X").orig("A"));
  EXPECT_THAT(brief(events), ElementsAre("1:X<-A canceled cum 2"));
  EXPECT_EQ(events.front().cum_notional, Notional{200});
}

TEST(Cancel, TakesAnOrderFromTheMiddleOfItsQueue) {
  Venue v;
  for (const char* id : {"A", "B", "C"}) v.submit(buy(1, id).at(100));
  v.submit(cancel(1, "X").orig("B"));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("A 1@100", "C 1@100"));
}

TEST(Cancel, ShowsTheNextPriceWhenTheBestOneEmpties) {
  Venue v;
  v.submit(sell(1, "A").at(100));
  v.submit(sell(1, "B").at(5'000));
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_EQ(v.engine().best({1}, Side::sell)->price, Price{5'000});
}

TEST(Cancel, OfAnUnknownOrderIsRefused) {
  Venue v;
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused unknown_order status rejected"));
  EXPECT_THAT(v.tell(cancel(1, "X").order_id(OrderId::make(5, 9, 1))),
              ElementsAre("1:X<- cancel refused unknown_order status rejected"));
  EXPECT_THAT(v.tell(cancel(1, "X")),
              ElementsAre("1:X<- cancel refused unknown_order status rejected"));
}

TEST(Cancel, OfAnOrderIdOfAnotherUnitOrEpochIsRefused) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  for (const OrderId id : {OrderId::make(5, 8, 1), OrderId::make(4, 9, 1), OrderId::make(5, 9, 2),
                           OrderId::make(5, 9, 0)}) {
    EXPECT_THAT(v.tell(cancel(1, "X").order_id(id)),
                ElementsAre("1:X<- cancel refused unknown_order status rejected"));
  }
}

TEST(Cancel, OfARefusedOrderIsRefusedAsUnknown) {
  Venue v;
  v.submit(buy(1, "A").at(-1));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused unknown_order status rejected"));
}

TEST(Cancel, OfAnotherSessionsOrderIsRefusedAsUnknown) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EXPECT_THAT(v.tell(cancel(2, "X").order_id(v.id_of(1, "A"))),
              ElementsAre("2:X<- cancel refused unknown_order status rejected"));
  EXPECT_THAT(v.tell(cancel(2, "X").orig("A")),
              ElementsAre("2:X<-A cancel refused unknown_order status rejected"));
  EXPECT_EQ(v.engine().open_orders(), 1U);
}

TEST(Cancel, OfAFilledOrderComesTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  v.submit(sell(2, "S").at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused too_late_filled status filled"));
  EXPECT_THAT(v.tell(cancel(1, "Y").order_id(v.id_of(1, "A"))),
              ElementsAre("1:Y<- cancel refused too_late_filled status filled"));
}

TEST(Cancel, OfACancelledOrderComesTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_THAT(v.tell(cancel(1, "Y").orig("A")),
              ElementsAre("1:Y<-A cancel refused too_late_filled status canceled"));
}

TEST(Cancel, ByAReplacedClOrdIdComesTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(2).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused too_late_replaced status new"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("B")), ElementsAre("1:X<-B canceled cum 0"));
}

TEST(Cancel, MayRepeatItsOwnClOrdId) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  v.submit(buy(1, "B").at(100));
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("B")), ElementsAre("1:X<-B canceled cum 0"));
  EXPECT_THAT(v.tell(buy(1, "X").at(100)), ElementsAre("1:X accepted buy 1@100"));
}

TEST(Cancel, NeedsNeitherInstrumentNorSide) {
  Venue v;
  v.submit(sell(1, "A").at(100).on(3));
  const std::vector<Event> events = v.submit(cancel(1, "X").orig("A"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().instrument, InstrumentId{3});
  EXPECT_EQ(events.front().side, Side::sell);
}

TEST(Cancel, IsNotHeldAgainstWhatItSaysOfItsOrder) {
  Venue v;
  v.submit(sell(1, "A").at(100).on(3).account(4));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A").on(2).side(Side::buy).qty(77).account(5)),
              ElementsAre("1:X<-A canceled cum 0"));
  EXPECT_EQ(v.history().back().account, AccountId{4});
}

}  // namespace
}  // namespace sluice::test
