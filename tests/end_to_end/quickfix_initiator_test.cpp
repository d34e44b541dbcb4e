// A QuickFIX initiator against the venue: trading, losing bytes in both directions, recovering.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/cutting_relay.hpp"
#include "tests/end_to_end/quickfix_client.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;
using Messages = std::vector<QuickFixClient::Received>;

std::uint32_t count_reports(const Messages& messages, std::string_view exec_type) {
  return static_cast<std::uint32_t>(
      std::count_if(messages.begin(), messages.end(),
                    [exec_type](const auto& one) { return one.message.get(150) == exec_type; }));
}

auto reports(std::string_view exec_type, std::uint32_t count) {
  return [exec_type, count](const Messages& all) { return count_reports(all, exec_type) >= count; };
}

VenueText venue_text() {
  VenueText text = small_venue({"OTHER"});
  text.sessions.push_back({.comp_id = "CLIENT1", .password = "secret"});
  return text;
}

TEST(QuickFixInitiator, TradesWithItsOwnDictionaryCheck) {
  VenueProcess venue{options_of(venue_text())};
  QuickFixClient client{{"CLIENT1"}, venue.port(), "secret"};
  ASSERT_TRUE(client.wait_for_logons(kPatience));
  client.send("CLIENT1", limit_order("BUY", kSymbol, '1', "2", "100"));
  client.send("CLIENT1", limit_order("SELL", kSymbol, '2', "1", "100"));
  ASSERT_TRUE(client.wait(kPatience, reports("F", 2)));
  client.send("CLIENT1", replace_request("BUY2", "BUY", kSymbol, '1', "3", "101"));
  ASSERT_TRUE(client.wait(kPatience, reports("5", 1)));
  client.send("CLIENT1", cancel_request("CANCEL", "BUY2", kSymbol, '1'));
  ASSERT_TRUE(client.wait(kPatience, reports("4", 1)));
  client.send("CLIENT1", cancel_request("LATE", "BUY2", kSymbol, '1'));
  client.send("CLIENT1", limit_order("BAD", "DOGE-USDT", '1', "1", "1"));
  client.send("CLIENT1", limit_order("IOC", kSymbol, '1', "1", "1", '3'));
  ASSERT_TRUE(client.wait(kPatience, reports("C", 1)));
  EXPECT_EQ(client.received().size(), 10U);
  // QuickFIX rejects what its dictionary does not allow: it had nothing to reject.
  EXPECT_EQ(client.admin_messages("3"), 0U);
  RawFixClient other{client_options("OTHER")};
  log_on(other, venue);
  EXPECT_TRUE(until_heartbeat(other).empty());
}

TEST(QuickFixInitiator, BothSidesRecoverByResendWhatACutLost) {
  VenueProcess venue{options_of(venue_text())};
  CuttingRelay relay{venue.port()};
  const TemporaryFolder stores;
  QuickFixClient client{{"CLIENT1"}, relay.port(), "secret", stores.path()};
  RawFixClient other{client_options("OTHER")};
  log_on(other, venue);
  ASSERT_TRUE(client.wait_for_logons(kPatience));

  std::uint32_t orders = 0;
  std::uint32_t fills = 0;
  constexpr std::uint32_t kRounds = 3;
  for (std::uint32_t round = 1; round <= kRounds; ++round) {
    SCOPED_TRACE(round);
    for (int i = 0; i < 10; ++i) {
      client.send("CLIENT1", limit_order(numbered("ORDER", orders++), kSymbol, '2', "1", "100"));
    }
    ASSERT_TRUE(client.wait(kPatience, reports("0", orders)));
    relay.lose_everything();
    // Fills on their way out and orders on their way in are lost.
    for (int i = 0; i < 7; ++i) {
      other.send(limit_order(numbered("TAKE", fills++), kSymbol, '1', "1", "100"));
      expect_report(other, '0');
      expect_report(other, 'F');
    }
    for (int i = 0; i < 10; ++i) {
      client.send("CLIENT1", limit_order(numbered("ORDER", orders++), kSymbol, '2', "1", "100"));
    }
    EXPECT_LT(count_reports(client.received(), "F"), fills);
    relay.cut();
    ASSERT_TRUE(client.wait_for_logons(kPatience, round + 1));
    ASSERT_TRUE(client.wait(kPatience, reports("0", orders)));
    ASSERT_TRUE(client.wait(kPatience, reports("F", fills)));
  }
  EXPECT_GE(client.admin_messages("2"), kRounds);

  // Each order acted once, each report came once, in the order of their numbers.
  std::map<std::string, int> acknowledged;
  std::set<std::string> exec_ids;
  std::uint64_t last = 0;
  for (const auto& [comp_id, message] : client.received()) {
    if (message.get(150) == "0") ++acknowledged[std::string(message.get(11))];
    EXPECT_TRUE(exec_ids.insert(std::string(message.get(17))).second) << message.readable();
    const std::uint64_t exec_id = std::stoull(std::string(message.get(17)));
    EXPECT_GT(exec_id, last) << message.readable();
    last = exec_id;
  }
  EXPECT_EQ(acknowledged.size(), orders);
  for (const auto& [clordid, times] : acknowledged) EXPECT_EQ(times, 1) << clordid;
  EXPECT_EQ(client.received().size(), orders + fills);
}

