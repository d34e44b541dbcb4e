// What a client is sent again after an admin has set the venue's next number ahead.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

const Json kClient1 = {{"session", "CLIENT1"}};

Json next_out(std::uint32_t number) { return {{"session", "CLIENT1"}, {"next_out", number}}; }

VenueText skipping_venue() {
  VenueText text = admin_venue_text();
  text.tail += "[opening]\nafter_unclean_stop = \"continuous\"\n";
  return text;
}

/// Two orders are resting, and CLIENT1 is away; their reports, 2 and 3.
std::vector<FixMessage> trade_and_leave(RawFixClient& client, VenueProcess& venue,
                                        AdminClient& admin) {
  std::vector<FixMessage> reports;
  log_on(client, venue);
  for (const char* clordid : {"ONE", "TWO"}) {
    client.send(limit_order(clordid, kSymbol, '1', "1", "100"));
    reports.push_back(expect_report(client, '0'));
  }
  EXPECT_TRUE(client.logout());
  expect_close(client);
  wait_until(admin, "session.show", kClient1, "state", "logged_out");
  return reports;
}

/// Asks for all that was sent before `end`: `reports` come, and each number else is filled.
void expect_again(RawFixClient& client, const std::vector<FixMessage>& reports, std::uint32_t end) {
  client.send(FixBody{"2"}.add(7, 1).add(16, 0));
  std::uint32_t next = 1;
  std::size_t seen = 0;
  while (next < end) {
    const auto message = client.receive();
    ASSERT_TRUE(message);
    ASSERT_EQ(message->seq(), next) << message->readable();
    EXPECT_EQ(message->get(43), "Y") << message->readable();
    if (message->type() == "4") {
      EXPECT_EQ(message->get(123), "Y");
      const auto new_number = static_cast<std::uint32_t>(message->get_int(36).value_or(0));
      ASSERT_GT(new_number, next);
      next = new_number;
      continue;
    }
    ASSERT_LT(seen, reports.size()) << message->readable();
    EXPECT_EQ(next, reports[seen].seq());
    EXPECT_EQ(message->get(17), reports[seen].get(17));
    ++seen;
    ++next;
  }
  EXPECT_EQ(next, end);
  EXPECT_EQ(seen, reports.size());
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(SkippedNumbers, StoredReportsAreSentAgainAndTheSkippedNumbersFilledOverAKill) {
  for (const char* page : {"4", "1000"}) {
    VenueText text = skipping_venue();
    text.gateway.emplace_back("resend_page", page);
    VenueProcess venue{options_of(text)};
    RawFixClient client{client_options("CLIENT1")};
    std::vector<FixMessage> reports;
    {
      AdminClient admin{admin_socket(venue)};
      reports = trade_and_leave(client, venue, admin);
      ASSERT_EQ(client.expected_in(), 5U);
      const auto set = admin.change("session.set_seq", next_out(15));
      ASSERT_TRUE(set.ok()) << set.last;
      EXPECT_EQ(set.result()["after"]["next_out"], 15);
    }
    venue.kill();
    venue.start_again();
    client.set_expected_in(15);
    EXPECT_EQ(log_on(client, venue).seq(), 15U);
    expect_again(client, reports, 16);
  }
}

TEST(SkippedNumbers, AJumpThatWouldLoseAllReportsIsRefusedUntilTheyAreDropped) {
  VenueText text = skipping_venue();
  text.gateway.emplace_back("store_messages", "16");
  VenueProcess venue{options_of(text)};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  const std::vector<FixMessage> reports = trade_and_leave(client, venue, admin);
  ASSERT_EQ(client.expected_in(), 5U);

  const auto refused = admin.change("session.set_seq", next_out(5 + 16));
  EXPECT_EQ(refused.code(), "wrong_state");
  EXPECT_NE(refused.last.dump().find("session.reset"), std::string::npos) << refused.last;
  EXPECT_EQ(admin.ask("session.show", kClient1).result()["next_out"], 5);
  log_on(client, venue);
  expect_again(client, reports, 6);
  ASSERT_TRUE(client.logout());
  expect_close(client);
  wait_until(admin, "session.show", kClient1, "state", "logged_out");

  ASSERT_TRUE(admin.change("session.reset", kClient1).ok());
  const auto set = admin.change("session.set_seq", next_out(1'000'000));
  ASSERT_TRUE(set.ok()) << set.last;
  client.set_next_out(1);
  client.set_expected_in(1'000'000);
  EXPECT_EQ(log_on(client, venue).seq(), 1'000'000U);
  // What it was told of shortly before the reset comes again, for it might not have seen it.
  for (const FixMessage& again : until_heartbeat(client)) EXPECT_EQ(again.get(97), "Y");
  ASSERT_TRUE(venue.stop(kPatience));
  const std::string log = venue.process().standard_error();
  EXPECT_NE(log.find("CLIENT1 skips numbers up to 999999; 0 of the oldest"), std::string::npos)
      << log;
}

}  // namespace
}  // namespace sluice::testing
