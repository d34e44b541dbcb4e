// OrdType(40)=2: price-time priority, trades at the resting price.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Limit, RestsWhenNothingCrosses) {
  Venue v;
  EXPECT_THAT(v.tell(sell(1, "S").qty(5).at(101)), ElementsAre("1:S accepted sell 5@101"));
  EXPECT_THAT(v.tell(buy(2, "B").qty(5).at(100)), ElementsAre("2:B accepted buy 5@100"));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("B 5@100"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S 5@101"));
}

TEST(Limit, TradesAtTheRestingPriceWhenTheAggressorWouldPayMore) {
  Venue v;
  v.submit(sell(1, "S").qty(5).at(101));
  EXPECT_THAT(v.tell(buy(2, "B").qty(5).at(110)),
              ElementsAre("2:B accepted buy 5@110", "1:S trade 5@101 cum 5 leaves 0 added",
                          "2:B trade 5@101 cum 5 leaves 0 removed"));
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(Limit, TradesAtTheRestingPriceWhenTheAggressorWouldSellForLess) {
  Venue v;
  v.submit(buy(1, "B").qty(5).at(101));
  EXPECT_THAT(v.tell(sell(2, "S").qty(5).at(90)),
              ElementsAre("2:S accepted sell 5@90", "1:B trade 5@101 cum 5 leaves 0 added",
                          "2:S trade 5@101 cum 5 leaves 0 removed"));
}

TEST(Limit, TakesTheBestPriceFirstAndTheEarliestOrderWithinAPrice) {
  Venue v;
  v.submit(sell(1, "late_price").at(102));
  v.submit(sell(1, "first").at(101));
  v.submit(sell(3, "second").at(101));
  v.submit(sell(1, "best").at(100));
  EXPECT_THAT(
      v.tell(buy(2, "B").qty(4).at(102)),
      ElementsAre(
          "2:B accepted buy 4@102", "1:best trade 1@100 cum 1 leaves 0 added",
          "2:B trade 1@100 cum 1 leaves 3 removed", "1:first trade 1@101 cum 1 leaves 0 added",
          "2:B trade 1@101 cum 2 leaves 2 removed", "3:second trade 1@101 cum 1 leaves 0 added",
          "2:B trade 1@101 cum 3 leaves 1 removed", "1:late_price trade 1@102 cum 1 leaves 0 added",
          "2:B trade 1@102 cum 4 leaves 0 removed"));
}

TEST(Limit, RestsWithWhatTheOtherSideCouldNotFill) {
  Venue v;
  v.submit(sell(1, "S").qty(2).at(100));
  v.submit(buy(2, "B").qty(5).at(100));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("B 3@100"));
  EXPECT_THAT(v.book(Side::sell), IsEmpty());
}

