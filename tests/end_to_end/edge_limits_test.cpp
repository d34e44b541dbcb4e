// Limits by address and by CompID on those who are not logged on, while another trades.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kElsewhere = "127.0.0.2";

std::unique_ptr<RawFixClient> client_from(VenueProcess& venue, const std::string& from,
                                          const std::string& comp_id = "CLIENT1",
                                          const std::string& password = {}) {
  RawClientOptions options = client_options(comp_id, password);
  options.from = from;
  auto client = std::make_unique<RawFixClient>(options);
  client->connect(venue.host(), venue.port());
  return client;
}

VenueText guarded_venue(const TomlEntries& limits) {
  VenueText text = small_venue({"CLIENT2"});
  text.sessions.push_back({.comp_id = "CLIENT1", .password = "secret"});
  for (const auto& limit : limits) text.gateway.push_back(limit);
  return text;
}

/// `count` wrong passwords at once, none of which waits for another.
void guess(VenueProcess& venue, const std::string& from, int count,
           const std::string& comp_id = "CLIENT1") {
  for (int i = 0; i < count; ++i) {
    const auto guesser = client_from(venue, from, comp_id, "guess");
    EXPECT_FALSE(guesser->logon(false));
    EXPECT_TRUE(guesser->closed_by_peer());
  }
}

