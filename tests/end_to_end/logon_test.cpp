// Who gets in, and what those who do not get in cost: nothing.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "engine/types/durations.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

VenueText venue_with_passwords() {
  VenueText text = small_venue({"CLIENT2"});
  text.sessions.push_back({.comp_id = "CLIENT1", .password = "secret"});
  return text;
}

std::string utc_in(std::int64_t seconds) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return utc_timestamp(std::chrono::nanoseconds(now).count() + seconds * kNsPerSecond);
}

/// Sends `bytes` as the first ones of a connection, which must be closed without an answer.
void expect_silent_close(VenueProcess& venue, const std::string& bytes) {
  RawFixClient stranger{client_options("STRANGER")};
  stranger.connect(venue.host(), venue.port());
  stranger.send_raw(bytes);
  expect_close(stranger);
  EXPECT_TRUE(stranger.skipped().empty()) << stranger.skipped().front().readable();
}

TEST(Logon, GoodPasswordIsAnsweredWithALogon) {
  VenueProcess venue{options_of(venue_with_passwords())};
  RawFixClient client{client_options("CLIENT1", "secret")};
  const FixMessage answer = log_on(client, venue);
  EXPECT_EQ(answer.seq(), 1U);
  EXPECT_EQ(answer.get(8), "FIX.4.4");
  EXPECT_EQ(answer.get(49), "SLUICE");
  EXPECT_EQ(answer.get(56), "CLIENT1");
  EXPECT_EQ(answer.get(98), "0");
  EXPECT_EQ(answer.get(108), "30");
  EXPECT_FALSE(answer.has(141));
  EXPECT_FALSE(answer.has(554));
  EXPECT_FALSE(answer.has(789));
}

