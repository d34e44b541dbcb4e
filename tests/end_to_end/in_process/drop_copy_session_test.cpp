// A drop copy's session: what it may ask for, and that it gets each copy once whatever becomes of
// its connections.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/drop_copy/number_file.hpp"
#include "tests/end_to_end/in_process/drop_copy_fixture.hpp"
#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DropCopySession : public DropCopyTest {
 protected:
  explicit DropCopySession(const TurnedVenue::Change& more = {}) : DropCopyTest(more) {
    client1_.logon(true);
    client2_.logon(true);
  }
  void trades(int count) {
    for (int i = 0; i < count; ++i) trade(client1_, client2_);
  }
};

TEST_F(DropCopySession, ItsLogonIsAnsweredWithTheFlagWhetherOrNotItGaveOne) {
  EXPECT_EQ(firm_.client().logon(true).get(9406), "Y");
  const FixMessage answer = log_on_with_flag(firm_b_.client(), "Y");
  EXPECT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.get(9406), "Y");
  EXPECT_FALSE(client3_.logon(true).has(9406));
}

TEST_F(DropCopySession, AFlagThatTheRoleForbidsIsRefusedInWordsAndCostsNoNumber) {
  FixMessage answer = log_on_with_flag(firm_.client(), "N");
  EXPECT_EQ(answer.type(), "5");
  EXPECT_EQ(answer.get(58),
            "Rejected Logon Attempt: DropCopyFlag(9406)=N: this session is a drop copy, it may "
            "enter no orders");
  EXPECT_TRUE(firm_.client().closed());
  firm_.client().raw().set_next_out(1);
  EXPECT_EQ(firm_.client().logon().type(), "A") << "with the number of the Logon that was refused";

  answer = log_on_with_flag(client3_, "Y");
  EXPECT_EQ(answer.type(), "5");
  EXPECT_EQ(answer.get(58),
            "Rejected Logon Attempt: DropCopyFlag(9406)=Y: this session enters orders, it may be "
            "no drop copy");
  EXPECT_TRUE(client3_.closed());
}

TEST_F(DropCopySession, AForbiddenFlagWithAResetClosesWithoutAWord) {
  EXPECT_THROW(log_on_with_flag(client3_, "Y", true), std::runtime_error);
  EXPECT_TRUE(client3_.raw().closed_by_peer());
  EXPECT_THROW(log_on_with_flag(firm_.client(), "N", true), std::runtime_error);
  EXPECT_TRUE(firm_.client().raw().closed_by_peer());
}

TEST_F(DropCopySession, AnOrderCancelOrReplaceOnItIsNotAuthorized) {
  firm_.client().logon(true);
  TurnedClient& client = firm_.client();
  const std::vector<FixBody> requests{limit_order("o1", kSymbol, '1', "0.001", "1.00"),
                                      cancel_request("c1", "o1", kSymbol, '1'),
                                      replace_request("r1", "o1", kSymbol, '1', "0.001", "2.00")};
  for (const FixBody& request : requests) {
    const std::uint32_t number = client.send(request);
    const FixMessage answer = client.receive();
    EXPECT_EQ(answer.type(), "j") << answer.readable();
    EXPECT_EQ(answer.get(380), "6");
    EXPECT_EQ(answer.get(372), request.msg_type());
    EXPECT_EQ(answer.get_int(45), number);
    EXPECT_THAT(std::string(answer.get(379)), ::testing::AnyOf("o1", "c1", "r1"));
    EXPECT_EQ(answer.get(58), "this connection is a drop copy: it enters no orders");
  }
  EXPECT_EQ(counters().refused, 3U);
  EXPECT_EQ(venue_.venue().order_entry().commands, 0U) << "nothing reached the engine";
  client.send(FixBody{"8"}
                  .add(37, "1")
                  .add(17, "1")
                  .add(150, "0")
                  .add(39, "0")
                  .add(55, kSymbol)
                  .add(54, "1")
                  .add(151, "0")
                  .add(14, "0")
                  .add(6, "0")
                  .add(60, utc_now()));
  EXPECT_EQ(client.receive().get(380), "3");
  client.send(FixBody{"H"}.add(11, "x"));
  EXPECT_EQ(client.receive().get(373), "11");
}

TEST_F(DropCopySession, CopiesThatGotLostOnTheirWayComeAgainWhenAskedFor) {
  firm_.client().logon(true);
  trades(2);
  const std::vector<FixMessage> first = firm_.copies();
  ASSERT_EQ(first.size(), 8U);
  firm_.client().send(FixBody{"2"}.add(7, first[2].seq()).add(16, first[5].seq()));
  const std::vector<FixMessage> again = firm_.client().receive_all(4);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(again[i].get(43), "Y");
    EXPECT_EQ(again[i].get(1181), first[i + 2].get(1181));
    // QuickFIX writes the body's fields anew, in another order.
    EXPECT_EQ(again[i].get(17), first[i + 2].get(17));
    EXPECT_EQ(again[i].get(797), "Y");
    EXPECT_EQ(again[i].find(448, 1), first[i + 2].find(448, 1));
  }
}

