// What happens while a session is away is told after its next Logon: all of it, in order, before
// anything newer.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

using ::testing::Not;

std::string id(const char* prefix, int number) { return prefix + std::to_string(number); }

class OwedReports : public ::testing::Test {
 protected:
  explicit OwedReports(const TurnedVenue::Change& change = {}) : venue_(change) {
    owner_.logon(true);
    taker_.logon(true);
  }
  void rest_sells(int count) {
    for (int i = 1; i <= count; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
    ASSERT_EQ(owner_.receive_all(static_cast<std::size_t>(count)).size(),
              static_cast<std::size_t>(count));
  }
  void buy(int from, int to) {
    for (int i = from; i <= to; ++i) {
      taker_.order(id("b", i), '1', "0.001", "5.00");
      if (i % 50 == 0) venue_.settle();
    }
    (void)taker_.receive_rest();
  }
  /// The owner's last events, each once and in order.
  void expect_told(const std::vector<std::uint64_t>& ids) {
    const std::vector<std::uint64_t> all = exec_ids(venue_.events_on_disk(1));
    ASSERT_GE(all.size(), ids.size());
    EXPECT_EQ(ids, std::vector(all.end() - static_cast<std::ptrdiff_t>(ids.size()), all.end()));
  }
  void expect_told(const std::vector<FixMessage>& reports) { expect_told(exec_ids(reports)); }
  const gateway::OrderEntryCounters& counters() { return venue_.venue().order_entry(); }

  TurnedVenue venue_;
  TurnedClient owner_{venue_, "CLIENT1"};
  TurnedClient taker_{venue_, "CLIENT2"};
};

TEST_F(OwedReports, ComeAfterTheLogonInOrder) {
  rest_sells(20);
  owner_.vanish();
  buy(1, 20);
  const std::uint32_t next = owner_.raw().expected_in();
  const FixMessage answer = owner_.logon();
  ASSERT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.seq(), next) << "events took numbers while nobody was there";
  EXPECT_FALSE(answer.has(58));
  const std::vector<FixMessage> reports = owner_.receive_all(20);
  expect_told(reports);
  for (const FixMessage& report : reports) EXPECT_EQ(report.get(150), "F");
  EXPECT_EQ(reports.back().seq(), next + 20);
  EXPECT_EQ(counters().reports_lost, 0u);
}

TEST_F(OwedReports, ComeBeforeWhatHappensMeanwhile) {
  rest_sells(40);
  owner_.vanish();
  buy(1, 20);
  owner_.start_logon();
  // Trades go on in every turn of the logon.
  for (int i = 21; i <= 40; ++i) {
    taker_.order(id("b", i), '1', "0.001", "5.00");
    venue_.turn_engine();
    venue_.turn_io();
  }
  ASSERT_EQ(owner_.receive().type(), "A");
  expect_told(owner_.receive_all(40));
  EXPECT_TRUE(owner_.receive_rest().empty());
}

TEST_F(OwedReports, AreNotToldTwiceOverManyLogons) {
  rest_sells(30);
  std::vector<std::uint64_t> told;
  for (int round = 0; round < 10; ++round) {
    owner_.vanish();
    buy(round * 3 + 1, round * 3 + 3);
    ASSERT_EQ(owner_.logon().type(), "A");
    for (const std::uint64_t one : exec_ids(owner_.receive_rest())) told.push_back(one);
  }
  EXPECT_EQ(told.size(), 30u);
  expect_told(told);
}

TEST_F(OwedReports, OfAnotherSessionAreNotMine) {
  rest_sells(5);
  owner_.vanish();
  taker_.vanish();
  TurnedClient third(venue_, "CLIENT3");
  third.logon(true);
  for (int i = 1; i <= 5; ++i) third.order(id("t", i), '1', "0.001", "5.00");
  EXPECT_EQ(third.receive_rest().size(), 10u);
  ASSERT_EQ(taker_.logon().type(), "A");
  EXPECT_TRUE(taker_.receive_rest().empty());
  ASSERT_EQ(owner_.logon().type(), "A");
  EXPECT_EQ(owner_.receive_rest().size(), 5u);
}

TEST_F(OwedReports, SurviveAResetOfTheNumbers) {
  rest_sells(3);
  owner_.vanish();
  buy(1, 3);
  const FixMessage answer = owner_.logon(true);
  ASSERT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.seq(), 1u);
  // And what was told shortly before it vanished, for nobody knows what of that it has seen.
  const std::vector<FixMessage> reports = owner_.receive_all(6);
  expect_told(reports);
  for (const FixMessage& report : reports) EXPECT_EQ(report.get(97), "Y") << report.readable();
}

