// The edge of the TLS listener: who gets in, who does not, and that nobody else feels it.
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/admin_fixture.hpp"
#include "tests/end_to_end/tls_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

std::string tls_client_hello_start() { return std::string("\x16\x03\x01\x02\x00\x01", 6); }

TEST(TlsEdge, EachListenerClosesWhoeverSpeaksTheOthersLanguage) {
  VenueProcess venue{options_of(tls_venue())};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient plain{client_options("CLIENT1")};
  EXPECT_TRUE(is_refused(plain, venue.host(), venue.tls_port()));
  EXPECT_TRUE(log_has(venue, "closed: TLS: what it sends is not TLS"));
  RawFixClient tls{tls_options("CLIENT1")};
  EXPECT_TRUE(is_refused(tls, venue.host(), venue.port()));
  EXPECT_TRUE(log_has(venue, "closed: it speaks TLS, and this listener is for plain TCP"));
  bystander.trade();
}

TEST(TlsEdge, Version11IsRefused) {
  VenueProcess venue{options_of(tls_venue())};
  RawFixClient client{tls_options("CLIENT1", {}, "1.1")};
  EXPECT_TRUE(is_refused(client, venue.host(), venue.tls_port()));
  EXPECT_TRUE(log_has(venue, "closed: TLS: unsupported protocol"));
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.ask("stat").result()["edge"]["failed_handshakes"], 1);
}

TEST(TlsEdge, AVenueMayAskForVersion13) {
  VenueText text = tls_venue();
  text.tls.emplace_back("min_version", "\"1.3\"");
  VenueProcess venue{options_of(text)};
  RawFixClient older{tls_options("CLIENT1", {}, "1.2")};
  EXPECT_TRUE(is_refused(older, venue.host(), venue.tls_port()));
  RawFixClient newer{tls_options("CLIENT1", {}, "1.3")};
  tls_log_on(newer, venue);
}

TEST(TlsEdge, HalfHandshakesAreClosedAtTheLogonTimeout) {
  VenueText text = tls_venue();
  text.gateway.emplace_back("logon_timeout_ms", "400");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(std::make_unique<RawFixClient>(client_options("CLIENT1")));
    waiting.back()->connect(venue.host(), venue.tls_port());
  }
  waiting[1]->send_raw(tls_client_hello_start());
  // One that is through with its handshake has no longer time.
  waiting.push_back(std::make_unique<RawFixClient>(tls_options("CLIENT1")));
  waiting.back()->connect(venue.host(), venue.tls_port());
  for (const auto& client : waiting) expect_close(*client);
  EXPECT_TRUE(log_has(venue, "no good Logon within 400 ms"));
  bystander.trade();
}

TEST(TlsEdge, ConnectionsOfBothListenersCountTogether) {
  VenueText text = tls_venue();
  text.gateway.emplace_back("max_connections", "3");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient logged_on{tls_options("CLIENT1")};
  tls_log_on(logged_on, venue);
  RawFixClient silent{client_options("CLIENT1")};
  silent.connect(venue.host(), venue.tls_port());
  bystander.trade();  // by then it has been let in
  // The one place that is not a session's goes to the newest, whichever door it came by.
  RawFixClient plain{client_options("CLIENT1")};
  plain.connect(venue.host(), venue.port());
  expect_close(silent);
  RawFixClient encrypted{tls_options("CLIENT1")};
  encrypted.connect(venue.host(), venue.tls_port());
  expect_close(plain);
  bystander.trade();
}

TEST(TlsEdge, AFloodOfHandshakesHoldsUpNobody) {
  VenueText text = tls_venue();
  text.gateway.emplace_back("max_connections", "200");
  VenueProcess venue{options_of(text)};
  Bystander bystander{venue, "CLIENT2"};
  // Each sends a whole ClientHello at once and waits; their handshakes take turns.
  std::vector<std::unique_ptr<RawFixClient>> hasty;
  std::vector<std::unique_ptr<TlsClient>> streams;
  for (int i = 0; i < 100; ++i) {
    hasty.push_back(std::make_unique<RawFixClient>(client_options("CLIENT1")));
    hasty.back()->connect(venue.host(), venue.tls_port());
    streams.push_back(
        std::make_unique<TlsClient>(TlsClientOptions{.ca = {}}, hasty.back()->connection().fd()));
    EXPECT_NE(streams.back()->handshake(), TlsClient::Status::failed);
  }
  bystander.trade();
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Deadline deadline = after(kPatience);
    while (streams[i]->handshake() != TlsClient::Status::done) {
      ASSERT_TRUE(hasty[i]->connection().wait_readable(deadline));
    }
  }
  bystander.trade();
}

