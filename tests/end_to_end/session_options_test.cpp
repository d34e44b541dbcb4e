// QuickFIX's options of a session, where our decoder has to do as QuickFIX does.
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

class SessionOptions : public ::testing::Test {
 protected:
  void start_with(const char* option, const char* value) {
    VenueText text = small_venue({});
    text.sessions = {{.comp_id = "CLIENT1", .password = {}, .more = {{option, value}}}};
    venue_.emplace(options_of(text));
    log_on(client_, *venue_);
  }
  [[nodiscard]] FixBody order() {
    return limit_order(numbered("ORDER", ++orders_), kSymbol, '1', "1", "100");
  }
  [[nodiscard]] FixHeader sent_before(std::chrono::nanoseconds age) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    FixHeader header = client_.next_header();
    header.sending_time = utc_timestamp((now - age) / std::chrono::nanoseconds(1));
    return header;
  }
  void accepted(const FixBody& body) {
    client_.send(body);
    EXPECT_EQ(expect_report(client_, '0').get(11), numbered("ORDER", orders_));
  }
  void rejected(const FixBody& body, const char* reason, const char* tag) {
    client_.send(body);
    const FixMessage reject = expect(client_, "3");
    EXPECT_EQ(reject.get(373), reason) << reject.readable();
    EXPECT_EQ(reject.get(371), tag) << reject.readable();
  }

  std::optional<VenueProcess> venue_;
  RawFixClient client_{client_options("CLIENT1")};
  std::uint64_t orders_ = 0;
};

TEST_F(SessionOptions, AllowUnknownMsgFieldsIgnoresThemBelow5000) {
  start_with("AllowUnknownMsgFields", "true");
  accepted(order().add(99, "50"));
  accepted(order().add(4999, "x"));
  accepted(order().add(58, "of another message"));
  rejected(order().add(7777, "x"), "0", "7777");
  rejected(order().add(99, ""), "4", "99");
  client_.send(cancel_request("CANCEL1", "ORDER1", kSymbol, '1').add(99, "50"));
  expect_report(client_, '4');
}

TEST_F(SessionOptions, UserDefinedFieldsNotValidatedAreIgnoredUnlessTheyAreOurs) {
  start_with("ValidateUserDefinedFields", "false");
  accepted(order().add(7777, "x"));
  rejected(order().add(4999, "x"), "0", "4999");
  rejected(order().add(25016, "1"), "2", "25016");
  rejected(order().add(25016, "t"), "6", "25016");
}

TEST_F(SessionOptions, UserDefinedFieldsNotValidatedMayStandOnALogonToo) {
  start_with("ValidateUserDefinedFields", "false");
  until_heartbeat(client_);
  ASSERT_TRUE(client_.logout());
  expect_close(client_);
  client_.connect(venue_->host(), venue_->port());
  client_.send(client_.logon_body(false).add(7777, "x"));
  expect(client_, "A");
  accepted(order());
}

TEST_F(SessionOptions, FieldsOutOfOrderNotValidatedMayStandAnywhere) {
  start_with("ValidateFieldsOutOfOrder", "false");
  accepted(order().add(97, 'N'));
}

TEST_F(SessionOptions, CompIdsNotCheckedMayDifferWithinTheSession) {
  start_with("CheckCompID", "false");
  FixHeader header = client_.next_header();
  header.target = "OTHER";
  client_.send(order(), header);
  expect_report(client_, '0');
}

TEST_F(SessionOptions, LatencyNotCheckedTakesAnySendingTime) {
  start_with("CheckLatency", "false");
  client_.send(order(), sent_before(std::chrono::hours(1)));
  expect_report(client_, '0');
}

TEST_F(SessionOptions, MaxLatencyIsHowOldAMessageMayBe) {
  start_with("MaxLatency", "600");
  client_.send(order(), sent_before(std::chrono::minutes(5)));
  expect_report(client_, '0');
  client_.send(order(), sent_before(std::chrono::minutes(11)));
  EXPECT_EQ(expect(client_, "3").get(373), "10");
  expect(client_, "5");
}

TEST_F(SessionOptions, ResetOnLogoutAndOnDisconnectBeginAtOneAgain) {
  for (const char* option : {"ResetOnLogout", "ResetOnDisconnect"}) {
    SCOPED_TRACE(option);
    client_.set_next_out(1);
    client_.set_expected_in(1);
    start_with(option, "true");
    accepted(order());
    ASSERT_TRUE(client_.logout());
    expect_close(client_);
    client_.set_next_out(1);
    client_.set_expected_in(1);
    EXPECT_EQ(log_on(client_, *venue_).seq(), 1U);
    // What it was told of shortly before comes again, for it might not have seen it; after a Logout
    // it has.
    if (std::string_view(option) == "ResetOnDisconnect") {
      EXPECT_EQ(expect_report(client_, '0').get(97), "Y");
    }
    accepted(order());
    EXPECT_EQ(client_.gap(), 0U);
  }
}

}  // namespace
}  // namespace sluice::testing
