// Sessions over TLS: they trade, resend, are cut and end as over plain TCP.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/tls_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

TEST(TlsSession, TradesOverBothVersionsWithOneOverPlainTcp) {
  VenueProcess venue{options_of(tls_venue("none", {"CLIENT1", "CLIENT2", "CLIENT3"}))};
  RawFixClient newer{tls_options("CLIENT1", {}, "1.3")};
  RawFixClient older{tls_options("CLIENT2", {}, "1.2")};
  RawFixClient plain{client_options("CLIENT3")};
  tls_log_on(newer, venue);
  tls_log_on(older, venue);
  log_on(plain, venue);
  newer.send(limit_order("SELL", kSymbol, '2', "2", "100"));
  expect_report(newer, '0');
  for (RawFixClient* client : {&older, &plain}) {
    client->send(limit_order("BUY", kSymbol, '1', "1", "100"));
    expect_report(*client, '0');
    expect_report(*client, 'F');
    EXPECT_EQ(expect_report(newer, 'F').get(31), "100");
  }
  EXPECT_TRUE(newer.logout());
  expect_close(newer);
  EXPECT_TRUE(newer.connection().tls()->got_close_notify());
}

TEST(TlsSession, ManyMessagesInOneWriteAreAllAnswered) {
  VenueProcess venue{options_of(tls_venue())};
  RawFixClient client{tls_options("CLIENT1")};
  tls_log_on(client, venue);
  // Several times the receive buffer, while nothing more comes after it: what waits inside TLS must
  // be found without the socket's help.
  constexpr int kOrders = 2'000;
  for (int i = 0; i < kOrders; ++i) {
    client.queue(limit_order(numbered("ORDER", client.next_out()), kSymbol, '1', "0.00001", "1",
                             '3'));  // immediate or cancel
    if (i % 500 == 499) {
      client.send_raw("");
      for (int one = 0; one < 500; ++one) {
        expect_report(client, '0');
        expect_report(client, 'C');
      }
    }
  }
  EXPECT_EQ(client.gap(), 0U);
}

TEST(TlsSession, AMessageInSliversIsOneMessage) {
  VenueProcess venue{options_of(tls_venue())};
  RawFixClient client{tls_options("CLIENT1")};
  client.connect(venue.host(), venue.tls_port());
  const std::string logon = encode(client.logon_body(false), client.next_header());
  for (const char byte : logon) client.send_raw({&byte, 1});
  client.set_next_out(2);
  EXPECT_EQ(expect(client, "A").seq(), 1U);
}

TEST(TlsSession, ALargeResendComesInOrderThoughTheClientReadsSlowly) {
  VenueText text = tls_venue();
  text.gateway.emplace_back("max_unsent_bytes", "65536");
  text.gateway.emplace_back("resend_rate", "1000000");
  VenueProcess venue{options_of(text)};
  RawClientOptions options = tls_options("CLIENT1");
  options.receive_buffer_bytes = 8'192;
  RawFixClient client{options};
  Bystander bystander{venue, "CLIENT2"};
  tls_log_on(client, venue);
  constexpr std::uint32_t kOrders = 4'000;
  constexpr std::uint32_t kBurst = 200;
  for (std::uint32_t i = 0; i < kOrders; i += kBurst) {
    for (std::uint32_t one = i; one < i + kBurst; ++one) {
      client.queue(limit_order(numbered("O", one), kSymbol, '1', "0.00001", "1", '3'));
    }
    client.send_raw("");
    for (std::uint32_t one = 0; one < kBurst; ++one) {
      expect_report(client, '0');
      expect_report(client, 'C');
    }
    bystander.trade();  // nobody is silent for longer than a heartbeat
  }
  const std::uint32_t last = client.expected_in() - 1;
  ASSERT_EQ(last, 2 * kOrders + 1);
  client.send(FixBody{"2"}.add(7, 2).add(16, 0));
  for (std::uint32_t expected = 2; expected <= last; ++expected) {
    const FixMessage message = expect(client, "8");
    ASSERT_EQ(message.seq(), expected);
    ASSERT_EQ(message.get(43), "Y");
    if (expected % 2'000 == 0) bystander.trade();
  }
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(TlsSession, AClientThatDoesNotReadIsCutAndOthersTradeOn) {
  VenueText text = tls_venue("none", {"SLOW", "OTHER"});
  text.gateway.emplace_back("max_unsent_bytes", "65536");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "OTHER"};
  RawClientOptions options = tls_options("SLOW");
  options.receive_buffer_bytes = 4'096;
  RawFixClient slow{options};
  tls_log_on(slow, venue);
  bool cut = false;
  for (int i = 0; i < 200'000 && !cut; ++i) {
    slow.queue(limit_order(numbered("O", static_cast<std::uint64_t>(i)), kSymbol, '1', "0.00001",
                           "1", '3'));
    (void)slow.flush();
    if (i % 1'000 == 0) {
      bystander.trade();
      cut = venue.process().standard_error().find("bytes unread") != std::string::npos;
    }
  }
  EXPECT_TRUE(log_has(venue, "cut: it left more than 65536 bytes unread"));
  bystander.trade();
}

TEST(TlsSession, EndsInOrderWhenTheVenueStops) {
  VenueProcess venue{options_of(tls_venue())};
  RawFixClient client{tls_options("CLIENT1")};
  RawFixClient half{tls_options("CLIENT2")};
  tls_log_on(client, venue);
  half.connect(venue.host(), venue.tls_port());
  venue.process().send_signal(SIGTERM);
  const FixMessage logout = expect(client, "5");
  EXPECT_EQ(logout.get(58), "the venue is shutting down");
  client.send(FixBody{"5"});
  expect_close(client);
  EXPECT_TRUE(client.connection().tls()->got_close_notify());
  expect_close(half);
  const auto end = venue.process().wait(kPatience);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, 0);
}

TEST(TlsSession, PassesToTheThreadOfItsSession) {
  VenueText text = tls_venue("none", {});
  text.gateway.emplace_back("io_threads", "2");
  for (const char* comp_id : {"CLIENT1", "CLIENT2"}) {
    text.sessions.push_back({.comp_id = comp_id, .password = {}, .more = {{"io_thread", "1"}}});
  }
  VenueProcess venue{options_of(text)};
  RawFixClient first{tls_options("CLIENT1")};
  first.connect(venue.host(), venue.tls_port());
  // With its first order at once behind it, in the same record.
  first.queue(first.logon_body(false));
  first.queue(limit_order("EARLY", kSymbol, '1', "1", "100"));
  first.send_raw("");
  EXPECT_EQ(expect(first, "A").seq(), 1U);
  expect_report(first, '0');
  RawFixClient second{tls_options("CLIENT2")};
  tls_log_on(second, venue);
  second.send(limit_order("HIT", kSymbol, '2', "1", "100"));
  expect_report(second, '0');
  expect_report(second, 'F');
  expect_report(first, 'F');
}

TEST(TlsSession, AVenueMayHaveTheTlsListenerAlone) {
  VenueText text = tls_venue();
  text.plain = false;
  VenueProcess venue{options_of(text)};
  EXPECT_EQ(venue.port(), 0);
  RawFixClient client{tls_options("CLIENT1")};
  tls_log_on(client, venue);
  client.send(limit_order("ORDER", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
}

}  // namespace
}  // namespace sluice::testing
