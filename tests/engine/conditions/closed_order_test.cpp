// Requests that come too late: what they hear of an order that is over or has a later name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

// Four closed orders of session 1 and account 4: "filled", "partly" (canceled after a fill),
// "canceled", "expired". Session 2 has closed orders too.
class LateRequest : public ::testing::Test {
 protected:
  LateRequest() {
    venue_.submit(buy(1, "filled").at(100).account(4));
    venue_.submit(sell(2, "S1").at(100));
    venue_.submit(buy(1, "partly").qty(2).at(100).account(4));
    venue_.submit(sell(2, "S2").at(100));
    venue_.submit(cancel(1, "X1").orig("partly"));
    venue_.submit(buy(1, "canceled").at(100).account(4));
    venue_.submit(cancel(1, "X2").orig("canceled"));
    venue_.submit(buy(1, "expired").at(100).ioc().account(4));
  }
  Event ask(const Command& command) {
    const std::vector<Event> events = venue_.submit(command);
    EXPECT_EQ(events.size(), 1U);
    return events.at(0);
  }
  // The status that a cancel and a replace hear, by both ways of naming.
  void expect_status(const char* clordid, OrdStatus status) {
    const OrderId id = venue_.id_of(1, clordid);
    const CommandBuilder g = replace(1, std::string("G") + clordid).side(Side::buy).qty(9).at(100);
    const Command requests[] = {
        cancel(1, "F1").orig(clordid),
        cancel(1, "F2").order_id(id),
        cancel(1, "F3").orig(clordid).order_id(id),
        CommandBuilder(g).orig(clordid),
    };
    for (const Command& request : requests) {
      const Event event = ask(request);
      EXPECT_EQ(event.type, EventType::cancel_rejected) << brief(event);
      EXPECT_EQ(event.reject, RejectCode::too_late_filled) << brief(event);
      EXPECT_EQ(event.order_id, id) << brief(event);
      EXPECT_EQ(event.ord_status, status) << brief(event);
      EXPECT_EQ(event.account, AccountId{4}) << brief(event);
      EXPECT_EQ(event.session, SessionId{1});
      EXPECT_EQ(event.clordid, request.clordid);
      EXPECT_EQ(event.orig_clordid, request.orig_clordid) << "echoed, or left open";
    }
  }
  Venue venue_;
};

TEST_F(LateRequest, IsAnsweredWithItsIdAndItsLastStatus) {
  expect_status("filled", OrdStatus::filled);
  expect_status("partly", OrdStatus::canceled);
  expect_status("canceled", OrdStatus::canceled);
  expect_status("expired", OrdStatus::expired);
}

TEST_F(LateRequest, OfAnotherSessionIsUnknownUnderItsOrderId) {
  for (const char* clordid : {"S1", "S2"}) {
    const OrderId id = venue_.id_of(2, clordid);
    EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(id)),
                ElementsAre("1:X<- cancel refused unknown_order status rejected"));
    EXPECT_TRUE(venue_.history().back().order_id.is_none());
    // Not even together with a name of one's own.
    EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(id).orig("filled")),
                ElementsAre("1:X<-filled cancel refused unknown_order status rejected"));
  }
}

TEST_F(LateRequest, OfAnotherUnitOrEpochIsUnknown) {
  for (const OrderId id : {OrderId::make(5, 8, 1), OrderId::make(4, 9, 1)}) {
    EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(id)),
                ElementsAre("1:X<- cancel refused unknown_order status rejected"));
  }
}

TEST_F(LateRequest, UnderTheNameOfAnotherOrderIsRefusedAsTwoOrders) {
  venue_.submit(buy(1, "open").at(100));
  const OrderId filled = venue_.id_of(1, "filled");
  const OrderId open = venue_.id_of(1, "open");
  EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(filled).orig("canceled")),
              ElementsAre("1:X<-canceled cancel refused ids_name_different_orders status filled"));
  EXPECT_EQ(venue_.history().back().order_id, filled) << "the id leads";
  EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(filled).orig("open")),
              ElementsAre("1:X<-open cancel refused ids_name_different_orders status filled"));
  EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(open).orig("filled")),
              ElementsAre("1:X<-filled cancel refused ids_name_different_orders status new"));
  EXPECT_EQ(venue_.history().back().order_id, open);
  // One's own live name does not help with a stranger's order, open or closed.
  venue_.submit(buy(2, "strange").at(90));
  for (const char* strange : {"S1", "strange"}) {
    EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(venue_.id_of(2, strange)).orig("open")),
                ElementsAre("1:X<-open cancel refused unknown_order status rejected"));
  }
  EXPECT_EQ(venue_.engine().open_orders(), 2U);
}

