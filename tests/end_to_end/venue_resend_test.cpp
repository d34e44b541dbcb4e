// What the venue sends again when a client asks with ResendRequest(2).
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

FixBody resend_request(std::uint32_t begin, std::uint32_t end) {
  return FixBody{"2"}.add(7, begin).add(16, end);
}

/// Rests `count` orders and returns their reports.
std::vector<FixMessage> rest_orders(RawFixClient& client, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    client.queue(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  std::vector<FixMessage> reports;
  for (std::uint32_t i = 0; i < count; ++i) reports.push_back(expect_report(client, '0'));
  return reports;
}

/// `copy` is `first` sent once more.
void expect_copy(const FixMessage& copy, const FixMessage& first) {
  EXPECT_EQ(copy.seq(), first.seq());
  EXPECT_EQ(copy.get(43), "Y") << copy.readable();
  EXPECT_EQ(copy.get(122), first.get(52)) << copy.readable();
  for (const int tag : {35, 37, 11, 17, 150, 39, 55, 54, 38, 44, 151, 14, 6, 60}) {
    EXPECT_EQ(copy.get(tag), first.get(tag)) << tag;
  }
}

TEST(VenueResend, ReportsComeAgainAndSessionMessagesAreFilledOver) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);                                // 1
  const FixMessage first = rest_orders(client, 1)[0];   // 2
  until_heartbeat(client);                              // 3
  const FixMessage second = rest_orders(client, 1)[0];  // 4
  until_heartbeat(client);                              // 5
  client.send(resend_request(1, 0));

  FixMessage fill = expect(client, "4");
  EXPECT_EQ(fill.seq(), 1U);
  EXPECT_EQ(fill.get(123), "Y");
  EXPECT_EQ(fill.get(43), "Y");
  EXPECT_EQ(fill.get(36), "2");
  expect_copy(expect(client, "8"), first);
  fill = expect(client, "4");
  EXPECT_EQ(fill.seq(), 3U);
  EXPECT_EQ(fill.get(36), "4");
  expect_copy(expect(client, "8"), second);
  fill = expect(client, "4");
  EXPECT_EQ(fill.seq(), 5U);
  EXPECT_EQ(fill.get(36), "6");
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_EQ(client.expected_in(), 7U);
}

TEST(VenueResend, PartOfTheRangeCanBeAskedForTwice) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::vector<FixMessage> reports = rest_orders(client, 6);
  for (int i = 0; i < 2; ++i) {
    client.send(resend_request(4, 5));
    expect_copy(expect(client, "8"), reports[2]);
    expect_copy(expect(client, "8"), reports[3]);
    EXPECT_TRUE(until_heartbeat(client).empty());
  }
}

TEST(VenueResend, AbsurdRangesAreAnsweredOrRefusedAndTheSessionGoesOn) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  rest_orders(client, 3);
  const std::pair<const char*, const char*> ranges[] = {
      {"5000", "0"}, {"3", "2"}, {"0", "0"}, {"-1", "0"}, {"1", "-1"}, {"x", "0"}, {"1", "999999"}};
  for (const auto& [begin, end] : ranges) {
    SCOPED_TRACE(std::string(begin) + ".." + end);
    client.send(FixBody{"2"}.add(7, begin).add(16, end));
    for (const FixMessage& message : until_heartbeat(client)) {
      // Nothing comes that was not sent before, and nothing of it as if it were new.
      if (message.type() == "3") continue;
      EXPECT_EQ(message.get(43), "Y") << message.readable();
      EXPECT_GE(message.get_int(34), 1) << message.readable();
      EXPECT_LT(message.get_int(34), client.expected_in()) << message.readable();
    }
    EXPECT_EQ(client.gap(), 0U);
    bystander.trade();
  }
  // A number that would wrap makes the message a garbled one: ignored, its own number not used.
  const std::pair<const char*, const char*> wrapping[] = {{"4294967298", "0"}, {"2", "4294967298"}};
  for (const auto& [begin, end] : wrapping) {
    const std::uint32_t next = client.next_out();
    client.send(FixBody{"2"}.add(7, begin).add(16, end));
    client.set_next_out(next);
    EXPECT_TRUE(until_heartbeat(client).empty());
    bystander.trade();
  }
  rest_orders(client, 1);
}

