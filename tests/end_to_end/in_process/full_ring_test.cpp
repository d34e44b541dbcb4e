// A command ring and a session's share of it are bounded: what does not fit is refused in words,
// what was taken is answered once, and cancels still pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;

std::string name(const char* prefix, int number) { return prefix + std::to_string(number); }

void expect_business_reject(const FixMessage& message, const char* reason, const char* ref_type,
                            std::uint32_t ref_seq, const std::string& clordid,
                            const std::string& text) {
  EXPECT_EQ(message.type(), "j") << message.readable();
  EXPECT_EQ(message.get(380), reason);
  EXPECT_EQ(message.get(372), ref_type);
  EXPECT_EQ(message.get(45), std::to_string(ref_seq));
  EXPECT_EQ(message.get(379), clordid);
  EXPECT_EQ(message.get(58), text);
}

class FullRing : public ::testing::Test {
 protected:
  static constexpr int kRing = 8;
  static constexpr int kForOrders = 4;  // past its share of one place: half of the ring

  FullRing() {
    client_.logon(true);
    for (int i = 1; i <= kForOrders; ++i) order(i);
    venue_.settle(false);
  }
  std::uint32_t order(int i) { return client_.order(name("o", i), '1', "0.001", "1.00"); }
  const gateway::OrderEntryCounters& counters() { return venue_.venue().order_entry(); }

  TurnedVenue venue_{[](gateway::VenueConfig& config) { config.gateway.command_ring = kRing; }};
  TurnedClient client_{venue_, "CLIENT1"};
};

TEST_F(FullRing, TakesOrdersOfOneSessionUpToItsHalfInSilence) {
  EXPECT_FALSE(client_.poll());
  EXPECT_EQ(counters().commands, 4u);
  EXPECT_EQ(counters().busy_refusals, 0u);
}

TEST_F(FullRing, TheOrderThatDoesNotFitIsRefusedAsBusy) {
  const std::uint32_t number = order(8);
  expect_business_reject(client_.receive(false), "4", "D", number, "o8", "busy: send again later");
  EXPECT_EQ(counters().busy_refusals, 1u);
  EXPECT_EQ(counters().commands, 4u);
}

TEST_F(FullRing, AReplaceIsRefusedAsAnOrderIs) {
  const std::uint32_t number =
      client_.send(replace_request("r1", "o1", kSymbol, '1', "0.002", "1.00"));
  expect_business_reject(client_.receive(false), "4", "G", number, "r1", "busy: send again later");
}

TEST_F(FullRing, ACancelGoesOneEighthFurtherAndThenIsRefusedToo) {
  client_.cancel("c1", "o1", '1');
  venue_.settle(false);
  EXPECT_FALSE(client_.poll());
  const std::uint32_t number = client_.cancel("c2", "o2", '1');
  expect_business_reject(client_.receive(false), "4", "F", number, "c2", "busy: send again later");
  EXPECT_EQ(counters().commands, 5u);
  EXPECT_EQ(counters().busy_refusals, 1u);
}

TEST_F(FullRing, AllThatWasTakenIsAnsweredOnceAndInOrder) {
  client_.cancel("c1", "o1", '1');
  order(8);
  client_.cancel("c2", "o2", '1');
  EXPECT_EQ(client_.receive_all(2, false).size(), 2u);  // the two refusals

  std::vector<std::string> answered;
  for (const FixMessage& report : client_.receive_rest()) {
    EXPECT_EQ(report.type(), "8");
    answered.emplace_back(report.get(11));
  }
  EXPECT_THAT(answered, ElementsAre("o1", "o2", "o3", "o4", "c1"));
  EXPECT_EQ(venue_.venue().engine().open_orders(), 3u);
}

TEST_F(FullRing, ARefusedNameIsFreeToBeUsedAgain) {
  order(8);
  EXPECT_EQ(client_.receive(false).type(), "j");
  EXPECT_EQ(client_.receive_all(kForOrders).size(), 4u);
  order(8);
  const FixMessage accepted = client_.receive();
  EXPECT_EQ(accepted.get(150), "0");
  EXPECT_EQ(accepted.get(11), "o8");
}

TEST_F(FullRing, OthersOfTheSameRingHaveTheirShareStill) {
  client_.cancel("c1", "o1", '1');
  for (const char* comp_id : {"CLIENT2", "CLIENT3"}) {
    TurnedClient other(venue_, comp_id);
    other.start_logon(true);
    ASSERT_EQ(other.receive(false).type(), "A");
    other.order("x1", '2', "0.001", "9.00");
    venue_.settle(false);
    EXPECT_FALSE(other.poll());
    // It was one place.
    const std::uint32_t number = other.order("x2", '2', "0.001", "9.00");
    expect_business_reject(other.receive(false), "4", "D", number, "x2", "busy: send again later");
  }
  EXPECT_EQ(counters().commands, 7u);
}

