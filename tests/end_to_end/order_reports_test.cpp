// What a trade looks like on the wire, field by field.
#include <cstdint>
#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

void expect_fields(const FixMessage& message,
                   std::initializer_list<std::pair<int, const char*>> fields) {
  for (const auto& [tag, value] : fields) {
    EXPECT_EQ(message.get(tag), value) << tag << " in " << message.readable();
  }
}

void expect_absent(const FixMessage& message, std::initializer_list<int> tags) {
  for (const int tag : tags) EXPECT_FALSE(message.has(tag)) << tag << " in " << message.readable();
}

std::uint64_t number_of(const FixMessage& message, int tag) {
  return std::stoull(std::string(message.get(tag)));
}

/// TransactTime(60) with microseconds or finer, between the two clock readings around the trade.
void expect_transact_time(const FixMessage& message, const std::string& from) {
  const std::string_view time = message.get(60);
  EXPECT_GE(time.size(), from.size()) << time;
  EXPECT_GE(time, from);
  EXPECT_LE(time.substr(0, from.size()), utc_now());
}

class OrderReports : public ::testing::Test {
 protected:
  OrderReports() {
    log_on(maker_, venue_);
    log_on(taker_, venue_);
  }

  VenueProcess venue_{options_of(small_venue({"MAKER", "TAKER"}))};
  RawFixClient maker_{client_options("MAKER")};
  RawFixClient taker_{client_options("TAKER")};
};

TEST_F(OrderReports, RestingAndCrossingOrderAreReportedToBothSides) {
  const std::string begin = utc_now();
  maker_.send(limit_order("M1", kSymbol, '2', "2", "100.01"));
  const FixMessage rested = expect_report(maker_, '0');
  expect_fields(rested, {{11, "M1"},
                         {39, "0"},
                         {55, kSymbol},
                         {54, "2"},
                         {38, "2"},
                         {40, "2"},
                         {44, "100.01"},
                         {59, "1"},
                         {151, "2"},
                         {14, "0"},
                         {6, "0"},
                         {1, "ACC1"},
                         {49, "SLUICE"},
                         {56, "MAKER"}});
  expect_absent(rested, {31, 32, 41, 58, 103, 851, 880, 1057, 25016});
  EXPECT_GT(number_of(rested, 37), 0U);
  expect_transact_time(rested, begin);

  // Bids above the offer: trades at the resting price.
  taker_.send(limit_order("T1", kSymbol, '1', "0.5", "100.05"));
  const FixMessage acked = expect_report(taker_, '0');
  expect_fields(acked, {{11, "T1"}, {39, "0"}, {44, "100.05"}, {151, "0.5"}, {14, "0"}, {6, "0"}});
  const FixMessage taken = expect_report(taker_, 'F');
  const FixMessage made = expect_report(maker_, 'F');

  expect_fields(taken, {{11, "T1"},
                        {39, "2"},
                        {54, "1"},
                        {38, "0.5"},
                        {44, "100.05"},
                        {32, "0.5"},
                        {31, "100.01"},
                        {151, "0"},
                        {14, "0.5"},
                        {6, "100.01"},
                        {851, "2"},
                        {1057, "Y"}});
  expect_fields(made, {{11, "M1"},
                       {39, "1"},
                       {54, "2"},
                       {38, "2"},
                       {44, "100.01"},
                       {32, "0.5"},
                       {31, "100.01"},
                       {151, "1.5"},
                       {14, "0.5"},
                       {6, "100.01"},
                       {851, "1"},
                       {1057, "N"}});
  EXPECT_EQ(taken.get(37), acked.get(37));
  EXPECT_EQ(made.get(37), rested.get(37));
  EXPECT_NE(made.get(37), taken.get(37));
  EXPECT_EQ(made.get(880), taken.get(880));
  EXPECT_GT(number_of(made, 880), 0U);
  // ExecID(17) grows from event to event: rest, acknowledgement, resting side, aggressor.
  EXPECT_LT(number_of(rested, 17), number_of(acked, 17));
  EXPECT_LT(number_of(acked, 17), number_of(made, 17));
  EXPECT_LT(number_of(made, 17), number_of(taken, 17));
  expect_transact_time(made, begin);
  EXPECT_EQ(made.get(60), taken.get(60));
  EXPECT_TRUE(until_heartbeat(maker_).empty());
  EXPECT_TRUE(until_heartbeat(taker_).empty());
}

