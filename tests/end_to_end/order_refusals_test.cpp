// Every refusal of the engine once over the wire: reason, code, and a text that says the numbers.
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

VenueText narrow_venue() {
  VenueText text = small_venue({"CLIENT1", "CLIENT2"});
  text.instruments = {{.symbol = kSymbol,
                       .min_qty = "0.001",
                       .max_qty = "10",
                       .more = {{"price_min", "\"50\""}, {"price_max", "\"150\""}}},
                      {.symbol = kSideSymbol}};
  return text;
}

class OrderRefusals : public ::testing::Test {
 protected:
  OrderRefusals() { log_on(client_, venue_); }

  /// Sends a D that must be refused.
  FixMessage refused(const FixBody& order, const char* reason, const char* code,
                     std::string_view text) {
    client_.send(order);
    FixMessage report = expect_report(client_, '8');
    EXPECT_EQ(report.get(39), "8") << report.readable();
    EXPECT_EQ(report.get(37), "NONE") << report.readable();
    EXPECT_EQ(report.get(151), "0") << report.readable();
    EXPECT_EQ(report.get(103), reason) << report.readable();
    EXPECT_EQ(report.get(25016), code) << report.readable();
    EXPECT_EQ(report.get(58), text) << report.readable();
    return report;
  }
  /// Sends an F or G that must be refused.
  void cancel_refused(const FixBody& request, const char* reason, const char* code,
                      std::string_view text) {
    client_.send(request);
    const FixMessage reject = expect(client_, "9");
    EXPECT_EQ(reject.get(434), request.msg_type() == "F" ? "1" : "2") << reject.readable();
    EXPECT_EQ(reject.get(102), reason) << reject.readable();
    EXPECT_EQ(reject.get(25016), code) << reject.readable();
    EXPECT_EQ(reject.get(58), text) << reject.readable();
  }
  FixMessage rest(std::string_view clordid, char side, std::string_view qty,
                  std::string_view price) {
    client_.send(limit_order(clordid, kSymbol, side, qty, price));
    return expect_report(client_, '0');
  }
  [[nodiscard]] std::string next() { return numbered("X", ++count_); }
  [[nodiscard]] FixBody buy(std::string_view qty, std::string_view price) {
    return limit_order(next(), kSymbol, '1', qty, price);
  }

  VenueProcess venue_{options_of(narrow_venue())};
  RawFixClient client_{client_options("CLIENT1")};
  std::uint64_t count_ = 0;
};

TEST_F(OrderRefusals, Names) {
  refused(limit_order(next(), "DOGE-USDT", '1', "1", "100"), "1", "1",
          "Symbol(55) DOGE-USDT is not traded here");
  refused(buy("1", "100").add(1, "ACC9"), "15", "2",
          "Account(1) ACC9 is not one of this session's accounts");
  rest("TWICE", '1', "1", "100");
  refused(limit_order("TWICE", kSymbol, '1', "1", "100"), "6", "3",
          "ClOrdID(11) TWICE was used before in this session");
}

TEST_F(OrderRefusals, Prices) {
  refused(buy("1", "100.005"), "18", "10",
          "Price(44) 100.005 is not a multiple of the tick 0.01 of BTC-USDT");
  refused(buy("1", "49.99"), "16", "11",
          "Price(44) 49.99 is below the lowest price 50 of BTC-USDT");
  refused(buy("1", "150.01"), "16", "12",
          "Price(44) 150.01 is above the highest price 150 of BTC-USDT");
  refused(buy("1", "-1"), "16", "13",
          "Price(44) -1 is negative or larger than the venue can hold for BTC-USDT");
  refused(buy("1", "99999999999999"), "16", "13",
          "Price(44) 99999999999999 is negative or larger than the venue can hold for BTC-USDT");
  refused(market_order(next(), kSymbol, '1', "1"), "19", "14",
          "Market order in BTC-USDT, but the other side of its book is empty");
  // The edges themselves are good.
  rest("LOW", '1', "1", "50");
  rest("HIGH", '2', "1", "150");
}

TEST_F(OrderRefusals, Quantities) {
  refused(buy("1.000001", "100"), "13", "20",
          "OrderQty(38) 1.000001 is not a multiple of the lot 0.00001 of BTC-USDT");
  refused(buy("0.00099", "100"), "13", "21",
          "OrderQty(38) 0.00099 is below the minimum 0.001 of BTC-USDT");
  refused(buy("10.00001", "100"), "26", "22",
          "OrderQty(38) 10.00001 is above the maximum 10 of BTC-USDT");
  refused(buy("0", "100"), "13", "23",
          "OrderQty(38) 0 is not above zero or larger than the venue can hold for BTC-USDT");
  refused(buy("-1", "100"), "13", "23",
          "OrderQty(38) -1 is not above zero or larger than the venue can hold for BTC-USDT");
  rest("SMALL", '1', "0.001", "100");
  rest("LARGE", '1', "10", "100");
}