// Whoever has spoken since, and long enough after it, has seen it.
TEST_F(OwedReports, AResetAfterALongSilenceBringsNothingAgain) {
  FrozenClock clock(kMidnightNs);
  rest_sells(3);
  clock.advance(9 * kNsPerSecond);
  owner_.send(FixBody{"0"});
  venue_.settle();
  owner_.vanish();
  ASSERT_EQ(owner_.logon(true).type(), "A");
  EXPECT_EQ(owner_.receive_all(3)[0].get(97), "Y");
  clock.advance(12 * kNsPerSecond);
  owner_.send(FixBody{"0"});
  venue_.settle();
  owner_.vanish();
  ASSERT_EQ(owner_.logon(true).type(), "A");
  EXPECT_TRUE(owner_.receive_rest().empty());
}

TEST_F(OwedReports, AResetAfterACrashBringsWhatWasToldAtLast) {
  rest_sells(3);
  venue_.restart();
  owner_.raw().close();
  ASSERT_EQ(owner_.logon(true).type(), "A");
  const std::vector<FixMessage> reports = owner_.receive_all(3);
  EXPECT_EQ(reports[0].get(97), "Y");
  expect_told(reports);
  // A crash in the middle of them.
  owner_.vanish();
  ASSERT_EQ(owner_.logon(true).type(), "A");
  venue_.restart();
  owner_.raw().close();
  (void)owner_.logon(true);
  const std::vector<FixMessage> again = owner_.receive_all(3);
  for (const FixMessage& report : again) EXPECT_EQ(report.get(97), "Y");
  expect_told(again);
}

TEST_F(OwedReports, AreAllToldHoweverTheConnectionComesAndGoes) {
  std::mt19937_64 random(random_seed());
  std::vector<std::uint64_t> told;
  bool away = false;
  for (int round = 0, orders = 0; round < 400; ++round) {
    for (std::uint64_t i = random() % 6; i > 0; --i) {
      const char side = random() % 2 == 0 ? '1' : '2';
      TurnedClient& client = away || random() % 2 == 0 ? taker_ : owner_;
      client.order(id("o", ++orders), side, "0.001", "5.00");
    }
    for (std::uint64_t i = random() % 4; i > 0; --i)
      random() % 2 == 0 ? static_cast<void>(venue_.turn_io()) : venue_.turn();
    (void)taker_.receive_rest();
    if (random() % 3 != 0) continue;
    if (away) {
      ASSERT_EQ(owner_.logon().type(), "A");
    } else {
      // Read to the end before leaving, so that no resend is needed below.
      for (const std::uint64_t one : exec_ids(owner_.receive_rest())) told.push_back(one);
      owner_.vanish();
    }
    away = !away;
  }
  if (away) owner_.logon();
  for (const std::uint64_t one : exec_ids(owner_.receive_rest())) told.push_back(one);
  EXPECT_EQ(told, exec_ids(venue_.events(1)));
}

TEST_F(OwedReports, OfAllWhoComeBackTakeNoMoreOfATurnThanOneWould) {
  constexpr std::uint64_t kMost =
      gateway::IoThread::kCatchUpPerTurn / gateway::OrderEntry::kReportCost;
  constexpr int kOwed = 350;  // by each
  for (int from = 0; from < kOwed; from += 50) {
    for (int i = from + 1; i <= from + 50; ++i) {
      owner_.order(id("s", i), '2', "0.001", "5.00");
      taker_.order(id("t", i), '2', "0.001", "5.00");
    }
    (void)owner_.receive_all(50);
    (void)taker_.receive_all(50);
  }
  owner_.vanish();
  taker_.vanish();
  TurnedClient third(venue_, "CLIENT3");
  third.logon(true);
  third.order("all", '1', "0.700", "5.00");
  (void)third.receive_rest();

  owner_.start_logon();
  taker_.start_logon();
  std::uint64_t told = counters().reports;
  const std::uint64_t all = told + std::uint64_t{2} * kOwed;
  std::uint64_t most = 0;
  ASSERT_TRUE(venue_.turn_until([&] {
    const std::uint64_t before = std::exchange(told, counters().reports);
    most = std::max(most, told - before);
    return told == all;
  }));
  // Entries of others are read besides.
  EXPECT_LE(most, kMost);
  EXPECT_GT(most, kMost / 2);
  for (TurnedClient* client : {&owner_, &taker_}) {
    EXPECT_EQ(client->receive().type(), "A");
    EXPECT_EQ(client->receive_all(kOwed).size(), std::size_t{kOwed});
  }
}

