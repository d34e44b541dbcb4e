// Bytes that are wrong, broken or cut, sent by a client that is logged on, while another trades.
//
// What a stranger or a client may try, and the tests that it costs nobody else anything; each has a
// bystander that trades:
//
//   the first bytes are no Logon       Logon.FirstBytesThatAreNoGoodLogonAreClosedWithoutAWord
//   141=Y without the right to it      Logon.ResetWithAWrongPasswordLeavesTheNumbersAlone,
//                                      SignatureLogon.WrongOnesAreClosedWithoutAWordAndMoveNoNumber
//   lengths of data fields             DataFieldsOfNoPairReachBeyondWhatTheirLengthSays here,
//   before
//                                      and after the Logon
//   BodyLength                         GarbledMessages..., MessageLongerThanTheLimit... and
//                                      AbsurdBodyLengthEndsTheConnectionOnly here
//   good and bad in one packet         ValidMessageBeforeAMalformedOneInAPacketIsProcessedOnce here
//   endless bytes, half a message      EndlessBytes... and HalfAMessage... here,
//                                      LogonBounds.ConnectionWithoutAGoodLogonIsClosedAtTheTimeout
//   thousands of connections           LogonBounds.ThousandsOfIdleConnectionsKeepNobodyOut,
//                                      EdgeLimits, DescriptorLimit
//   a second Logon for a CompID        Takeover
//   SequenceReset in reset mode        SequenceReset.ResetModeIsRejectedAndLeavesTheNumbersAlone
//   numbers that overflow              NumbersThatWouldWrapAreNotTakenForOthers here,
//                                      SequenceReset.NumberThatWouldWrapMovesNothing
//   a client that does not read        SlowReader
//   passwords guessed, log lines       EdgeLimits
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

FixBody order(const RawFixClient& client) {
  return limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "1", "100");
}

/// The order that `client` sends next is the only one that acts.
void expect_order_to_work(RawFixClient& client) {
  const std::string clordid = numbered("ORDER", client.next_out());
  client.send(order(client));
  EXPECT_EQ(expect_report(client, '0').get(11), clordid);
}

/// An order with one more field, which FixBody could not write.
std::string with_raw_field(const RawFixClient& client, const std::string& field) {
  FixBody body = order(client);
  const std::string stand_in(field.size() - 3, 'x');
  FixHeader header = client.next_header();
  header.sending_time = utc_now();
  std::string message = encode(body.add(58, stand_in), header);
  message.replace(message.find("58=" + stand_in), field.size(), field);
  header.checksum = checksum_text(message.substr(0, message.size() - 7));
  message.replace(message.size() - 4, 3, *header.checksum);
  return message;
}

TEST(HostileBytes, GarbledMessagesAreIgnoredWithoutMovingTheNumber) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto with_header = [&client](auto change) {
    FixHeader header = client.next_header();
    change(header);
    return encode(order(client), header);
  };
  const auto with_fields = [&client](int tag, const std::string& value, int tag2,
                                     const std::string& value2) {
    return encode(order(client).add(tag, value).add(tag2, value2), client.next_header());
  };
  const std::pair<const char*, std::function<std::string()>> cases[] = {
      {"wrong CheckSum", [&] { return with_header([](FixHeader& h) { h.checksum = "000"; }); }},
      {"CheckSum without digits",
       [&] { return with_header([](FixHeader& h) { h.checksum = "abc"; }); }},
      {"BodyLength too short",
       [&] { return with_header([](FixHeader& h) { h.body_length = "50"; }); }},
      {"BodyLength too long",
       [&] {
         const std::size_t body = encode(order(client), client.next_header()).size() - 23;
         return with_header([body](FixHeader& h) { h.body_length = std::to_string(body + 5); });
       }},
      {"BodyLength without digits",
       [&] { return with_header([](FixHeader& h) { h.body_length = "abc"; }); }},
      {"BodyLength negative",
       [&] { return with_header([](FixHeader& h) { h.body_length = "-100"; }); }},
      {"BodyLength empty", [&] { return with_header([](FixHeader& h) { h.body_length = ""; }); }},
      {"no MsgType", [&] { return with_header([](FixHeader& h) { h.leave_out = {35}; }); }},
      {"data length negative", [&] { return with_fields(354, "-1", 355, "x"); }},
      {"data length beyond the message", [&] { return with_fields(354, "4000", 355, "x"); }},
      {"data length that wraps", [&] { return with_fields(354, "4294967297", 355, "x"); }},
      {"data shorter than said", [&] { return with_fields(354, "2", 355, "x"); }},
      {"data without its length", [&] { return with_fields(355, "x", 58, "y"); }},
      {"tag that would wrap",
       [&] {
         // 4294967307 - 2^32 is 11.
         return with_raw_field(client, "4294967307=WRAPPED");
       }},
      {"plain text", [] { return std::string("hello, is anybody there?\r\n"); }},
  };
  for (const auto& [what, bytes] : cases) {
    SCOPED_TRACE(what);
    client.send_raw(bytes());
    bystander.trade();
    expect_order_to_work(client);
    EXPECT_TRUE(until_heartbeat(client).empty());
  }
}