TEST_F(OrderReports, AveragePriceAndAmountsAddUpOverSeveralFills) {
  maker_.send(limit_order("M1", kSymbol, '2', "1", "100"));
  maker_.send(limit_order("M2", kSymbol, '2', "1", "100.01"));
  maker_.send(limit_order("M3", kSymbol, '2', "1", "100.03"));
  for (int i = 0; i < 3; ++i) expect_report(maker_, '0');
  taker_.send(limit_order("T1", kSymbol, '1', "3.5", "101"));
  expect_report(taker_, '0');
  expect_fields(expect_report(taker_, 'F'),
                {{39, "1"}, {31, "100"}, {14, "1"}, {151, "2.5"}, {6, "100"}});
  expect_fields(expect_report(taker_, 'F'),
                {{39, "1"}, {31, "100.01"}, {14, "2"}, {151, "1.5"}, {6, "100.005"}});
  const FixMessage last = expect_report(taker_, 'F');
  expect_fields(last, {{39, "1"}, {31, "100.03"}, {14, "3"}, {151, "0.5"}});
  // 300.04 / 3
  EXPECT_EQ(last.get(6).substr(0, 9), "100.01333") << last.readable();
  for (const char* clordid : {"M1", "M2", "M3"}) {
    expect_fields(expect_report(maker_, 'F'), {{11, clordid}, {39, "2"}, {151, "0"}, {14, "1"}});
  }
  // The rest rests.
  maker_.send(limit_order("M4", kSymbol, '2', "1", "101"));
  expect_report(maker_, '0');
  expect_fields(expect_report(maker_, 'F'),
                {{32, "0.5"}, {31, "101"}, {151, "0.5"}, {851, "2"}, {1057, "Y"}});
  expect_fields(expect_report(taker_, 'F'), {{39, "2"}, {14, "3.5"}, {851, "1"}, {1057, "N"}});
}

TEST_F(OrderReports, PartiesCapacityAndRestrictionsComeBack) {
  FixBody order = limit_order("M1", kSymbol, '1', "1", "100");
  order.add(453, 3);
  order.add(448, 4001).add(447, 'P').add(452, 3).add(2376, 23);
  order.add(448, 77).add(447, 'P').add(452, 12).add(2376, 24);
  order.add(448, 88).add(447, 'P').add(452, 122).add(2376, 22);
  order.add(528, 'P').add(529, "2 5");
  maker_.send(order);
  taker_.send(limit_order("T1", kSymbol, '2', "1", "100"));
  const FixMessage acked = expect_report(maker_, '0');
  const FixMessage filled = expect_report(maker_, 'F');
  for (const FixMessage* report : {&acked, &filled}) {
    expect_fields(*report, {{453, "3"}, {528, "P"}, {529, "2 5"}});
    ASSERT_EQ(report->count(448), 3U);
    EXPECT_EQ(report->find(448, 0), "4001");
    EXPECT_EQ(report->find(452, 0), "3");
    EXPECT_EQ(report->find(2376, 0), "23");
    EXPECT_EQ(report->find(448, 1), "77");
    EXPECT_EQ(report->find(452, 1), "12");
    EXPECT_EQ(report->find(2376, 1), "24");
    EXPECT_EQ(report->find(448, 2), "88");
    EXPECT_EQ(report->find(452, 2), "122");
    EXPECT_EQ(report->find(2376, 2), "22");
  }
  // They are not the other side's business.
  expect_report(taker_, '0');
  expect_absent(expect_report(taker_, 'F'), {453, 448, 528, 529});
}

TEST_F(OrderReports, ClOrdIdOfThirtySixCharactersComesBackWhole) {
  const std::string clordid = "123e4567-e89b-12d3-a456-426614174000";
  ASSERT_EQ(clordid.size(), 36U);
  maker_.send(limit_order(clordid, kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(maker_, '0').get(11), clordid);
  maker_.send(limit_order(clordid + "0", kSymbol, '1', "1", "100"));
  const FixMessage reject = expect(maker_, "3");
  expect_fields(reject, {{371, "11"}, {373, "5"}});
}

TEST_F(OrderReports, ExtremePricesLiveInOneBook) {
  maker_.send(limit_order("LOW", kSymbol, '1', "0.00001", "0.01"));
  expect_fields(expect_report(maker_, '0'), {{44, "0.01"}, {38, "0.00001"}});
  maker_.send(limit_order("HIGH", kSymbol, '2', "1000", "999999999"));
  expect_fields(expect_report(maker_, '0'), {{44, "999999999"}, {38, "1000"}});
  taker_.send(limit_order("T1", kSymbol, '1', "1000", "999999999"));
  expect_report(taker_, '0');
  expect_fields(expect_report(taker_, 'F'), {{31, "999999999"}, {32, "1000"}, {6, "999999999"}});
}

TEST_F(OrderReports, TimestampPrecisionOfTheSessionIsUsed) {
  VenueText text = small_venue({"MICRO"});
  text.sessions.push_back(
      {.comp_id = "MILLI", .password = {}, .more = {{"TimestampPrecision", "3"}}});
  text.sessions.push_back(
      {.comp_id = "NANO", .password = {}, .more = {{"TimestampPrecision", "9"}}});
  VenueProcess venue{options_of(text)};
  const std::pair<const char*, std::size_t> sessions[] = {
      {"MILLI", 21}, {"MICRO", 24}, {"NANO", 27}};
  for (const auto& [comp_id, size] : sessions) {
    RawFixClient client{client_options(comp_id)};
    EXPECT_EQ(log_on(client, venue).get(52).size(), size) << comp_id;
    client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
    const FixMessage report = expect_report(client, '0');
    EXPECT_EQ(report.get(52).size(), size) << comp_id;
    EXPECT_EQ(report.get(60).size(), size) << comp_id;
  }
}

}  // namespace
}  // namespace sluice::testing