/// Few unsent bytes are allowed; a returning client that reads is not cut for what it is owed.
class OwedReportsThroughANarrowDoor : public OwedReports {
 protected:
  OwedReportsThroughANarrowDoor()
      : OwedReports([](gateway::VenueConfig& config) {
          config.gateway.max_unsent_bytes = 64U << 10U;
          config.gateway.store_messages = 8'192;
        }) {}
};

TEST_F(OwedReportsThroughANarrowDoor, AreSentAsTheClientReads) {
  constexpr int kOwed = 3'000;  // a megabyte of reports
  for (int from = 0; from < kOwed; from += 50) {
    for (int i = from + 1; i <= from + 50; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
    ASSERT_EQ(owner_.receive_all(50).size(), 50u);
  }
  owner_.vanish();
  buy(1, kOwed);
  ASSERT_EQ(owner_.logon().type(), "A");
  expect_told(owner_.receive_all(kOwed));
  EXPECT_EQ(venue_.venue().edge().slow_connections, 0u);
}

// One order meets them all: what the owner hears of in one turn is more than may be unsent.
TEST_F(OwedReportsThroughANarrowDoor, IsWideEnoughForABurstOfFills) {
  constexpr int kFills = 400;
  for (int from = 0; from < kFills; from += 50) {
    for (int i = from + 1; i <= from + 50; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
    ASSERT_EQ(owner_.receive_all(50).size(), 50u);
  }
  taker_.order("sweep", '1', "0.400", "5.00");
  venue_.turn_io();
  for (int i = 0; i < 4; ++i) venue_.turn_engine();
  expect_told(owner_.receive_all(kFills));
  EXPECT_EQ(taker_.receive_all(kFills + 1).size(), kFills + 1u);
  EXPECT_EQ(venue_.venue().edge().slow_connections, 0u);
}

TEST_F(OwedReportsThroughANarrowDoor, IsWideEnoughForAResendOfEverything) {
  constexpr std::uint32_t kSent = 600;
  for (std::uint32_t sent = 0; sent < kSent; sent += 50) {
    for (std::uint32_t i = sent + 1; i <= sent + 50; ++i) {
      owner_.order(id("s", static_cast<int>(i)), '2', "0.001", "5.00");
    }
    ASSERT_EQ(owner_.receive_all(50).size(), 50u);
  }
  owner_.send(FixBody{"2"}.add(7, 1).add(16, 0));
  const FixMessage logon_gap = owner_.receive();
  EXPECT_EQ(logon_gap.type(), "4");
  EXPECT_EQ(logon_gap.get(36), "2");
  const std::vector<FixMessage> again = owner_.receive_all(kSent);
  for (std::uint32_t i = 0; i < kSent; ++i) {
    EXPECT_EQ(again[i].seq(), i + 2);
    EXPECT_EQ(again[i].get(43), "Y");
  }
  expect_told(again);
  EXPECT_EQ(venue_.venue().edge().slow_connections, 0u);
}

/// The log in memory keeps few events.
class OwedReportsThatLeftTheLog : public OwedReports {
 protected:
  static constexpr std::uint32_t kLogEvents = 256;

  OwedReportsThatLeftTheLog()
      : OwedReports([](gateway::VenueConfig& config) {
          config.engine.execution_log_events = kLogEvents;
          config.engine.work_per_command = 8;
        }) {}
  /// Events of nobody's interest.
  void fill_log(int events) {
    for (int i = 0; i < events; ++i) {
      taker_.order(id("f", ++filler_), '1', "0.001", "1.00");
      if (i % 20 == 19) (void)taker_.receive_rest();
    }
    (void)taker_.receive_rest();
  }
  const ExecutionLog& log() { return std::as_const(venue_.venue()).log(); }
  int filler_ = 0;
};

TEST_F(OwedReportsThatLeftTheLog, ComeFromTheDiskAndBeforeAllThatIsNewer) {
  rest_sells(160);
  owner_.vanish();
  const std::uint64_t first_owed = log().published() + 1;
  buy(1, 80);
  fill_log(150);
  buy(81, 120);
  ASSERT_GT(log().oldest(), first_owed);
  owner_.start_logon();
  // Trades go on in every turn of the logon.
  for (int i = 121; i <= 160; ++i) {
    taker_.order(id("b", i), '1', "0.001", "5.00");
    venue_.turn_engine();
    venue_.turn_io();
  }
  const FixMessage answer = owner_.receive();
  ASSERT_EQ(answer.type(), "A");
  EXPECT_FALSE(answer.has(58));
  const std::vector<FixMessage> reports = owner_.receive_all(160);
  expect_told(reports);
  for (const FixMessage& report : reports) EXPECT_FALSE(report.has(97)) << report.readable();
  EXPECT_EQ(counters().reports_lost, 0u);
}

TEST_F(OwedReportsThatLeftTheLog, AreNamedInTheNextLogonWhereTheDiskHasThemNoMore) {
  rest_sells(60);
  owner_.vanish();
  // The taker's acceptance comes first, then the owner's fill.
  const std::uint64_t first_owed = log().published() + 2;
  buy(1, 30);
  fill_log(150);
  buy(31, 60);
  const std::uint64_t oldest = log().oldest();
  ASSERT_GT(oldest, first_owed);
  venue_.remove_events_on_disk();

  EXPECT_FALSE(owner_.logon().has(58)) << "nobody knows yet";
  EXPECT_TRUE(owner_.closed());
  const FixMessage answer = owner_.logon();
  ASSERT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.get(58),
            "reports before ExecID(17) " +
                std::to_string(ExecId::make(log().unit(), log().epoch(), oldest).value) +
                " have left the execution log");
  const std::vector<FixMessage> kept = owner_.receive_rest();
  EXPECT_EQ(exec_ids(kept), exec_ids(venue_.events(1)));
  EXPECT_GE(kept.size(), 30u);
  EXPECT_LT(kept.size(), 60u);
  EXPECT_EQ(counters().reports_lost, oldest - first_owed);
  EXPECT_TRUE(venue_.log_says("CLIENT1: reports before ExecID(17)"));
  owner_.vanish();
  EXPECT_FALSE(owner_.logon().has(58)) << "told once";
  // And the session works.
  owner_.order("again", '2', "0.001", "6.00");
  EXPECT_EQ(owner_.receive().get(150), "0");
}

TEST_F(OwedReportsThatLeftTheLog, AreNoneWhileTheLogStillHoldsTheFirst) {
  rest_sells(10);
  owner_.vanish();
  buy(1, 10);
  ASSERT_EQ(log().oldest(), 1u);
  venue_.remove_events_on_disk();
  EXPECT_FALSE(owner_.logon().has(58));
  EXPECT_EQ(owner_.receive_rest().size(), 10u);
  EXPECT_EQ(counters().reports_lost, 0u);
}

// The I/O thread was held up for so long that its lane's events have left ring and log.
class LostLane : public OwedReports {
 protected:
  LostLane()
      : OwedReports([](gateway::VenueConfig& config) {
          config.engine.execution_log_events = 256;
          config.engine.work_per_command = 8;
          config.gateway.event_ring = 8;
        }) {}
};

TEST_F(LostLane, CutsItsSessionsWhoGetAllOfItFromTheDiskAndTheVenueGoesOn) {
  constexpr int kOrders = 600;
  for (int i = 1; i <= kOrders; ++i) owner_.order(id("m", i), '1', "0.001", "1.00");
  venue_.settle(false);
  const ExecutionLog& log = std::as_const(venue_.venue()).log();
  while (log.published() < kOrders) venue_.turn_engine();
  const std::vector<FixMessage> before = owner_.receive_rest();
  EXPECT_EQ(before.size(), 8U);  // the ring's
  EXPECT_TRUE(owner_.closed());
  EXPECT_TRUE(taker_.closed());
  EXPECT_TRUE(venue_.log_says("were overwritten before they were read"));

  const FixMessage answer = owner_.logon();
  ASSERT_EQ(answer.type(), "A");
  EXPECT_FALSE(answer.has(58));
  EXPECT_EQ(counters().reports_lost, 0u);
  const std::vector<FixMessage> rest = owner_.receive_rest();
  ASSERT_EQ(rest.size(), static_cast<std::size_t>(kOrders) - before.size());
  EXPECT_EQ(exec_ids(rest).front(), exec_ids(before).back() + 1);
  EXPECT_EQ(exec_ids(rest).back(), exec_ids(venue_.events(1)).back());
  // The lost answers do not count as in flight for ever: the session's cap is free.
  for (int i = 1; i <= kOrders; ++i) owner_.cancel(id("c", i), id("m", i), '1');
  EXPECT_EQ(owner_.receive_rest().size(), static_cast<std::size_t>(kOrders));
  EXPECT_EQ(venue_.venue().engine().open_orders(), 0u);
}

}  // namespace
}  // namespace sluice::testing
