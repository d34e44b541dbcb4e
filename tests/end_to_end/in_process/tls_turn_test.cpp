// What a turn does for TLS connections, and what no poller tells of.
#include <cstddef>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/certificates.hpp"

namespace sluice::testing {
namespace {

class TlsTurns : public ::testing::Test {
 protected:
  TlsClientOptions client_options() const { return {.ca = authority_.file()}; }

  /// Connected; its ClientHello is on the way.
  std::unique_ptr<RawFixClient> hello(const std::string& comp_id) { return hello(comp_id, venue_); }
  std::unique_ptr<RawFixClient> hello(const std::string& comp_id, TurnedVenue& venue) {
    auto client =
        std::make_unique<RawFixClient>(RawClientOptions{.sender = comp_id, .automatic = false});
    client->connect("127.0.0.1", venue.venue().tls_port());
    client->connection().begin_tls(client_options());
    EXPECT_EQ(client->connection().tls()->handshake(), TlsClient::Status::want_read);
    return client;
  }

  bool through(RawFixClient& client) { return through(client, venue_); }
  static bool through(RawFixClient& client, TurnedVenue& venue) {
    return venue.turn_until(
        [&] { return client.connection().tls()->handshake() == TlsClient::Status::done; });
  }

  std::size_t receive_until_quiet(RawFixClient& client) {
    std::size_t count = 0;
    for (;;) {
      venue_.settle();
      const std::size_t before = count;
      while (client.poll() != nullptr) ++count;
      if (count == before) return count;
    }
  }

  TemporaryFolder folder_;
  CertificateAuthority authority_{folder_.path(), "authority"};
  CertificateFiles server_ = authority_.issue_server("server");
  void speak_tls(gateway::VenueConfig& config) const {
    gateway::TlsConfig& tls = config.tls.emplace();
    tls.settings.certificate = server_.certificate;
    tls.settings.key = server_.key;
  }
  TurnedVenue venue_{[this](gateway::VenueConfig& config) { speak_tls(config); }};
};

TEST_F(TlsTurns, OneStepOfOneHandshakeIsDoneInATurnAndNoneIsForgotten) {
  constexpr std::size_t kClients = 10;
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.push_back(hello("CLIENT1"));
  const auto answered = [&] {
    std::size_t count = 0;
    for (const auto& client : clients) {
      char byte = 0;
      count += ::recv(client->connection().fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? 1 : 0;
    }
    return count;
  };
  std::size_t last = 0;
  for (int turn = 0; turn < 1'000 && last < kClients; ++turn) {
    venue_.turn_io();
    const std::size_t now = answered();
    EXPECT_LE(now, last + gateway::IoThread::kHandshakeStepsPerTurn);
    last = now;
  }
  EXPECT_EQ(last, kClients);
  for (const auto& client : clients) EXPECT_TRUE(through(*client));
}

TEST_F(TlsTurns, WhatTlsHoldsBeyondTheReceiveBufferIsReadThoughTheSocketIsSilent) {
  const auto client = hello("CLIENT1");
  ASSERT_TRUE(through(*client));
  client->send(client->logon_body(false));
  ASSERT_EQ(receive_until_quiet(*client), 1U);
  // More than the receive buffer of 64 KiB, all of it in the socket before the venue looks.
  constexpr std::size_t kOrders = 1'500;
  for (std::size_t i = 0; i < kOrders; ++i) {
    client->queue(limit_order("O" + std::to_string(i), kSymbol, '1', "0.001", "1"));
  }
  client->send_raw("");
  EXPECT_EQ(receive_until_quiet(*client), kOrders);
}

TEST_F(TlsTurns, ALogonBehindTheHandshakeInOneSegmentIsAnswered) {
  const auto client = hello("CLIENT1");
  // The venue's flight comes; our Finished and the Logon leave together.
  char byte = 0;
  ASSERT_TRUE(venue_.turn_until(
      [&] { return ::recv(client->connection().fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1; }));
  ASSERT_EQ(client->connection().tls()->handshake(), TlsClient::Status::done);
  client->send(client->logon_body(false));
  EXPECT_EQ(receive_until_quiet(*client), 1U);
}

TEST_F(TlsTurns, AnEndInTheSameReadAsTheLastMessageIsHeard) {
  const auto client = hello("CLIENT1");
  ASSERT_TRUE(through(*client));
  client->send(client->logon_body(false));
  ASSERT_EQ(receive_until_quiet(*client), 1U);
  client->send(limit_order("LAST", kSymbol, '1', "0.001", "1"));
  client->connection().tls()->close_notify();  // and the socket stays open
  EXPECT_TRUE(venue_.turn_until([&] { return venue_.venue().edge().connections.load() == 0; }));
  EXPECT_EQ(venue_.events().size(), 1U);
}

TEST_F(TlsTurns, AFailedHandshakeIsCountedAndItsConnectionGone) {
  RawFixClient plain{RawClientOptions{.automatic = false}};
  plain.connect("127.0.0.1", venue_.venue().tls_port());
  plain.send(plain.logon_body(false));
  EXPECT_TRUE(
      venue_.turn_until([&] { return venue_.venue().edge().failed_handshakes.load() == 1; }));
  venue_.settle();
  EXPECT_EQ(venue_.venue().edge().connections.load(), 0U);
}

TEST_F(TlsTurns, OneThatLeavesWhileItsHandshakeWaitsForATurnIsForgotten) {
  std::vector<std::unique_ptr<RawFixClient>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(hello("CLIENT1"));
  venue_.turn_io();
  venue_.turn_io();
  for (const auto& client : clients) client->abort();
  EXPECT_TRUE(venue_.turn_until([&] { return venue_.venue().edge().connections.load() == 0; }));
  EXPECT_EQ(venue_.venue().edge().failed_handshakes.load(), 0U);
}

// The poller tells of both in one batch, of the listener first.
TEST_F(TlsTurns, ANewcomerInThePlaceOfOneThatHungUpMeanwhileIsNotTakenForIt) {
  TurnedVenue crowded{[this](gateway::VenueConfig& config) {
    speak_tls(config);
    config.gateway.max_unauthenticated = 1;
  }};
  const gateway::EdgeCounters& edge = crowded.venue().edge();
  RawFixClient gone{RawClientOptions{.automatic = false}};
  gone.connect("127.0.0.1", crowded.venue().tls_port());
  ASSERT_TRUE(crowded.turn_until([&] { return edge.connections.load() == 1; }));
  crowded.settle();
  const auto newcomer = hello("CLIENT1", crowded);
  gone.abort();
  crowded.turn_io();
  EXPECT_EQ(edge.evicted_connections.load(), 1U);
  EXPECT_TRUE(through(*newcomer, crowded));
}

TEST_F(TlsTurns, ReloadedCertificatesAreReportedAsValues) {
  EXPECT_EQ(venue_.venue().reload_certificates(), "");
  std::filesystem::remove(server_.key);
  EXPECT_NE(venue_.venue().reload_certificates().find("tls.key"), std::string::npos);
  const auto client = hello("CLIENT1");
  EXPECT_TRUE(through(*client));
}

}  // namespace
}  // namespace sluice::testing
