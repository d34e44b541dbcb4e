// SequenceReset(4) from a client: gap fills move the number, resets are refused.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

void expect_next_order_to_work(RawFixClient& client) {
  const std::string clordid = numbered("ORDER", client.next_out());
  client.send(limit_order(clordid, kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(client, '0').get(11), clordid);
}

TEST(SequenceReset, ResetModeIsRejectedAndLeavesTheNumbersAlone) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (const bool say_no : {true, false}) {
    for (const std::uint32_t to : {1U, 2U, 50U, 2'000'000'000U}) {
      FixBody reset{"4"};
      if (say_no) reset.add(123, 'N');
      reset.add(36, to);
      const FixHeader header = client.next_header();
      const std::uint32_t next = client.next_out();
      client.send(reset, header);
      const FixMessage reject = expect(client, "3");
      EXPECT_EQ(reject.get_int(45), header.seq);
      EXPECT_EQ(reject.get(372), "4");
      client.set_next_out(next);
      expect_next_order_to_work(client);
      bystander.trade();
    }
  }
}

TEST(SequenceReset, GapFillMovesTheNumber) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t to = client.next_out() + 5;
  client.send(FixBody{"4"}.add(123, 'Y').add(36, to));
  client.set_next_out(to);
  expect_next_order_to_work(client);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(SequenceReset, GapFillBackwardsDoesNotMoveTheNumber) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (int i = 0; i < 5; ++i) expect_next_order_to_work(client);
  const std::uint32_t next = client.next_out();
  client.send(FixBody{"4"}.add(123, 'Y').add(36, 3));
  EXPECT_EQ(expect(client, "3").get_int(45), next);
  // The fill itself was not counted.
  client.set_next_out(next);
  expect_next_order_to_work(client);
}

TEST(SequenceReset, NumberThatWouldWrapMovesNothing) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (const char* to : {"4294967396", "99999999999999999999", "-1", "0", "", "ten"}) {
    SCOPED_TRACE(to);
    const std::uint32_t next = client.next_out();
    client.send(FixBody{"4"}.add(123, 'Y').add(36, to));
    client.set_next_out(next);
    // Whatever was said about it, the next order has the number that it had before.
    client.send(limit_order(numbered("ORDER", next), kSymbol, '1', "1", "100"));
    FixMessage answer = client.receive().value();
    if (answer.type() == "3") answer = client.receive().value();
    EXPECT_EQ(answer.get(11), numbered("ORDER", next)) << answer.readable();
  }
}

}  // namespace
}  // namespace sluice::testing