TEST(QuickFixInitiator, RecoversFromAVenueThatWasKilled) {
  VenueText text = venue_text();
  VenueProcess venue{options_of(text)};
  QuickFixClient client{{"CLIENT1"}, venue.port(), "secret"};
  ASSERT_TRUE(client.wait_for_logons(kPatience));
  client.send("CLIENT1", limit_order("BEFORE", kSymbol, '1', "1", "100"));
  ASSERT_TRUE(client.wait(kPatience, reports("0", 1)));
  text.gateway.emplace_back("port", std::to_string(venue.port()));
  venue.kill();
  venue.start_again(text);
  ASSERT_TRUE(client.wait_for_logons(kPatience, 2));
  client.send("CLIENT1", limit_order("AFTER", kSymbol, '1', "1", "100"));
  ASSERT_TRUE(client.wait(kPatience, reports("0", 2)));
  EXPECT_EQ(client.received().back().message.get(11), "AFTER");
  EXPECT_EQ(client.admin_messages("3"), 0U);
}

TEST(QuickFixInitiator, FiftySessionsTradeAtOnce) {
  VenueText text = small_venue({});
  text.gateway.emplace_back("io_threads", "2");
  constexpr std::uint32_t kSessions = 50;
  constexpr std::uint32_t kOrders = 20;
  std::vector<std::string> comp_ids;
  for (std::uint32_t i = 0; i < kSessions; ++i) {
    comp_ids.push_back(numbered("CLIENT", i));
    text.sessions.push_back({.comp_id = comp_ids.back(),
                             .password = {},
                             .more = {{"io_thread", std::to_string(i % 2)}}});
  }
  VenueProcess venue{options_of(text)};
  QuickFixClient client{comp_ids, venue.port()};
  ASSERT_TRUE(client.wait_for_logons(kPatience));
  for (std::uint32_t i = 0; i < kOrders; ++i) {
    for (std::uint32_t s = 0; s < kSessions; ++s) {
      const char side = (i + s) % 2 == 0 ? '1' : '2';
      client.send(comp_ids[s], limit_order(numbered("ORDER", i), kSymbol, side, "1", "100"));
    }
  }
  // As many buy as sell, all at one price: everything trades.
  constexpr std::uint32_t kAll = kSessions * kOrders;
  ASSERT_TRUE(client.wait(kPatience, reports("0", kAll)));
  ASSERT_TRUE(client.wait(kPatience, reports("F", kAll)));
  std::map<std::string, std::uint32_t> by_session;
  std::map<std::string, std::uint32_t> by_match;
  for (const auto& [comp_id, message] : client.received()) {
    ++by_session[comp_id];
    if (message.has(880)) ++by_match[std::string(message.get(880))];
  }
  for (const auto& [comp_id, count] : by_session) EXPECT_EQ(count, 2 * kOrders) << comp_id;
  EXPECT_EQ(by_match.size(), kAll / 2);
  for (const auto& [match, count] : by_match) EXPECT_EQ(count, 2U) << match;
}

}  // namespace
}  // namespace sluice::testing
