// OrderCancelReplaceRequest(G). OrderQty(38) is the total; a smaller quantity at the same price
// keeps its place, anything else goes to the back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

// Two orders at 100; the first, A, is for five lots.
class Replace : public ::testing::Test {
 protected:
  Replace() {
    venue_.submit(buy(1, "A").qty(5).at(100));
    venue_.submit(buy(1, "Z").qty(5).at(100));
  }
  static CommandBuilder a_to(const char* clordid, std::int64_t qty, std::int64_t price) {
    return replace(1, clordid).orig("A").side(Side::buy).qty(qty).at(price);
  }
  Venue venue_;
};

TEST_F(Replace, SmallerQuantityAtTheSamePriceKeepsItsPlace) {
  const std::vector<Event> events = venue_.submit(a_to("B", 4, 100));
  EXPECT_THAT(brief(events), ElementsAre("1:B<-A replaced 4@100 leaves 4 kept"));
  EXPECT_EQ(events.front().ord_status, OrdStatus::fresh);
  EXPECT_EQ(events.front().order_id, venue_.id_of(1, "A"));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("B 4@100", "Z 5@100"));
}

TEST_F(Replace, LargerQuantityGoesToTheBack) {
  EXPECT_THAT(venue_.tell(a_to("B", 6, 100)), ElementsAre("1:B<-A replaced 6@100 leaves 6"));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("Z 5@100", "B 6@100"));
}

TEST_F(Replace, SameQuantityAtTheSamePriceGoesToTheBack) {
  EXPECT_THAT(venue_.tell(a_to("B", 5, 100)), ElementsAre("1:B<-A replaced 5@100 leaves 5"));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("Z 5@100", "B 5@100"));
}

TEST_F(Replace, OtherPriceGoesToTheBackOfThatPrice) {
  venue_.submit(buy(2, "Y").at(99));
  EXPECT_THAT(venue_.tell(a_to("B", 4, 99)), ElementsAre("1:B<-A replaced 4@99 leaves 4"));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("Z 5@100", "Y 1@99", "B 4@99"));
}

TEST_F(Replace, BetterPriceBecomesTheTop) {
  venue_.submit(a_to("B", 5, 101));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("B 5@101", "Z 5@100"));
  EXPECT_EQ(venue_.engine().best({1}, Side::buy)->price, Price{101});
}

TEST_F(Replace, CrossingPriceTradesAsAggressor) {
  venue_.submit(sell(2, "S").qty(3).at(102));
  EXPECT_THAT(venue_.tell(a_to("B", 5, 103)),
              ElementsAre("1:B<-A replaced 5@103 leaves 5", "2:S trade 3@102 cum 3 leaves 0 added",
                          "1:B trade 3@102 cum 3 leaves 2 removed"));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("B 2@103", "Z 5@100"));
}

TEST_F(Replace, CrossingPriceMayFillTheOrderWhole) {
  venue_.submit(sell(2, "S").qty(9).at(102));
  venue_.submit(a_to("B", 5, 102));
  EXPECT_THAT(venue_.book(Side::sell), ElementsAre("S 4@102"));
  EXPECT_THAT(venue_.tell(cancel(1, "X").orig("B")),
              ElementsAre("1:X<-B cancel refused too_late_filled status filled"));
}

TEST_F(Replace, QuantityIsTheTotalWithWhatIsFilled) {
  venue_.submit(sell(2, "S").qty(2).at(100));
  const std::vector<Event> events = venue_.submit(a_to("B", 4, 100));
  EXPECT_THAT(brief(events), ElementsAre("1:B<-A replaced 4@100 leaves 2 kept"));
  EXPECT_EQ(events.front().cum_qty, Qty{2});
  EXPECT_EQ(events.front().ord_status, OrdStatus::partially_filled);
  EXPECT_EQ(events.front().cum_notional, Notional{200});
}

TEST_F(Replace, DownToTheFilledQuantityComesTooLate) {
  venue_.submit(sell(2, "S").qty(2).at(100));
  EXPECT_THAT(venue_.tell(a_to("B", 2, 100)),
              ElementsAre("1:B<-A replace refused qty_not_above_filled limit 2 asked 2 "
                          "status partially_filled"));
  EXPECT_THAT(venue_.tell(a_to("C", 1, 100)),
              ElementsAre("1:C<-A replace refused qty_not_above_filled limit 2 asked 1 "
                          "status partially_filled"));
  EXPECT_THAT(venue_.tell(a_to("D", 3, 100)), ElementsAre("1:D<-A replaced 3@100 leaves 1 kept"));
}

