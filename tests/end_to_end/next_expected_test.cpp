// NextExpectedMsgSeqNum(789) on a Logon: what a side lacks comes without being asked for.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

FixMessage log_on_expecting(RawFixClient& client, VenueProcess& venue, std::uint32_t expected) {
  client.connect(venue.host(), venue.port());
  client.send(client.logon_body(false).add(789, expected));
  return client.receive().value();
}

TEST(NextExpected, MissingReportsComeWithoutAResendRequest) {
  VenueProcess venue{options_of(small_venue({"CLIENT1", "CLIENT2"}))};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  std::vector<FixMessage> reports;
  for (int i = 0; i < 5; ++i) {
    client.send(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
    reports.push_back(expect_report(client, '0'));
  }
  client.close();
  // As if the last three had been lost on the way: 2..4 were had, 5..6 and more were not.
  const std::uint32_t had = reports[1].seq();
  const FixMessage answer = log_on_expecting(client, venue, had + 1);
  ASSERT_EQ(answer.type(), "A") << answer.readable();
  EXPECT_EQ(answer.seq(), reports.back().seq() + 1);
  EXPECT_EQ(answer.get_int(789), client.next_out());
  for (std::size_t i = 2; i < reports.size(); ++i) {
    const FixMessage copy = expect(client, "8");
    EXPECT_EQ(copy.seq(), reports[i].seq());
    EXPECT_EQ(copy.get(43), "Y");
    EXPECT_EQ(copy.get(17), reports[i].get(17));
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(NextExpected, ManyMissingReportsComeInPages) {
  VenueText text = small_venue();
  text.gateway.emplace_back("resend_page", "7");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  constexpr std::uint32_t kReports = 150;
  for (std::uint32_t i = 0; i < kReports; ++i) {
    client.queue(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  for (std::uint32_t i = 0; i < kReports; ++i) expect_report(client, '0');
  client.close();
  ASSERT_EQ(log_on_expecting(client, venue, 2).type(), "A");
  for (std::uint32_t seq = 2; seq <= kReports + 1; ++seq) {
    const FixMessage copy = expect(client, "8");
    ASSERT_EQ(copy.seq(), seq);
    EXPECT_EQ(copy.get(43), "Y");
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(NextExpected, NothingComesWhenNothingIsMissing) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  until_heartbeat(client);
  client.close();
  const FixMessage answer = log_on_expecting(client, venue, client.expected_in());
  ASSERT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.get_int(789), client.next_out());
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(NextExpected, AnswerNamesWhatTheVenueLacks) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.close();
  const std::uint32_t lost = client.next_out();
  client.set_next_out(lost + 3);
  const FixMessage answer = log_on_expecting(client, venue, client.expected_in());
  ASSERT_EQ(answer.type(), "A");
  EXPECT_EQ(answer.get_int(789), lost);
  // QuickFIX asks as well; one answer serves both.
  EXPECT_EQ(expect(client, "2").get_int(7), lost);
  FixHeader header = client.next_header();
  header.seq = lost;
  header.extra = {{43, "Y"}};
  client.send(FixBody{"4"}.add(123, 'Y').add(36, client.next_out()), header);
  client.send(limit_order("LIVE", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(client, '0').get(11), "LIVE");
}

TEST(NextExpected, NumberAboveOursIsRefused) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  const FixMessage answer = log_on_expecting(client, venue, 2);
  EXPECT_EQ(answer.type(), "5") << answer.readable();
  EXPECT_NE(answer.get(58).find("NextExpectedMsgSeqNum(789)"), std::string_view::npos);
  expect_close(client);
}

TEST(NextExpected, ResetLogonExpectsOne) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  until_heartbeat(client);
  client.close();
  client.set_next_out(1);
  client.set_expected_in(1);
  client.connect(venue.host(), venue.port());
  client.send(client.logon_body(true).add(789, 1));
  const FixMessage answer = expect(client, "A");
  EXPECT_EQ(answer.get(141), "Y");
  EXPECT_EQ(answer.get(789), "2");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

}  // namespace
}  // namespace sluice::testing
