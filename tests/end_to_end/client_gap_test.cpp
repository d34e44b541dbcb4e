// Messages of the client that are lost, early, late or sent twice.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

FixBody order(std::string_view clordid) { return limit_order(clordid, kSymbol, '1', "1", "100"); }

/// A header as for a message that is sent once more under its old number.
FixHeader again(const RawFixClient& client, std::uint32_t seq) {
  FixHeader header = client.next_header();
  header.seq = seq;
  header.extra = {{43, "Y"}, {122, utc_now()}};
  return header;
}

std::vector<std::string> accepted(const std::vector<FixMessage>& messages) {
  std::vector<std::string> clordids;
  for (const FixMessage& message : messages) {
    EXPECT_EQ(message.get(150), "0") << message.readable();
    clordids.emplace_back(message.get(11));
  }
  return clordids;
}

TEST(ClientGap, EarlyOrderWaitsForTheMissingOneAndBothAreExecutedOnce) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t missing = client.next_out();
  client.set_next_out(missing + 1);
  client.send(order("EARLY1"));
  const FixMessage request = expect(client, "2");
  EXPECT_EQ(request.get_int(7), missing);
  // More early ones while the gap is open.
  client.send(order("EARLY2"));
  client.send(order("EARLY3"));
  client.send(order("MISSING"), again(client, missing));
  client.send(order("EARLY1"), again(client, missing + 1));
  client.send(order("EARLY2"), again(client, missing + 2));
  client.send(order("EARLY3"), again(client, missing + 3));
  client.send(order("LIVE"));
  std::vector<FixMessage> reports;
  while (reports.size() < 5) {
    FixMessage message = client.receive().value();
    if (message.type() == "8")
      reports.push_back(std::move(message));
    else
      EXPECT_EQ(message.type(), "2") << message.readable();
  }
  EXPECT_EQ(accepted(reports),
            (std::vector<std::string>{"MISSING", "EARLY1", "EARLY2", "EARLY3", "LIVE"}));
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(ClientGap, GapFillOverTheMissingMessageLetsTheResentOrderIn) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t missing = client.next_out();
  client.set_next_out(missing + 3);
  client.send(order("EARLY"));
  EXPECT_EQ(expect(client, "2").get_int(7), missing);
  client.send(FixBody{"4"}.add(123, 'Y').add(36, missing + 3), again(client, missing));
  client.send(order("EARLY"), again(client, missing + 3));
  EXPECT_EQ(expect_report(client, '0').get(11), "EARLY");
  client.send(order("LIVE"));
  EXPECT_EQ(expect_report(client, '0').get(11), "LIVE");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(ClientGap, EarlyOrderThatTheClientFillsOverIsNotExecuted) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t missing = client.next_out();
  client.set_next_out(missing + 1);
  client.send(order("TOOLATE"));
  expect(client, "2");
  client.send(FixBody{"4"}.add(123, 'Y').add(36, missing + 2), again(client, missing));
  client.send(order("LIVE"));
  EXPECT_EQ(expect_report(client, '0').get(11), "LIVE");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(ClientGap, EarlyAdministrativeMessagesDoNotDisturbTheRecovery) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  client.options().automatic = false;
  log_on(client, venue);
  const std::uint32_t missing = client.next_out();
  client.set_next_out(missing + 1);
  client.send(FixBody{"1"}.add(112, "EARLY"));
  EXPECT_EQ(expect(client, "2").get_int(7), missing);
  client.send(order("MISSING"), again(client, missing));
  EXPECT_EQ(expect_report(client, '0').get(11), "MISSING");
  client.send(FixBody{"4"}.add(123, 'Y').add(36, missing + 2), again(client, missing + 1));
  client.send(order("LIVE"));
  EXPECT_EQ(expect_report(client, '0').get(11), "LIVE");
}

TEST(ClientGap, ClientThatMissedALogonGapIsAskedAfterTheLogon) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.close();
  // Two orders left the client and never arrived.
  const std::uint32_t lost = client.next_out();
  client.set_next_out(lost + 2);
  log_on(client, venue);
  EXPECT_EQ(expect(client, "2").get_int(7), lost);
  client.send(order("LOST1"), again(client, lost));
  client.send(order("LOST2"), again(client, lost + 1));
  client.send(FixBody{"4"}.add(123, 'Y').add(36, lost + 3), again(client, lost + 2));
  EXPECT_EQ(expect_report(client, '0').get(11), "LOST1");
  EXPECT_EQ(expect_report(client, '0').get(11), "LOST2");
  client.send(order("LIVE"));
  EXPECT_EQ(expect_report(client, '0').get(11), "LIVE");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(ClientGap, NumberTooLowEndsTheSessionWithAText) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(order("ORDER1"));
  expect_report(client, '0');
  FixHeader header = client.next_header();
  header.seq = 2;
  client.send(order("ORDER2"), header);
  const FixMessage logout = expect(client, "5");
  EXPECT_NE(logout.get(58).find("MsgSeqNum too low"), std::string_view::npos);
  expect_close(client);
  bystander.trade();
  // The good numbers still work, and the order was not taken.
  log_on(client, venue);
  client.send(cancel_request("CANCEL2", "ORDER2", kSymbol, '1'));
  EXPECT_EQ(expect(client, "9").get(102), "1");
}

TEST(ClientGap, OrderResentUnderItsNumberIsNotExecutedTwice) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t seq = client.send(order("ORDER1"));
  expect_report(client, '0');
  client.send(order("ORDER1"), again(client, seq));
  client.send(order("OTHER"), again(client, seq));
  EXPECT_TRUE(until_heartbeat(client).empty());
  client.send(order("ORDER2"));
  EXPECT_EQ(expect_report(client, '0').get(11), "ORDER2");
}

TEST(ClientGap, OrderSentAgainUnderANewNumberIsNotExecutedTwice) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(order("ORDER1"));
  expect_report(client, '0');
  FixHeader header = client.next_header();
  header.extra = {{97, "Y"}};
  client.send(order("ORDER1"), header);
  EXPECT_EQ(expect_report(client, 'I').get(39), "0");
}

TEST(ClientGap, FloodOfEarlyMessagesIsNotKept) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::uint32_t missing = client.next_out();
  client.set_next_out(missing + 1);
  constexpr std::uint32_t kEarly = 3'000;
  for (std::uint32_t i = 0; i < kEarly; ++i) client.queue(order(numbered("EARLY", i)));
  client.send_raw("");
  expect(client, "2");
  bystander.trade();
  // The first of them is what is expected next, so it would be taken now if it were there.
  client.send(FixBody{"4"}.add(123, 'Y').add(36, missing + 1), again(client, missing));
  // All of it is filled over: none of the early orders may come to life.
  client.send(FixBody{"4"}.add(123, 'Y').add(36, missing + 1 + kEarly), again(client, missing + 1));
  client.send(order("LIVE"));
  for (;;) {
    const FixMessage message = client.receive().value();
    if (message.type() == "2") continue;
    EXPECT_EQ(message.get(11), "LIVE") << message.readable();
    break;
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

}  // namespace
}  // namespace sluice::testing