TEST_F(Replace, RefusedLeavesOrderPriceAndPlace) {
  venue_.submit(a_to("B", 0, 100));
  venue_.submit(a_to("C", 5, -1));
  EXPECT_THAT(venue_.book(Side::buy), ElementsAre("A 5@100", "Z 5@100"));
  EXPECT_THAT(venue_.tell(a_to("D", 4, 100)), ElementsAre("1:D<-A replaced 4@100 leaves 4 kept"));
}

TEST_F(Replace, ByOrderId) {
  EXPECT_THAT(
      venue_.tell(replace(1, "B").order_id(venue_.id_of(1, "A")).side(Side::buy).qty(4).at(100)),
      ElementsAre("1:B<-A replaced 4@100 leaves 4 kept"));
}

TEST_F(Replace, IsRefusedWhenTheTwoIdsNameDifferentOrders) {
  EXPECT_THAT(venue_.tell(a_to("B", 4, 100).order_id(venue_.id_of(1, "Z"))),
              ElementsAre("1:B<-A replace refused ids_name_different_orders status new"));
}

TEST_F(Replace, NamesChainAndOnlyTheLastOneHolds) {
  venue_.submit(a_to("B", 4, 100));
  EXPECT_THAT(venue_.tell(a_to("C", 3, 100)),
              ElementsAre("1:C<-A replace refused too_late_replaced status new"));
  EXPECT_THAT(venue_.tell(replace(1, "D").orig("B").side(Side::buy).qty(3).at(100)),
              ElementsAre("1:D<-B replaced 3@100 leaves 3 kept"));
}

TEST_F(Replace, OfAnUnknownOrderIsRefused) {
  EXPECT_THAT(venue_.tell(replace(1, "B").orig("nothing").side(Side::buy).qty(4).at(100)),
              ElementsAre("1:B<-nothing replace refused unknown_order status rejected"));
  EXPECT_THAT(venue_.tell(replace(2, "B").orig("A").side(Side::buy).qty(4).at(100)),
              ElementsAre("2:B<-A replace refused unknown_order status rejected"));
}

TEST_F(Replace, OfAFilledOrderComesTooLate) {
  venue_.submit(sell(2, "S").qty(5).at(100));
  EXPECT_THAT(venue_.tell(a_to("B", 6, 100)),
              ElementsAre("1:B<-A replace refused too_late_filled status filled"));
}

TEST_F(Replace, MayNotChangeSideInstrumentOrTerms) {
  EXPECT_THAT(venue_.tell(a_to("B", 4, 100).side(Side::sell)),
              ElementsAre("1:B<-A replace refused side_differs status new"));
  EXPECT_THAT(venue_.tell(a_to("C", 4, 100).on(2)),
              ElementsAre("1:C<-A replace refused instrument_differs status new"));
  EXPECT_THAT(venue_.tell(a_to("D", 4, 0).market().tif(TimeInForce::good_till_cancel)),
              ElementsAre("1:D<-A replace refused terms_cannot_change status new"));
  EXPECT_THAT(venue_.tell(a_to("E", 4, 100).day()),
              ElementsAre("1:E<-A replace refused terms_cannot_change status new"));
  EXPECT_THAT(venue_.tell(a_to("F", 4, 100).post_only()),
              ElementsAre("1:F<-A replace refused terms_cannot_change status new"));
}

TEST_F(Replace, MayRepeatTheTermsAsTheyAre) {
  EXPECT_THAT(venue_.tell(a_to("B", 4, 100).tif(TimeInForce::good_till_cancel)),
              ElementsAre("1:B<-A replaced 4@100 leaves 4 kept"));
  venue_.submit(buy(1, "P").qty(5).at(90).post_only().day());
  EXPECT_THAT(
      venue_.tell(replace(1, "Q").orig("P").side(Side::buy).qty(4).at(90).post_only().day()),
      ElementsAre("1:Q<-P replaced 4@90 leaves 4 kept"));
}

TEST_F(Replace, LeavingOutPostOnlyKeepsIt) {
  venue_.submit(buy(1, "P").qty(5).at(90).post_only());
  const std::vector<Event> events =
      venue_.submit(replace(1, "Q").orig("P").side(Side::buy).qty(4).at(90));
  EXPECT_EQ(events.front().exec_inst, ExecInst::post_only);
  EXPECT_EQ(events.front().tif, TimeInForce::good_till_cancel);
}