TEST_F(OrderRefusals, Conditions) {
  rest("OFFER", '2', "1", "100");
  refused(buy("1", "101").add(18, '6'), "99", "30",
          "Post-only order at 101 would trade with the best opposite price 100 of BTC-USDT");
  refused(limit_order(next(), kSymbol, '1', "1", "90", '3').add(18, '6'), "11", "31",
          "OrdType(40), TimeInForce(59), ExecInst(18) and Price(44) do not go together");
  refused(market_order(next(), kSymbol, '1', "1").add(44, "100"), "11", "31",
          "OrdType(40), TimeInForce(59), ExecInst(18) and Price(44) do not go together");
}

TEST_F(OrderRefusals, EchoWhatWasSentAndGuessNothing) {
  // No tick and no lot: no numbers.
  const FixMessage symbol = refused(limit_order(next(), "DOGE-USDT", '1', "1", "100"), "1", "1",
                                    "Symbol(55) DOGE-USDT is not traded here");
  EXPECT_EQ(symbol.get(55), "DOGE-USDT");
  EXPECT_FALSE(symbol.has(38) || symbol.has(44));
  // Each good number comes back, and the bad one that is the reason.
  const FixMessage price = refused(buy("2", "100.005"), "18", "10",
                                   "Price(44) 100.005 is not a multiple of the tick 0.01 of "
                                   "BTC-USDT");
  EXPECT_EQ(price.get(38), "2");
  EXPECT_EQ(price.get(44), "100.005");
  const FixMessage both = refused(buy("1.000001", "100.005"), "18", "10",
                                  "Price(44) 100.005 is not a multiple of the tick 0.01 of "
                                  "BTC-USDT");
  EXPECT_FALSE(both.has(38));
  EXPECT_EQ(both.get(44), "100.005");
  const FixMessage account = refused(buy("1", "100.005").add(1, "ACC9"), "15", "2",
                                     "Account(1) ACC9 is not one of this session's accounts");
  EXPECT_EQ(account.get(1), "ACC9");
  EXPECT_EQ(account.get(38), "1");
  EXPECT_FALSE(account.has(44));
  const FixMessage market =
      refused(market_order(next(), kSymbol, '1', "1").add(44, "100"), "11", "31",
              "OrdType(40), TimeInForce(59), ExecInst(18) and "
              "Price(44) do not go together");
  EXPECT_EQ(market.get(38), "1");
  EXPECT_EQ(market.get(44), "100");
  // A name spent twice is the first reason; what else is wrong is not hidden.
  rest("SPENT", '1', "1", "100");
  const FixMessage twice = refused(limit_order("SPENT", "DOGE-USDT", '1', "1", "100"), "6", "3",
                                   "ClOrdID(11) SPENT was used before in this session");
  EXPECT_EQ(twice.get(55), "DOGE-USDT");
}

TEST_F(OrderRefusals, CancelsOfWhatIsNotThere) {
  cancel_refused(cancel_request(next(), "NEVER", kSymbol, '1'), "1", "60",
                 "No such order of this session");
  rest("MINE", '1', "1", "100");
  // Another session's order is as unknown.
  RawFixClient other{client_options("CLIENT2")};
  log_on(other, venue_);
  other.send(cancel_request("C1", "MINE", kSymbol, '1'));
  const FixMessage reject = expect(other, "9");
  EXPECT_EQ(reject.get(102), "1");
  EXPECT_EQ(reject.get(37), "NONE");
  EXPECT_EQ(reject.get(39), "8");
  other.send(limit_order("TAKE", kSymbol, '2', "1", "100"));
  expect_report(client_, 'F');
  cancel_refused(cancel_request(next(), "MINE", kSymbol, '1'), "0", "61",
                 "Too late: the order is closed");
}

TEST_F(OrderRefusals, RequestsThatContradictTheirOrder) {
  rest("A1", '1', "1", "100");
  const FixMessage second = rest("B1", '1', "1", "100");
  FixBody both = cancel_request(next(), "A1", kSymbol, '1');
  cancel_refused(both.add(37, second.get(37)), "99", "64",
                 "OrderID(37) and OrigClOrdID(41) name different orders");
  // A replace must say the order's side and symbol.
  cancel_refused(replace_request(next(), "A1", kSymbol, '2', "1", "100"), "99", "65",
                 "Side(54) differs from the order's");
  cancel_refused(replace_request(next(), "A1", kSideSymbol, '1', "1", "100"), "99", "66",
                 "Symbol(55) differs from the order's");
  // The order is where it was.
  // Nothing of that keeps anybody from cancelling: the id alone names the order.
  client_.send(cancel_request(next(), "A1", kSymbol, '2'));
  EXPECT_EQ(expect_report(client_, '4').get(41), "A1");
}

