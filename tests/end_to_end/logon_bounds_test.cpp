// Bounds on those who have not logged on yet, and on where they come from.
#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <sodium.h>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<RawFixClient> connected(VenueProcess& venue, const std::string& comp_id) {
  auto client = std::make_unique<RawFixClient>(client_options(comp_id));
  client->connect(venue.host(), venue.port());
  return client;
}

TEST(LogonBounds, ConnectionWithoutAGoodLogonIsClosedAtTheTimeout) {
  VenueText text = small_venue();
  text.gateway.emplace_back("logon_timeout_ms", "400");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  const auto silent = connected(venue, "CLIENT1");
  const auto half = connected(venue, "CLIENT1");
  const std::string logon = encode(half->logon_body(false), half->next_header());
  half->send_raw(logon.substr(0, logon.size() / 2));
  expect_close(*silent);
  expect_close(*half);
  EXPECT_TRUE(silent->skipped().empty());
  EXPECT_TRUE(half->skipped().empty());
  // Whoever is logged on has no such deadline.
  bystander.trade();
  RawFixClient client{client_options("CLIENT1")};
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
}

// Takes as long to check as a configuration allows, so that Logons pile up behind it.
std::string slow_hash(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  EXPECT_GE(sodium_init(), 0);
  EXPECT_EQ(crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), 2, 16U << 20U,
                                  crypto_pwhash_ALG_ARGON2ID13),
            0);
  return hash.data();
}

void add_slow_sessions(VenueText& text, std::uint64_t count) {
  const std::string hash = slow_hash("secret");
  for (std::uint64_t i = 0; i < count; ++i) {
    text.sessions.push_back({.comp_id = numbered("C", i),
                             .password = "secret",
                             .more = {{"password_hash", quoted(hash)}}});
  }
}

TEST(LogonBounds, LogonsPastThePendingOnesWaitForTheirTurn) {
  VenueText text = small_venue({});
  text.gateway.emplace_back("pending_logons", "1");
  add_slow_sessions(text, 16);
  VenueProcess venue{options_of(text)};
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (const VenueSession& session : text.sessions) {
    clients.push_back(std::make_unique<RawFixClient>(client_options(session.comp_id, "secret")));
    clients.back()->connect(venue.host(), venue.port());
  }
  for (const auto& client : clients) client->queue(client->logon_body(false));
  for (const auto& client : clients) client->flush();
  // One is being checked and one may wait; the others ask again.
  for (const auto& client : clients) {
    const auto answer = client->receive();
    ASSERT_TRUE(answer) << client->options().sender;
    EXPECT_EQ(answer->type(), "A") << answer->readable();
  }
}

TEST(LogonBounds, LogonsThatWaitForACheckAreClosedWhenTheirTimeIsUp) {
  VenueText text = small_venue({});
  text.gateway.emplace_back("pending_logons", "1");
  text.gateway.emplace_back("logon_timeout_ms", "1000");
  add_slow_sessions(text, 150);
  VenueProcess venue{options_of(text)};
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (const VenueSession& session : text.sessions) {
    clients.push_back(std::make_unique<RawFixClient>(client_options(session.comp_id, "secret")));
    clients.back()->connect(venue.host(), venue.port());
    clients.back()->send(clients.back()->logon_body(false));
  }
  std::size_t closed = 0;
  for (const auto& client : clients) {
    if (client->receive()) continue;
    EXPECT_TRUE(client->closed_by_peer());
    ++closed;
  }
  EXPECT_GE(closed, 1U);
  // Their checks are over after a while, and then there is time for one more.
  RawFixClient& again = *clients.back();
  const Deadline deadline = after(kPatience);
  std::optional<FixMessage> answer;
  while (!answer && Clock::now() < deadline) {
    again.close();
    again.set_next_out(1);
    again.connect(venue.host(), venue.port());
    answer = again.logon(false);
  }
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->type(), "A");
}

// Anybody may ask for users that do not exist; those who do are checked first, in places of their
// own.
TEST(LogonBounds, StrangersKeepNobodyFromLoggingOn) {
  VenueText text = small_venue({});
  text.gateway.emplace_back("pending_logons", "4");
  text.sessions.push_back({.comp_id = "CLIENT1", .password = "secret"});
  VenueProcess venue{options_of(text)};
  std::vector<std::unique_ptr<RawFixClient>> strangers;
  const auto send_strangers = [&] {
    for (int i = 0; i < 12; ++i) {
      strangers.push_back(std::make_unique<RawFixClient>(client_options("NOBODY", "secret")));
      strangers.back()->connect(venue.host(), venue.port());
      strangers.back()->send(strangers.back()->logon_body(false));
    }
  };
  RawFixClient client{client_options("CLIENT1", "secret")};
  for (int i = 0; i < 5; ++i) {
    send_strangers();
    log_on(client, venue);
    EXPECT_TRUE(client.logout());
  }
  for (const auto& stranger : strangers) expect_close(*stranger);
}

