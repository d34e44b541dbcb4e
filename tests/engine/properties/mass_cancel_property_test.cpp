// Mass cancels, sweeps, expiries and requests all under way at once, in the smallest steps: the
// audit holds every event against what the venue's own commands promise.
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "tests/engine/support/book_rebuilder.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

// Piles of small orders that do not meet, large ones that go through them, and now and then one of
// the venue's own commands, mostly a mass cancel: after 52 others, eight of them.
Intent crowded_intent(std::mt19937_64& random, int number) {
  Intent intent = random_intent(random);
  const auto draw = [&](unsigned below) { return static_cast<std::uint8_t>(random() % below); };
  if (intent.instrument < 60) intent.instrument = draw(8) == 0 ? 2 : 0;
  if (number % 60 >= 52 || draw(40) == 0) {
    intent.kind = Intent::Kind::control;
    intent.condition = draw(10) == 0 ? draw(16) : static_cast<std::uint8_t>(10 + draw(6));
    // Most changes of state go back to continuous, and most kill switches off.
    if (draw(3) != 0) intent.qty = intent.condition < 7 ? 0 : 1;
    return intent;
  }
  if (intent.kind != Intent::Kind::enter) return intent;
  const bool large = draw(8) == 0;
  const bool near_buyers = large != intent.sell;
  intent.price = static_cast<std::uint8_t>(near_buyers ? 7 + draw(3) : draw(3));
  intent.qty = large ? 12 : draw(2);
  if (!large) intent.condition = draw(9);
  if (large) intent.condition = draw(14);
  return intent;
}

void run_flow(std::uint64_t seed, std::size_t& most_at_once) {
  std::mt19937_64 random(seed);
  EngineConfig config = random_flow_config();
  config.work_per_command = 8;
  config.instruments[0].market_protection = {kMaxPriceTicks};
  Venue venue(config);
  const auto twin = std::make_unique<Engine>(config);
  RecordingSink twin_sink;
  FlowPlayer player;
  for (int i = 0; i < 1'500; ++i) {
    const Command command = player.next(crowded_intent(random, i));
    const std::vector<Event> events = venue.submit(command);
    player.hear(events);
    twin->apply(command, twin_sink);
    ASSERT_EQ(difference(events, twin_sink.take()), "");
    ASSERT_EQ(twin->state_hash(), venue.engine().state_hash());
    most_at_once = std::max(most_at_once, venue.audit().cancels_under_way());
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << " command " << i;
  }
  venue.drain();
  EXPECT_EQ(venue.audit().unanswered(), 0U);
  EXPECT_EQ(venue.audit().open_orders(), venue.engine().open_orders());
  BookRebuilder rebuilder;
  rebuilder.observe(venue.history());
  for (std::uint32_t i = 1; i <= config.instruments.size(); ++i) {
    for (const Side side : {Side::buy, Side::sell}) {
      EXPECT_EQ(difference(rebuilder.book(i, side), book_of(venue.engine(), i, side)), "");
    }
  }
}

// SLUICE_SEED=n runs one of them again.
TEST(MassCancelProperty, WhatIsUnderWayAtOnceKeepsEveryPromise) {
  const char* asked = std::getenv("SLUICE_SEED");
  const std::uint64_t first = asked != nullptr ? std::stoull(asked) : std::random_device{}();
  std::cout << "seed " << first << " (SLUICE_SEED=" << first << " runs it again)\n";
  std::size_t most_at_once = 0;
  for (std::uint64_t flow = 0; flow < 12; ++flow) {
    run_flow(first + flow, most_at_once);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(most_at_once, 3U) << "they do not meet";
}

}  // namespace
}  // namespace sluice::test