TEST_F(OrderRefusals, Replaces) {
  rest("A1", '1', "2", "100");
  const auto replace = [&](std::string_view orig, std::string_view qty, std::string_view price) {
    return replace_request(next(), orig, kSymbol, '1', qty, price);
  };
  cancel_refused(replace("NEVER", "1", "100"), "1", "60", "No such order of this session");
  cancel_refused(replace("A1", "1", "100.005"), "18", "10",
                 "Price(44) 100.005 is not a multiple of the tick 0.01 of BTC-USDT");
  cancel_refused(replace("A1", "1", "151"), "8", "12",
                 "Price(44) 151 is above the highest price 150 of BTC-USDT");
  cancel_refused(replace("A1", "11", "100"), "99", "22",
                 "OrderQty(38) 11 is above the maximum 10 of BTC-USDT");
  cancel_refused(replace("A1", "1", "100").add(59, '0'), "99", "67",
                 "OrdType(40), TimeInForce(59) and ExecInst(18) of an order cannot change");
  cancel_refused(replace_request("A1", "A1", kSymbol, '1', "1", "100"), "6", "3",
                 "ClOrdID(11) A1 was used before in this session");
  cancel_refused(replace("A1", "1", "100").add(1, "ACC9"), "99", "2",
                 "Account(1) is not one of this session's accounts");
  cancel_refused(replace_request(next(), "A1", "DOGE-USDT", '1', "1", "100"), "99", "1",
                 "Symbol(55) is not traded here");

  client_.send(limit_order("TAKE", kSymbol, '2', "1", "100"));
  expect_report(client_, '0');
  expect_report(client_, 'F');
  expect_report(client_, 'F');
  cancel_refused(replace("A1", "1", "100"), "0", "63",
                 "OrderQty(38) 1 is not above the 1 already filled");
  client_.send(replace_request("A2", "A1", kSymbol, '1', "3", "100"));
  EXPECT_EQ(expect_report(client_, '5').get(151), "2");
  cancel_refused(replace("A1", "4", "100"), "0", "62", "Too late: OrigClOrdID(41) A1 was replaced");
}

TEST_F(OrderRefusals, LimitOrderWithoutAPriceIsABusinessReject) {
  FixBody order{"D"};
  order.add(11, "NOPRICE").add(55, kSymbol).add(54, '1').add(60, utc_now());
  order.add(38, "1").add(40, '2');
  const std::uint32_t seq = client_.send(order);
  const FixMessage reject = expect(client_, "j");
  EXPECT_EQ(reject.get(380), "5");
  EXPECT_EQ(reject.get(372), "D");
  EXPECT_EQ(reject.get_int(45), seq);
  EXPECT_NE(reject.get(58).find("44"), std::string_view::npos) << reject.readable();
}

/// One bound of [engine] made small.
VenueText bounded_venue(const char* bound, const char* value) {
  VenueText text = small_venue();
  text.engine.emplace_back(bound, value);
  return text;
}

void expect_bound(const VenueText& text, int resting, const char* code, const char* said) {
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (int i = 0; i < resting; ++i) {
    // Far apart, so that each needs a page of its own too.
    client.send(limit_order(numbered("R", static_cast<std::uint64_t>(i)), kSymbol, '1', "1",
                            std::to_string(1'000 + 100'000 * i)));
    expect_report(client, '0');
  }
  client.send(limit_order("PAST", kSymbol, '1', "1", "900000"));
  const FixMessage refused = expect_report(client, '8');
  EXPECT_EQ(refused.get(103), "3");
  EXPECT_EQ(refused.get(25016), code);
  EXPECT_EQ(refused.get(58), said);
  // Room again once one has gone.
  client.send(cancel_request("C1", "R0", kSymbol, '1'));
  expect_report(client, '4');
  client.send(limit_order("AGAIN", kSymbol, '1', "1", "900000"));
  expect_report(client, '0');
}

TEST(OrderBounds, OpenOrders) {
  expect_bound(bounded_venue("max_orders", "3"), 3, "40",
               "The venue holds its maximum of 3 open orders");
}

TEST(OrderBounds, PagesOfPriceLevels) {
  // Prices far apart need a page each. How many pages an empty book has is the engine's affair.
  VenueProcess venue{options_of(bounded_venue("max_level_pages", "8"))};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (std::uint64_t i = 0; i <= 8; ++i) {
    client.send(
        limit_order(numbered("R", i), kSymbol, '1', "1", std::to_string(1'000 + 10'000'000 * i)));
    const FixMessage report = expect(client, "8");
    if (report.get(150) == "0") continue;
    EXPECT_EQ(report.get(103), "3");
    EXPECT_EQ(report.get(25016), "42");
    EXPECT_EQ(report.get(58), "The venue holds its maximum of 8 pages of price levels");
    return;
  }
  FAIL() << "nine pages were taken";
}

TEST(OrderBounds, PriceLevels) {
  expect_bound(bounded_venue("max_levels", "3"), 3, "41",
               "The venue holds its maximum of 3 price levels");
}

}  // namespace
}  // namespace sluice::testing
