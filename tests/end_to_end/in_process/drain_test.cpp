// The orderly end: what is in flight is answered, then sessions are logged out, then nothing is
// left.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

class Drain : public ::testing::Test {
 protected:
  Drain() {
    client_.logon(true);
    client_.order("resting", '1', "0.001", "1.00");
    EXPECT_EQ(client_.receive().get(39), "0");
  }
  void request_stop() {
    venue_.request_stop();
    step();
  }
  /// The stop advances with the timers.
  void step(bool engine = false) {
    FrozenClock::hurry(60 * kNsPerMillisecond);
    venue_.settle(engine);
  }
  bool finished() { return venue_.venue().io(0).finished(); }
  bool finishes() {
    return venue_.turn_until([this] {
      FrozenClock::hurry(60 * kNsPerMillisecond);
      return finished();
    });
  }

  FrozenClock clock_{kMidnightNs};
  TurnedVenue venue_{[](gateway::VenueConfig& config) { config.gateway.logout_wait_ms = 60'000; }};
  TurnedClient client_{venue_, "CLIENT1"};
};

TEST_F(Drain, OrdersInFlightAreAnsweredBeforeTheLogout) {
  for (int i = 1; i <= 3; ++i) client_.order("o" + std::to_string(i), '1', "0.001", "1.00");
  venue_.settle(false);  // in the ring, not seen by the engine
  request_stop();
  step();
  step();
  EXPECT_FALSE(client_.poll()) << "it left before it had answered";
  EXPECT_FALSE(finished());

  venue_.turn_engine();
  step();
  const std::vector<FixMessage> last = client_.receive_all(4, false);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(last[static_cast<std::size_t>(i)].get(150), "0");
  EXPECT_EQ(last[3].type(), "5");
  EXPECT_EQ(last[3].get(58), "the venue is shutting down");
  EXPECT_FALSE(finished());

  client_.send(FixBody{"5"});
  EXPECT_TRUE(finishes());
  EXPECT_TRUE(client_.closed());
}

TEST_F(Drain, NewOrdersAreRefusedWhileCancelsPass) {
  client_.order("in-flight", '1', "0.001", "1.00");
  venue_.settle(false);
  request_stop();

  const std::uint32_t number = client_.order("late", '1', "0.001", "1.00");
  const FixMessage refused = client_.receive(false);
  EXPECT_EQ(refused.type(), "j");
  EXPECT_EQ(refused.get(380), "4");
  EXPECT_EQ(refused.get(45), std::to_string(number));
  EXPECT_EQ(refused.get(58), "the venue is shutting down");

  client_.send(replace_request("r1", "resting", kSymbol, '1', "0.002", "1.00"));
  EXPECT_EQ(client_.receive(false).get(58), "the venue is shutting down");

  client_.cancel("c1", "resting", '1');
  venue_.settle(false);
  EXPECT_FALSE(client_.poll());
  venue_.turn_engine();
  venue_.settle(false);
  const std::vector<FixMessage> answers = client_.receive_all(2, false);
  EXPECT_EQ(answers[0].get(11), "in-flight");
  EXPECT_EQ(answers[1].get(11), "c1");
  EXPECT_EQ(answers[1].get(150), "4");
}

TEST_F(Drain, NobodyIsLetInAnyMore) {
  client_.order("in-flight", '1', "0.001", "1.00");
  venue_.settle(false);
  const std::uint16_t port = venue_.venue().port();
  TurnedClient half(venue_, "CLIENT2");
  half.raw().connect("127.0.0.1", port);  // has not said anything
  venue_.settle(false);
  request_stop();
  EXPECT_TRUE(half.closed());
  RawFixClient late;
  EXPECT_THROW(late.connect("127.0.0.1", port), std::runtime_error);
}

TEST_F(Drain, AClientThatDoesNotAnswerTheLogoutIsNotWaitedForLong) {
  request_stop();
  step();
  EXPECT_EQ(client_.receive(false).type(), "5");
  EXPECT_FALSE(finished());
  clock_.advance(61 * kNsPerSecond);
  EXPECT_TRUE(finishes());
  EXPECT_TRUE(client_.closed());
}

TEST_F(Drain, AnEngineThatDoesNotAnswerIsNotWaitedForLong) {
  client_.order("in-flight", '1', "0.001", "1.00");
  venue_.settle(false);
  request_stop();
  step();
  EXPECT_FALSE(client_.poll());
  clock_.advance(29 * kNsPerSecond);
  client_.send(FixBody{"0"});  // it is still there
  step();
  while (auto message = client_.poll()) EXPECT_EQ(message->type(), "0") << message->readable();
  clock_.advance(2 * kNsPerSecond);
  step();
  EXPECT_EQ(client_.receive_report(false).type(), "5");
}

TEST_F(Drain, WithoutSessionsItIsShort) {
  client_.vanish();
  venue_.request_stop();
  for (int i = 0; i < 3; ++i) step();
  EXPECT_TRUE(finished());
}

TEST_F(Drain, TheNumbersGoOnAfterTheNextStart) {
  request_stop();
  step();
  ASSERT_EQ(client_.receive(false).type(), "5");
  client_.send(FixBody{"5"});
  ASSERT_TRUE(finishes());
  client_.raw().close();
  venue_.restart();
  const std::uint32_t expected = client_.raw().expected_in();
  const FixMessage answer = client_.logon();
  EXPECT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.seq(), expected);
}

// Nobody could be told what became of it: so it was never received, and the next Logon asks for it.
TEST_F(Drain, AnOrderThatCrossesTheLogoutIsAskedForAtTheNextLogon) {
  request_stop();
  step();
  ASSERT_EQ(client_.receive(false).type(), "5");
  const std::uint32_t crossing = client_.order("crossing", '1', "0.001", "1.00");
  client_.send(FixBody{"5"});
  ASSERT_TRUE(finishes());
  EXPECT_FALSE(client_.poll());
  client_.raw().close();
  venue_.restart();
  client_.raw().options().automatic = false;
  EXPECT_EQ(client_.logon().type(), "A");
  const FixMessage asks = client_.receive();
  EXPECT_EQ(asks.type(), "2") << asks.readable();
  EXPECT_EQ(asks.get(7), std::to_string(crossing));
}

TEST(VenueStop, NamesThoseWhoseReportsAreLostWithIt) {
  const TemporaryFolder folder;
  gateway::VenueConfig config = small_venue(folder.path());
  config.gateway.io_idle = IdleKind::backoff;
  config.log.file = folder.path() + "/venue.log";
  {
    gateway::Venue venue(std::move(config));
    venue.start();
    RawFixClient owner{{.sender = "CLIENT1", .username = "", .password = ""}};
    owner.connect("127.0.0.1", venue.port());
    ASSERT_TRUE(owner.logon());
    owner.send(limit_order("rests", kSymbol, '2', "0.003", "5.00"));
    ASSERT_TRUE(owner.receive());
    owner.logout();
    RawFixClient taker{{.sender = "CLIENT2", .username = "", .password = ""}};
    taker.connect("127.0.0.1", venue.port());
    ASSERT_TRUE(taker.logon());
    for (int i = 1; i <= 3; ++i) {
      taker.send(limit_order("t" + std::to_string(i), kSymbol, '1', "0.001", "5.00"));
      ASSERT_TRUE(taker.receive());
      ASSERT_TRUE(taker.receive());
    }
    taker.logout();
    venue.stop();
    EXPECT_EQ(venue.order_entry().reports_lost, 0u);
  }
  std::ifstream log(folder.path() + "/venue.log");
  const std::string said{std::istreambuf_iterator<char>(log), {}};
  EXPECT_THAT(said, ::testing::HasSubstr("CLIENT1: 3 reports wait for its next Logon"));
  EXPECT_THAT(said, ::testing::Not(::testing::HasSubstr("CLIENT2: ")));
}

TEST(VenueStop, AnswersWhatIsInFlightAndLogsOutWithThreads) {
  const TemporaryFolder folder;
  gateway::VenueConfig config = small_venue(folder.path());
  config.gateway.io_idle = IdleKind::backoff;
  gateway::Venue venue(std::move(config));
  venue.start();
  RawFixClient client;
  client.options().patience = std::chrono::seconds{30};
  client.connect("127.0.0.1", venue.port());
  ASSERT_TRUE(client.logon());
  constexpr int kOrders = 200;
  for (int i = 1; i <= kOrders; ++i) {
    client.queue(limit_order("o" + std::to_string(i), kSymbol, '1', "0.001", "1.00"));
  }
  while (!client.flush()) continue;
  const auto first = client.receive();  // the venue is at it
  ASSERT_TRUE(first);
  std::thread stopper([&venue] { venue.stop(); });
  std::uint64_t reports = first->type() == "8" ? 1 : 0;
  for (;;) {
    const auto message = client.receive();
    ASSERT_TRUE(message);
    if (message->type() == "5") break;
    if (message->type() == "8") {
      ++reports;
    } else {
      EXPECT_EQ(message->type(), "j") << message->readable();
      EXPECT_EQ(message->get(58), "the venue is shutting down");
    }
  }
  client.send(FixBody{"5"});
  stopper.join();
  venue.stop();  // once more does nothing
  EXPECT_EQ(client.gap(), 0u);
  EXPECT_EQ(reports, venue.order_entry().commands) << "taken, and not answered before the Logout";
}

}  // namespace
}  // namespace sluice::testing