TEST_F(LateRequest, IsLateWithANameThatNobodyHas) {
  // It may have been one of its names that has left the history of ClOrdIDs.
  const OrderId id = venue_.id_of(1, "filled");
  EXPECT_THAT(venue_.tell(cancel(1, "X").order_id(id).orig("nothing")),
              ElementsAre("1:X<-nothing cancel refused too_late_filled status filled"));
}

TEST(ReplacedName, LeadsToTheOrderWhileItIsOpen) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100).account(4));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(6).at(100));
  v.submit(sell(2, "S").qty(2).at(100));
  const OrderId id = v.id_of(1, "A");
  for (const Command& request :
       {Command(cancel(1, "X").orig("A")), Command(cancel(1, "X").orig("A").order_id(id)),
        Command(replace(1, "C").orig("A").side(Side::buy).qty(7).at(100))}) {
    const std::vector<Event> events = v.submit(request);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].reject, RejectCode::too_late_replaced);
    EXPECT_EQ(events[0].order_id, id);
    EXPECT_EQ(events[0].ord_status, OrdStatus::partially_filled);
    EXPECT_EQ(events[0].account, AccountId{4});
    EXPECT_EQ(events[0].orig_clordid, name("A"));
  }
  EXPECT_EQ(v.engine().open_orders(), 1U);
}

TEST(ReplacedName, LeadsToTheOrderWhenItIsOver) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(6).at(100));
  v.submit(sell(2, "S").qty(6).at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused too_late_replaced status filled"));
  EXPECT_EQ(v.history().back().order_id, v.id_of(1, "A"));
}

TEST(ReplacedName, OfADayOrderThatIsOverEndsItFirst) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100).day());
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(4).at(100));
  v.set_time(kMidnight);
  EXPECT_THAT(
      v.tell(cancel(1, "X").orig("A")),
      ElementsAre("1:B expired cum 0", "1:X<-A cancel refused too_late_replaced status expired"));
}

EngineConfig keeping(std::uint32_t order_history) {
  EngineConfig config = small_config();
  config.order_history = order_history;
  return config;
}

TEST(OrderHistory, ForgetsAnOrderWhenAnotherTakesItsPlace) {
  Venue v(keeping(4));
  for (const char* id : {"1", "2", "3", "4"}) v.submit(buy(1, id).at(100).ioc());
  EXPECT_THAT(v.tell(cancel(1, "X").orig("1")),
              ElementsAre("1:X<-1 cancel refused too_late_filled status expired"));
  v.submit(buy(1, "5").at(100));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("1")),
              ElementsAre("1:X<-1 cancel refused too_late_filled status expired"))
      << "an open order takes no place";
  v.submit(cancel(1, "X").orig("5"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("1")),
              ElementsAre("1:X<-1 cancel refused unknown_order status rejected"));
  EXPECT_THAT(v.tell(cancel(1, "X").order_id(v.id_of(1, "1"))),
              ElementsAre("1:X<- cancel refused unknown_order status rejected"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("2")),
              ElementsAre("1:X<-2 cancel refused too_late_filled status expired"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("5")),
              ElementsAre("1:X<-5 cancel refused too_late_filled status canceled"));
}

TEST(OrderHistory, OfOneKnowsTheOrderThatClosedLast) {
  Venue v(keeping(1));
  v.submit(buy(1, "old").at(100));
  v.submit(buy(1, "new").at(100).ioc());
  v.submit(cancel(1, "X").orig("old"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("old")),
              ElementsAre("1:X<-old cancel refused too_late_filled status canceled"));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("new")),
              ElementsAre("1:X<-new cancel refused unknown_order status rejected"));
}

TEST(OrderHistory, ForgottenOrderOfAReplacedNameIsUnknown) {
  Venue v(keeping(1));
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(replace(1, "B").orig("A").side(Side::buy).qty(6).at(100));
  v.submit(cancel(1, "X").orig("B"));
  v.submit(buy(1, "C").at(100).ioc());
  for (const char* clordid : {"A", "B"}) {
    v.submit(cancel(1, "X").orig(clordid));
    EXPECT_EQ(v.history().back().reject, RejectCode::unknown_order) << clordid;
  }
}

TEST(OrderHistory, IsPartOfTheState) {
  // As many commands and events, the same counters, no open order: only the status differs.
  Venue canceled;
  canceled.submit(buy(1, "A").at(100));
  canceled.submit(cancel(1, "X").orig("A"));
  Venue expired;
  expired.submit(buy(1, "A").at(100).ioc());
  expired.submit(tick(kNoon));
  EXPECT_EQ(canceled.history().size(), expired.history().size());
  EXPECT_NE(canceled.engine().state_hash(), expired.engine().state_hash());
}

}  // namespace
}  // namespace sluice::test