TEST(HostileBytes, DataFieldsOfNoPairReachBeyondWhatTheirLengthSays) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  constexpr std::pair<int, int> kPairs[] = {{95, 96},   {90, 91},   {93, 89},   {212, 213},
                                            {348, 349}, {350, 351}, {352, 353}, {354, 355},
                                            {356, 357}, {358, 359}, {360, 361}, {362, 363},
                                            {364, 365}, {445, 446}, {618, 619}, {621, 622}};
  for (const auto& [length_tag, data_tag] : kPairs) {
    // The data is 4 bytes long: too short a length does not end in SOH, too long a one goes beyond
    // it.
    for (const char* length : {"-1", "-4294967292", "3", "5", "4000", "999999999", "4294967300",
                               "99999999999999999999", "", "4x"}) {
      SCOPED_TRACE(std::to_string(length_tag) + "=" + length);
      const FixBody order_with_data = order(client).add(length_tag, length).add(data_tag, "data");
      client.send_raw(encode(order_with_data, client.next_header()));
      RawFixClient stranger{client_options("CLIENT1")};
      stranger.connect(venue.host(), venue.port());
      const FixBody logon = stranger.logon_body(true).add(length_tag, length).add(data_tag, "data");
      stranger.send_raw(encode(logon, stranger.next_header()));
      expect_close(stranger);
      EXPECT_TRUE(stranger.skipped().empty());
    }
    bystander.trade();
    expect_order_to_work(client);
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(HostileBytes, AbsurdBodyLengthEndsTheConnectionOnly) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  for (const char* length : {"9999999999", "999999999", "8193", "18446744073709551616"}) {
    SCOPED_TRACE(length);
    log_on(client, venue);
    client.send_raw("8=FIX.4.4\x01" + ("9=" + std::string(length)) +
                    "\x01"
                    "35=D\x01");
    expect_close(client);
    bystander.trade();
  }
  log_on(client, venue);
  expect_order_to_work(client);
}

TEST(HostileBytes, NumbersThatWouldWrapAreNotTakenForOthers) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  constexpr std::uint64_t kTwoTo32 = std::uint64_t{1} << 32U;
  for (const char* type : {"D", "0", "1", "2", "4", "5", "F"}) {
    SCOPED_TRACE(type);
    RawFixClient client{client_options("CLIENT1")};
    client.connect(venue.host(), venue.port());
    ASSERT_TRUE(client.logon(true));
    FixHeader header = client.next_header();
    header.leave_out = {34};
    header.extra = {{34, std::to_string(kTwoTo32 + client.next_out())}};
    FixBody body{type};
    if (std::string(type) == "D") body = order(client);
    body.add(112, "X");
    client.send_raw(encode(body, header));
    // Ignored as garbled, refused, or the end of the session: but never executed or answered.
    client.options().automatic = false;
    client.send(FixBody{"1"}.add(112, "PROBE"));
    while (const auto message = client.receive()) {
      EXPECT_NE(message->type(), "8") << message->readable();
      EXPECT_NE(message->get(112), "X") << message->readable();
      if (message->get(112) == "PROBE") break;
    }
    client.close();
    bystander.trade();
  }
}

TEST(HostileBytes, ValidMessageBeforeAMalformedOneInAPacketIsProcessedOnce) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::string clordid = numbered("ORDER", client.next_out());
  const std::string good = encode(order(client), client.next_header());
  client.set_next_out(client.next_out() + 1);
  FixHeader bad = client.next_header();
  bad.checksum = "000";
  client.send_raw(good + encode(order(client), bad));
  EXPECT_EQ(expect_report(client, '0').get(11), clordid);
  bystander.trade();
  expect_order_to_work(client);
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(HostileBytes, MessageThatComesByteByByteIsOneMessage) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::string bytes = encode(order(client), client.next_header());
  client.set_next_out(client.next_out() + 1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    client.send_raw(bytes.substr(i, 1));
    // Each trade proves that the venue has had the time to read what came so far.
    if (i % 16 == 0) bystander.trade();
  }
  expect_report(client, '0');
  expect_order_to_work(client);
}