TEST_F(DropCopySession, ComesBackToWhereItStoppedHoweverLongItWasAway) {
  firm_.client().logon(true);
  trades(3);
  EXPECT_EQ(firm_.copies().size(), 12U);
  firm_.client().vanish();
  trades(5);
  const std::uint32_t expected = firm_.client().raw().expected_in();
  const FixMessage answer = firm_.client().logon();
  EXPECT_EQ(answer.seq(), expected) << "copies took numbers while nobody was there";
  EXPECT_FALSE(answer.has(58));
  EXPECT_EQ(firm_.copies().size(), 20U);
  EXPECT_EQ(firm_.next, 33U);
}

// What came shortly before may have been lost on its way, and comes again.
TEST_F(DropCopySession, AResetOfItsMessageNumbersLeavesTheCopiesNumbersAlone) {
  firm_.client().logon(true);
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  firm_.client().vanish();
  trades(1);
  EXPECT_EQ(firm_.client().logon(true).seq(), 1U);
  firm_.next = 1;
  const std::vector<FixMessage> again = firm_.copies();
  ASSERT_EQ(again.size(), 8U);
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i].get(97), i < 4 ? "Y" : "") << again[i].readable();
  }
  // And within the connection.
  firm_.client().raw().set_next_out(1);
  firm_.client().raw().set_expected_in(1);
  firm_.client().send(firm_.client().raw().logon_body(true));
  EXPECT_EQ(firm_.client().receive().get(9406), "Y");
  trades(1);
  const std::vector<FixMessage> more = firm_.copies();
  ASSERT_EQ(more.size(), 4U);
  EXPECT_FALSE(more[0].has(97));
  EXPECT_EQ(firm_.next, 13U);
}

TEST_F(DropCopySession, ALateComerMissesNothingOfThisRun) {
  trades(4);
  firm_.client().logon(true);
  EXPECT_EQ(firm_.copies().size(), 16U);
}

TEST_F(DropCopySession, SessionsOfOneGroupGetTheSameUnderTheSameNumbers) {
  firm_.client().logon(true);
  trades(2);
  firm_b_.client().logon(true);
  trades(2);
  const std::vector<FixMessage> a = firm_.copies();
  const std::vector<FixMessage> b = firm_b_.copies();
  ASSERT_EQ(a.size(), 16U);
  ASSERT_EQ(b.size(), 16U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].get(1181), b[i].get(1181));
    EXPECT_EQ(a[i].get(17), b[i].get(17));
    EXPECT_EQ(shared_fields(a[i]), shared_fields(b[i]));
  }
}

TEST_F(DropCopySession, NumbersGoOnAfterARestartOfTheVenue) {
  firm_.client().logon(true);
  trades(2);
  EXPECT_EQ(firm_.copies().size(), 8U);
  venue_.restart();
  client1_.logon(true);
  client2_.logon(true);
  ASSERT_EQ(firm_.client().logon().type(), "A");
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  EXPECT_EQ(firm_.next, 13U);
}

TEST_F(DropCopySession, ADamagedFileOfNumbersStopsTheStartAndIsNamed) {
  trades(1);
  const std::string path = venue_.venue().config().gateway.state_dir + "/drop_copy/FIRM";
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    ASSERT_TRUE(file) << path;
    file.seekp(offsetof(gateway::NumberFileLayout, places[1].sealed));
    file.put('\x7f');
  }
  try {
    venue_.restart();
    FAIL() << "it started";
  } catch (const gateway::StateDirError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path));
    EXPECT_THAT(error.what(), HasSubstr("damaged"));
  }
}

class ByLogon : public DropCopySession {
 protected:
  void expect_numbers_of_the_group(TurnedClient& client, std::uint64_t from, std::size_t count) {
    const std::vector<FixMessage> copies = client.receive_all(count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(copies[i].get_int(1181), static_cast<std::int64_t>(from + i))
          << copies[i].readable();
    }
    EXPECT_TRUE(client.receive_rest().empty());
  }
  TurnedClient both_{venue_, "BOTH"};
};

TEST_F(ByLogon, WithoutTheFlagItEntersOrdersAndGetsNoCopies) {
  const FixMessage answer = both_.logon(true);
  EXPECT_EQ(answer.type(), "A");
  EXPECT_FALSE(answer.has(9406));
  trades(1);
  EXPECT_TRUE(both_.receive_rest().empty());
  both_.order("own", '1', "0.001", "1.00");
  EXPECT_EQ(both_.receive().get(150), "0");
  both_.vanish();
  EXPECT_EQ(log_on_with_flag(both_, "N").get(9406), "N");
  both_.cancel("own-c", "own", '1');
  EXPECT_EQ(both_.receive().get(150), "4");
}

