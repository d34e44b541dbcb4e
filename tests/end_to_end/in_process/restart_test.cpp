// A venue that dies and comes back: the book is as it was, everybody hears what he has not heard
// yet and nothing twice, and every message that was taken acts exactly once.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/in_process/crash_campaign.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {
namespace {

std::string id(const char* prefix, std::uint32_t number) { return prefix + std::to_string(number); }

/// As for a message that is sent once more under its old number.
FixHeader again(const RawFixClient& client, std::uint32_t seq) {
  FixHeader header = client.next_header();
  header.seq = seq;
  header.extra = {{43, "Y"}, {122, utc_now()}};
  return header;
}

class Restart : public ::testing::Test {
 protected:
  void SetUp() override {
    owner_.logon(true);
    taker_.logon(true);
  }
  /// The venue dies where it stands; the clients notice.
  void crash(const TurnedVenue::Change& change = {}) {
    venue_.restart(change);
    owner_.raw().close();
    taker_.raw().close();
  }

  TurnedVenue venue_;
  TurnedClient owner_{venue_, "CLIENT1"};
  TurnedClient taker_{venue_, "CLIENT2"};
};

TEST_F(Restart, KeepsOrdersTheirPlaceAndTheirIds) {
  for (std::uint32_t i = 0; i < 4; ++i) owner_.order(id("s", i), '2', "0.002", "5.00");
  const std::vector<FixMessage> accepted = owner_.receive_all(4);
  taker_.order("b0", '1', "0.001", "5.00");
  (void)taker_.receive_all(2);
  (void)owner_.receive_all(1);
  const std::uint64_t hash = venue_.venue().engine().state_hash();
  const std::uint64_t epoch = venue_.venue().engine().epoch();
  crash();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 4U);
  EXPECT_NE(venue_.venue().engine().state_hash(), hash) << "a new epoch";
  EXPECT_EQ(venue_.venue().engine().epoch(), epoch + 1);
  (void)owner_.logon();
  (void)taker_.logon();
  taker_.order("b1", '1', "0.003", "5.00");
  (void)taker_.receive_all(3);
  const std::vector<FixMessage> fills = owner_.receive_all(2);
  EXPECT_EQ(fills[0].get(11), "s0");
  EXPECT_EQ(fills[0].get(37), accepted[0].get(37));
  EXPECT_EQ(fills[0].get(39), "2");
  EXPECT_EQ(fills[1].get(11), "s1");
  // By its name, and what it was called before the crash is taken still.
  owner_.cancel("c2", "s2", '2');
  EXPECT_EQ(owner_.receive_report().get(150), "4");
  owner_.order("s3", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(103), "6") << "a duplicate";
  owner_.cancel("c0", "s0", '2');
  EXPECT_EQ(owner_.receive_report().get(39), "2") << "too late, and it says of what";
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1U);
}

