// Ends of sessions: orderly ones, cuts, and the venue's own.
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

TEST(Leaving, LogoutIsAnsweredAndTheConnectionClosed) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto answer = client.logout();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->seq(), 2U);
  expect_close(client);
  bystander.trade();
}

TEST(Leaving, AnswersToWhatWasSentBeforeALogoutAreNotLost) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  constexpr int kOrders = 50;
  for (int i = 0; i < kOrders; ++i) {
    client.queue(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
  }
  client.queue(FixBody{"5"});
  client.send_raw("");
  int reports = 0;
  while (const auto message = client.receive()) reports += message->type() == "8" ? 1 : 0;
  EXPECT_TRUE(client.closed_by_peer());
  // What had no answer at the Logout has it after the next Logon, in order.
  log_on(client, venue);
  while (reports < kOrders) {
    expect_report(client, '0');
    ++reports;
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_EQ(client.gap(), 0U);
}

TEST(Leaving, CutSessionCanLogOnAgainAtOnce) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  for (int i = 0; i < 20; ++i) {
    log_on(client, venue);
    client.abort();
  }
  bystander.trade();
  log_on(client, venue);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Leaving, StopSendsALogoutWithATextToEverySessionAndExitsWithZero) {
  VenueProcess venue{options_of(small_venue({"CLIENT1", "CLIENT2", "CLIENT3"}))};
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (const char* comp_id : {"CLIENT1", "CLIENT2", "CLIENT3"}) {
    clients.push_back(std::make_unique<RawFixClient>(client_options(comp_id)));
    log_on(*clients.back(), venue);
  }
  RawFixClient stranger{client_options("CLIENT4")};
  stranger.connect(venue.host(), venue.port());
  venue.process().send_signal(SIGTERM);
  for (const auto& client : clients) {
    const FixMessage logout = expect(*client, "5");
    EXPECT_EQ(logout.get(58), "the venue is shutting down");
    client->send(FixBody{"5"});
    expect_close(*client);
  }
  expect_close(stranger);
  const auto status = venue.process().wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->by_signal);
  EXPECT_EQ(status->code, 0);
  EXPECT_NE(venue.process().standard_output().find("sluice: stopped"), std::string::npos);
}

TEST(Leaving, ClientThatDoesNotAnswerTheLogoutDoesNotHoldUpTheStop) {
  VenueText text = small_venue();
  text.gateway.emplace_back("logout_wait_ms", "300");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  client.options().automatic = false;
  log_on(client, venue);
  venue.process().send_signal(SIGINT);
  const auto status = venue.process().wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
  expect(client, "5");
}

TEST(Leaving, OrdersReadBeforeTheStopAreAnswered) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (int i = 0; i < 200; ++i) {
    client.queue(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  const FixMessage first = expect_report(client, '0');
  venue.process().send_signal(SIGTERM);
  int answers = 1;
  for (;;) {
    const FixMessage message = client.receive().value();
    if (message.type() == "5") break;
    EXPECT_TRUE(message.type() == "8" || message.get(380) == "4") << message.readable();
    ++answers;
  }
  EXPECT_EQ(answers, 200);
  client.send(FixBody{"5"});
  const auto status = venue.process().wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
}

}  // namespace
}  // namespace sluice::testing