TEST(VenueResend, RangeOfWhatWasNeverSentIsRejected) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  rest_orders(client, 3);
  const auto expect_reject = [&client](const char* begin, const char* end, const char* tag) {
    const std::uint32_t seq = client.send(FixBody{"2"}.add(7, begin).add(16, end));
    const FixMessage reject = expect(client, "3");
    EXPECT_EQ(reject.get_int(45), seq);
    EXPECT_EQ(reject.get(371), tag);
    EXPECT_EQ(reject.get(373), "5");
  };
  // Numbers 1 to 4 were sent; each Reject sends one more.
  expect_reject("5", "0", "7");
  expect_reject("6", "6", "7");
  expect_reject("-1", "0", "7");
  expect_reject("0", "0", "7");
  expect_reject("3", "2", "16");
  expect_reject("1", "-1", "16");
  // The last one sent can be asked for.
  client.send(resend_request(client.expected_in() - 1, 0));
  EXPECT_EQ(expect(client, "4").get_int(36), client.expected_in());
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(VenueResend, RangeOlderThanTheStoreIsFilledOver) {
  VenueText text = small_venue();
  text.gateway.emplace_back("store_messages", "16");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  constexpr std::uint32_t kReports = 100;
  const std::vector<FixMessage> reports = rest_orders(client, kReports);
  client.send(resend_request(1, 0));
  const FixMessage fill = expect(client, "4");
  EXPECT_EQ(fill.seq(), 1U);
  const auto next = static_cast<std::uint32_t>(fill.get_int(36).value());
  // Number 1 was the Logon. The sixteen newest at least are kept.
  ASSERT_GT(next, 2U);
  ASSERT_LE(next, kReports + 1 - 15);
  for (std::uint32_t seq = next; seq <= kReports + 1; ++seq) {
    expect_copy(expect(client, "8"), reports[seq - 2]);
  }
  EXPECT_TRUE(until_heartbeat(client).empty());

  // All of the range may be gone.
  client.send(resend_request(2, 3));
  const FixMessage gone = expect(client, "4");
  EXPECT_EQ(gone.seq(), 2U);
  EXPECT_EQ(gone.get(123), "Y");
  EXPECT_EQ(gone.get(36), "4");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(VenueResend, LargeRangeComesInPagesCompleteAndInOrderWhileOthersTrade) {
  VenueText text = small_venue();
  text.gateway.emplace_back("resend_page", "10");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::vector<FixMessage> reports = rest_orders(client, 200);
  for (const std::uint32_t end : {0U, 201U, 999U}) {
    SCOPED_TRACE(end);
    const std::uint32_t last = client.expected_in() - 1;
    client.send(resend_request(1, end));
    std::uint32_t seq = 1;
    while (seq <= 201) {
      const FixMessage message = client.receive().value();
      ASSERT_EQ(message.seq(), seq) << message.readable();
      if (message.type() == "4") {
        seq = static_cast<std::uint32_t>(message.get_int(36).value());
        ASSERT_EQ(message.get(123), "Y");
        continue;
      }
      expect_copy(message, reports[seq - 2]);
      ++seq;
      if (seq % 50 == 0) bystander.trade();
    }
    for (const FixMessage& rest : until_heartbeat(client)) {
      EXPECT_EQ(rest.type(), "4") << rest.readable();
    }
    EXPECT_EQ(client.expected_in(), last + 2);
  }
}

// It is answered in pages, and is none the less a message to be checked like any other.
TEST(VenueResend, ALargeRangeAskedForWrongIsRefusedAsASmallOneIs) {
  VenueText text = small_venue();
  text.gateway.emplace_back("resend_page", "5");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  rest_orders(client, 50);
  client.options().automatic = false;

  const std::uint32_t number = client.send(resend_request(1, 0).add(7777, "x"));
  const FixMessage reject = expect(client, "3");
  EXPECT_EQ(reject.get(45), std::to_string(number));
  EXPECT_EQ(reject.get(371), "7777");
  EXPECT_TRUE(until_heartbeat(client).empty());

  FixHeader header = client.next_header();
  header.sender = "EVIL";
  client.send_raw(encode(resend_request(1, 0), header));
  EXPECT_EQ(expect(client, "3").get(373), "9");
  EXPECT_EQ(expect(client, "5").get(35), "5");
}

TEST(VenueResend, LiveReportsComeWhilePagesAreUnderWay) {
  VenueText text = small_venue();
  text.gateway.emplace_back("resend_page", "1");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  rest_orders(client, 300);
  client.queue(resend_request(2, 301));
  for (int i = 0; i < 100; ++i) {
    client.queue(limit_order(numbered("LIVE", client.next_out()), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  std::uint32_t copies = 0;
  std::uint32_t live = 0;
  while (copies < 300 || live < 100) {
    const FixMessage message = expect(client, "8");
    if (message.get(43) == "Y") {
      EXPECT_EQ(message.seq(), 2 + copies++);
    } else {
      EXPECT_EQ(message.seq(), 302 + live++);
      EXPECT_EQ(message.get(150), "0");
    }
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(VenueResend, RangesThatChangeTheirMindAreAnsweredByTheNewestRequest) {
  VenueText text = small_venue();
  text.gateway.emplace_back("resend_page", "5");
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::vector<FixMessage> reports = rest_orders(client, 100);
  for (int i = 0; i < 20; ++i) client.queue(resend_request(2, 0));
  client.queue(resend_request(50, 51));
  client.send_raw("");
  // How far the first ones get before the last is read is not said.
  const std::vector<FixMessage> copies = until_heartbeat(client);
  ASSERT_GE(copies.size(), 2U);
  for (const FixMessage& copy : copies) ASSERT_EQ(copy.get(43), "Y") << copy.readable();
  expect_copy(copies[copies.size() - 2], reports[48]);
  expect_copy(copies.back(), reports[49]);
  EXPECT_EQ(client.gap(), 0U);
}

}  // namespace
}  // namespace sluice::testing
