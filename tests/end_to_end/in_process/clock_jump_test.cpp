// Somebody sets the wall clock while the venue trades: engine time never goes back, sessions stay,
// and heartbeats go on as agreed.
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

constexpr std::int64_t kNoonNs = kMidnightNs + 12 * kNsPerHour;
constexpr int kShortHeartbeatSeconds = 30;

class ClockJump : public ::testing::TestWithParam<std::int64_t> {
 protected:
  ClockJump() {
    client_.logon(true);
    maker_.logon(true);
  }
  void jump(std::int64_t ns) {
    clock_.set_wall(clock_.now_ns() + ns);
    FrozenClock::hurry(100 * kNsPerMillisecond);  // the timers' turn
  }
  /// One match between the two; the time of its report.
  std::int64_t trade() {
    const std::string n = std::to_string(++trades_);
    maker_.order("m" + n, '2', "0.001", "5.00");
    venue_.settle();
    client_.order("c" + n, '1', "0.001", "5.00");
    const TimeNs before = venue_.venue().engine().now();
    const std::vector<FixMessage> reports = reports_of(client_);
    EXPECT_EQ(reports.size(), 2u);
    EXPECT_EQ(reports_of(maker_).size(), 2u);
    const TimeNs now = venue_.venue().engine().now();
    EXPECT_GE(now, before);
    return now.value;
  }
  static std::vector<FixMessage> reports_of(TurnedClient& client) {
    std::vector<FixMessage> messages = client.receive_rest();
    std::erase_if(messages, [](const FixMessage& m) { return m.type() == "0"; });
    for (const FixMessage& m : messages) EXPECT_EQ(m.type(), "8") << m.readable();
    return messages;
  }
  /// `seconds` pass in which both clients send nothing; what `client_` hears.
  std::vector<FixMessage> quiet(int seconds) {
    std::vector<FixMessage> heard;
    for (int i = 0; i < seconds; ++i) {
      clock_.advance(kNsPerSecond);
      venue_.settle();
      while (auto message = client_.poll()) heard.push_back(*std::move(message));
      while (maker_.poll()) continue;
    }
    return heard;
  }

  FrozenClock clock_{kNoonNs};
  TurnedVenue venue_;
  TurnedClient client_{venue_, "CLIENT1", kShortHeartbeatSeconds};
  TurnedClient maker_{venue_, "CLIENT2", kShortHeartbeatSeconds};
  int trades_ = 0;
};

TEST_P(ClockJump, LeavesSessionsAndTradingAsTheyWere) {
  const std::int64_t before = trade();
  jump(GetParam());
  venue_.settle();
  EXPECT_GE(trade(), before);
  jump(-GetParam());
  venue_.settle();
  EXPECT_GE(trade(), before);
  EXPECT_FALSE(client_.raw().closed_by_peer());
  EXPECT_FALSE(maker_.raw().closed_by_peer());
}

TEST_P(ClockJump, IsNoSilence) {
  quiet(20);
  jump(GetParam());
  const std::vector<FixMessage> heard = quiet(5);
  EXPECT_LE(heard.size(), 1u) << heard.back().readable();  // a heartbeat at most
  EXPECT_FALSE(client_.raw().closed_by_peer());
}

TEST_P(ClockJump, LeavesHeartbeatsAsAgreed) {
  jump(GetParam());
  const std::vector<FixMessage> heard = quiet(kShortHeartbeatSeconds + 2);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard.front().type(), "0");
}

TEST_P(ClockJump, DoesNotSpareASilentClient) {
  jump(GetParam());
  const std::vector<FixMessage> heard = quiet(kShortHeartbeatSeconds * 12 / 5 + 3);
  bool was_tested = false;
  for (const FixMessage& message : heard) was_tested |= message.type() == "1";
  EXPECT_TRUE(was_tested);
  EXPECT_TRUE(client_.closed());
}

INSTANTIATE_TEST_SUITE_P(By, ClockJump,
                         ::testing::Values(-kNsPerHour, kNsPerDay, -kNsPerDay, 10 * kNsPerSecond,
                                           -10 * kNsPerSecond),
                         [](const auto& jump) {
                           const std::int64_t seconds = jump.param / kNsPerSecond;
                           return (seconds < 0 ? "Back" : "Forward") +
                                  std::to_string(seconds < 0 ? -seconds : seconds) + "Seconds";
                         });

TEST_F(ClockJump, ForwardOverMidnightEndsDayOrdersOnceAndBackBringsNoneBack) {
  client_.order("day", '1', "0.001", "1.00", '0');
  ASSERT_EQ(reports_of(client_).size(), 1u);
  jump(kNsPerDay);
  const std::vector<FixMessage> ended = reports_of(client_);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended.front().get(150), "C");
  jump(-kNsPerDay);
  EXPECT_TRUE(reports_of(client_).empty());
  // Engine time stays on the later day, and so does a new Day order.
  client_.order("day2", '1', "0.001", "1.00", '0');
  ASSERT_EQ(reports_of(client_).size(), 1u);
  jump(kNsPerDay);
  EXPECT_TRUE(reports_of(client_).empty());
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1u);
}

TEST_F(ClockJump, ManyInARowNeverTurnEngineTimeBack) {
  std::mt19937_64 random(random_seed());
  std::int64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    const auto step = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(kNsPerDay));
    jump(random() % 2 == 0 ? step : -step);
    const std::int64_t now = trade();
    EXPECT_GE(now, last);
    last = now;
  }
  std::int64_t previous = 0;
  for (const Event& event : venue_.events()) {
    EXPECT_GE(event.time.value, previous);
    previous = event.time.value;
  }
}

}  // namespace
}  // namespace sluice::testing