TEST(TlsEdge, ARequiredClientCertificateMustBeOfTheVenuesRootsAndInItsTime) {
  const VenueCertificates& files = venue_certificates();
  VenueProcess venue{options_of(tls_venue("required"))};
  RawFixClient without{tls_options("CLIENT1")};
  EXPECT_TRUE(is_refused(without, venue.host(), venue.tls_port()));
  EXPECT_TRUE(log_has(venue, "closed: TLS: peer did not return a certificate"));
  RawFixClient foreign{tls_options("CLIENT1", files.stranger.issue("foreign", {"CLIENT1"}))};
  EXPECT_TRUE(is_refused(foreign, venue.host(), venue.tls_port()));
  RawFixClient late{tls_options("CLIENT1", files.authority.issue("late", {.common_name = "CLIENT1",
                                                                          .begins_in_days = -9,
                                                                          .ends_in_days = -1}))};
  EXPECT_TRUE(is_refused(late, venue.host(), venue.tls_port()));
  EXPECT_TRUE(log_has(venue, "client certificate refused: certificate has expired"));
  // Not bound to a CompID, any good one will do.
  RawFixClient good{tls_options("CLIENT1", files.client2)};
  tls_log_on(good, venue);
}

TEST(TlsEdge, ASessionBoundToACertificateTakesNoOther) {
  const VenueCertificates& files = venue_certificates();
  VenueText text = tls_venue("optional", {"FREE"});
  text.sessions.push_back({.comp_id = "CLIENT1",
                           .password = "secret",
                           .more = {{"client_certificate", "\"CLIENT1\""}}});
  text.sessions.push_back(
      {.comp_id = "CLIENT2",
       .password = "secret",
       .more = {{"client_certificate", quoted(fingerprint_of(files.client2.certificate))}}});
  VenueProcess venue{options_of(text)};
  const auto client = [](const std::string& comp_id, const CertificateFiles& own, bool tls) {
    RawClientOptions options = tls_options(comp_id, own);
    options.password = "secret";
    if (!tls) options.tls.reset();
    return std::make_unique<RawFixClient>(options);
  };
  EXPECT_TRUE(is_refused(*client("CLIENT1", files.client2, true), venue.host(), venue.tls_port()));
  EXPECT_TRUE(log_has(venue, "closed before logon: it has not the client certificate of CLIENT1"));
  EXPECT_TRUE(is_refused(*client("CLIENT1", {}, true), venue.host(), venue.tls_port()));
  EXPECT_TRUE(is_refused(*client("CLIENT2", files.client1, true), venue.host(), venue.tls_port()));
  EXPECT_TRUE(is_refused(*client("CLIENT1", {}, false), venue.host(), venue.port()));
  EXPECT_TRUE(log_has(venue, "closed before logon: CLIENT1 logs on over TLS only"));
  // Refused ones moved no number.
  const auto first = client("CLIENT1", files.client1, true);
  EXPECT_EQ(tls_log_on(*first, venue).seq(), 1U);
  const auto second = client("CLIENT2", files.client2, true);
  EXPECT_EQ(tls_log_on(*second, venue).seq(), 1U);
  // The certificate stands beside the password, not for it.
  RawClientOptions wrong = tls_options("CLIENT1", files.client1);
  wrong.password = "guess";
  RawFixClient guesser{wrong};
  EXPECT_TRUE(is_refused(guesser, venue.host(), venue.tls_port()));
  RawFixClient unbound{tls_options("FREE")};
  tls_log_on(unbound, venue);
}

