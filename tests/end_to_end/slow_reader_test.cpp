// A client that stops reading is cut, costs nobody else anything, and finds its reports again.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

TEST(SlowReader, IsCutAtTheBoundAndFindsItsReportsAfterItsNextLogon) {
  VenueText text = small_venue({"SLOW", "TAKER", "OTHER"});
  text.gateway.emplace_back("max_unsent_bytes", "65536");
  text.engine.emplace_back("execution_log_events", "65536");
  text.log = {{"level", "\"warn\""}};
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "OTHER"};
  RawClientOptions options = client_options("SLOW");
  options.receive_buffer_bytes = 4'096;
  RawFixClient slow{options};
  RawFixClient taker{client_options("TAKER")};
  log_on(slow, venue);
  log_on(taker, venue);
  slow.send(limit_order("OFFER", kSymbol, '2', "1000", "100"));
  expect_report(slow, '0');

  // From here on it does not read. Its fills are several times what the bound and both kernels'
  // buffers (tcp_wmem, 4 MiB unless set otherwise) hold.
  constexpr int kRounds = 50;
  constexpr int kPerRound = 500;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kPerRound; ++i) {
      taker.queue(limit_order(numbered("TAKE", taker.next_out()), kSymbol, '1', "0.01", "100"));
    }
    taker.send_raw("");
    for (int i = 0; i < kPerRound; ++i) {
      expect_report(taker, '0');
      expect_report(taker, 'F');
    }
    if (round % 10 == 0) bystander.trade();
  }
  // What the kernels held still comes, then the end.
  expect_close(slow);
  const std::uint32_t got = slow.expected_in();
  EXPECT_LT(got, kRounds * kPerRound);
  EXPECT_NE(venue.process().standard_error().find("cut: it left more than 65536 bytes unread"),
            std::string::npos);

  // Numbers that left for the cut connection are asked for again, the rest comes by itself. It
  // reads now; nothing may be lost, doubled or out of order.
  slow.options().receive_buffer_bytes = 0;
  slow.clear_skipped();
  const FixMessage logon = log_on(slow, venue);
  EXPECT_GE(logon.seq(), got);
  slow.send(FixBody{"2"}.add(7, got).add(16, logon.seq()));
  FixMessage fill;
  std::uint32_t first_live = 0;
  std::uint32_t next_copy = got;
  bool gap_filled = false;  // the Logon itself, last of what was asked for
  for (;;) {
    const FixMessage message = slow.receive().value();
    if (message.type() == "4") {
      EXPECT_EQ(message.seq(), logon.seq()) << message.readable();
      gap_filled = true;
    } else if (message.get(43) == "Y") {
      ASSERT_EQ(message.get(150), "F") << message.readable();
      ASSERT_EQ(message.seq(), next_copy++);
    } else {
      ASSERT_EQ(message.get(150), "F") << message.readable();
      if (first_live == 0) first_live = message.seq();
      fill = message;
    }
    if (gap_filled && next_copy == logon.seq() && fill.get(14) == "250") break;
  }
  EXPECT_EQ(first_live, logon.seq() + 1);
  // 25,000 fills of 0.01, the order's acknowledgement and two Logons.
  EXPECT_EQ(fill.seq(), kRounds * kPerRound + 3);
  EXPECT_TRUE(until_heartbeat(slow).empty());
  bystander.trade();
}

}  // namespace
}  // namespace sluice::testing
