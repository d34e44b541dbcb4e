// Sessions on different I/O threads trade with each other.
#include <csignal>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

VenueText threads(std::uint32_t count, std::initializer_list<const char*> comp_ids) {
  VenueText text = small_venue(comp_ids);
  text.gateway.emplace_back("io_threads", std::to_string(count));
  for (std::size_t i = 0; i < text.sessions.size(); ++i) {
    text.sessions[i].more = {{"io_thread", std::to_string(i % count)}};
  }
  return text;
}

TEST(IoThreads, SessionsOnDifferentThreadsTradeWithEachOther) {
  VenueText text = threads(2, {"MAKER", "TAKER"});
  text.gateway.emplace_back("event_ring", "8");
  VenueProcess venue{options_of(text)};
  RawFixClient maker{client_options("MAKER")};
  RawFixClient taker{client_options("TAKER")};
  log_on(maker, venue);
  log_on(taker, venue);
  constexpr std::uint32_t kTrades = 1'500;
  for (std::uint32_t i = 0; i < kTrades; ++i) {
    // Both flood at once, below the cap in flight.
    maker.queue(limit_order(numbered("M", i), kSymbol, '2', "1", "100"));
    taker.queue(limit_order(numbered("T", i), kSymbol, '1', "1", "100"));
    if (i % 250 != 249) continue;
    maker.send_raw("");
    taker.send_raw("");
    for (RawFixClient* client : {&maker, &taker}) {
      std::uint32_t acked = 0;
      std::uint32_t filled = 0;
      std::uint64_t exec_id = 0;
      while (acked < 250 || filled < 250) {
        const FixMessage report = expect(*client, "8");
        const std::uint64_t id = std::stoull(std::string(report.get(17)));
        ASSERT_GT(id, exec_id) << report.readable();
        exec_id = id;
        ASSERT_TRUE(report.get(150) == "0" || report.get(150) == "F") << report.readable();
        ++(report.get(150) == "0" ? acked : filled);
      }
    }
  }
  EXPECT_TRUE(until_heartbeat(maker).empty());
  EXPECT_TRUE(until_heartbeat(taker).empty());
}

TEST(IoThreads, ClientThatReconnectsAtOnceIsLetInOnAnyThread) {
  VenueProcess venue{options_of(threads(3, {"A", "B", "C"}))};
  for (const char* comp_id : {"A", "B", "C"}) {
    RawFixClient client{client_options(comp_id)};
    for (int i = 0; i < 50; ++i) {
      log_on(client, venue);
      if (i % 2 == 0) {
        client.close();
      } else {
        client.abort();
      }
    }
    log_on(client, venue);
    EXPECT_TRUE(until_heartbeat(client).empty());
  }
}

TEST(IoThreads, SecondConnectionOfALiveSessionOnAnotherThreadIsClosed) {
  VenueProcess venue{options_of(threads(2, {"A", "B"}))};
  RawFixClient first{client_options("B")};
  log_on(first, venue);
  RawFixClient second{client_options("B")};
  second.connect(venue.host(), venue.port());
  second.send(second.logon_body(false));
  first.options().automatic = false;
  first.send(FixBody{"0"}.add(112, expect(first, "1").get(112)));
  expect_close(second);
  EXPECT_TRUE(second.skipped().empty());
  EXPECT_TRUE(until_heartbeat(first).empty());
}

TEST(IoThreads, StopReachesTheSessionsOfAllThreads) {
  VenueProcess venue{options_of(threads(3, {"A", "B", "C"}))};
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (const char* comp_id : {"A", "B", "C"}) {
    clients.push_back(std::make_unique<RawFixClient>(client_options(comp_id)));
    log_on(*clients.back(), venue);
  }
  venue.process().send_signal(SIGTERM);
  for (const auto& client : clients) {
    expect(*client, "5");
    client->send(FixBody{"5"});
    expect_close(*client);
  }
  const auto status = venue.process().wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
}

}  // namespace
}  // namespace sluice::testing
