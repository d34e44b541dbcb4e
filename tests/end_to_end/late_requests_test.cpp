// OrderCancelReject(9) tells the truth about its order: what OrderID(37), OrdStatus(39) and
// OrigClOrdID(41) say when a cancel or replace comes too late, or names something else.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

FixBody cancel_by_id(std::string_view clordid, std::string_view order_id) {
  FixBody body{"F"};
  body.add(37, order_id).add(11, clordid).add(55, kSymbol).add(54, '1').add(60, utc_now());
  return body;
}

class LateRequests : public ::testing::Test {
 protected:
  LateRequests() {
    log_on(client_, venue_);
    log_on(other_, venue_);
  }

  /// A buy order's OrderID(37).
  std::string enter(RawFixClient& client, std::string_view clordid, std::string_view qty = "1",
                    char tif = '1') {
    client.send(limit_order(clordid, kSymbol, '1', qty, "100", tif));
    return std::string(expect_report(client, '0').get(37));
  }
  /// CLIENT2 sells to what rests.
  void take(std::string_view qty) {
    const std::string clordid = numbered("T", ++count_);
    other_.send(limit_order(clordid, kSymbol, '2', qty, "100"));
    expect_report(other_, '0');
    expect_report(other_, 'F');
    expect_report(client_, 'F');
  }
  /// Sends an F or G and reads the 9 that must come: 102, 37, 39, 41.
  void expect_reject(const FixBody& request, const char* reason, std::string_view order_id,
                     const char* status, std::string_view orig) {
    client_.send(request);
    const FixMessage reject = expect(client_, "9");
    EXPECT_EQ(reject.get(102), reason) << reject.readable();
    EXPECT_EQ(reject.get(37), order_id) << reject.readable();
    EXPECT_EQ(reject.get(39), status) << reject.readable();
    EXPECT_EQ(reject.get(41), orig) << reject.readable();
    EXPECT_EQ(reject.get(1), "ACC1") << reject.readable();
  }
  /// A cancel by either id, by both, and a replace hear the same of a closed order.
  void expect_late(std::string_view clordid, const std::string& order_id, const char* status) {
    expect_reject(cancel_request(next(), clordid, kSymbol, '1'), "0", order_id, status, clordid);
    expect_reject(cancel_by_id(next(), order_id), "0", order_id, status, "NONE");
    FixBody both = cancel_request(next(), clordid, kSymbol, '1');
    expect_reject(both.add(37, order_id), "0", order_id, status, clordid);
    expect_reject(replace_request(next(), clordid, kSymbol, '1', "2", "100"), "0", order_id, status,
                  clordid);
  }
  [[nodiscard]] std::string next() { return numbered("X", ++count_); }

  VenueProcess venue_{options_of(small_venue())};
  RawFixClient client_{client_options("CLIENT1")};
  RawFixClient other_{client_options("CLIENT2")};
  std::uint64_t count_ = 0;
};

TEST_F(LateRequests, HearTheLastStateOfAClosedOrder) {
  const std::string filled = enter(client_, "FILLED");
  take("1");
  const std::string canceled = enter(client_, "CANCELED", "2");
  take("1");
  client_.send(cancel_request(next(), "CANCELED", kSymbol, '1'));
  EXPECT_EQ(expect_report(client_, '4').get(37), canceled);
  const std::string expired = enter(client_, "EXPIRED", "1", '3');
  EXPECT_EQ(expect_report(client_, 'C').get(37), expired);

  expect_late("FILLED", filled, "2");
  expect_late("CANCELED", canceled, "4");
  expect_late("EXPIRED", expired, "C");
}

