// Sessions run around the clock: 00:00 UTC is a time like any other, but that Day orders end.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "gateway/session/quickfix.hpp"
#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;

// Long enough for any step below to be no silence.
constexpr int kHeartbeatSeconds = 3'600;

void allow_long_heartbeats(gateway::VenueConfig& config) {
  config.gateway.heartbeat_s_max = kHeartbeatSeconds;
}

class Midnight : public ::testing::Test {
 protected:
  /// At this instant the client says something, the venue looks at its timers, and an order is
  /// answered.
  void visit(std::int64_t offset_ns) {
    SCOPED_TRACE("midnight + " + std::to_string(offset_ns) + " ns");
    clock_.advance_to(kMidnightNs + offset_ns);
    venue_.settle();
    FrozenClock::hurry(100 * kNsPerMillisecond);  // the timers' turn, at this very instant
    venue_.settle();
    const std::string id = "o" + std::to_string(++orders_);
    client_.send(FixBody{"0"});
    const std::uint32_t number = client_.order(id, '1', "0.001", "1.00", '3');
    std::vector<FixMessage> answers = client_.receive_rest();
    // The venue's own heartbeats may lie between.
    std::erase_if(answers, [](const FixMessage& message) { return message.type() == "0"; });
    ASSERT_EQ(answers.size(), 2u);  // accepted, and expired as IOC without a match
    for (const FixMessage& answer : answers) {
      EXPECT_EQ(answer.type(), "8") << answer.readable();
      EXPECT_EQ(answer.get(11), id);
    }
    EXPECT_EQ(client_.raw().next_out(), number + 1);
    EXPECT_FALSE(client_.raw().closed_by_peer());
  }
  void log_on_before_midnight() {
    clock_.advance_to(kMidnightNs - kNsPerHour);
    const FixMessage answer = client_.logon(true);
    ASSERT_EQ(answer.type(), "A") << answer.readable();
  }

  FrozenClock clock_{kMidnightNs - 2 * kNsPerHour};
  TurnedVenue venue_{allow_long_heartbeats};
  TurnedClient client_{venue_, "CLIENT1", kHeartbeatSeconds};
  int orders_ = 0;
};