TEST_F(Replace, MayRepeatTheAccountAndNotChangeIt) {
  venue_.submit(buy(1, "M").qty(5).at(90).account(4));
  const CommandBuilder to_n = replace(1, "N").orig("M").side(Side::buy).qty(4).at(90).account(4);
  EXPECT_THAT(venue_.tell(replace(1, "O").orig("M").side(Side::buy).qty(3).at(90).account(5)),
              ElementsAre("1:O<-M replace refused account_differs status new"));
  EXPECT_THAT(venue_.tell(to_n), ElementsAre("1:N<-M replaced 4@90 leaves 4 kept"));
  EXPECT_EQ(venue_.history().back().account, AccountId{4});
}

TEST_F(Replace, IsHeldAgainstBandAndQuantityLimits) {
  EngineConfig config = small_config();
  config.instruments[0] = {.min_qty = {2},
                           .max_qty = {10},
                           .band_low = {90},
                           .band_high = {110},
                           .market_protection = {0}};
  Venue w(config);
  w.submit(buy(1, "A").qty(5).at(100));
  EXPECT_THAT(w.tell(a_to("B", 5, 89)),
              ElementsAre("1:B<-A replace refused price_below_band limit 90 asked 89 status new"));
  EXPECT_THAT(
      w.tell(a_to("C", 5, 111)),
      ElementsAre("1:C<-A replace refused price_above_band limit 110 asked 111 status new"));
  EXPECT_THAT(w.tell(a_to("D", 1, 100)),
              ElementsAre("1:D<-A replace refused qty_below_min limit 2 asked 1 status new"));
  EXPECT_THAT(w.tell(a_to("E", 11, 100)),
              ElementsAre("1:E<-A replace refused qty_above_max limit 10 asked 11 status new"));
  EXPECT_THAT(w.tell(a_to("F", 0, 100)),
              ElementsAre("1:F<-A replace refused qty_out_of_range status new"));
  EXPECT_THAT(w.tell(a_to("G", 5, kMaxPriceTicks + 1)),
              ElementsAre("1:G<-A replace refused price_out_of_range asked 4398046511104 "
                          "status new"));
  EXPECT_THAT(w.tell(a_to("H", 10, 110)), ElementsAre("1:H<-A replaced 10@110 leaves 10"));
}

TEST_F(Replace, WithADefectIsRefusedAsTheDecoderSaid) {
  Command g = a_to("B", 4, 0).defect(RejectCode::price_off_tick);
  g.asked_mantissa = 10'005;
  g.asked_exponent = -2;
  const std::vector<Event> events = venue_.submit(g);
  EXPECT_THAT(brief(events),
              ElementsAre("1:B<-A replace refused price_off_tick asked 10005 status new"));
  EXPECT_EQ(events.front().asked_exponent, -2);
}

TEST_F(Replace, ReportsTheEntrysParties) {
  Command n = buy(1, "N").qty(5).at(95);
  n.client = 42;
  venue_.submit(n);
  const std::vector<Event> events =
      venue_.submit(replace(1, "O").orig("N").side(Side::buy).qty(4).at(95));
  EXPECT_EQ(events.front().client, 42U);
}

TEST_F(Replace, TakesThePartiesThatItNamesAndKeepsTheOthers) {
  Command entry = buy(1, "N").qty(5).at(105);
  entry.client = 42, entry.client_qualifier = 23;
  entry.trader = 43, entry.trader_qualifier = 24;
  venue_.submit(entry);
  Command g = replace(1, "O").orig("N").side(Side::buy).qty(4).at(105);
  g.trader = 53;
  g.decision_maker = 54, g.decision_maker_qualifier = 22;
  venue_.submit(g);
  venue_.submit(sell(2, "S").at(105));
  // The replace's own report, and the trade that comes later.
  const std::vector<Event>& all = venue_.history();
  for (const Event& event : {all[all.size() - 4], all[all.size() - 2]}) {
    EXPECT_EQ(event.clordid, name("O"));
    EXPECT_EQ(event.client, 42U);
    EXPECT_EQ(event.client_qualifier, 23);
    EXPECT_EQ(event.trader, 53U);
    EXPECT_EQ(event.trader_qualifier, 0) << "the qualifier belongs to the party";
    EXPECT_EQ(event.decision_maker, 54U);
    EXPECT_EQ(event.decision_maker_qualifier, 22);
  }
}

TEST_F(Replace, OfAnotherClientIsAnotherState) {
  const std::uint64_t before = venue_.engine().state_hash();
  Venue other;
  other.submit(buy(1, "A").qty(5).at(100));
  other.submit(buy(1, "Z").qty(5).at(100));
  ASSERT_EQ(before, other.engine().state_hash());
  Command g = a_to("B", 4, 100);
  venue_.submit(g);
  g.client = 9;
  other.submit(g);
  EXPECT_NE(venue_.engine().state_hash(), other.engine().state_hash());
}

}  // namespace
}  // namespace sluice::test
