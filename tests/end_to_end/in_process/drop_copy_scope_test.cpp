// What is copied to whom: every report in scope, as the owner got it, with whose it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "tests/end_to_end/in_process/drop_copy_fixture.hpp"
#include "tests/support/in_process/process_clock.hpp"

namespace sluice::testing {
namespace {

class DropCopyScope : public DropCopyTest {
 protected:
  void log_on_all() {
    for (TurnedClient* client : clients_) client->logon(true);
  }
  /// Orders of all clients and accounts; each kind of report is among what they hear.
  void have_flow() {
    client1_.order("rests", '2', "0.003", "5.00");
    client2_.order("takes", '1', "0.001", "5.00");
    client3_.order("takes-too", '1', "0.001", "5.00", '3');
    client1_.send(replace_request("changed", "rests", kSymbol, '2', "0.004", "6.00"));
    client1_.cancel("gone", "changed", '2');
    client1_.send(limit_order("of-2", kSymbol, '1', "0.001", "1.00").add(1, "ACC2"));
    client1_.send(limit_order("whose", kSymbol, '1', "0.001", "1.00").add(1, "ACC9"));
    client2_.cancel("never", "never-was", '1');
    client2_.order("ioc", '1', "0.001", "1.00", '3');
    client2_.send(market_order("market", kSymbol, '2', "0.001"));
    client3_.order("bad-tick", '1', "0.001", "1.001");
    client3_.send(limit_order("what", "NO-SUCH", '1', "1", "1"));
    client2_.send(limit_order("parties", kSymbol, '1', "0.001", "1.00")
                      .add(453, 1)
                      .add(448, 7)
                      .add(447, "P")
                      .add(452, 12)
                      .add(2376, 24));
    gather();
  }
  void gather() {
    for (TurnedClient* client : clients_) {
      for (FixMessage& report : client->receive_rest()) {
        if (report.type() != "8" && report.type() != "9") continue;
        heard_[client].push_back(std::move(report));
      }
    }
  }
  /// What the session's client heard, in the form of shared_fields().
  std::vector<std::string> heard_by(const std::vector<TurnedClient*>& who,
                                    const char* account = nullptr) {
    std::vector<std::string> reports;
    for (TurnedClient* client : who) {
      for (const FixMessage& report : heard_[client]) {
        if (account == nullptr || report.get(1) == account)
          reports.push_back(shared_fields(report));
      }
    }
    return reports;
  }
  static std::vector<std::string> shared(const std::vector<FixMessage>& messages) {
    std::vector<std::string> all;
    for (const FixMessage& message : messages) all.push_back(shared_fields(message));
    return all;
  }
  /// The party of that role; empty when there is none.
  static std::string party(const FixMessage& copy, std::string_view role) {
    for (std::size_t i = 0; i < copy.count(452); ++i) {
      if (copy.find(452, i) == role) {
        return std::string(*copy.find(448, i)) + "/" + std::string(*copy.find(447, i));
      }
    }
    return {};
  }

  const std::vector<TurnedClient*> clients_{&client1_, &client2_, &client3_};
  std::map<TurnedClient*, std::vector<FixMessage>> heard_;
};

TEST_F(DropCopyScope, AFirmsReaderGetsEveryReportOfItsSessionsAsTheyGotItAndNoOther) {
  log_on_all();
  firm_.client().logon(true);
  have_flow();
  const std::vector<FixMessage> copies = firm_.copies();
  EXPECT_THAT(shared(copies),
              ::testing::UnorderedElementsAreArray(heard_by({&client1_, &client2_})));
  std::map<std::string, int> kinds;
  for (const FixMessage& copy : copies)
    ++kinds[std::string(copy.type()) + std::string(copy.get(150))];
  for (const char* kind : {"80", "84", "85", "88", "8C", "8F", "9"}) {
    EXPECT_GT(kinds[kind], 0) << kind;
  }
}

TEST_F(DropCopyScope, ACopySaysWhoseOrderItIsBesideTheOrdersOwnParties) {
  log_on_all();
  firm_.client().logon(true);
  have_flow();
  for (const FixMessage& copy : firm_.copies()) {
    const std::string account(copy.get(1));
    const bool of_two = copy.get(11) == "takes" || copy.get(11) == "never" ||
                        copy.get(11) == "ioc" || copy.get(11) == "market" ||
                        copy.get(11) == "parties";
    EXPECT_EQ(party(copy, "55"), of_two ? "CLIENT2/D" : "CLIENT1/D") << copy.readable();
    EXPECT_EQ(party(copy, "1"), "F1/D") << copy.readable();
    EXPECT_EQ(party(copy, "12"), copy.get(11) == "parties" ? "7/P" : "") << copy.readable();
    EXPECT_EQ(copy.get_int(453), static_cast<std::int64_t>(copy.count(452)));
  }
}

TEST_F(DropCopyScope, AnAccountsReaderGetsWhatIsOfTheAccountAndNotWhatNamedNone) {
  log_on_all();
  CopyReader reader(venue_, "ACC-R", "ACCOUNTS");
  reader.client().logon(true);
  have_flow();
  client1_.cancel("cancel-2", "of-2", '1');
  gather();
  const std::vector<std::string> copies = shared(reader.copies());
  EXPECT_EQ(copies.size(), 2U) << "accepted and canceled";
  EXPECT_EQ(copies, heard_by({&client1_}, "ACC2"));
}

TEST_F(DropCopyScope, ASessionsReaderGetsTheOrdersThatTheSessionOwns) {
  log_on_all();
  CopyReader reader(venue_, "SES-R", "SESSIONS");
  reader.client().logon(true);
  have_flow();
  EXPECT_EQ(shared(reader.copies()), heard_by({&client2_}));
}

TEST_F(DropCopyScope, AVenueWideReaderGetsEverything) {
  log_on_all();
  CopyReader reader(venue_, "WIDE", "VENUE");
  reader.client().logon(true);
  have_flow();
  const std::vector<FixMessage> copies = reader.copies();
  EXPECT_THAT(shared(copies), ::testing::UnorderedElementsAreArray(heard_by(clients_)));
  std::map<std::string, int> firms;
  for (const FixMessage& copy : copies) ++firms[party(copy, "1")];
  EXPECT_GT(firms["F1/D"], 0);
  EXPECT_GT(firms["F2/D"], 0);
}

TEST_F(DropCopyScope, TheEndOfDayOrdersAtMidnightIsCopied) {
  FrozenClock clock{kMidnightNs - kNsPerHour};
  TurnedVenue venue([](gateway::VenueConfig& config) {
    add_drop_copies(config);
    config.gateway.heartbeat_s_max = 3'600;
  });
  TurnedClient owner{venue, "CLIENT1", 3'600};
  CopyReader reader{venue, "SES-R", "SESSIONS"};
  CopyReader firm{venue, "FIRM-A", "FIRM"};
  firm.client().raw().options().heartbeat_s = 3'600;
  owner.logon(true);
  firm.client().logon(true);
  for (int i = 0; i < 5; ++i) owner.order("day-" + std::to_string(i), '1', "0.001", "1.00", '0');
  (void)owner.receive_all(5);
  EXPECT_EQ(firm.copies().size(), 5U);
  owner.vanish();  // whether or not the owner is there
  clock.advance_to(kMidnightNs + 1);
  const std::vector<FixMessage> copies = firm.copies();
  ASSERT_EQ(copies.size(), 5U);
  for (const FixMessage& copy : copies) EXPECT_EQ(copy.get(150), "C") << copy.readable();
}

}  // namespace
}  // namespace sluice::testing