TEST_F(LateRequests, HearThePresentStateOfAnOrderThatHasALaterName) {
  const std::string order = enter(client_, "A", "3");
  client_.send(replace_request("B", "A", kSymbol, '1', "4", "100"));
  expect_report(client_, '5');
  expect_reject(cancel_request(next(), "A", kSymbol, '1'), "0", order, "0", "A");
  take("1");
  expect_reject(cancel_request(next(), "A", kSymbol, '1'), "0", order, "1", "A");
  expect_reject(replace_request(next(), "A", kSymbol, '1', "5", "100"), "0", order, "1", "A");
  take("3");
  expect_late("B", order, "2");
  expect_reject(cancel_request(next(), "A", kSymbol, '1'), "0", order, "2", "A");
}

TEST_F(LateRequests, LearnNothingOfAnotherSessionsOrder) {
  const std::string mine = enter(client_, "MINE");
  const std::string open = enter(other_, "OPEN");
  const std::string closed = enter(other_, "CLOSED", "1", '3');
  expect_report(other_, 'C');
  for (const std::string& strange : {open, closed}) {
    // The text too is that of an order that never was.
    expect_reject(cancel_by_id(next(), strange).add(1, "ACC1"), "1", "NONE", "8", "NONE");
    FixBody both = cancel_request(next(), "MINE", kSymbol, '1');
    expect_reject(both.add(37, strange).add(1, "ACC1"), "1", "NONE", "8", "MINE");
  }
  // 99 is not anybody's.
  expect_reject(cancel_by_id(next(), "99").add(1, "ACC1"), "1", "NONE", "8", "NONE");
  client_.send(cancel_by_id(next(), mine));
  EXPECT_EQ(expect_report(client_, '4').get(41), "MINE");
}

TEST_F(LateRequests, HearOfTheOrderIdWhenItAndTheNameAreOfTwoOrders) {
  const std::string open = enter(client_, "OPEN");
  const std::string closed = enter(client_, "CLOSED", "1", '3');
  expect_report(client_, 'C');
  FixBody open_first = cancel_request(next(), "CLOSED", kSymbol, '1');
  expect_reject(open_first.add(37, open), "99", open, "0", "CLOSED");
  FixBody closed_first = cancel_request(next(), "OPEN", kSymbol, '1');
  expect_reject(closed_first.add(37, closed), "99", closed, "C", "OPEN");
}

TEST_F(LateRequests, AnOpenOrderNamedByItsIdAloneIsNamedInTheRefusal) {
  const std::string order = enter(client_, "A");
  FixBody replace{"G"};
  replace.add(37, order).add(11, next()).add(55, kSymbol).add(54, '2').add(60, utc_now());
  replace.add(38, "1").add(40, '2').add(44, "100");
  expect_reject(replace, "99", order, "0", "A");
}

TEST_F(LateRequests, ACancelPassesWhateverItSaysOfItsOrder) {
  enter(client_, "A");
  client_.send(cancel_request("A", "A", "DOGE-USDT", '2').add(1, "ACC9").add(38, "77"));
  const FixMessage report = expect_report(client_, '4');
  EXPECT_EQ(report.get(55), kSymbol);
  EXPECT_EQ(report.get(54), "1");
  EXPECT_EQ(report.get(1), "ACC1");
  EXPECT_EQ(report.get(38), "1");
}

TEST(OrderHistoryBound, AnOrderThatHasLeftIsUnknown) {
  VenueText text = small_venue();
  text.engine.emplace_back("order_history", "2");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (const char* clordid : {"A", "B", "C"}) {
    client.send(limit_order(clordid, kSymbol, '1', "1", "100", '3'));
    expect_report(client, '0');
    expect_report(client, 'C');
  }
  for (const auto& [clordid, reason, status] :
       {std::tuple{"A", "1", "8"}, std::tuple{"B", "0", "C"}, std::tuple{"C", "0", "C"}}) {
    client.send(cancel_request("X", clordid, kSymbol, '1'));
    const FixMessage reject = expect(client, "9");
    EXPECT_EQ(reject.get(102), reason) << reject.readable();
    EXPECT_EQ(reject.get(39), status) << reject.readable();
    EXPECT_EQ(reject.get(37) == "NONE", *reason == '1') << reject.readable();
  }
}

}  // namespace
}  // namespace sluice::testing
