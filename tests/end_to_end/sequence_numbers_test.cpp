// Sequence numbers carry on over whatever ends a connection, until a client resets them.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

/// Logs on, and proves that neither side finds a gap.
void expect_to_carry_on(RawFixClient& client, VenueProcess& venue) {
  const std::uint32_t expected = client.expected_in();
  const FixMessage answer = log_on(client, venue);
  EXPECT_EQ(answer.seq(), expected);
  EXPECT_FALSE(answer.has(141));
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_EQ(client.gap(), 0U);
}

TEST(SequenceNumbers, CarryOnAfterALogout) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
  ASSERT_TRUE(client.logout());
  expect_close(client);
  expect_to_carry_on(client, venue);
  EXPECT_EQ(client.next_out(), 6U);  // Logon, order, Logout, Logon, TestRequest
}

TEST(SequenceNumbers, CarryOnAfterACutAndOrdersLiveOn) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
  for (int i = 0; i < 5; ++i) {
    if (i % 2 == 0) {
      client.abort();
    } else {
      client.close();
    }
    expect_to_carry_on(client, venue);
  }
  client.send(cancel_request("CANCEL1", "ORDER1", kSymbol, '1'));
  EXPECT_EQ(expect_report(client, '4').get(41), "ORDER1");
}

TEST(SequenceNumbers, CarryOnAfterTheVenueWasStopped) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  until_heartbeat(client);
  client.close();
  ASSERT_TRUE(venue.stop(kPatience));
  venue.start_again();
  expect_to_carry_on(client, venue);
}

TEST(SequenceNumbers, CarryOnAfterTheVenueWasKilledAndItsReportsAreStillThere) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  for (int round = 0; round < 3; ++round) {
    expect_to_carry_on(client, venue);
    client.send(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
    const FixMessage report = expect_report(client, '0');
    client.close();
    venue.kill();
    venue.start_again();
    expect_to_carry_on(client, venue);
    client.send(FixBody{"2"}.add(7, report.seq()).add(16, report.seq()));
    const FixMessage again = expect(client, "8");
    EXPECT_EQ(again.seq(), report.seq());
    EXPECT_EQ(again.get(43), "Y");
    EXPECT_EQ(again.get(17), report.get(17));
    EXPECT_EQ(again.get(122), report.get(52));
    client.close();
  }
}

TEST(SequenceNumbers, ExecIdsOfALaterStartAreGreater) {
  VenueProcess venue{options_of(small_venue())};
  std::uint64_t last = 0;
  RawFixClient client{client_options("CLIENT1")};
  for (int start = 0; start < 3; ++start) {
    log_on(client, venue);
    client.send(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
    const std::uint64_t exec_id = std::stoull(std::string(expect_report(client, '0').get(17)));
    EXPECT_GT(exec_id, last);
    last = exec_id;
    client.close();
    venue.kill();
    venue.start_again();
  }
}

TEST(SequenceNumbers, ResetBeginsBothSidesAtOne) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  until_heartbeat(client);
  client.close();
  client.connect(venue.host(), venue.port());
  const auto answer = client.logon(true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->seq(), 1U);
  EXPECT_EQ(answer->get(141), "Y");
  client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(client, '0').seq(), 2U);
  // What was sent before the reset cannot come again under its old number.
  client.send(FixBody{"2"}.add(7, 1).add(16, 0));
  EXPECT_EQ(expect(client, "4").get(36), "2");
  EXPECT_EQ(expect_report(client, '0').get(11), "ORDER1");
  client.close();
  expect_to_carry_on(client, venue);
}

TEST(SequenceNumbers, ResetWithinASessionBeginsBothSidesAtOne) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.logon(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type(), "A") << answer->readable();
    EXPECT_EQ(answer->seq(), 1U);
    EXPECT_EQ(answer->get(141), "Y");
    EXPECT_TRUE(until_heartbeat(client).empty());
  }
  // The orders are not concerned.
  client.send(cancel_request("CANCEL1", "ORDER1", kSymbol, '1'));
  EXPECT_EQ(expect_report(client, '4').seq(), 3U);
}

TEST(SequenceNumbers, SessionConfiguredToResetOnLogonBeginsAtOneEachTime) {
  VenueText text = small_venue({"CLIENT2"});
  text.sessions.push_back(
      {.comp_id = "CLIENT1", .password = {}, .more = {{"ResetOnLogon", "true"}}});
  VenueProcess venue{options_of(text)};
  for (int i = 0; i < 3; ++i) {
    RawFixClient client{client_options("CLIENT1")};
    EXPECT_EQ(log_on(client, venue).seq(), 1U);
    until_heartbeat(client);
    client.close();
  }
}

}  // namespace
}  // namespace sluice::testing
