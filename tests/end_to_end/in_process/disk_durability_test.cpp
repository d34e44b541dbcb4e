// Durability "disk": nothing leaves before it is on the disk, and after a power cut sessions go on
// where everybody saw them last.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/crash_campaign.hpp"
#include "tests/end_to_end/in_process/drop_copy_fixture.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {
namespace {

void on_disk(gateway::VenueConfig& config) {
  config.journal.durability = gateway::Durability::disk;
}

std::string name(const char* prefix, std::uint32_t number) {
  return prefix + std::to_string(number);
}

class DiskDurability : public ::testing::Test {
 protected:
  void SetUp() override {
    owner_.logon(true);
    taker_.logon(true);
  }
  void cut_power() {
    venue_.cut_power();
    owner_.raw().close();
    taker_.raw().close();
  }
  void kill() {
    venue_.restart();
    owner_.raw().close();
    taker_.raw().close();
  }

  TurnedVenue venue_{on_disk};
  TurnedClient owner_{venue_, "CLIENT1"};
  TurnedClient taker_{venue_, "CLIENT2"};
};

TEST_F(DiskDurability, NothingLeavesBeforeItIsOnTheDisk) {
  venue_.stick_disk(true);
  owner_.order("s0", '2', "0.001", "5.00");
  EXPECT_TRUE(owner_.receive_rest().empty()) << "a report";
  owner_.send(FixBody{"1"}.add(112, "THERE?"));
  owner_.send(FixBody{"V"}.add(262, "x"));
  EXPECT_TRUE(owner_.receive_rest().empty()) << "a heartbeat, a reject";
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1U) << "the engine does not wait";
  venue_.stick_disk(false);
  EXPECT_EQ(owner_.receive().get(11), "s0");
  EXPECT_EQ(owner_.receive().get(112), "THERE?");
  EXPECT_EQ(owner_.receive().type(), "3");
}

