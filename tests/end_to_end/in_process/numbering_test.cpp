// Reports of ours and messages of QuickFIX share one sequence: no number is left out or used twice,
// and every one of them can be sent again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

/// What a report says, whichever header it travels under and in which order.
std::multimap<int, std::string> body_of(const FixMessage& message) {
  std::multimap<int, std::string> fields;
  for (std::size_t i = 0; i < message.size(); ++i) {
    fields.emplace(message.tag_at(i), message.value_at(i));
  }
  // BodyLength, CheckSum, PossDupFlag, SendingTime, OrigSendingTime
  for (const int tag : {9, 10, 43, 52, 122}) fields.erase(tag);
  return fields;
}

bool is_admin(const FixMessage& message) {
  return message.type().size() == 1 &&
         std::string_view("012345A").find(message.type()[0]) != std::string_view::npos;
}

class Numbering : public ::testing::Test {
 protected:
  Numbering() {
    keep(client_.logon(true));
    other_.logon(true);
  }
  void keep(const FixMessage& message) { sent_.emplace(message.seq(), message); }
  void collect() {
    venue_.settle();
    while (auto message = client_.poll()) keep(*message);
    while (other_.poll()) continue;
  }
  /// All that was sent, asked for again: reports come as they were, the rest as gap fills.
  void expect_all_again() {
    const std::uint32_t last = client_.raw().expected_in() - 1;
    client_.send(FixBody{"2"}.add(7, 1).add(16, 0));
    std::uint32_t next = 1;
    while (next <= last) {
      const FixMessage message = client_.receive();
      if (message.seq() > last) {
        EXPECT_TRUE(is_admin(message)) << message.readable();  // a heartbeat in between
        continue;
      }
      ASSERT_EQ(message.seq(), next) << message.readable();
      EXPECT_EQ(message.get(43), "Y");
      if (message.type() == "4") {
        EXPECT_EQ(message.get(123), "Y");
        const auto to = static_cast<std::uint32_t>(message.get_int(36).value_or(0));
        ASSERT_GT(to, next);
        for (; next < to; ++next) EXPECT_TRUE(is_admin(sent_.at(next))) << next;
      } else {
        EXPECT_EQ(body_of(message), body_of(sent_.at(next)));
        EXPECT_EQ(message.get(122), sent_.at(next).get(52));
        ++next;
      }
    }
    EXPECT_EQ(next, last + 1);
  }

  FrozenClock clock_{kMidnightNs + kNsPerHour};
  TurnedVenue venue_{[](gateway::VenueConfig& config) {
    config.gateway.heartbeat_s_min = 1;
    config.gateway.resend_page = 100;
    config.gateway.in_flight_per_session = 2;  // one order at a time, the rest gets a j
  }};
  TurnedClient client_{venue_, "CLIENT1", 1};
  TurnedClient other_{venue_, "CLIENT2", 30};
  std::map<std::uint32_t, FixMessage> sent_;  // by number, first time
};

TEST_F(Numbering, HeartbeatsAndReportsInterleaveWithoutAGap) {
  int heartbeats = 0;
  for (int tenth = 0; tenth < 60; ++tenth) {
    clock_.advance(100 * kNsPerMillisecond);
    if (tenth % 10 == 4) client_.send(FixBody{"0"});
    if (tenth % 20 == 7) client_.order("o" + std::to_string(tenth), '1', "0.001", "1.00");
    collect();
  }
  for (const auto& [number, message] : sent_) heartbeats += message.type() == "0" ? 1 : 0;
  EXPECT_GE(heartbeats, 3);
  EXPECT_EQ(sent_.size(), client_.raw().expected_in() - 1);
  expect_all_again();
}

TEST_F(Numbering, AReportPutsTheNextHeartbeatOff) {
  TurnedClient client(venue_, "CLIENT3", 3);
  client.logon(true);
  for (int second = 0; second < 20; ++second) {
    clock_.advance(kNsPerSecond);
    client.order("o" + std::to_string(second), '1', "0.001", "1.00");
    for (const FixMessage& message : client.receive_rest()) {
      EXPECT_EQ(message.type(), "8") << message.readable();
    }
  }
  clock_.advance(3 * kNsPerSecond);
  FrozenClock::hurry(100 * kNsPerMillisecond);
  EXPECT_EQ(client.receive().type(), "0");
}

TEST_F(Numbering, APassiveOwnersReportsFitBetweenItsHeartbeats) {
  client_.order("s", '2', "0.100", "5.00");
  collect();
  for (int tenth = 0; tenth < 80; ++tenth) {
    clock_.advance(100 * kNsPerMillisecond);
    if (tenth % 7 == 0) client_.send(FixBody{"0"});
    if (tenth % 13 == 0) other_.order("b" + std::to_string(tenth), '1', "0.001", "5.00");
    collect();
  }
  EXPECT_EQ(sent_.size(), client_.raw().expected_in() - 1);
  expect_all_again();
}

TEST_F(Numbering, HoldsForAnyMixtureOfMessages) {
  std::mt19937_64 random(random_seed());
  std::map<std::string, int> types;
  for (int i = 0; i < 600; ++i) {
    const std::string n = std::to_string(i);
    switch (random() % 8) {
      case 0:
        client_.send(FixBody{"0"});
        break;
      case 1:
        client_.send(FixBody{"1"}.add(112, "t" + n));
        break;
      case 2:
        client_.order("o" + n, random() % 2 == 0 ? '1' : '2', "0.001", "5.00");
        break;
      case 3:
        other_.order("x" + n, random() % 2 == 0 ? '1' : '2', "0.001", "5.00");
        break;
      case 4:
        client_.cancel("c" + n, "nothing", '1');
        break;
      case 5:
        client_.send(FixBody{"D"}.add(11, "bad" + n).add(55, kSymbol));  // 3: required tags lack
        break;
      case 6:
        client_.send(FixBody{"B"}.add(148, "news").add(33, 1).add(58, "x"));  // 3: not taken here
        break;
      case 7:
        // Heard at once: its HeartBtInt(108) is a second, and a few of these would be a silence.
        collect();
        clock_.advance(static_cast<std::int64_t>(random() % 900) * kNsPerMillisecond);
        client_.send(FixBody{"0"});
        collect();
        break;
    }
    if (random() % 3 != 0) collect();
    ASSERT_FALSE(HasFailure());
  }
  collect();
  for (const auto& [number, message] : sent_) ++types[std::string(message.type())];
  for (const char* type : {"0", "3", "8", "9", "A", "j"}) EXPECT_GT(types[type], 0) << type;
  EXPECT_EQ(sent_.size(), client_.raw().expected_in() - 1);
  expect_all_again();
}

}  // namespace
}  // namespace sluice::testing
