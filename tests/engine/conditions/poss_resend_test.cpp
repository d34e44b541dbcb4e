// A request that came before and says so, PossResend(97)=Y, is answered with what came of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

class PossResend : public ::testing::Test {
 protected:
  /// The one event that the command causes.
  Event ask(const Command& command) {
    const std::vector<Event> events = venue_.submit(command);
    EXPECT_EQ(events.size(), 1U);
    return events.at(0);
  }
  Venue venue_;
};

TEST_F(PossResend, OfAnUnknownNameIsAnOrder) {
  EXPECT_THAT(venue_.tell(buy(1, "A").at(100).again()), ElementsAre("1:A accepted buy 1@100"));
  EXPECT_EQ(venue_.engine().open_orders(), 1U);
}

TEST_F(PossResend, OfAnOpenOrderSaysHowFarItIsAndDoesNothing) {
  venue_.submit(buy(1, "A").qty(5).at(100).account(4));
  venue_.submit(sell(2, "S").qty(2).at(100));
  const std::uint64_t hash = venue_.engine().state_hash();
  const Event event = ask(buy(1, "A").qty(5).at(100).account(4).again());
  EXPECT_EQ(event.type, EventType::order_status);
  EXPECT_EQ(event.order_id, venue_.id_of(1, "A"));
  EXPECT_EQ(event.ord_status, OrdStatus::partially_filled);
  EXPECT_EQ(event.qty, Qty{5});
  EXPECT_EQ(event.cum_qty, Qty{2});
  EXPECT_EQ(event.leaves_qty, Qty{3});
  EXPECT_EQ(event.cum_notional, Notional{200});
  EXPECT_EQ(event.account, AccountId{4});
  EXPECT_EQ(event.flags, kAnswer);
  EXPECT_EQ(venue_.engine().open_orders(), 1U);
  // What it is counted by is all that differs: the same event again has the same state around it.
  EXPECT_NE(venue_.engine().state_hash(), hash) << "an event was given a number";
}

TEST_F(PossResend, OfAnOrderThatIsOverSaysHowItEnded) {
  venue_.submit(buy(1, "filled").qty(3).at(100).account(4));
  venue_.submit(sell(2, "S1").qty(3).at(99));
  venue_.submit(buy(1, "partly").qty(4).at(100).account(4));
  venue_.submit(sell(2, "S2").at(100));
  venue_.submit(cancel(1, "X").orig("partly"));
  venue_.submit(buy(1, "expired").at(100).ioc());
  EXPECT_THAT(venue_.tell(buy(1, "filled").qty(3).at(100).again()),
              ElementsAre("1:filled status filled cum 3 leaves 0"));
  EXPECT_THAT(venue_.tell(buy(1, "partly").qty(4).at(100).again()),
              ElementsAre("1:partly status canceled cum 1 leaves 0"));
  EXPECT_THAT(venue_.tell(buy(1, "expired").at(100).ioc().again()),
              ElementsAre("1:expired status expired cum 0 leaves 0"));
  const Event event = ask(sell(1, "partly").on(2).qty(9).at(1).again());
  EXPECT_EQ(event.instrument, InstrumentId{1}) << "in whose ticks and lots its numbers are";
  EXPECT_EQ(event.side, Side::buy);
  EXPECT_EQ(event.price, Price{100});
  EXPECT_EQ(event.qty, Qty{4}) << "the order's, whatever it says now";
  EXPECT_EQ(event.cum_notional, Notional{100});
  EXPECT_EQ(event.account, AccountId{4});
  EXPECT_EQ(event.order_id.count(), 3U);
}

TEST_F(PossResend, OfAnOrderWithALaterNameSaysTheStateUnderTheNameThatWasAsked) {
  venue_.submit(buy(1, "A").qty(5).at(100));
  venue_.submit(replace(1, "B").orig("A").side(Side::buy).qty(7).at(101));
  for (const char* const asked : {"A", "B"}) {
    const Event event = ask(buy(1, asked).qty(5).at(100).again());
    EXPECT_EQ(event.type, EventType::order_status);
    EXPECT_EQ(event.clordid, name(asked));
    EXPECT_EQ(event.qty, Qty{7});
    EXPECT_EQ(event.price, Price{101});
  }
}

TEST_F(PossResend, OfAReplaceThatWasDoneSaysTheStateAndDoesNotReplaceAgain) {
  venue_.submit(buy(1, "A").qty(5).at(100));
  const CommandBuilder to_b = replace(1, "B").orig("A").side(Side::buy).qty(7).at(101);
  venue_.submit(to_b);
  venue_.submit(replace(1, "C").orig("B").side(Side::buy).qty(8).at(102));
  const Event event = ask(CommandBuilder(to_b).again());
  EXPECT_EQ(event.type, EventType::order_status);
  EXPECT_EQ(event.qty, Qty{8});
  EXPECT_EQ(event.price, Price{102});
}

TEST_F(PossResend, OfACancelIsACancel) {
  venue_.submit(buy(1, "A").at(100));
  EXPECT_EQ(ask(CommandBuilder(cancel(1, "X").orig("A")).again()).type, EventType::order_canceled);
  const Event late = ask(CommandBuilder(cancel(1, "X").orig("A")).again());
  EXPECT_EQ(late.reject, RejectCode::too_late_filled);
  EXPECT_EQ(late.ord_status, OrdStatus::canceled);
}

TEST_F(PossResend, OfARefusedOrderSaysThatItIsNone) {
  venue_.submit(buy(1, "A").at(-1));
  const Event event = ask(buy(1, "A").at(100).again());
  EXPECT_EQ(event.type, EventType::order_status);
  EXPECT_EQ(event.ord_status, OrdStatus::rejected);
  EXPECT_TRUE(event.order_id.is_none());
  EXPECT_EQ(venue_.engine().open_orders(), 0U);
}

TEST_F(PossResend, OfAnotherSessionsNameIsAnOrder) {
  venue_.submit(buy(1, "A").at(100));
  EXPECT_EQ(ask(buy(2, "A").at(100).again()).type, EventType::order_accepted);
}

TEST_F(PossResend, OfADayOrderThatIsOverEndsItFirst) {
  venue_.submit(buy(1, "A").at(100).day().time(TimeNs{kNsPerDay - 1}));
  EXPECT_THAT(venue_.tell(buy(1, "A").at(100).day().time(TimeNs{kNsPerDay}).again()),
              ElementsAre("1:A expired cum 0", "1:A status expired cum 0 leaves 0"));
}

// Nobody knows any more what came of it, but that it came is known.
TEST(PossResendForgotten, IsRefusedAsADuplicate) {
  EngineConfig config = small_config();
  config.order_history = 1;
  Venue v{config};
  v.submit(buy(1, "A").at(100).ioc());
  v.submit(buy(1, "B").at(100).ioc());
  EXPECT_THAT(v.tell(buy(1, "A").at(100).ioc().again()),
              ElementsAre("1:A rejected duplicate_clordid"));
}

}  // namespace
}  // namespace sluice::test
