// Reports for a session that is not logged on wait without a number and come after its Logon.
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

TEST(AbsentOwner, FindsItsFillsAfterTheLogonInOrderAndThenLiveOnes) {
  VenueProcess venue{options_of(small_venue({"OWNER", "TAKER"}))};
  RawFixClient owner{client_options("OWNER")};
  RawFixClient taker{client_options("TAKER")};
  log_on(owner, venue);
  log_on(taker, venue);
  for (std::uint64_t i = 0; i < 5; ++i) {
    owner.send(limit_order(numbered("OFFER", i), kSymbol, '2', "1", "100"));
    expect_report(owner, '0');
  }
  owner.send(limit_order("BID", kSymbol, '1', "1", "50"));
  expect_report(owner, '0');
  ASSERT_TRUE(owner.logout());
  expect_close(owner);
  const std::uint32_t next = owner.expected_in();

  std::string matches[5];
  for (std::uint64_t i = 0; i < 5; ++i) {
    taker.send(limit_order(numbered("TAKE", i), kSymbol, '1', "1", "100"));
    expect_report(taker, '0');
    matches[i] = expect_report(taker, 'F').get(880);
  }
  EXPECT_EQ(log_on(owner, venue).seq(), next);
  for (std::uint64_t i = 0; i < 5; ++i) {
    const FixMessage fill = expect_report(owner, 'F');
    EXPECT_EQ(fill.seq(), next + 1 + i);
    EXPECT_EQ(fill.get(11), numbered("OFFER", i));
    EXPECT_EQ(fill.get(880), matches[i]);
    EXPECT_FALSE(fill.has(43));
  }
  taker.send(limit_order("HIT", kSymbol, '2', "1", "50"));
  EXPECT_EQ(expect_report(owner, 'F').seq(), next + 6);
  EXPECT_TRUE(until_heartbeat(owner).empty());
  EXPECT_EQ(owner.gap(), 0U);
}

TEST(AbsentOwner, ReportsThatComeWhileTheOldOnesAreToldKeepTheOrder) {
  VenueProcess venue{options_of(small_venue({"OWNER", "TAKER"}))};
  RawFixClient owner{client_options("OWNER")};
  RawFixClient taker{client_options("TAKER")};
  log_on(owner, venue);
  log_on(taker, venue);
  owner.send(limit_order("OFFER", kSymbol, '2', "1000", "100"));
  expect_report(owner, '0');
  ASSERT_TRUE(owner.logout());  // what a connection that just died is sent has its number
  expect_close(owner);
  // Trades go on before, during and after the Logon.
  constexpr int kTrades = 2'000;
  int answered = 0;
  const auto trade = [&](int count) {
    for (int i = 0; i < count; ++i) {
      taker.queue(limit_order(numbered("TAKE", taker.next_out()), kSymbol, '1', "0.01", "100"));
    }
    taker.send_raw("");
    for (; count > 0; --count, ++answered) {
      expect_report(taker, '0');
      expect_report(taker, 'F');
    }
  };
  while (answered < kTrades / 2) trade(500);
  owner.connect(venue.host(), venue.port());
  owner.queue(owner.logon_body(false));
  owner.send_raw("");
  while (answered < kTrades) trade(100);
  expect(owner, "A");
  std::uint64_t exec_id = 0;
  for (int i = 0; i < kTrades; ++i) {
    const FixMessage fill = expect_report(owner, 'F');
    const std::uint64_t id = std::stoull(std::string(fill.get(17)));
    ASSERT_GT(id, exec_id);
    exec_id = id;
    if (i + 1 == kTrades) {
      EXPECT_EQ(fill.get(14), "20");
    }
  }
  EXPECT_TRUE(until_heartbeat(owner).empty());
  EXPECT_EQ(owner.gap(), 0U);
}

TEST(AbsentOwner, GetsFromTheDiskWhatHasLeftTheLogInMemoryAlsoAfterAKill) {
  VenueText text = small_venue({"OWNER", "TAKER"});
  text.engine.emplace_back("execution_log_events", "8192");
  VenueProcess venue{options_of(text)};
  RawFixClient owner{client_options("OWNER")};
  RawFixClient taker{client_options("TAKER")};
  log_on(owner, venue);
  log_on(taker, venue);
  owner.send(limit_order("OFFER", kSymbol, '2', "1000", "100"));
  expect_report(owner, '0');
  ASSERT_TRUE(owner.logout());  // what a connection that just died is sent has its number
  expect_close(owner);
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 500; ++i) {
      taker.queue(limit_order(numbered("TAKE", taker.next_out()), kSymbol, '1', "0.01", "100"));
    }
    taker.send_raw("");
    for (int i = 0; i < 500; ++i) {
      expect_report(taker, '0');
      expect_report(taker, 'F');
    }
  }
  // 12,000 events: the first of the owner's 4,000 have left the log. Half of them come to a venue
  // that dies meanwhile.
  std::set<std::string> heard;
  const auto hear = [&](std::size_t count) {
    while (heard.size() < count) {
      const FixMessage message = owner.receive().value();
      if (message.type() == "4") continue;  // a Logon, when it is asked for again
      ASSERT_EQ(message.get(150), "F") << message.readable();
      EXPECT_TRUE(heard.emplace(message.get(17)).second) << "told twice: " << message.readable();
    }
  };
  EXPECT_FALSE(log_on(owner, venue).has(58));
  hear(100);
  const std::uint32_t next = owner.expected_in();
  venue.kill();
  owner.close();
  venue.start_again();
  EXPECT_FALSE(log_on(owner, venue).has(58));
  owner.send(FixBody{"2"}.add(7, next).add(16, 0));
  hear(4'000);
  EXPECT_TRUE(until_heartbeat(owner).empty());
}

}  // namespace
}  // namespace sluice::testing
