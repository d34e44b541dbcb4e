// Each kind of order, cancel and replace over the wire.
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

class OrderConditions : public ::testing::Test {
 protected:
  OrderConditions() {
    log_on(maker_, venue_);
    log_on(taker_, venue_);
  }
  ~OrderConditions() override {
    // Nothing was sent that a test did not look at.
    EXPECT_TRUE(until_heartbeat(maker_).empty());
    EXPECT_TRUE(until_heartbeat(taker_).empty());
  }

  FixMessage rest(std::string_view clordid, char side, std::string_view qty,
                  std::string_view price) {
    maker_.send(limit_order(clordid, kSymbol, side, qty, price));
    return expect_report(maker_, '0');
  }

  static VenueText protected_venue() {
    VenueText text = small_venue({"MAKER", "TAKER"});
    text.instruments[0].more = {{"market_protection", "\"5\""}};
    return text;
  }

  VenueProcess venue_{options_of(protected_venue())};
  RawFixClient maker_{client_options("MAKER")};
  RawFixClient taker_{client_options("TAKER")};
};

TEST_F(OrderConditions, MarketOrderTradesWithinItsProtectionAndTheRestExpires) {
  rest("M1", '2', "1", "100");
  rest("M2", '2', "1", "105");
  rest("M3", '2', "1", "105.01");
  taker_.send(market_order("T1", kSymbol, '1', "3"));
  const FixMessage acked = expect_report(taker_, '0');
  EXPECT_EQ(acked.get(40), "1");
  EXPECT_EQ(expect_report(taker_, 'F').get(31), "100");
  EXPECT_EQ(expect_report(taker_, 'F').get(31), "105");
  const FixMessage ended = expect_report(taker_, 'C');
  EXPECT_EQ(ended.get(39), "C");
  EXPECT_EQ(ended.get(14), "2");
  EXPECT_EQ(ended.get(151), "0");
  EXPECT_FALSE(ended.get(58).empty());
  expect_report(maker_, 'F');
  expect_report(maker_, 'F');
}

TEST_F(OrderConditions, ImmediateOrCancelTakesWhatIsThereAndTheRestExpires) {
  rest("M1", '2', "1", "100");
  taker_.send(limit_order("T1", kSymbol, '1', "3", "100", '3'));
  EXPECT_EQ(expect_report(taker_, '0').get(59), "3");
  EXPECT_EQ(expect_report(taker_, 'F').get(151), "2");
  const FixMessage ended = expect_report(taker_, 'C');
  EXPECT_EQ(ended.get(14), "1");
  EXPECT_EQ(ended.get(151), "0");
  expect_report(maker_, 'F');
  taker_.send(limit_order("T2", kSymbol, '1', "1", "100", '3'));
  expect_report(taker_, '0');
  EXPECT_EQ(expect_report(taker_, 'C').get(14), "0");
}

TEST_F(OrderConditions, FillOrKillTakesAllOrNothing) {
  rest("M1", '2', "1", "100");
  rest("M2", '2', "1", "101");
  taker_.send(limit_order("T1", kSymbol, '1', "2", "100.99", '4'));
  expect_report(taker_, '0');
  EXPECT_EQ(expect_report(taker_, 'C').get(14), "0");
  taker_.send(limit_order("T2", kSymbol, '1', "2", "101", '4'));
  expect_report(taker_, '0');
  EXPECT_EQ(expect_report(taker_, 'F').get(39), "1");
  EXPECT_EQ(expect_report(taker_, 'F').get(39), "2");
  expect_report(maker_, 'F');
  expect_report(maker_, 'F');
}

TEST_F(OrderConditions, AbsentTimeInForceMeansDay) {
  FixBody order{"D"};
  order.add(11, "M1").add(55, kSymbol).add(54, '1').add(60, utc_now());
  order.add(38, "1").add(40, '2').add(44, "100");
  maker_.send(order);
  EXPECT_EQ(expect_report(maker_, '0').get(59), "0");
  maker_.send(limit_order("M2", kSymbol, '1', "1", "100", '0'));
  EXPECT_EQ(expect_report(maker_, '0').get(59), "0");
}

TEST_F(OrderConditions, PostOnlyRestsOrIsRefusedAndNeverTakes) {
  rest("M1", '2', "1", "100");
  taker_.send(limit_order("T1", kSymbol, '1', "1", "100").add(18, '6'));
  const FixMessage refused = expect_report(taker_, '8');
  EXPECT_EQ(refused.get(39), "8");
  EXPECT_EQ(refused.get(103), "99");
  EXPECT_EQ(refused.get(25016), "30");
  taker_.send(limit_order("T2", kSymbol, '1', "1", "99.99").add(18, '6'));
  EXPECT_EQ(expect_report(taker_, '0').get(18), "6");
}