TEST_F(Restart, ReportsThatAreOwedComeAfterTheNextLogonOnceAndInOrder) {
  for (std::uint32_t i = 0; i < 30; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(30);
  owner_.vanish();
  const std::uint32_t next = owner_.raw().expected_in();
  for (std::uint32_t i = 0; i < 10; ++i) taker_.order(id("b", i), '1', "0.001", "5.00");
  (void)taker_.receive_all(20);
  crash();
  // Some come before the crash and some after it.
  (void)taker_.logon();
  for (std::uint32_t i = 10; i < 20; ++i) taker_.order(id("b", i), '1', "0.001", "5.00");
  (void)taker_.receive_all(20);
  crash();
  EXPECT_EQ(owner_.logon().seq(), next);
  const std::vector<FixMessage> reports = owner_.receive_all(20);
  for (std::uint32_t i = 0; i < 20; ++i) {
    EXPECT_EQ(reports[i].get(11), id("s", i));
    EXPECT_EQ(reports[i].get(150), "F");
    EXPECT_FALSE(reports[i].has(43));
  }
  const std::vector<std::uint64_t> all = exec_ids(venue_.events(1));
  EXPECT_EQ(exec_ids(reports), std::vector(all.end() - 20, all.end()));
  // And nothing is owed any more.
  crash();
  (void)owner_.logon();
  EXPECT_TRUE(owner_.receive_rest().empty());
}

TEST_F(Restart, WhatWasTakenAndNeverCameToTheEngineIsAskedForAndActsOnce) {
  owner_.order("first", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  const std::uint32_t from = owner_.raw().next_out();
  for (std::uint32_t i = 0; i < 5; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
  venue_.settle(false);
  // The numbers are used, the ring is full of them, and then the process is gone.
  crash();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1U);
  (void)owner_.logon();
  const FixMessage request = owner_.receive();
  EXPECT_EQ(request.type(), "2") << request.readable();
  EXPECT_EQ(request.get_int(7), from);
  for (std::uint32_t i = 0; i < 5; ++i) {
    owner_.raw().send(limit_order(id("s", i), kSymbol, '2', "0.001", "5.00"),
                      again(owner_.raw(), from + i));
  }
  owner_.raw().send(FixBody{"4"}.add(123, 'Y').add(36, from + 6), again(owner_.raw(), from + 5));
  const std::vector<FixMessage> reports = owner_.receive_all(5);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(reports[i].get(11), id("s", i));
  owner_.order("live", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(11), "live");
  EXPECT_EQ(venue_.venue().engine().open_orders(), 7U);
}

TEST_F(Restart, OfWhatIsSentAgainOnlyTheLostMessagesAct) {
  // Taken and journaled; refused without a command; lost; refused; lost.
  const std::uint32_t from = owner_.raw().next_out();
  owner_.order("done", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  owner_.send(FixBody{"D"}.add(11, "bad").add(55, kSymbol).add(54, 'X'));
  EXPECT_EQ(owner_.receive(false).type(), "3");
  owner_.order("lost1", '2', "0.001", "5.00");
  owner_.send(FixBody{"V"}.add(262, "x"));
  owner_.order("lost2", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive(false).type(), "3");
  venue_.settle(false);
  crash();
  (void)owner_.logon();
  FixMessage request = owner_.receive();
  EXPECT_EQ(request.get_int(7), from + 2);
  owner_.raw().send(limit_order("lost1", kSymbol, '2', "0.001", "5.00"),
                    again(owner_.raw(), from + 2));
  EXPECT_EQ(owner_.receive_report().get(11), "lost1");
  // What was refused is not looked at again, even where it says something else now.
  owner_.raw().send(limit_order("other", kSymbol, '2', "0.001", "5.00"),
                    again(owner_.raw(), from + 3));
  // A second crash in the middle of it.
  venue_.settle();
  crash();
  (void)owner_.logon();
  request = owner_.receive();
  EXPECT_EQ(request.get_int(7), from + 4);
  owner_.raw().send(limit_order("lost2", kSymbol, '2', "0.001", "5.00"),
                    again(owner_.raw(), from + 4));
  EXPECT_EQ(owner_.receive_report().get(11), "lost2");
  EXPECT_EQ(venue_.venue().engine().open_orders(), 3U);
}

TEST_F(Restart, ANumberThatWasJournaledAndNotCountedIsNotTakenTwice) {
  // No test can stop the I/O thread there: the store is put back by one.
  owner_.order("once", '2', "0.001", "5.00");
  const FixMessage report = owner_.receive_report();
  const std::uint32_t number = owner_.raw().next_out() - 1;
  crash([&](gateway::VenueConfig&) {
    gateway::MappedMessageStoreFactory factory(venue_.state_dir() + "/sessions", 4'096,
                                               [] { return TimeNs{0}; });
    gateway::MappedMessageStore store(factory.path_of("CLIENT1"), {"SLUICE", "CLIENT1"}, 4'096,
                                      [] { return TimeNs{0}; });
    EXPECT_EQ(store.next_target(), number + 1);
    store.setNextTargetMsgSeqNum(static_cast<int>(number));
  });
  (void)owner_.logon();
  owner_.order("next", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(11), "next") << "no gap, and none too high";
  EXPECT_EQ(venue_.venue().engine().open_orders(), 2U);
}

TEST_F(Restart, AResetAfterACrashLeavesNothingToAskFor) {
  for (std::uint32_t i = 0; i < 3; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
  venue_.settle(false);
  crash();
  EXPECT_EQ(owner_.logon(true).type(), "A");
  owner_.order("new", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(11), "new");
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1U);
  crash();
  (void)owner_.logon();
  EXPECT_TRUE(owner_.receive_rest().empty());
}

// The journal is the only truth of the engine; what the stores remember without it counts no more.
TEST_F(Restart, WithoutItsJournalAVenueBeginsAnew) {
  for (std::uint32_t i = 0; i < 3; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(3);
  crash([&](gateway::VenueConfig&) {
    std::filesystem::remove_all(venue_.state_dir() + "/journal");
    std::filesystem::remove_all(venue_.state_dir() + "/live");
  });
  EXPECT_EQ(venue_.venue().engine().open_orders(), 0U);
  (void)owner_.logon();
  EXPECT_TRUE(owner_.receive_rest().empty());
  owner_.order("s0", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(150), "0");
  crash([](gateway::VenueConfig&) {});
  (void)owner_.logon();
  EXPECT_TRUE(owner_.receive_rest().empty());
}

std::string refusal_to_start(TurnedVenue& venue, const TurnedVenue::Change& change) {
  try {
    venue.restart(change);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST_F(Restart, NewNamesComeBehindTheOldOnesWhereverTheyStand) {
  owner_.order("s0", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  crash([](gateway::VenueConfig& config) {
    gateway::InstrumentConfig instrument = config.instruments[0];
    instrument.symbol = "AAA";
    config.instruments.insert(config.instruments.begin(), instrument);
    gateway::SessionConfig session = config.sessions[0];
    session.comp_id = "CLIENT0";
    config.sessions.insert(config.sessions.begin(), session);
    config.firms.insert(config.firms.begin(), {"F0"});
    config.accounts.insert(config.accounts.begin(), {"ACC0", "F0"});
  });
  EXPECT_EQ(venue_.venue().config().instruments[0].symbol, kSymbol);
  EXPECT_EQ(venue_.venue().config().sessions.back().comp_id, "CLIENT0");
  (void)owner_.logon();
  TurnedClient fresh(venue_, "CLIENT0");
  (void)fresh.logon();
  fresh.order("b0", '1', "0.001", "5.00");
  EXPECT_EQ(fresh.receive_all(2)[1].get(150), "F");
  EXPECT_EQ(owner_.receive_report().get(11), "s0");
  fresh.send(limit_order("a0", "AAA", '1', "0.001", "5.00"));
  EXPECT_EQ(fresh.receive_report().get(55), "AAA");
}

TEST_F(Restart, NamesThatTheJournalKnowsMustStay) {
  const std::vector<std::pair<TurnedVenue::Change, std::string>> cases{
      {[](gateway::VenueConfig& config) { config.instruments[0].symbol = "OTHER"; },
       "the journal knows instrument \"BTC-USDT\""},
      {[](gateway::VenueConfig& config) { config.sessions.pop_back(); },
       "the journal knows session \"CLIENT3\""},
      {[](gateway::VenueConfig& config) { config.instruments[0].tick_size = "0.1"; },
       "tick_size of BTC-USDT is \"0.1\" in the configuration and \"0.01\" in the journal"},
      {[](gateway::VenueConfig& config) { config.instruments[0].lot_size = "1"; },
       "lot_size of BTC-USDT is \"1\" in the configuration and \"0.001\" in the journal"},
  };
  for (const auto& [change, why] : cases) {
    const std::string said = refusal_to_start(venue_, change);
    EXPECT_TRUE(said.starts_with(why)) << said;
  }
  crash([](gateway::VenueConfig&) {});
  EXPECT_EQ(owner_.logon().type(), "A");
}

TEST_F(Restart, ABoundThatIsTooSmallForWhatIsOpenIsRefused) {
  for (std::uint32_t i = 0; i < 3; ++i) owner_.order(id("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(3);
  const std::string said =
      refusal_to_start(venue_, [](gateway::VenueConfig& config) { config.engine.max_orders = 2; });
  EXPECT_TRUE(said.ends_with("more orders are open than max_orders = 2")) << said;
  crash([](gateway::VenueConfig& config) { config.engine.max_orders = 3; });
  (void)owner_.logon();
  owner_.order("more", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().get(39), "8");
}

// One that hangs and does not fail: what is in memory has a bound, and nobody's order is lost.
TEST(HangingDisk, HoldsTheEngineUpAndLosesNothing) {
  TurnedVenue venue([](gateway::VenueConfig& config) {
    config.journal.live_segment_bytes = 64U << 10U;
    config.journal.live_segments = 2;
  });
  TurnedClient client(venue, "CLIENT1");
  client.logon(true);
  venue.stick_disk(true);
  constexpr std::uint32_t kOrders = 1'200;
  for (std::uint32_t i = 0; i < kOrders; ++i) {
    client.order(id("s", i), '2', "0.001", "5.00");
    if (i % 16 == 0) venue.turn();
  }
  std::size_t heard = client.receive_rest().size();
  EXPECT_GT(venue.venue().runner().counters().journal_stalls, 0U);
  EXPECT_GT(heard, 500U);
  EXPECT_LT(heard, kOrders);
  venue.stick_disk(false);
  heard += client.receive_rest().size();
  EXPECT_EQ(heard, kOrders);
  EXPECT_EQ(venue.venue().engine().open_orders(), kOrders);
}

TEST(RestartCampaign, WhateverIsUnderWayWhenItDiesEverybodyHearsEachEventOnce) {
  TurnedVenue venue;
  expect_nothing_lost(venue, 12, [&](std::mt19937_64&) { venue.restart(); });
}

}  // namespace
}  // namespace sluice::testing
