// A second Logon for a CompID that is logged on: whoever of the two is alive has the session.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "tests/end_to_end/cutting_relay.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

VenueText venue_with_grace(const char* grace_ms) {
  VenueText text = small_venue({"CLIENT2"});
  text.sessions.push_back({.comp_id = "CLIENT1", .password = "secret"});
  text.gateway.emplace_back("takeover_grace_ms", grace_ms);
  return text;
}

std::unique_ptr<RawFixClient> connected(std::uint16_t port, const std::string& password) {
  auto client = std::make_unique<RawFixClient>(client_options("CLIENT1", password));
  client->connect("127.0.0.1", port);
  return client;
}

/// A client behind a relay that loses everything from now on: dead, and its socket stands.
struct DeadClient {
  explicit DeadClient(VenueProcess& venue) : relay(venue.port()) {
    client = connected(relay.port(), "secret");
    EXPECT_EQ(client->logon(false)->type(), "A");
    EXPECT_TRUE(until_heartbeat(*client).empty());
    relay.lose_everything();
  }
  CuttingRelay relay;
  std::unique_ptr<RawFixClient> client;
};

TEST(Takeover, SecondLogonOfADeadConnectionIsTakenWithTheNumbersWhereTheyWere) {
  VenueProcess venue{options_of(venue_with_grace("300"))};
  Bystander bystander{venue, "CLIENT2"};
  DeadClient dead{venue};
  const auto second = connected(venue.port(), "secret");
  second->set_next_out(dead.client->next_out());
  second->set_expected_in(dead.client->expected_in());
  second->send(second->logon_body(false));
  // The dead one was sent a TestRequest: its number is used, and is filled when asked for.
  const FixMessage answer = expect(*second, "A");
  EXPECT_EQ(answer.seq(), dead.client->expected_in() + 1);
  second->send(FixBody{"2"}.add(7, dead.client->expected_in()).add(16, 0));
  const FixMessage fill = expect(*second, "4");
  EXPECT_EQ(fill.seq(), dead.client->expected_in());
  EXPECT_EQ(fill.get(123), "Y");
  second->send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(*second, '0').get(11), "ORDER1");
  EXPECT_TRUE(until_heartbeat(*second).empty());
  bystander.trade();
}

TEST(Takeover, ConnectionThatAnswersKeepsItsSessionAndTheSecondIsClosed) {
  VenueProcess venue{options_of(venue_with_grace("20000"))};
  Bystander bystander{venue, "CLIENT2"};
  const auto first = connected(venue.port(), "secret");
  EXPECT_EQ(first->logon(false)->type(), "A");
  const auto second = connected(venue.port(), "secret");
  second->send(second->logon_body(true));
  first->options().automatic = false;
  const FixMessage request = expect(*first, "1");
  EXPECT_EQ(request.get(112), "TAKEOVER");
  EXPECT_EQ(request.seq(), 2U);
  first->send(FixBody{"0"}.add(112, "TAKEOVER"));
  expect_close(*second);
  EXPECT_TRUE(second->skipped().empty());
  bystander.trade();
  // Nobody's numbers moved for it, and a next one is refused without another question.
  EXPECT_TRUE(until_heartbeat(*first).empty());
  const auto third = connected(venue.port(), "secret");
  EXPECT_FALSE(third->logon(false));
  EXPECT_TRUE(third->closed_by_peer());
  EXPECT_TRUE(until_heartbeat(*first).empty());
  first->send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  expect_report(*first, '0');
}

TEST(Takeover, AnythingFromTheFirstIsAnAnswer) {
  VenueProcess venue{options_of(venue_with_grace("20000"))};
  const auto first = connected(venue.port(), "secret");
  EXPECT_EQ(first->logon(false)->type(), "A");
  const auto second = connected(venue.port(), "secret");
  second->send(second->logon_body(false));
  first->options().automatic = false;
  expect(*first, "1");
  first->send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(*first, '0').get(11), "ORDER1");
  expect_close(*second);
}