TEST(ProcessClock, IsWhatQuickFixAndTheVenueRead) {
  const FrozenClock clock(kMidnightNs + 123'456'789);
  const FIX::UtcTimeStamp now;
  EXPECT_EQ(now.getTimeT(), kMidnightNs / kNsPerSecond);
  EXPECT_EQ(now.getFraction(6), 123'456);
  EXPECT_EQ(gateway::wall_clock_now().value, kMidnightNs + 123'456'789);
  EXPECT_EQ(utc_now(), "20260106-00:00:00.123456");
}

TEST(ProcessClock, HurriesTheMonotonicClock) {
  const FrozenClock clock(kMidnightNs);
  const auto before = Clock::now();
  FrozenClock::hurry(kNsPerHour);
  EXPECT_GE(Clock::now() - before, std::chrono::hours{1});
  EXPECT_EQ(gateway::wall_clock_now().value, kMidnightNs);
}

struct Pattern {
  const char* name;
  std::vector<std::int64_t> offsets_ns;
};

class MidnightPattern : public Midnight, public ::testing::WithParamInterface<Pattern> {};

TEST_P(MidnightPattern, IsCrossedWithoutAReset) {
  log_on_before_midnight();
  for (const std::int64_t offset_ns : GetParam().offsets_ns) visit(offset_ns);
}

std::vector<std::int64_t> hours(int from, int to) {
  std::vector<std::int64_t> offsets;
  for (int hour = from; hour <= to; ++hour) offsets.push_back(hour * kNsPerHour);
  return offsets;
}

/// Each midnight exactly and a nanosecond to either side, and no silence between them.
std::vector<std::int64_t> around_midnights(int count) {
  std::vector<std::int64_t> offsets = hours(0, 24 * count);
  for (int day = 0; day <= count; ++day) {
    offsets.push_back(day * kNsPerDay - 1);
    offsets.push_back(day * kNsPerDay + 1);
  }
  std::sort(offsets.begin(), offsets.end());
  return offsets;
}

INSTANTIATE_TEST_SUITE_P(
    Steps, MidnightPattern,
    ::testing::Values(Pattern{"OneSecondBeforeAndAfter", {-kNsPerSecond, kNsPerSecond}},
                      Pattern{"OneMillisecondBeforeAndAfter",
                              {-kNsPerMillisecond, kNsPerMillisecond}},
                      Pattern{"OneNanosecondBeforeAndAfter", {-1, 1}}, Pattern{"Exactly", {0}},
                      Pattern{"ExactlyAndANanosecondMore", {-1, 0, 1}},
                      Pattern{"ANanosecondMoreOnly", {1}},
                      Pattern{"ExactlyAndAMicrosecondMore", {0, 1'000}},
                      Pattern{"LastMicrosecondOfTheDay", {-1'000, -999, 0, 999, 1'000}},
                      Pattern{"StraightOver", {-kNsPerHour / 2, kNsPerHour / 2}},
                      Pattern{"ThreeDaysByTheHour", hours(0, 72)},
                      Pattern{"ThreeMidnightsExactly", around_midnights(3)}),
    [](const auto& pattern) { return std::string(pattern.param.name); });

TEST_F(Midnight, IsCrossedAtManyInstantsOverThreeDays) {
  std::mt19937_64 random(random_seed());
  std::vector<std::int64_t> offsets = hours(0, 72);  // never a silence that would end the session
  for (int day = 0; day <= 3; ++day) {
    // Denser and denser towards midnight, on both sides.
    for (int i = 0; i < 300; ++i) {
      const std::int64_t width = std::int64_t{1} << (random() % 40);
      const auto distance = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(width));
      offsets.push_back(day * kNsPerDay + (random() % 2 == 0 ? distance : -distance));
    }
  }
  std::sort(offsets.begin(), offsets.end());
  log_on_before_midnight();
  for (const std::int64_t offset_ns : offsets) {
    visit(offset_ns);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(Midnight, ReconnectingAfterItKeepsTheNumbers) {
  log_on_before_midnight();
  visit(-kNsPerSecond);
  client_.vanish();
  for (const std::int64_t offset_ns : {std::int64_t{0}, std::int64_t{1}, kNsPerSecond, kNsPerDay}) {
    clock_.advance_to(kMidnightNs + offset_ns);
    const std::uint32_t number = client_.raw().next_out();
    const FixMessage answer = client_.logon();
    ASSERT_EQ(answer.type(), "A") << answer.readable();
    EXPECT_GT(answer.seq(), 1u);
    EXPECT_EQ(client_.raw().next_out(), number + 1);
    visit(offset_ns);
    client_.vanish();
  }
}

TEST_F(Midnight, AVenueThatStartsAfterItKeepsTheNumbers) {
  log_on_before_midnight();
  visit(-kNsPerSecond);
  client_.vanish();
  clock_.advance_to(kMidnightNs);
  venue_.restart();
  const FixMessage answer = client_.logon();
  ASSERT_EQ(answer.type(), "A") << answer.readable();
  EXPECT_GT(answer.seq(), 1u);
  orders_ += 100;
  visit(1);
}

TEST_F(Midnight, AVenueMayStartAtAnyInstantAroundIt) {
  for (const std::int64_t offset_ns : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}}) {
    clock_.advance_to(kMidnightNs + offset_ns);
    venue_.restart();
    ASSERT_EQ(client_.logon(true).type(), "A") << offset_ns;
    (void)client_.receive_rest();  // what the last venue told it at the same instant
    visit(offset_ns);
    client_.vanish();
  }
}

TEST_F(Midnight, DayOrdersEndAtItExactlyAndOthersStay) {
  log_on_before_midnight();
  TurnedClient other(venue_, "CLIENT2", kHeartbeatSeconds);
  ASSERT_EQ(other.logon(true).type(), "A");
  client_.order("day", '1', "0.001", "1.00", '0');
  client_.order("gtc", '1', "0.001", "1.00", '1');
  other.order("other-day", '2', "0.001", "9.00", '0');
  ASSERT_EQ(client_.receive_all(2).size(), 2u);
  ASSERT_EQ(other.receive_report().get(39), "0");

  clock_.advance_to(kMidnightNs - 1);
  venue_.settle();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 3u);
  EXPECT_FALSE(client_.poll());

  clock_.advance_to(kMidnightNs);
  const FixMessage ended = client_.receive_report();
  EXPECT_EQ(ended.get(150), "C");
  EXPECT_EQ(ended.get(39), "C");
  EXPECT_EQ(ended.get(11), "day");
  EXPECT_EQ(ended.get(151), "0");
  EXPECT_EQ(ended.get(60), "20260106-00:00:00.000000");
  EXPECT_EQ(other.receive_report().get(11), "other-day");
  venue_.settle();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1u);
  EXPECT_FALSE(client_.poll());

  client_.cancel("c1", "gtc", '1');
  EXPECT_EQ(client_.receive_report().get(150), "4");
}

TEST_F(Midnight, ADayOrderOfTheFirstInstantLivesTheWholeDay) {
  log_on_before_midnight();
  clock_.advance_to(kMidnightNs);
  client_.order("day", '1', "0.001", "1.00", '0');
  ASSERT_EQ(client_.receive_report().get(39), "0");
  for (int hour = 1; hour < 24; ++hour) visit(hour * kNsPerHour);
  clock_.advance_to(kMidnightNs + kNsPerDay - 1);
  venue_.settle();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1u);
  clock_.advance_to(kMidnightNs + kNsPerDay);
  venue_.settle();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 0u);
}

TEST_F(Midnight, TheOwnerWhoIsAwayHearsOfTheEndAfterTheLogon) {
  log_on_before_midnight();
  client_.order("day", '1', "0.001", "1.00", '0');
  ASSERT_EQ(client_.receive_report().get(39), "0");
  client_.vanish();
  clock_.advance_to(kMidnightNs);
  venue_.settle();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 0u);
  clock_.advance(kNsPerSecond);
  ASSERT_EQ(client_.logon().type(), "A");
  const FixMessage ended = client_.receive_report();
  EXPECT_EQ(ended.get(150), "C");
  EXPECT_EQ(ended.get(11), "day");
  EXPECT_EQ(ended.get(60), "20260106-00:00:00.000000");
}

}  // namespace
}  // namespace sluice::testing