TEST_F(ByLogon, WithTheFlagItIsADropCopyAndItsOwnReportsWaitForItsNextOrderEntry) {
  both_.logon(true);
  both_.order("own", '2', "0.001", "5.00");
  EXPECT_EQ(both_.receive().get(150), "0");
  both_.vanish();
  EXPECT_EQ(log_on_with_flag(both_, "Y").get(9406), "Y");
  expect_numbers_of_the_group(both_, 1, 1);  // its own acceptance
  both_.order("no", '1', "0.001", "1.00");
  EXPECT_EQ(both_.receive().get(380), "6");
  client2_.order("takes", '1', "0.001", "5.00");  // of the order that rests
  expect_numbers_of_the_group(both_, 2, 3);
  both_.vanish();
  ASSERT_EQ(both_.logon().type(), "A");
  const FixMessage fill = both_.receive();
  EXPECT_EQ(fill.get(150), "F");
  EXPECT_EQ(fill.get(11), "own");
  EXPECT_FALSE(fill.has(797)) << "its own report";
  EXPECT_TRUE(both_.receive_rest().empty());
  both_.vanish();
  trades(1);
  log_on_with_flag(both_, "Y");
  expect_numbers_of_the_group(both_, 5, 4);
}

TEST_F(ByLogon, ALogonWithinTheConnectionMayNotChangeWhatItIsFor) {
  ASSERT_EQ(log_on_with_flag(both_, "Y", true).type(), "A");
  both_.send(both_.raw().logon_body(false));
  EXPECT_EQ(both_.receive().type(), "5");
}