TEST_F(DiskDurability, OneClientsOutputWaitsForWhatAnotherOneCaused) {
  owner_.order("s0", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  venue_.stick_disk(true);
  taker_.order("b0", '1', "0.001", "5.00");
  EXPECT_TRUE(taker_.receive_rest().empty());
  EXPECT_TRUE(owner_.receive_rest().empty());
  cut_power();
  // Nobody has heard of it, and it has not happened.
  EXPECT_EQ(venue_.venue().engine().open_orders(), 1U);
  (void)owner_.logon();
  EXPECT_TRUE(owner_.receive_rest().empty());
  (void)taker_.logon();
  const FixMessage request = taker_.receive();
  EXPECT_EQ(request.type(), "2") << "b0 is asked for";
}

TEST_F(DiskDurability, SessionsGoOnAfterAPowerCut) {
  for (std::uint32_t i = 0; i < 10; ++i) owner_.order(name("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(10);
  owner_.vanish();
  for (std::uint32_t i = 0; i < 5; ++i) taker_.order(name("b", i), '1', "0.001", "5.00");
  const std::vector<FixMessage> taken = taker_.receive_all(10);
  const std::uint32_t owners_next = owner_.raw().expected_in();
  const std::uint32_t takers_next = taker_.raw().expected_in();
  cut_power();
  EXPECT_EQ(venue_.venue().engine().open_orders(), 5U);
  EXPECT_EQ(owner_.logon().seq(), owners_next) << "no number is used twice";
  EXPECT_EQ(taker_.logon().seq(), takers_next);
  // What was owed comes; what was told does not come again ...
  const std::vector<FixMessage> reports = owner_.receive_all(5);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(reports[i].get(11), name("s", i));
  EXPECT_TRUE(owner_.receive_rest().empty());
  EXPECT_TRUE(taker_.receive_rest().empty());
  // ... but for whoever asks.
  taker_.send(FixBody{"2"}.add(7, takers_next - 10).add(16, takers_next - 1));
  for (const FixMessage& original : taken) {
    const FixMessage again = taker_.receive();
    EXPECT_EQ(again.get(17), original.get(17));
    EXPECT_EQ(again.seq(), original.seq());
    EXPECT_EQ(again.get(43), "Y");
  }
  taker_.order("more", '1', "0.001", "5.00");
  EXPECT_EQ(taker_.receive_report().get(11), "more");
}

TEST_F(DiskDurability, WhatWasRefusedIsNotExecutedWhenItIsSentAgain) {
  const std::uint32_t from = owner_.raw().next_out();
  owner_.send(FixBody{"D"}.add(11, "bad").add(55, kSymbol).add(54, 'X'));
  EXPECT_EQ(owner_.receive().type(), "3") << "on the disk";
  venue_.stick_disk(true);
  owner_.order("lost", '2', "0.001", "5.00");
  (void)owner_.receive_rest();
  cut_power();
  (void)owner_.logon();
  const FixMessage request = owner_.receive();
  EXPECT_EQ(request.get_int(7), from + 1) << "from the first that nobody knows anything of";
}

TEST_F(DiskDurability, APowerCutWhileLostMessagesAreAskedForForgetsNothing) {
  const std::uint32_t from = owner_.raw().next_out();
  // Lost in the ring; refused, and that is on the disk; lost.
  owner_.order("lost1", '2', "0.001", "5.00");
  owner_.send(FixBody{"V"}.add(262, "x"));
  owner_.order("lost2", '2', "0.001", "5.00");
  (void)venue_.turn_io();
  venue_.settle(false);
  (void)venue_.venue().journal().sync_turn();
  EXPECT_EQ(owner_.receive(false).type(), "3");
  for (int again = 0; again < 2; ++again) {
    cut_power();
    (void)owner_.logon();
    EXPECT_EQ(owner_.receive().get_int(7), from);
  }
  const auto send_again = [&](std::uint32_t number, const FixBody& body) {
    FixHeader header = owner_.raw().next_header();
    header.seq = number;
    header.extra = {{43, "Y"}, {122, utc_now()}};
    owner_.raw().send(body, header);
  };
  send_again(from, limit_order("lost1", kSymbol, '2', "0.001", "5.00"));
  EXPECT_EQ(owner_.receive_report().get(11), "lost1");
  send_again(from + 1, limit_order("other", kSymbol, '2', "0.001", "5.00"));
  venue_.settle();
  cut_power();
  (void)owner_.logon();
  EXPECT_EQ(owner_.receive().get_int(7), from + 2);
  send_again(from + 2, limit_order("lost2", kSymbol, '2', "0.001", "5.00"));
  EXPECT_EQ(owner_.receive_report().get(11), "lost2");
  EXPECT_EQ(venue_.venue().engine().open_orders(), 2U);
}

TEST_F(DiskDurability, AResetIsKept) {
  for (std::uint32_t i = 0; i < 3; ++i) owner_.order(name("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(3);
  owner_.vanish();
  EXPECT_EQ(owner_.logon(true).seq(), 1U);
  EXPECT_EQ(owner_.receive_all(3)[0].get(97), "Y");
  owner_.order("t0", '2', "0.001", "5.00");
  EXPECT_EQ(owner_.receive_report().seq(), 5U);
  cut_power();
  EXPECT_EQ(owner_.logon().seq(), 6U);
  EXPECT_TRUE(owner_.receive_rest().empty());
  EXPECT_EQ(venue_.venue().engine().open_orders(), 4U);
}

TEST_F(DiskDurability, AnOrderlyStopThatIsFollowedByAPowerCutKeepsSessionsToo) {
  owner_.order("s0", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  const std::uint32_t next = owner_.raw().expected_in();
  kill();
  cut_power();
  EXPECT_EQ(owner_.logon().seq(), next);
}

// A run that keeps nothing of sessions makes what is known of them wrong.
TEST_F(DiskDurability, ARunWithoutItMakesWhatWasKeptVoid) {
  owner_.order("s0", '2', "0.001", "5.00");
  (void)owner_.receive_all(1);
  const std::uint32_t next = owner_.raw().expected_in();
  venue_.restart([](gateway::VenueConfig&) {});
  owner_.raw().close();
  EXPECT_EQ(owner_.logon().seq(), next);
  owner_.raw().close();
  venue_.cut_power(on_disk);
  EXPECT_EQ(owner_.logon(true).seq(), 1U) << "begins anew, as it says on the page";
}

class DiskDurabilityCopies : public DropCopyTest {
 protected:
  DiskDurabilityCopies() : DropCopyTest(on_disk) {}
};

// A copy's number is never given to another event, whatever was cut.
TEST_F(DiskDurabilityCopies, NumbersGoOnAfterAPowerCut) {
  (void)client1_.logon(true);
  (void)client2_.logon(true);
  CopyReader firm(venue_, "FIRM-A", "FIRM");
  (void)firm.client().logon(true);
  for (int i = 0; i < 5; ++i) trade(client1_, client2_);
  const std::vector<FixMessage> first = firm.copies();
  ASSERT_EQ(first.size(), 20U);
  firm.client().vanish();
  for (int i = 0; i < 3; ++i) trade(client1_, client2_);
  venue_.settle();
  venue_.stick_disk(true);
  client1_.order("late", '2', "0.001", "5.00");
  venue_.settle();
  venue_.cut_power();
  const std::uint32_t expected = firm.client().raw().expected_in();
  firm.client().raw().close();
  EXPECT_EQ(firm.client().logon().seq(), expected);
  // What it had not got, under the numbers that go on.
  const std::vector<FixMessage> owed = firm.copies();
  ASSERT_EQ(owed.size(), 12U);
  EXPECT_EQ(exec_ids(owed), [&] {
    const std::vector<std::uint64_t> all = events_of_firm();
    return std::vector(all.end() - 12, all.end());
  }());
  (void)client1_.raw().close();
  (void)client2_.raw().close();
  (void)client1_.logon(true);
  (void)client2_.logon(true);
  (void)client1_.receive_rest();
  (void)client2_.receive_rest();
  client1_.order("more", '2', "0.001", "5.00");
  (void)client1_.receive_report();
  EXPECT_EQ(firm.copies().size(), 1U);
  EXPECT_EQ(firm.next, 34U);
}

// A start reads only the newest files: each of them has the states of all sessions.
TEST_F(DiskDurability, SessionsAreFoundInTheNewestFiles) {
  taker_.order("b0", '1', "0.001", "1.00");
  (void)taker_.receive_all(1);
  const std::uint32_t takers_next = taker_.raw().expected_in();
  const std::uint64_t segment = venue_.venue().journal().segment();
  for (std::uint32_t i = 0; venue_.venue().journal().segment() < segment + 3; ++i) {
    owner_.order(name("s", i), '2', "0.001", "5.00", '3');
    (void)owner_.receive_all(2);
  }
  (void)venue_.venue().journal().snapshot_turn();
  const std::uint32_t next = owner_.raw().expected_in();
  venue_.cut_power([](gateway::VenueConfig& config) {
    on_disk(config);
    config.journal.session_segments = 1;
    config.gateway.store_messages = 4'096;
  });
  owner_.raw().close();
  taker_.raw().close();
  EXPECT_EQ(owner_.logon().seq(), next);
  EXPECT_EQ(taker_.logon().seq(), takers_next);
  // Of the messages those are kept that the newest files have.
  owner_.send(FixBody{"2"}.add(7, next - 1).add(16, next - 1));
  EXPECT_EQ(owner_.receive().seq(), next - 1);
}

// The machine lost its power and the stores are on a disk: whatever is in them counts for nothing.
TEST_F(DiskDurability, StoresOfAnEarlierBootAreMadeAgain) {
  for (std::uint32_t i = 0; i < 3; ++i) owner_.order(name("s", i), '2', "0.001", "5.00");
  (void)owner_.receive_all(3);
  const std::uint32_t next = owner_.raw().expected_in();
  venue_.restart([&](gateway::VenueConfig& config) {
    on_disk(config);
    std::ofstream(venue_.state_dir() + "/boot") << "another one\n";
    std::ofstream(venue_.state_dir() + "/sessions/CLIENT1.store") << "half of it";
  });
  owner_.raw().close();
  EXPECT_EQ(owner_.logon().seq(), next);
  EXPECT_TRUE(venue_.log_says("they are made again from the journal"));
}

// The disk is behind by all of the memory for records: no message is lost, nobody is cut.
TEST(DiskDurabilityMemory, AFullOneMakesClientsWait) {
  TurnedVenue venue([](gateway::VenueConfig& config) {
    on_disk(config);
    config.journal.live_segment_bytes = 256U << 10U;
    config.journal.live_segments = 2;
  });
  TurnedClient client(venue, "CLIENT1");
  client.logon(true);
  venue.stick_disk(true);
  std::uint32_t sent = 0;
  const std::string text(4'000, 'x');
  for (; sent < 400; ++sent) {
    client.send(FixBody{"1"}.add(112, text));
    for (int turn = 0; turn < 4; ++turn) venue.turn();
  }
  const std::size_t left = venue.venue().journal().sessions(0).records_left();
  EXPECT_LE(left, gateway::session_reserve(3)) << "it is full";
  EXPECT_GT(left, 0U) << "but for what is under way";
  EXPECT_FALSE(client.raw().closed_by_peer());
  EXPECT_FALSE(client.poll().has_value());
  venue.stick_disk(false);
  for (std::uint32_t i = 0; i < sent; ++i) EXPECT_EQ(client.receive().get(112), text) << i;
}

TEST(DiskDurabilityCampaign, WhateverIsCutEverybodyHearsEachEventOnce) {
  TurnedVenue venue(on_disk);
  const auto die = [&](std::mt19937_64& random) {
    venue.stick_disk(false);
    if (random() % 3 == 0) {
      venue.restart();
    } else {
      venue.cut_power();
    }
  };
  expect_nothing_lost(venue, 16, die,
                      [&](std::mt19937_64& random) { venue.stick_disk(random() % 4 == 0); });
}

}  // namespace
}  // namespace sluice::testing