TEST_F(FullRing, AFloodIsAnsweredOnceForEachMessage) {
  constexpr int kFlood = 500;
  std::map<std::string, int> answers;
  for (int i = 1; i <= kForOrders; ++i) answers[name("o", i)] = 0;
  for (int i = 100; i < 100 + kFlood; ++i) {
    order(i);
    answers[name("o", i)] = 0;
    if (i % 50 == 0) venue_.turn();
  }
  int taken = 0;
  for (const FixMessage& message : client_.receive_rest()) {
    const bool report = message.type() == "8";
    EXPECT_TRUE(report || message.type() == "j") << message.readable();
    taken += report ? 1 : 0;
    ++answers.at(std::string(message.get(report ? 11 : 379)));
  }
  for (const auto& [id, count] : answers) EXPECT_EQ(count, 1) << id;
  EXPECT_EQ(counters().commands, static_cast<std::uint64_t>(taken));
  EXPECT_EQ(counters().commands + counters().busy_refusals,
            static_cast<std::uint64_t>(kFlood + kForOrders));
  EXPECT_GT(counters().busy_refusals, 0u);
}

/// A venue whose sessions may have `cap` messages in flight, with CLIENT1 logged on.
class InFlight {
 public:
  explicit InFlight(std::uint32_t cap)
      : venue([cap](gateway::VenueConfig& config) { config.gateway.in_flight_per_session = cap; }) {
    client.logon(true);
  }
  std::uint32_t order(int i) { return client.order(name("o", i), '1', "0.001", "1.00"); }
  void expect_silence() {
    venue.settle(false);
    EXPECT_FALSE(client.poll());
  }

  TurnedVenue venue;
  TurnedClient client{venue, "CLIENT1"};
};

TEST(InFlightCap, KeepsItsLastEighthForCancels) {
  InFlight bounded(8);
  for (int i = 1; i <= 7; ++i) bounded.order(i);
  bounded.expect_silence();

  std::uint32_t number = bounded.order(8);
  const std::string text = "the session has 7 messages in flight, its limit is 8";
  expect_business_reject(bounded.client.receive(false), "8", "D", number, "o8", text);
  number = bounded.client.send(replace_request("r1", "o1", kSymbol, '1', "0.002", "1.00"));
  expect_business_reject(bounded.client.receive(false), "8", "G", number, "r1", text);

  bounded.client.cancel("c1", "o1", '1');
  bounded.expect_silence();
  number = bounded.client.cancel("c2", "o2", '1');
  expect_business_reject(bounded.client.receive(false), "8", "F", number, "c2",
                         "the session has 8 messages in flight, its limit is 8");

  EXPECT_EQ(bounded.venue.venue().order_entry().in_flight_refusals, 3u);
  EXPECT_EQ(bounded.venue.venue().order_entry().commands, 8u);
  EXPECT_EQ(bounded.client.receive_rest().size(), 8u);
}

TEST(InFlightCap, AnswersMakeRoomAgain) {
  InFlight bounded(8);
  for (int round = 0; round < 5; ++round) {
    for (int i = 1; i <= 7; ++i) bounded.order(round * 7 + i);
    const std::vector<FixMessage> answers = bounded.client.receive_all(7);
    for (const FixMessage& answer : answers) EXPECT_EQ(answer.get(150), "0");
  }
  EXPECT_EQ(bounded.venue.venue().order_entry().in_flight_refusals, 0u);
}

TEST(InFlightCap, ReportsThatAnswerNothingMakeNoRoom) {
  InFlight bounded(8);
  TurnedClient other(bounded.venue, "CLIENT2");
  other.logon(true);
  for (int i = 1; i <= 7; ++i) bounded.order(i);
  EXPECT_EQ(bounded.client.receive_all(7).size(), 7u);
  for (int i = 11; i <= 17; ++i) bounded.order(i);
  bounded.expect_silence();  // seven in flight
  other.order("hit", '2', "0.007", "1.00");
  bounded.venue.settle(false);
  // The engine takes the seven first, then the trade: 7 answers and 7 fills of the first orders.
  EXPECT_EQ(bounded.client.receive_rest().size(), 14u);
  for (int i = 21; i <= 27; ++i) bounded.order(i);
  bounded.expect_silence();
  bounded.order(28);
  EXPECT_EQ(bounded.client.receive(false).get(380), "8");
}

TEST(InFlightCap, OfOneLetsOneMessageThroughAtATime) {
  InFlight bounded(1);
  bounded.order(1);
  bounded.expect_silence();
  bounded.order(2);
  EXPECT_EQ(bounded.client.receive(false).get(380), "8");
  bounded.client.cancel("c1", "o1", '1');
  EXPECT_EQ(bounded.client.receive(false).get(380), "8");
  EXPECT_EQ(bounded.client.receive().get(150), "0");
  bounded.client.cancel("c2", "o1", '1');
  EXPECT_EQ(bounded.client.receive().get(150), "4");
}

TEST(InFlightCap, IsEachSessionsOwn) {
  InFlight bounded(8);
  TurnedClient other(bounded.venue, "CLIENT2");
  other.start_logon(true);
  ASSERT_EQ(other.receive(false).type(), "A");
  for (int i = 1; i <= 7; ++i) bounded.order(i);
  bounded.expect_silence();
  other.order("x1", '2', "0.001", "9.00");
  EXPECT_EQ(other.receive().get(150), "0");
}

TEST(InFlightCap, AnswersThatComeWhileTheOwnerIsAwayMakeRoom) {
  InFlight bounded(8);
  for (int i = 1; i <= 7; ++i) bounded.order(i);
  bounded.venue.settle(false);
  bounded.client.vanish();
  bounded.client.logon();
  EXPECT_EQ(bounded.client.receive_all(7).size(), 7u);
  for (int i = 11; i <= 17; ++i) bounded.order(i);
  EXPECT_EQ(bounded.client.receive_all(7).size(), 7u);
}

}  // namespace
}  // namespace sluice::testing