TEST(HostileBytes, ManyMessagesInOnePacketAreAnsweredInOrder) {
  VenueProcess venue{options_of(small_venue())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  constexpr std::uint64_t kOrders = 400;
  for (std::uint64_t i = 0; i < kOrders; ++i) {
    client.queue(limit_order(numbered("ORDER", i), kSymbol, '1', "1", "100"));
  }
  client.send_raw("");
  for (std::uint64_t i = 0; i < kOrders; ++i) {
    EXPECT_EQ(expect_report(client, '0').get(11), numbered("ORDER", i));
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(HostileBytes, MessageLongerThanTheLimitEndsTheConnectionOnly) {
  VenueText text = small_venue();
  text.gateway.emplace_back("max_message_bytes", "1024");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  // The longest one allowed is a message like any other: refused for its field, not for its size.
  const std::size_t rest = encode(order(client).add(58, ""), client.next_header()).size();
  FixBody longest = order(client);
  longest.add(58, std::string(1'024 - rest - 1, 'x'));
  ASSERT_EQ(encode(longest, client.next_header()).size(), 1'024U);
  client.send(longest);
  EXPECT_EQ(expect(client, "3").get(371), "58");

  FixBody longer = order(client);
  longer.add(58, std::string(1'024 - rest, 'x'));
  ASSERT_EQ(encode(longer, client.next_header()).size(), 1'025U);
  client.send_raw(encode(longer, client.next_header()));
  expect_close(client);
  bystander.trade();
  log_on(client, venue);
  expect_order_to_work(client);
}

TEST(HostileBytes, EndlessBytesWithoutAMessageAreIgnoredWhileOthersTrade) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::string rubbish(100'000, 'x');
  for (int i = 0; i < 20; ++i) {
    client.send_raw(rubbish);
    bystander.trade();
  }
  expect_order_to_work(client);
}

TEST(HostileBytes, HalfAMessageAndSilenceKeepNobodyElseWaiting) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const std::string bytes = encode(order(client), client.next_header());
  client.set_next_out(client.next_out() + 1);
  client.send_raw(bytes.substr(0, 60));
  for (int i = 0; i < 10; ++i) bystander.trade();
  client.send_raw(bytes.substr(60));
  expect_report(client, '0');
}

TEST(HostileBytes, WrongCompIdsInASessionEndIt) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  for (const bool sender : {true, false}) {
    RawFixClient client{client_options("CLIENT1")};
    client.connect(venue.host(), venue.port());
    ASSERT_TRUE(client.logon(true));
    FixHeader header = client.next_header();
    (sender ? header.sender : header.target) = "CLIENT2";
    client.send(order(client), header);
    // FIX.4.4: Reject(3) with SessionRejectReason(373)=9, then Logout(5).
    EXPECT_EQ(expect(client, "3").get(373), "9");
    expect(client, "5");
    client.send(FixBody{"5"});
    expect_close(client);
    bystander.trade();
  }
}

TEST(HostileBytes, SendingTimeFarOffEndsTheSession) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  FixHeader header = client.next_header();
  header.sending_time = "20200101-00:00:00.000";
  client.send(order(client), header);
  // FIX.4.4: Reject(3) with SessionRejectReason(373)=10, then Logout(5).
  EXPECT_EQ(expect(client, "3").get(373), "10");
  expect(client, "5");
  client.send(FixBody{"5"});
  expect_close(client);
  bystander.trade();
}

TEST(HostileBytes, BadLogonWithinASessionEndsItWithoutAReset) {
  VenueProcess venue{options_of(small_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto end_session_with = [&](const char* what, auto change) {
    SCOPED_TRACE(what);
    FixHeader header = client.next_header();
    header.seq = 1;
    FixBody logon = client.logon_body(true);
    change(header, logon);
    client.send_raw(encode(logon, header));
    EXPECT_FALSE(expect(client, "5").get(58).empty());
    client.send(FixBody{"5"});
    expect_close(client);
    bystander.trade();
    const std::uint32_t expected = client.expected_in();
    EXPECT_EQ(log_on(client, venue).seq(), expected);
    EXPECT_TRUE(until_heartbeat(client).empty());
  };
  end_session_with("number", [](FixHeader& header, FixBody&) { header.seq = 7; });
  end_session_with("CompID", [](FixHeader& header, FixBody&) { header.sender = "CLIENT2"; });
  end_session_with(
      "time", [](FixHeader& header, FixBody&) { header.sending_time = "20200101-00:00:00.000"; });
  end_session_with("heartbeat", [](FixHeader&, FixBody& logon) {
    logon = FixBody{"A"}.add(98, 0).add(108, 3'600).add(141, 'Y');
  });
}

}  // namespace
}  // namespace sluice::testing