TEST(TlsEdge, ASessionMayRefusePlainTcp) {
  VenueText text = tls_venue("none", {"CLIENT2"});
  text.sessions.push_back(
      {.comp_id = "CLIENT1", .password = {}, .more = {{"tls", "\"required\""}}});
  VenueProcess venue{options_of(text)};
  RawFixClient plain{client_options("CLIENT1")};
  EXPECT_TRUE(is_refused(plain, venue.host(), venue.port()));
  RawFixClient tls{tls_options("CLIENT1")};
  tls_log_on(tls, venue);
  RawFixClient other{client_options("CLIENT2")};
  log_on(other, venue);
}

/// A venue whose certificate files can be exchanged.
struct Renewable {
  TemporaryFolder folder;
  CertificateFiles files{folder.path() + "/now.pem", folder.path() + "/now.key"};

  Renewable() { put(venue_certificates().server); }
  void put(const CertificateFiles& others) const {
    constexpr auto kOver = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(others.certificate, files.certificate, kOver);
    std::filesystem::copy_file(others.key, files.key, kOver);
  }
  [[nodiscard]] VenueText text() const {
    VenueText text = tls_venue();
    text.tls = {{"certificate", quoted(files.certificate)}, {"key", quoted(files.key)}};
    return text;
  }
};

TEST(TlsReload, NewCertificatesAreUsedFromTheNextHandshakeAndSessionsTradeOn) {
  const Renewable renewable;
  VenueProcess venue{options_of(renewable.text())};
  RawFixClient trading{tls_options("CLIENT1")};
  tls_log_on(trading, venue);
  renewable.put(venue_certificates().stranger.issue_server("renewed"));
  venue.process().send_signal(SIGHUP);
  for (int i = 0; i < 200; ++i) {
    trading.send(
        limit_order(numbered("O", static_cast<std::uint64_t>(i)), kSymbol, '1', "0.00001", "1"));
    expect_report(trading, '0');
  }
  ASSERT_TRUE(log_has(venue, "certificates were read again"));
  // The old root does not know the new certificate; the new one does.
  RawFixClient before{tls_options("CLIENT2")};
  EXPECT_TRUE(is_refused(before, venue.host(), venue.tls_port()));
  RawClientOptions options = tls_options("CLIENT2");
  options.tls->ca = venue_certificates().stranger.file();
  RawFixClient now{options};
  tls_log_on(now, venue);
  EXPECT_TRUE(until_heartbeat(trading).empty());
}

TEST(TlsReload, BadCertificatesAreToldOfAndTheOldOnesStay) {
  const Renewable renewable;
  VenueProcess venue{options_of(renewable.text())};
  std::ofstream{renewable.files.certificate, std::ios::trunc} << "half of a";
  venue.process().send_signal(SIGHUP);
  ASSERT_TRUE(log_has(venue, "certificates stay as they were: "));
  ASSERT_TRUE(log_has(
      venue, "tls.certificate: \"" + renewable.files.certificate + "\" is not a PEM certificate"));
  RawFixClient client{tls_options("CLIENT1")};
  tls_log_on(client, venue);
  // The key of another certificate is no better.
  renewable.put({venue_certificates().server.certificate, venue_certificates().client1.key});
  venue.process().send_signal(SIGHUP);
  ASSERT_TRUE(log_has(venue, "is not the key of the certificate"));
  RawFixClient another{tls_options("CLIENT2")};
  tls_log_on(another, venue);
}

TEST(TlsReload, ACertificateThatEndsSoonIsWarnedOfAtTheStartAndAtAReload) {
  const Renewable renewable;
  renewable.put(venue_certificates().authority.issue(
      "ending", {.common_name = "ending", .alternative_names = {}, .ends_in_days = 7}));
  VenueProcess venue{options_of(renewable.text())};
  ASSERT_TRUE(
      log_has(venue, "warning " + renewable.files.certificate + ": a certificate in it ends"));
  venue.process().send_signal(SIGHUP);
  ASSERT_TRUE(log_has(venue, "certificates were read again"));
  const std::string log = venue.process().standard_error();
  const std::size_t first = log.find("a certificate in it ends");
  EXPECT_NE(log.find("a certificate in it ends", first + 1), std::string::npos) << log;
}

TEST(TlsReload, WithoutTlsASighupChangesNothing) {
  VenueProcess venue{options_of(small_venue())};
  venue.process().send_signal(SIGHUP);
  Bystander bystander{venue, "CLIENT2"};
  bystander.trade();
}

}  // namespace
}  // namespace sluice::testing