TEST(Takeover, WrongPasswordAsksNobodyAnything) {
  VenueProcess venue{options_of(venue_with_grace("100"))};
  Bystander bystander{venue, "CLIENT2"};
  const auto first = connected(venue.port(), "secret");
  EXPECT_EQ(first->logon(false)->type(), "A");
  first->options().automatic = false;
  for (const bool reset : {false, true}) {
    const auto thief = connected(venue.port(), "guess");
    EXPECT_FALSE(thief->logon(reset));
    EXPECT_TRUE(thief->closed_by_peer());
  }
  bystander.trade();
  EXPECT_TRUE(until_heartbeat(*first).empty());
}

TEST(Takeover, OfTwoLogonsForADeadSessionOneIsClosedAtOnceAndTheOtherGetsIn) {
  VenueProcess venue{options_of(venue_with_grace("3000"))};
  DeadClient dead{venue};
  const auto second = connected(venue.port(), "secret");
  const auto third = connected(venue.port(), "secret");
  for (const auto& client : {second.get(), third.get()}) {
    client->set_next_out(dead.client->next_out());
    client->send(client->logon_body(false));
  }
  // Which of them is looked at first is not said.
  RawFixClient* waits = nullptr;
  const Deadline deadline = after(kPatience);
  while (waits == nullptr && Clock::now() < deadline) {
    EXPECT_FALSE(second->receive(milliseconds{10}));
    EXPECT_FALSE(third->receive(milliseconds{10}));
    if (second->closed_by_peer()) waits = third.get();
    if (third->closed_by_peer()) waits = second.get();
  }
  ASSERT_NE(waits, nullptr);
  EXPECT_EQ(expect(*waits, "A").get(49), "SLUICE");
}

TEST(Takeover, FirstThatEndsMeanwhileLetsTheSecondInAtOnce) {
  VenueProcess venue{options_of(venue_with_grace("30000"))};
  Bystander bystander{venue, "CLIENT2"};
  const auto first = connected(venue.port(), "secret");
  EXPECT_EQ(first->logon(false)->type(), "A");
  first->options().automatic = false;
  const auto second = connected(venue.port(), "secret");
  second->set_next_out(2);
  second->send(second->logon_body(false));
  expect(*first, "1");
  first->abort();
  EXPECT_EQ(expect(*second, "A").seq(), 3U);
  bystander.trade();
}

TEST(Takeover, SecondThatGoesAwayLeavesTheFirstAlone) {
  VenueProcess venue{options_of(venue_with_grace("1000"))};
  Bystander bystander{venue, "CLIENT2"};
  const auto first = connected(venue.port(), "secret");
  EXPECT_EQ(first->logon(false)->type(), "A");
  first->options().automatic = false;
  auto second = connected(venue.port(), "secret");
  second->send(second->logon_body(false));
  expect(*first, "1");
  second->abort();
  second.reset();
  // Were it still waited for, the silent first one would be cut after the grace time.
  EXPECT_TRUE(first->silent_for(milliseconds{2'000}));
  bystander.trade();
  EXPECT_TRUE(until_heartbeat(*first).empty());
}

TEST(Takeover, SessionOnAnotherThreadIsTakenOverAsWell) {
  VenueText text = venue_with_grace("300");
  text.gateway.emplace_back("io_threads", "2");
  text.sessions.back().more.emplace_back("io_thread", "1");
  VenueProcess venue{options_of(text)};
  DeadClient dead{venue};
  const auto second = connected(venue.port(), "secret");
  second->set_next_out(dead.client->next_out());
  second->send(second->logon_body(false));
  EXPECT_EQ(expect(*second, "A").seq(), dead.client->expected_in() + 1);
}

TEST(Takeover, VenueStopsWhileOneWaits) {
  VenueProcess venue{options_of(venue_with_grace("30000"))};
  DeadClient dead{venue};
  const auto second = connected(venue.port(), "secret");
  second->send(second->logon_body(false));
  const auto status = venue.stop(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
}

}  // namespace
}  // namespace sluice::testing