// Whoever guesses at one session's password fills that session's places only.
TEST(LogonBounds, GuessersOfOnePasswordKeepNobodyElseFromLoggingOn) {
  VenueText text = small_venue({});
  text.gateway.emplace_back("pending_logons", "6");
  const std::string hash = slow_hash("secret");
  text.sessions.push_back(
      {.comp_id = "CLIENT1", .password = "secret", .more = {{"password_hash", quoted(hash)}}});
  text.sessions.push_back({.comp_id = "CLIENT2", .password = "secret"});
  VenueProcess venue{options_of(text)};
  std::vector<std::unique_ptr<RawFixClient>> guessers;
  for (int i = 0; i < 12; ++i) {
    guessers.push_back(std::make_unique<RawFixClient>(client_options("CLIENT1", "guess")));
    guessers.back()->connect(venue.host(), venue.port());
    guessers.back()->send(guessers.back()->logon_body(false));
  }
  RawFixClient client{client_options("CLIENT2", "secret")};
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
  for (const auto& guesser : guessers) expect_close(*guesser);
}

TEST(LogonBounds, ChecksWhoseConnectionsAreGoneGiveTheirPlacesBackWhenTheyAreOver) {
  VenueText text = small_venue();
  text.sessions.push_back({.comp_id = "SLOW",
                           .password = "secret",
                           .more = {{"password_hash", quoted(slow_hash("secret"))}}});
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> guessers;
  for (int i = 0; i < 4; ++i) {
    guessers.push_back(std::make_unique<RawFixClient>(client_options("SLOW", "guess")));
    guessers.back()->connect(venue.host(), venue.port());
    guessers.back()->send(guessers.back()->logon_body(false));
  }
  bystander.trade();  // their Logons have been read by then
  for (const auto& guesser : guessers) guesser->abort();
  RawFixClient client{client_options("SLOW", "secret")};
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
}

// Past max_connections the oldest of those who said nothing makes room: with two sessions and three
// connections there is one of them at a time.
TEST(LogonBounds, ConnectionPastTheLimitTakesThePlaceOfOneThatSaidNothing) {
  VenueText text = small_venue();
  text.gateway.emplace_back("max_connections", "3");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  auto silent = connected(venue, "CLIENT1");
  for (int i = 0; i < 20; ++i) {
    auto next = connected(venue, "CLIENT1");
    expect_close(*silent);
    silent = std::move(next);
  }
  bystander.trade();
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  expect_close(*silent);
  bystander.trade();
}

TEST(LogonBounds, ThousandsOfIdleConnectionsKeepNobodyOut) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  // Fewer where the system gives this test's clients less.
  const std::size_t connections = std::min<std::size_t>(2'000, limit.rlim_max / 2);
  VenueText text = small_venue();
  text.gateway.emplace_back("max_connections", "200");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> idle;
  while (idle.size() < connections) {
    idle.push_back(connected(venue, "CLIENT1"));
    if (idle.size() % 100 == 0) bystander.trade();
  }
  bystander.trade();
  // Two sessions keep their places.
  for (std::size_t i = 0; i < idle.size() - 198; ++i) expect_close(*idle[i]);
  idle.clear();
  const Deadline deadline = after(kPatience);
  std::optional<FixMessage> answer;
  while (!answer && Clock::now() < deadline) {
    RawFixClient client{client_options("CLIENT1")};
    client.connect(venue.host(), venue.port());
    answer = client.logon(false);
  }
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
}

TEST(LogonBounds, AddressListDecidesWhoNeedsNoPassword) {
  VenueText text = small_venue({"CLIENT1"});
  text.sessions.push_back(
      {.comp_id = "FARAWAY", .password = {}, .more = {{"allow_addresses", "[\"10.0.0.0/8\"]"}}});
  text.sessions.push_back({.comp_id = "GUARDED",
                           .password = "secret",
                           .more = {{"allow_addresses", "[\"10.0.0.0/8\"]"}}});
  VenueProcess venue{options_of(text)};
  RawFixClient here{client_options("CLIENT1")};
  log_on(here, venue);
  for (const char* comp_id : {"FARAWAY", "GUARDED"}) {
    RawFixClient client{client_options(comp_id, "secret")};
    client.connect(venue.host(), venue.port());
    EXPECT_FALSE(client.logon(false)) << comp_id;
    EXPECT_TRUE(client.closed_by_peer()) << comp_id;
  }
}

}  // namespace
}  // namespace sluice::testing