class DropCopyDrain : public DropCopySession {
 protected:
  DropCopyDrain()
      : DropCopySession(
            [](gateway::VenueConfig& config) { config.gateway.logout_wait_ms = 60'000; }) {}
};

TEST_F(DropCopyDrain, ALogoutWaitsForTheCopiesThatTheFeedThreadHasYetToNumber) {
  TurnedClient both{venue_, "BOTH"};
  ASSERT_EQ(log_on_with_flag(both, "Y", true).type(), "A");
  for (int i = 0; i < 3; ++i) client1_.order("o" + std::to_string(i), '1', "0.001", "1.00");
  // All threads but the feed's.
  const auto turn_others = [&] {
    FrozenClock::hurry(kNsPerMillisecond * 60);
    for (int i = 0; i < 4; ++i) {
      venue_.turn_io();
      venue_.turn_engine();
    }
  };
  turn_others();
  venue_.request_stop();
  for (int i = 0; i < 5; ++i) turn_others();
  EXPECT_FALSE(both.poll()) << "it left before it had its copies";
  const std::vector<FixMessage> last = [&] {
    std::vector<FixMessage> messages;
    while (messages.size() < 4) {
      FrozenClock::hurry(kNsPerMillisecond * 60);
      messages.push_back(both.receive());
    }
    return messages;
  }();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(last[i].get_int(1181), static_cast<std::int64_t>(i + 1)) << last[i].readable();
  }
  EXPECT_EQ(last[3].type(), "5") << last[3].readable();
}

/// The log in memory keeps hardly more than 200 events.
class DropCopiesThatLeftTheLog : public DropCopySession {
 protected:
  DropCopiesThatLeftTheLog()
      : DropCopySession([](gateway::VenueConfig& config) {
          config.engine.execution_log_events = 256;
          config.engine.work_per_command = 8;
        }) {}
  /// Only the others' thread and the engine turn.
  void trade_while_the_feed_is_held_up() {
    for (int i = 0; i < 300; ++i) {
      client1_.order("held-" + std::to_string(i), '1', "0.001", "1.00");
      venue_.turn_io();
      venue_.turn_engine();
      venue_.turn_io();
      while (client1_.poll()) continue;
    }
  }
  [[nodiscard]] std::uint64_t oldest() { return std::as_const(venue_.venue()).log().oldest(); }
};

TEST_F(DropCopiesThatLeftTheLog, ComeFromTheDiskAlsoWhereTheGroupHasForgottenTheirEvents) {
  firm_.client().logon(true);
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  firm_.client().vanish();
  trades(200);
  ASSERT_GT(oldest(), 500U);
  const FixMessage answer = firm_.client().logon();
  ASSERT_EQ(answer.type(), "A");
  EXPECT_FALSE(answer.has(58));
  EXPECT_EQ(firm_.copies().size(), 800U);
  EXPECT_EQ(counters().copies_lost, 0U);
}

TEST_F(DropCopiesThatLeftTheLog, AreNamedInTheNextLogonAndShowAsAGapWhereTheDiskHasThemNoMore) {
  firm_.client().logon(true);
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  firm_.client().vanish();
  trades(100);
  const std::uint64_t oldest = this->oldest();
  ASSERT_GT(oldest, 5U);
  venue_.remove_events_on_disk();
  EXPECT_FALSE(firm_.client().logon().has(58)) << "nobody knows yet";
  EXPECT_TRUE(firm_.client().closed());
  const FixMessage answer = firm_.client().logon();
  ASSERT_EQ(answer.type(), "A");
  // All events are of the firm: their numbers are the copies'.
  EXPECT_EQ(answer.get(58), "copies from ApplSeqNum(1181) 5 to " + std::to_string(oldest - 1) +
                                " have left the execution log");
  EXPECT_EQ(counters().copies_lost, oldest - 5);
  firm_.next = oldest;
  EXPECT_EQ(firm_.copies().size(), 404U - oldest + 1);
  EXPECT_TRUE(venue_.log_says("FIRM-A: copies from ApplSeqNum(1181) 5 to"));
  firm_.client().vanish();
  EXPECT_FALSE(firm_.client().logon().has(58)) << "told once";
}

TEST_F(DropCopiesThatLeftTheLog, AreTakenFromTheDiskByAFeedThatWasHeldUp) {
  firm_.client().logon(true);
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  trade_while_the_feed_is_held_up();
  ASSERT_GT(oldest(), 5U);
  EXPECT_EQ(firm_.copies().size(), 300U);
  EXPECT_EQ(counters().copies_lost, 0U);
}

TEST_F(DropCopiesThatLeftTheLog, AreCountedWhenTheFeedItselfWasHeldUpAndTheDiskHasThemNoMore) {
  firm_.client().logon(true);
  trades(1);
  EXPECT_EQ(firm_.copies().size(), 4U);
  trade_while_the_feed_is_held_up();
  const std::uint64_t oldest = this->oldest();
  ASSERT_GT(oldest, 5U);
  venue_.remove_events_on_disk();
  EXPECT_TRUE(firm_.client().closed()) << "cut, so that it hears of it";
  EXPECT_TRUE(venue_.log_says("feed: " + std::to_string(oldest - 5) + " events were overwritten"));
  // First those whose events nobody remembers, then those that are remembered and gone.
  const FixMessage first = firm_.client().logon();
  EXPECT_THAT(std::string(first.get(58)), StartsWith("copies from ApplSeqNum(1181) 5 to "));
  EXPECT_TRUE(firm_.client().closed());
  const FixMessage second = firm_.client().logon();
  EXPECT_THAT(std::string(second.get(58)),
              HasSubstr(" to " + std::to_string(oldest - 1) + " have left the execution log"));
  EXPECT_EQ(counters().copies_lost, oldest - 5);
  firm_.next = oldest;
  EXPECT_EQ(firm_.copies().size(), 304U - oldest + 1);
}

TEST_F(DropCopySession, HoweverConnectionsComeAndGoEachCopyComesOnceAndInOrder) {
  std::mt19937_64 random(random_seed());
  CopyReader* const readers[] = {&firm_, &firm_b_};
  bool away[] = {true, true};
  bool before[] = {false, false};
  std::vector<std::uint64_t> got[2];
  const auto take = [&](int i) {
    for (const FixMessage& copy : readers[i]->copies()) {
      got[i].push_back(static_cast<std::uint64_t>(copy.get_int(17).value_or(0)));
    }
  };
  for (int round = 0, orders = 0; round < 400; ++round) {
    for (std::uint64_t n = random() % 6; n > 0; --n) {
      const char side = random() % 2 == 0 ? '1' : '2';
      TurnedClient& client = random() % 2 == 0 ? client1_ : client2_;
      client.order("o" + std::to_string(++orders), side, "0.001", "5.00");
    }
    for (std::uint64_t n = random() % 4; n > 0; --n) {
      switch (random() % 3) {
        case 0:
          venue_.turn_io();
          break;
        case 1:
          (void)venue_.turn_feed();
          break;
        default:
          venue_.turn();
      }
    }
    if (random() % 3 != 0) continue;
    const int i = static_cast<int>(random() % 2);
    if (away[i]) {
      ASSERT_EQ(readers[i]->client().logon(!before[i]).type(), "A");
      before[i] = true;
    } else {
      take(i);  // read to the end before leaving, so that no resend is needed
      readers[i]->client().vanish();
    }
    away[i] = !away[i];
    for (TurnedClient* client : {&client1_, &client2_}) (void)client->receive_rest();
  }
  for (int i = 0; i < 2; ++i) {
    if (away[i]) {
      ASSERT_EQ(readers[i]->client().logon(!before[i]).type(), "A");
    }
    take(i);
    EXPECT_EQ(got[i], events_of_firm());
  }
}

}  // namespace
}  // namespace sluice::testing
