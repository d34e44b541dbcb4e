// Rings and caps that are far too small: every message is answered once, and cancels get through.
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kBurst = 2'000;

struct Tally {
  std::uint32_t accepted = 0;
  std::map<std::string, std::uint32_t> refused;  ///< by BusinessRejectReason(380)
  std::map<std::string, std::uint32_t> answers;  ///< by ClOrdID
};

/// Reads the answers to `count` messages.
Tally tally(RawFixClient& client, std::uint32_t count) {
  Tally result;
  for (std::uint32_t i = 0; i < count; ++i) {
    const FixMessage answer = client.receive().value();
    if (answer.type() == "8") {
      EXPECT_TRUE(answer.get(150) == "0" || answer.get(150) == "4") << answer.readable();
      ++result.accepted;
      ++result.answers[std::string(answer.get(11))];
    } else {
      EXPECT_EQ(answer.type(), "j") << answer.readable();
      EXPECT_FALSE(answer.get(58).empty()) << answer.readable();
      ++result.refused[std::string(answer.get(380))];
      ++result.answers[std::string(answer.get(379))];
    }
  }
  return result;
}

void expect_each_once(const Tally& tally, std::uint32_t count) {
  EXPECT_EQ(tally.answers.size(), count);
  for (const auto& [clordid, times] : tally.answers) EXPECT_EQ(times, 1U) << clordid;
}

/// Bursts of resting orders until one is refused. The engine may be quick enough for one burst, and
/// not for twenty.
std::map<std::string, std::uint32_t> burst_until_refused(RawFixClient& client) {
  Tally result;
  for (std::uint32_t burst = 0; burst < 20 && result.refused.empty(); ++burst) {
    for (std::uint32_t i = 0; i < kBurst; ++i) {
      client.queue(limit_order(numbered("MORE", burst * kBurst + i), kSymbol, '1', "1", "100"));
    }
    client.send_raw("");
    result = tally(client, kBurst);
    expect_each_once(result, kBurst);
  }
  return result.refused;
}

VenueText tiny_rings() {
  VenueText text = small_venue();
  text.gateway.emplace_back("command_ring", "8");
  text.gateway.emplace_back("event_ring", "8");
  return text;
}

TEST(FullRing, EveryOrderOfABurstIsAnsweredOnceAndACancelInItGetsThrough) {
  VenueProcess venue{options_of(tiny_rings())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("KEPT", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    if (i == kBurst / 2) client.queue(cancel_request("CANCEL", "KEPT", kSymbol, '1'));
    client.queue(limit_order(numbered("ORDER", i), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  const Tally result = tally(client, kBurst + 1);
  expect_each_once(result, kBurst + 1);
  EXPECT_EQ(result.answers.count("CANCEL"), 1U);
  EXPECT_GT(result.accepted, 8U);
  const auto refused = result.refused.empty() ? burst_until_refused(client) : result.refused;
  ASSERT_EQ(refused.size(), 1U) << "no burst met the ring's end";
  EXPECT_EQ(refused.begin()->first, "4");
  // The one cancel had its place in the reserve.
  client.send(cancel_request("CANCEL2", "KEPT", kSymbol, '1'));
  EXPECT_EQ(expect(client, "9").get(102), "0");
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_EQ(client.gap(), 0U);
}

TEST(FullRing, TradesOfABurstReachBothSidesThroughATinyEventRing) {
  VenueProcess venue{options_of(tiny_rings())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("OFFER", kSymbol, '2', "1000", "100"));
  expect_report(client, '0');
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    client.queue(limit_order(numbered("TAKE", i), kSymbol, '1', "0.00001", "100"));
  }
  client.send_raw("");
  std::uint32_t answered = 0;
  std::uint32_t accepted = 0;
  std::uint32_t made = 0;
  std::uint32_t taken = 0;
  std::uint64_t exec_id = 0;
  while (answered < kBurst || made < accepted || taken < accepted) {
    const FixMessage message = client.receive().value();
    if (message.type() == "j") {
      EXPECT_EQ(message.get(380), "4");
      ++answered;
      continue;
    }
    const std::uint64_t id = std::stoull(std::string(message.get(17)));
    ASSERT_GT(id, exec_id) << message.readable();
    exec_id = id;
    if (message.get(150) == "0") {
      ++accepted;
      ++answered;
    } else {
      EXPECT_EQ(message.get(150), "F") << message.readable();
      ++(message.get(1057) == "Y" ? taken : made);
    }
  }
  EXPECT_EQ(answered, kBurst);
  EXPECT_EQ(made, accepted);
  EXPECT_EQ(taken, accepted);
  EXPECT_GT(accepted, 0U);
  bystander.trade();
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(FullRing, SessionPastItsCapInFlightIsToldSoAndKeepsItsCancels) {
  VenueText text = small_venue();
  text.gateway.emplace_back("in_flight_per_session", "8");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("KEPT", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    if (i == kBurst / 2) client.queue(cancel_request("CANCEL", "KEPT", kSymbol, '1'));
    client.queue(limit_order(numbered("ORDER", i), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  const Tally result = tally(client, kBurst + 1);
  expect_each_once(result, kBurst + 1);
  const auto refused = result.refused.empty() ? burst_until_refused(client) : result.refused;
  ASSERT_EQ(refused.size(), 1U) << "no burst met the cap";
  EXPECT_EQ(refused.begin()->first, "8");
  EXPECT_GE(result.accepted, 8U);
  client.send(cancel_request("CANCEL2", "KEPT", kSymbol, '1'));
  EXPECT_EQ(expect(client, "9").get(102), "0");
  bystander.trade();
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(FullRing, FloodOfOneSessionKeepsNobodyFromTradingAndCancelling) {
  VenueProcess venue{options_of(tiny_rings())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  RawFixClient& other = bystander.client();
  other.send(limit_order("KEPT", kSymbol, '1', "1", "50"));
  expect_report(other, '0');
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    client.queue(limit_order(numbered("ORDER", i), kSymbol, '1', "1", "100"));
  }
  client.flush();
  other.send(cancel_request("CANCEL", "KEPT", kSymbol, '1'));
  EXPECT_EQ(expect_report(other, '4').get(41), "KEPT");
  client.send_raw("");
  expect_each_once(tally(client, kBurst), kBurst);
  bystander.trade();
}

}  // namespace
}  // namespace sluice::testing