TEST_F(OrderConditions, CancelNamesItsOrderByEitherId) {
  rest("M1", '1', "1", "100");
  const FixMessage second = rest("M2", '1', "1", "100");
  const FixMessage third = rest("M3", '1', "1", "100");

  maker_.send(cancel_request("C1", "M1", kSymbol, '1'));
  const FixMessage by_name = expect_report(maker_, '4');
  EXPECT_EQ(by_name.get(11), "C1");
  EXPECT_EQ(by_name.get(41), "M1");
  EXPECT_EQ(by_name.get(39), "4");
  EXPECT_EQ(by_name.get(151), "0");

  FixBody by_id{"F"};
  by_id.add(37, second.get(37)).add(11, "C2").add(55, kSymbol).add(54, '1').add(60, utc_now());
  maker_.send(by_id);
  const FixMessage canceled = expect_report(maker_, '4');
  EXPECT_EQ(canceled.get(11), "C2");
  EXPECT_EQ(canceled.get(37), second.get(37));

  FixBody by_both = cancel_request("C3", "M3", kSymbol, '1');
  by_both.add(37, third.get(37));
  maker_.send(by_both);
  EXPECT_EQ(expect_report(maker_, '4').get(37), third.get(37));
}

TEST_F(OrderConditions, ReplaceWithLessKeepsItsPlaceAndAnythingElseGoesToTheBack) {
  rest("A1", '2', "2", "100");
  rest("B1", '2', "2", "100");
  rest("C1", '2', "2", "100");
  maker_.send(replace_request("A2", "A1", kSymbol, '2', "1", "100"));
  const FixMessage smaller = expect_report(maker_, '5');
  EXPECT_EQ(smaller.get(11), "A2");
  EXPECT_EQ(smaller.get(41), "A1");
  EXPECT_EQ(smaller.get(38), "1");
  EXPECT_EQ(smaller.get(151), "1");
  EXPECT_EQ(smaller.get(39), "0");
  maker_.send(replace_request("B2", "B1", kSymbol, '2', "3", "100"));
  EXPECT_EQ(expect_report(maker_, '5').get(151), "3");
  taker_.send(limit_order("T1", kSymbol, '1', "6", "100"));
  expect_report(taker_, '0');
  for (int i = 0; i < 3; ++i) expect_report(taker_, 'F');
  EXPECT_EQ(expect_report(maker_, 'F').get(11), "A2");
  EXPECT_EQ(expect_report(maker_, 'F').get(11), "C1");
  EXPECT_EQ(expect_report(maker_, 'F').get(11), "B2");
}

TEST_F(OrderConditions, ReplaceOfAPartlyFilledOrderCountsTheTotal) {
  rest("A1", '2', "3", "100");
  taker_.send(limit_order("T1", kSymbol, '1', "1", "100"));
  expect_report(taker_, '0');
  expect_report(taker_, 'F');
  expect_report(maker_, 'F');
  maker_.send(replace_request("A2", "A1", kSymbol, '2', "2", "100"));
  const FixMessage replaced = expect_report(maker_, '5');
  EXPECT_EQ(replaced.get(38), "2");
  EXPECT_EQ(replaced.get(14), "1");
  EXPECT_EQ(replaced.get(151), "1");
  EXPECT_EQ(replaced.get(39), "1");
}

TEST_F(OrderConditions, ReplaceThatCrossesTradesAfterItsAnswer) {
  rest("M1", '2', "1", "100");
  taker_.send(limit_order("T1", kSymbol, '1', "1", "99"));
  expect_report(taker_, '0');
  taker_.send(replace_request("T2", "T1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(taker_, '5').get(44), "100");
  const FixMessage taken = expect_report(taker_, 'F');
  EXPECT_EQ(taken.get(11), "T2");
  EXPECT_EQ(taken.get(1057), "Y");
  EXPECT_EQ(expect_report(maker_, 'F').get(11), "M1");
}

// Certification case S16.
TEST_F(OrderConditions, AnOrderThatComesAgainIsAnsweredWithItsStateAndNotExecutedTwice) {
  const FixMessage first = rest("M1", '2', "3", "100");
  taker_.send(limit_order("T1", kSymbol, '1', "1", "100"));
  expect_report(taker_, '0');
  expect_report(taker_, 'F');
  expect_report(maker_, 'F');
  const auto send_again = [](RawFixClient& client, const FixBody& order) {
    FixHeader header = client.next_header();
    header.extra = {{97, "Y"}};
    client.send(order, header);
  };
  send_again(maker_, limit_order("M1", kSymbol, '2', "3", "100"));
  const FixMessage state = expect_report(maker_, 'I');
  EXPECT_EQ(state.get(37), first.get(37));
  EXPECT_EQ(state.get(39), "1");
  EXPECT_EQ(state.get(14), "1");
  EXPECT_EQ(state.get(151), "2");
  EXPECT_EQ(state.get(6), "100");
  // One that was filled, and one that never came.
  send_again(taker_, limit_order("T1", kSymbol, '1', "1", "100"));
  const FixMessage filled = expect_report(taker_, 'I');
  EXPECT_EQ(filled.get(39), "2");
  EXPECT_EQ(filled.get(14), "1");
  EXPECT_EQ(filled.get(6), "100");
  send_again(taker_, limit_order("T2", kSymbol, '1', "2", "100"));
  expect_report(taker_, '0');
  expect_report(taker_, 'F');
  EXPECT_EQ(expect_report(maker_, 'F').get(39), "2");
}

}  // namespace
}  // namespace sluice::testing
