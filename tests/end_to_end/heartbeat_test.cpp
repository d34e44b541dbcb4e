// Proofs of life in both directions.
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

/// A venue that lets clients ask for the shortest HeartBtInt(108).
VenueText quick_hearts() {
  VenueText text = small_venue();
  text.gateway.emplace_back("heartbeat_s_min", "1");
  return text;
}

RawClientOptions one_second(bool automatic) {
  RawClientOptions options = client_options("CLIENT1");
  options.heartbeat_s = 1;
  options.automatic = automatic;
  return options;
}

TEST(Heartbeat, TestRequestIsAnsweredWithItsId) {
  VenueProcess venue{options_of(small_venue())};
  RawClientOptions options = client_options("CLIENT1");
  options.automatic = false;
  RawFixClient client{options};
  log_on(client, venue);
  client.send(FixBody{"1"}.add(112, "are you there?"));
  const FixMessage answer = expect(client, "0");
  EXPECT_EQ(answer.get(112), "are you there?");
  EXPECT_EQ(answer.seq(), 2U);
}

TEST(Heartbeat, VenueSendsThemWhenItHasNothingElseToSay) {
  VenueProcess venue{options_of(quick_hearts())};
  RawFixClient client{one_second(false)};
  log_on(client, venue);
  for (int i = 0; i < 3; ++i) {
    FixMessage message = client.receive().value();
    // The client is silent in between, so the venue asks as well.
    while (message.type() == "1") {
      client.send(FixBody{"0"}.add(112, message.get(112)));
      message = client.receive().value();
    }
    EXPECT_EQ(message.type(), "0") << message.readable();
    EXPECT_FALSE(message.has(112));
    client.send(FixBody{"0"});
  }
}

TEST(Heartbeat, SilentPeerIsAskedAndThenCut) {
  VenueProcess venue{options_of(quick_hearts())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{one_second(false)};
  log_on(client, venue);
  bool asked = false;
  while (const auto message = client.receive()) asked |= message->type() == "1";
  EXPECT_TRUE(asked);
  EXPECT_TRUE(client.closed_by_peer());
  bystander.trade();
  client.options().automatic = true;
  log_on(client, venue);
}

TEST(Heartbeat, PeerThatOnlyAnswersTestRequestsIsKept) {
  VenueProcess venue{options_of(quick_hearts())};
  RawFixClient client{one_second(false)};
  log_on(client, venue);
  for (int answered = 0; answered < 3;) {
    const auto message = client.receive();
    ASSERT_TRUE(message);
    if (message->type() != "1") continue;
    client.send(FixBody{"0"}.add(112, message->get(112)));
    ++answered;
  }
  client.options().automatic = true;
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Heartbeat, PeerThatSpeaksIsNotAsked) {
  VenueProcess venue{options_of(quick_hearts())};
  RawFixClient client{one_second(true)};
  log_on(client, venue);
  client.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
  // Two of the venue's Heartbeats pass while ours go out in time.
  const Deadline deadline = after(kPatience);
  while (client.heartbeats_seen() < 2 && Clock::now() < deadline)
    EXPECT_FALSE(client.receive(200ms));
  EXPECT_GE(client.heartbeats_seen(), 2U);
  EXPECT_EQ(client.test_requests_seen(), 0U);
}

}  // namespace
}  // namespace sluice::testing