TEST(Logon, WrongPasswordIsClosedWithoutAWordAndCostsNoNumber) {
  VenueProcess venue{options_of(venue_with_passwords())};
  for (const char* password : {"wrong", "", "secret "}) {
    RawFixClient bad{client_options("CLIENT1", password)};
    bad.connect(venue.host(), venue.port());
    EXPECT_FALSE(bad.logon(false)) << password;
    EXPECT_TRUE(bad.closed_by_peer()) << password;
  }
  RawFixClient client{client_options("CLIENT1", "secret")};
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, UsernameOfAnotherSessionIsRefused) {
  VenueProcess venue{options_of(venue_with_passwords())};
  RawClientOptions options = client_options("CLIENT1", "secret");
  options.username = "CLIENT2";
  RawFixClient client{options};
  client.connect(venue.host(), venue.port());
  EXPECT_FALSE(client.logon(false));
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(Logon, ResetWithAWrongPasswordLeavesTheNumbersAlone) {
  VenueProcess venue{options_of(venue_with_passwords())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1", "secret")};
  log_on(client, venue);
  until_heartbeat(client);
  ASSERT_TRUE(client.logout());
  expect_close(client);

  RawFixClient thief{client_options("CLIENT1", "guess")};
  thief.connect(venue.host(), venue.port());
  EXPECT_FALSE(thief.logon(true));
  EXPECT_TRUE(thief.closed_by_peer());
  bystander.trade();

  const std::uint32_t expected = client.expected_in();
  EXPECT_EQ(log_on(client, venue).seq(), expected);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, FirstBytesThatAreNoGoodLogonAreClosedWithoutAWord) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  const FixBody logon = client.logon_body(false);
  const FixHeader right = client.next_header();

  std::vector<std::pair<std::string, std::string>> cases;
  const auto add_header = [&](const std::string& what, auto change) {
    FixHeader header = right;
    change(header);
    cases.emplace_back(what, encode(logon, header));
  };
  add_header("unknown CompID", [](FixHeader& h) { h.sender = "NOBODY"; });
  add_header("wrong TargetCompID", [](FixHeader& h) { h.target = "OTHER"; });
  add_header("wrong BeginString", [](FixHeader& h) { h.begin_string = "FIX.4.2"; });
  add_header("no SenderCompID", [](FixHeader& h) { h.leave_out = {49}; });
  add_header("no MsgSeqNum", [](FixHeader& h) { h.leave_out = {34}; });
  add_header("no SendingTime", [](FixHeader& h) { h.leave_out = {52}; });
  add_header("SendingTime ten minutes ago", [](FixHeader& h) { h.sending_time = utc_in(-600); });
  add_header("SendingTime in ten minutes", [](FixHeader& h) { h.sending_time = utc_in(600); });
  add_header("SendingTime is no time", [](FixHeader& h) { h.sending_time = "yesterday"; });
  add_header("MsgSeqNum 0", [](FixHeader& h) { h.seq = 0; });
  add_header("wrong CheckSum", [](FixHeader& h) { h.checksum = "000"; });
  add_header("BodyLength too short", [](FixHeader& h) { h.body_length = "20"; });
  add_header("BodyLength negative", [](FixHeader& h) { h.body_length = "-5"; });
  add_header("BodyLength huge", [](FixHeader& h) { h.body_length = "99999999999"; });
  FixHeader without_number = right;
  without_number.leave_out = {34};
  without_number.extra = {{34, "4294967297"}};
  cases.emplace_back("MsgSeqNum that would wrap", encode(logon, without_number));
  for (const char* type : {"0", "1", "2", "3", "4", "5", "D", "8", "ZZ"}) {
    cases.emplace_back(std::string("MsgType ") + type,
                       encode(FixBody{type}.add(36, 100).add(123, 'N'), right));
  }
  FixBody twice = logon;
  twice.add(553, "CLIENT1").add(554, "a").add(554, "b");
  cases.emplace_back("Password twice", encode(twice, right));
  FixBody bad_data = logon;
  bad_data.add(95, -1).add(96, "x");
  cases.emplace_back("RawDataLength negative", encode(bad_data, right));
  FixBody long_data = logon;
  long_data.add(95, 5'000).add(96, "x");
  cases.emplace_back("RawDataLength beyond the message", encode(long_data, right));
  cases.emplace_back("not FIX", "GET / HTTP/1.1\r\n\r\n");
  cases.emplace_back("zero bytes", std::string(1'000, '\0'));
  cases.emplace_back("endless",
                     "8=FIX.4.4\x01" + std::string("9=4000000\x01") + std::string(20'000, 'x'));

  for (const auto& [what, bytes] : cases) {
    SCOPED_TRACE(what);
    expect_silent_close(venue, bytes);
    bystander.trade();
  }
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, TermsThatCannotBeHadAreRefusedWithATextOnceTheClientIsKnown) {
  VenueProcess venue{options_of(venue_with_passwords())};
  struct Case {
    int heartbeat_s;
    int encrypt_method;
    const char* text;
  };
  RawFixClient client{client_options("CLIENT1", "secret")};
  for (const Case& one : {Case{4, 0, "HeartBtInt(108)"}, Case{61, 0, "HeartBtInt(108)"},
                          Case{0, 0, "HeartBtInt(108)"}, Case{30, 1, "EncryptMethod(98)"}}) {
    SCOPED_TRACE(one.text);
    client.connect(venue.host(), venue.port());
    FixBody logon{"A"};
    logon.add(98, one.encrypt_method).add(108, one.heartbeat_s);
    logon.add(553, "CLIENT1").add(554, "secret");
    client.send(logon);
    const FixMessage answer = expect(client, "5");
    EXPECT_NE(answer.get(58).find(one.text), std::string_view::npos) << answer.readable();
    EXPECT_EQ(answer.seq() + 1, client.expected_in());
    expect_close(client);
  }
  // A client that counts on, as one does, is taken in; what the venue did not count it asks for.
  log_on(client, venue);
  const FixMessage request = expect(client, "2");
  FixHeader header = client.next_header();
  header.seq = static_cast<std::uint32_t>(request.get_int(7).value());
  header.extra = {{43, "Y"}};
  client.send(FixBody{"4"}.add(123, 'Y').add(36, client.next_out()), header);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, FieldsThatTheDictionaryRefusesAreToldOnceTheClientIsKnown) {
  VenueProcess venue{options_of(venue_with_passwords())};
  RawFixClient client{client_options("CLIENT1", "secret")};
  struct Case {
    int tag;
    const char* value;
    const char* text;
  };
  for (const Case& one : {Case{7777, "x", "(7777)"}, Case{464, "X", "(464)"}, Case{11, "a", "(11)"},
                          Case{58, "", "(58)"}}) {
    SCOPED_TRACE(one.text);
    client.connect(venue.host(), venue.port());
    client.send(client.logon_body(false).add(one.tag, one.value));
    const FixMessage answer = expect(client, "5");
    EXPECT_NE(answer.get(58).find(one.text), std::string_view::npos) << answer.readable();
    EXPECT_EQ(answer.get(58).find("secret"), std::string_view::npos) << answer.readable();
    EXPECT_EQ(answer.seq() + 1, client.expected_in());
    EXPECT_EQ(client.gap(), 0U);
    expect_close(client);
    // A refused Logon is not counted: the next one has its number.
    client.set_next_out(1);
  }
  const std::uint32_t expected = client.expected_in();
  EXPECT_EQ(log_on(client, venue).seq(), expected);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, FieldsThatTheDictionaryRefusesTogetherWithAResetAreClosedWithoutAWord) {
  VenueProcess venue{options_of(venue_with_passwords())};
  RawFixClient client{client_options("CLIENT1", "secret")};
  log_on(client, venue);
  until_heartbeat(client);
  ASSERT_TRUE(client.logout());
  expect_close(client);
  const std::uint32_t expected = client.expected_in();
  RawFixClient odd{client_options("CLIENT1", "secret")};
  odd.connect(venue.host(), venue.port());
  odd.send(odd.logon_body(true).add(7777, "x"));
  expect_close(odd);
  EXPECT_TRUE(odd.skipped().empty());
  EXPECT_EQ(log_on(client, venue).seq(), expected);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(Logon, TestSessionIsRefusedWithATextForOrdersAreReal) {
  VenueProcess venue{options_of(venue_with_passwords())};
  RawFixClient client{client_options("CLIENT1", "secret")};
  client.connect(venue.host(), venue.port());
  client.send(client.logon_body(false).add(464, 'Y'));
  const FixMessage answer = expect(client, "5");
  EXPECT_NE(answer.get(58).find("TestMessageIndicator(464)"), std::string_view::npos);
  expect_close(client);
  client.set_next_out(1);
  client.connect(venue.host(), venue.port());
  client.send(client.logon_body(false).add(464, 'N'));
  expect(client, "A");
}

TEST(Logon, RefusedTermsTogetherWithAResetAreClosedWithoutAWord) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  until_heartbeat(client);
  ASSERT_TRUE(client.logout());
  expect_close(client);
  const std::uint32_t expected = client.expected_in();

  RawFixClient impatient{client_options("CLIENT1")};
  impatient.options().heartbeat_s = 1;
  impatient.connect(venue.host(), venue.port());
  EXPECT_FALSE(impatient.logon(true));
  EXPECT_TRUE(impatient.closed_by_peer());
  EXPECT_EQ(log_on(client, venue).seq(), expected);
}

TEST(Logon, WrongPasswordForALoggedOnCompIdIsClosedAndTheFirstFeelsNothing) {
  VenueText text = small_venue({});
  text.sessions = {{.comp_id = "CLIENT1", .password = "secret"}};
  VenueProcess venue{options_of(text)};
  RawFixClient first{client_options("CLIENT1", "secret")};
  log_on(first, venue);
  for (const bool reset : {false, true}) {
    RawFixClient second{client_options("CLIENT1", "wrong")};
    second.connect(venue.host(), venue.port());
    EXPECT_FALSE(second.logon(reset)) << reset;
    EXPECT_TRUE(second.closed_by_peer()) << reset;
  }
  EXPECT_TRUE(until_heartbeat(first).empty());
  first.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(first, '0').seq(), 3U);
}

TEST(Logon, OrderSentRightBehindTheLogonIsExecuted) {
  VenueText text = small_venue({});
  text.sessions = {{.comp_id = "CLIENT1", .password = "secret"}};
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1", "secret")};
  client.connect(venue.host(), venue.port());
  client.queue(client.logon_body(false));
  client.queue(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  client.flush();
  expect(client, "A");
  EXPECT_EQ(expect_report(client, '0').get(11), "ORDER1");
}

}  // namespace
}  // namespace sluice::testing