std::size_t lines_with(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(EdgeLimits, OldestSilentConnectionMakesRoomForTheNewest) {
  VenueProcess venue{options_of(guarded_venue({{"max_unauthenticated", "3"}}))};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> silent;
  for (int i = 0; i < 4; ++i) silent.push_back(client_from(venue, kElsewhere));
  expect_close(*silent[0]);
  bystander.trade();
  for (int i = 0; i < 30; ++i) silent.push_back(client_from(venue, kElsewhere));
  for (std::size_t i = 1; i + 3 < silent.size(); ++i) expect_close(*silent[i]);
  bystander.trade();
  // Whoever sends its Logon is taken in, and a newcomer then closes the next silent one.
  const auto client = client_from(venue, "127.0.0.1", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->type(), "A");
  expect_close(*silent[silent.size() - 3]);
  // Being logged on takes no place of theirs.
  const auto newest = client_from(venue, kElsewhere);
  bystander.trade();
  EXPECT_TRUE(until_heartbeat(*client).empty());
}

TEST(EdgeLimits, StrangersHoldNoPlaceOfAConfiguredSession) {
  VenueText text = small_venue({"C0", "C1", "C2", "C3", "C4", "CLIENT2"});
  text.gateway.emplace_back("max_connections", "9");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> strangers;
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (std::uint64_t i = 0; i < 5; ++i) {
    for (int more = 0; more < 20; ++more) strangers.push_back(client_from(venue, kElsewhere));
    clients.push_back(client_from(venue, "127.0.0.1", numbered("C", i)));
    EXPECT_EQ(clients.back()->logon(false)->type(), "A");
    bystander.trade();
  }
  for (const auto& client : clients) EXPECT_TRUE(until_heartbeat(*client).empty());
}

TEST(EdgeLimits, ConnectionPastThoseOfAnAddressIsClosedAndOthersComeIn) {
  VenueProcess venue{options_of(guarded_venue({{"max_connections_per_address", "3"}}))};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> held;
  for (int i = 0; i < 3; ++i) held.push_back(client_from(venue, kElsewhere));
  for (int i = 0; i < 10; ++i) expect_close(*client_from(venue, kElsewhere));
  bystander.trade();
  const auto client = client_from(venue, "127.0.0.1", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->type(), "A");
  // A place is free again when its connection has gone.
  held[1]->close();
  const Deadline deadline = after(kPatience);
  client->close();
  std::optional<FixMessage> answer;
  while (!answer && Clock::now() < deadline) {
    const auto again = client_from(venue, kElsewhere, "CLIENT1", "secret");
    again->set_next_out(client->next_out());
    answer = again->logon(false);
  }
  EXPECT_TRUE(answer);
  bystander.trade();
}

TEST(EdgeLimits, ConnectionsOfAnAddressThatComeTooFastAreClosed) {
  VenueProcess venue{options_of(guarded_venue({{"connection_rate_per_address", "2"}}))};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> burst;
  for (int i = 0; i < 40; ++i) burst.push_back(client_from(venue, kElsewhere));
  expect_close(*burst.back());
  bystander.trade();
  const auto client = client_from(venue, "127.0.0.3", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->type(), "A");
  venue.stop(kPatience);
  EXPECT_GT(lines_with(venue.process().standard_error(), "connection_rate_per_address is reached"),
            10U);
}

// Seven failures, the last one after 400 ms: the next Logon is looked at after 800 ms, and no
// connection may take so long.
TEST(EdgeLimits, FailuresMakeTheirAddressWaitAndNobodyElse) {
  VenueProcess venue{
      options_of(guarded_venue({{"logon_timeout_ms", "700"}, {"logon_backoff_ms_max", "60000"}}))};
  Bystander bystander{venue, "CLIENT2"};
  guess(venue, kElsewhere, 7);
  bystander.trade();
  const auto late = client_from(venue, kElsewhere, "CLIENT1", "secret");
  late->send(late->logon_body(false));
  const auto client = client_from(venue, "127.0.0.1", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->type(), "A");
  EXPECT_TRUE(client->logout());
  expect_close(*late);
  EXPECT_TRUE(late->skipped().empty());
  bystander.trade();
}

TEST(EdgeLimits, ShortWaitAfterFailuresDelaysAGoodLogonAndKeepsIt) {
  VenueProcess venue{options_of(guarded_venue({{"logon_backoff_ms_max", "300"}}))};
  Bystander bystander{venue, "CLIENT2"};
  guess(venue, kElsewhere, 6);
  bystander.trade();
  const auto client = client_from(venue, kElsewhere, "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->type(), "A");
  EXPECT_TRUE(until_heartbeat(*client).empty());
}

TEST(EdgeLimits, FailuresLockACompIdOutWhereTheyCameFromOnly) {
  VenueProcess venue{
      options_of(guarded_venue({{"logon_failures_max", "4"}, {"logon_lockout_s", "0"}}))};
  Bystander bystander{venue, "CLIENT2"};
  guess(venue, kElsewhere, 4);
  for (int i = 0; i < 3; ++i) {
    const auto locked = client_from(venue, kElsewhere, "CLIENT1", "secret");
    EXPECT_FALSE(locked->logon(i == 1));
    EXPECT_TRUE(locked->closed_by_peer());
    EXPECT_TRUE(locked->skipped().empty());
  }
  bystander.trade();
  const auto client = client_from(venue, "127.0.0.1", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->seq(), 1U);
  // Whoever is logged on feels nothing of more of them.
  guess(venue, "127.0.0.1", 6);
  EXPECT_TRUE(until_heartbeat(*client).empty());
  bystander.trade();
  venue.stop(kPatience);
  const std::string log = venue.process().standard_error();
  EXPECT_EQ(lines_with(log, "CLIENT1 is locked out there from now on"), 2U) << log;
}

TEST(EdgeLimits, LockOutEndsByItself) {
  VenueProcess venue{
      options_of(guarded_venue({{"logon_failures_max", "2"}, {"logon_lockout_s", "1"}}))};
  guess(venue, kElsewhere, 2);
  const Deadline deadline = after(kPatience);
  std::optional<FixMessage> answer;
  int tries = 0;
  for (; !answer && Clock::now() < deadline; ++tries) {
    answer = client_from(venue, kElsewhere, "CLIENT1", "secret")->logon(false);
  }
  ASSERT_TRUE(answer);
  EXPECT_GT(tries, 1);
}

TEST(EdgeLimits, StrangersNeitherLockNorSlowAClientAtAnAddressOfItsList) {
  VenueText text = small_venue({"CLIENT2"});
  text.sessions.push_back({.comp_id = "CLIENT1",
                           .password = "secret",
                           .more = {{"allow_addresses", "[\"127.0.0.1\"]"}}});
  for (const auto& limit : TomlEntries{{"logon_failures_max", "3"},
                                       {"logon_lockout_s", "0"},
                                       {"logon_timeout_ms", "2000"},
                                       {"logon_backoff_ms_max", "60000"}}) {
    text.gateway.push_back(limit);
  }
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  // From elsewhere, and, for a CompID that nobody has, from the client's own address.
  std::vector<std::unique_ptr<RawFixClient>> guessers;
  for (int i = 0; i < 12; ++i) {
    guessers.push_back(client_from(venue, kElsewhere, "CLIENT1", "secret"));
    guessers.push_back(client_from(venue, "127.0.0.1", "NOBODY", "guess"));
  }
  for (const auto& guesser : guessers) guesser->send(guesser->logon_body(false));
  for (const auto& guesser : guessers) {
    expect_close(*guesser);
    EXPECT_TRUE(guesser->skipped().empty());
  }
  bystander.trade();
  const auto client = client_from(venue, "127.0.0.1", "CLIENT1", "secret");
  EXPECT_EQ(client->logon(false)->seq(), 1U);
}

TEST(EdgeLimits, FloodOfBadConnectionsWritesSoManyLinesAndSaysHowManyItDidNot) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  constexpr std::size_t kFlood = 600;
  for (std::size_t i = 0; i < kFlood; ++i) {
    const auto stranger = client_from(venue, kElsewhere);
    stranger->send_raw("GET / HTTP/1.1\r\n\r\n");
    expect_close(*stranger);
    if (i % 100 == 0) bystander.trade();
  }
  // Another address still has its say.
  const auto other = client_from(venue, "127.0.0.3");
  other->send_raw("hello, hello\r\n");
  expect_close(*other);
  venue.stop(kPatience);
  const std::string log = venue.process().standard_error();
  const std::size_t written = lines_with(log, "connection from 127.0.0.2:");
  EXPECT_GE(written, 40U);
  EXPECT_LT(written, 300U);
  EXPECT_EQ(lines_with(log, "connection from 127.0.0.3:"), 1U);
  EXPECT_GE(lines_with(log, "more lines about connections before their Logon were left out"), 1U);
}

}  // namespace
}  // namespace sluice::testing