TEST(Limit, StopsAtItsOwnLimit) {
  Venue v;
  v.submit(sell(1, "S1").at(100));
  v.submit(sell(1, "S2").at(102));
  v.submit(buy(2, "B").qty(5).at(101));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("B 4@101"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S2 1@102"));
}

TEST(Limit, PartlyFilledRestingOrderKeepsItsPlace) {
  Venue v;
  v.submit(sell(1, "S1").qty(5).at(100));
  v.submit(sell(1, "S2").qty(5).at(100));
  v.submit(buy(2, "B1").qty(2).at(100));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S1 3@100", "S2 5@100"));
  v.submit(buy(2, "B2").qty(4).at(100));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S2 4@100"));
}

TEST(Limit, InstrumentsDoNotMeet) {
  Venue v;
  v.submit(sell(1, "S").at(100).on(1));
  EXPECT_THAT(v.tell(buy(2, "B").at(100).on(2)), ElementsAre("2:B accepted buy 1@100"));
  EXPECT_EQ(v.engine().open_orders({1}), 1U);
  EXPECT_EQ(v.engine().open_orders({2}), 1U);
  EXPECT_EQ(v.engine().open_orders({3}), 0U);
  EXPECT_EQ(v.engine().open_orders(), 2U);
}

TEST(Limit, CarriesTermsAndPartiesOfTheOrderOnEveryReport) {
  Venue v;
  Command s = sell(1, "S").qty(5).at(100);
  s.account = {7};
  s.client = 11;
  s.trader = 12;
  s.decision_maker = 13;
  s.client_qualifier = 24;
  s.trader_qualifier = 25;
  s.decision_maker_qualifier = 22;
  s.order_capacity = 'P';
  s.order_restrictions = 3;
  s.position_effect = 'C';
  s.self_match_prevention_id = 99;
  s.self_match_prevention_instruction = 2;
  s.quote_set = 4;
  s.mmp_group = 6;
  v.submit(s);
  Command b = buy(2, "B").qty(2).at(100);
  b.ring_in_ns = 3;
  b.decoded_ns = 2;
  b.engine_in_ns = 5;
  b.msg_seq_num = 77;
  const std::vector<Event> events = v.submit(b);
  ASSERT_EQ(events.size(), 3U);
  const Event& passive = events[1];
  EXPECT_EQ(passive.account, AccountId{7});
  EXPECT_EQ(passive.client, 11U);
  EXPECT_EQ(passive.trader, 12U);
  EXPECT_EQ(passive.decision_maker, 13U);
  EXPECT_EQ(passive.client_qualifier, 24U);
  EXPECT_EQ(passive.trader_qualifier, 25U);
  EXPECT_EQ(passive.decision_maker_qualifier, 22U);
  EXPECT_EQ(passive.order_capacity, 'P');
  EXPECT_EQ(passive.order_restrictions, 3U);
  EXPECT_EQ(passive.position_effect, 'C');
  EXPECT_EQ(passive.self_match_prevention_id, 99U);
  EXPECT_EQ(passive.self_match_prevention_instruction, 2U);
  EXPECT_EQ(passive.quote_set, 4U);
  EXPECT_EQ(passive.mmp_group, 6U);
  // What caused it is the aggressor's message; where it goes is the owner.
  EXPECT_EQ(passive.session, SessionId{1});
  EXPECT_EQ(passive.source_session, SessionId{2});
  EXPECT_EQ(passive.source_msg_seq_num, 77U);
  EXPECT_EQ(passive.ring_in_ns, 3U);
  EXPECT_EQ(passive.decoded_ns, 2U);
  EXPECT_EQ(passive.engine_in_ns, 5U);
  EXPECT_EQ(events[2].client, 0U) << "the parties of one side do not leak into the other";
}

TEST(Limit, SumsTheNotionalOverItsFills) {
  Venue v;
  v.submit(sell(1, "S1").qty(2).at(100));
  v.submit(sell(1, "S2").qty(3).at(101));
  const std::vector<Event> events = v.submit(buy(2, "B").qty(5).at(101));
  EXPECT_EQ(events.back().cum_notional, Notional{2 * 100 + 3 * 101});
  EXPECT_EQ(events.back().ord_status, OrdStatus::filled);
}

TEST(Limit, LargestPriceTimesLargestQuantityDoesNotOverflow) {
  Venue v;
  v.submit(sell(1, "S").qty(kMaxQtyLots).at(kMaxPriceTicks));
  const std::vector<Event> events = v.submit(buy(2, "B").qty(kMaxQtyLots).at(kMaxPriceTicks));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events.back().cum_notional, Notional{kMaxPriceTicks} * Notional{kMaxQtyLots});
}

TEST(Limit, ShowsTheTopOfTheBookWithAllThatRestsThere) {
  Venue v;
  EXPECT_FALSE(v.engine().best({1}, Side::buy));
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(buy(1, "B").qty(7).at(100));
  v.submit(buy(1, "C").qty(9).at(99));
  v.submit(sell(2, "S").qty(2).at(100));
  const auto top = v.engine().best({1}, Side::buy);
  ASSERT_TRUE(top);
  EXPECT_EQ(top->price, Price{100});
  EXPECT_EQ(top->qty, Qty{10});
  EXPECT_EQ(top->orders, 2U);
}

TEST(Limit, IsFoundByItsIdWhileItIsOpen) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100).on(2));
  const OrderId id = v.id_of(1, "A");
  const auto found = v.engine().find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->clordid, name("A"));
  EXPECT_EQ(found->session, SessionId{1});
  EXPECT_EQ(found->instrument, InstrumentId{2});
  EXPECT_EQ(found->qty, Qty{5});
  v.submit(cancel(1, "X").orig("A"));
  EXPECT_FALSE(v.engine().find(id));
}

}  // namespace
}  // namespace sluice::test
