// [tls], which listeners there are, and what sessions may ask of TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "gateway/config/tls_files.hpp"
#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

const std::string kPlain = "[gateway]\nport = 0\n";

VenueConfig tls_config(const std::string& more, const std::string& session = "") {
  return parse_venue_config(std::string(kTls) + more + good_config() + session, "venue.toml");
}

TEST(TlsSection, ReadsEveryKey) {
  const VenueConfig config = tls_config(R"(bind_address = "::"
client_ca = "roots.pem"
client_certificates = "required"
min_version = "1.3"
ciphers = "ECDHE+AESGCM"
)");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->bind_address, "::");
  EXPECT_EQ(config.tls->port, 0);
  const TlsSettings& settings = config.tls->settings;
  EXPECT_EQ(settings.certificate, "server.pem");
  EXPECT_EQ(settings.key, "server.key");
  EXPECT_EQ(settings.client_ca, "roots.pem");
  EXPECT_EQ(settings.client_certificates, ClientCertificates::required);
  EXPECT_EQ(settings.min_version, TlsVersion::tls_1_3);
  EXPECT_EQ(settings.ciphers, "ECDHE+AESGCM");
  EXPECT_FALSE(config.gateway.port);
}

TEST(TlsSection, KeysThatAreLeftOutHaveTheirDefaults) {
  const VenueConfig config = tls_config("");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->bind_address, "127.0.0.1");
  EXPECT_EQ(config.tls->settings.client_certificates, ClientCertificates::none);
  EXPECT_EQ(config.tls->settings.min_version, TlsVersion::tls_1_2);
  EXPECT_EQ(config.tls->settings.ciphers, "");
  EXPECT_FALSE(config.sessions[0].tls_required);
  EXPECT_EQ(config.sessions[0].client_certificate, "");
  EXPECT_FALSE(parse_venue_config(kPlain + good_config(), "venue.toml").tls);
}

TEST(TlsSection, SessionsMayAskForTlsAndForACertificate) {
  EXPECT_TRUE(tls_config("", "tls = \"required\"\n").sessions[0].tls_required);
  EXPECT_FALSE(tls_config("", "tls = \"optional\"\n").sessions[0].tls_required);
  const VenueConfig bound = tls_config("client_ca = \"r\"\nclient_certificates = \"optional\"\n",
                                       "client_certificate = \"desk.alpha.example\"\n");
  EXPECT_EQ(bound.sessions[0].client_certificate, "desk.alpha.example");
  EXPECT_TRUE(bound.sessions[0].tls_required);
}

std::string said_of_tls(const std::string& more, const std::string& session = "") {
  return complaint(std::string(kTls) + more + good_config() + session);
}

TEST(TlsSection, MistakesAreToldWithTheirPlace) {
  EXPECT_EQ(complaint("tls = 5001\n" + kPlain + good_config()),
            "venue.toml:1:7: tls: found 5001; expected one table [tls]");
  EXPECT_EQ(complaint("[tls]\n" + kPlain + good_config()),
            "venue.toml:1:1: tls.port: found nothing; expected a port from 0 to 65535\n"
            "venue.toml:1:1: tls.certificate: found nothing; expected a path of 1 to 1024 bytes\n"
            "venue.toml:1:1: tls.key: found nothing; expected a path of 1 to 1024 bytes");
  EXPECT_EQ(said_of_tls("bind_address = \"localhost\"\n"),
            "venue.toml:5:16: tls.bind_address: found \"localhost\"; expected an IPv4 or IPv6 "
            "address such as \"127.0.0.1\"");
  EXPECT_EQ(said_of_tls("client_certificates = \"maybe\"\n"),
            "venue.toml:5:23: tls.client_certificates: found \"maybe\"; expected one of \"none\", "
            "\"optional\", \"required\"");
  EXPECT_EQ(said_of_tls("min_version = \"1.1\"\n"),
            "venue.toml:5:15: tls.min_version: found \"1.1\"; expected one of \"1.2\", \"1.3\"");
  EXPECT_EQ(said_of_tls("ciphers = \"\"\n"),
            "venue.toml:5:11: tls.ciphers: found \"\"; expected a list of 1 to 1024 bytes as "
            "`openssl ciphers` has");
  EXPECT_EQ(said_of_tls("cipher = \"x\"\n"),
            "venue.toml:5:1: tls.cipher: unknown key; did you mean \"ciphers\"?");
}

TEST(TlsSection, RootsAndTheirUseGoTogether) {
  EXPECT_EQ(said_of_tls("client_certificates = \"required\"\n"),
            "venue.toml:1:1: tls.client_ca: found nothing; expected the roots of client "
            "certificates, which client_certificates asks for");
  EXPECT_EQ(said_of_tls("client_ca = \"roots.pem\"\n"),
            "venue.toml:5:13: tls.client_ca: found \"roots.pem\"; expected client_certificates of "
            "\"optional\" or \"required\" with it");
}

TEST(TlsSection, WhatASessionAsksOfTlsMustBePossible) {
  EXPECT_EQ(complaint(kPlain + good_config() + "tls = \"required\"\n"),
            "venue.toml:19:7: session.tls: found \"required\"; expected a table [tls]: nobody "
            "could log on to this session");
  EXPECT_EQ(said_of_tls("", "client_certificate = \"C1\"\n"),
            "venue.toml:21:22: session.client_certificate: found \"C1\"; expected a table [tls] "
            "with client_certificates of \"optional\" or \"required\"");
  EXPECT_THAT(said_of_tls("", "client_certificate = \"\"\n"),
              ::testing::HasSubstr("expected a name of 1 to 256 printable ASCII characters or a "
                                   "SHA-256 fingerprint of 64 hexadecimal digits"));
  EXPECT_THAT(said_of_tls("", "tls = true\n"), ::testing::HasSubstr("session.tls: found true"));
}

TEST(Listeners, OneMustBeThereAtLeast) {
  EXPECT_EQ(complaint("[gateway]\ncomp_id = \"X\"\n# port = 1\n" + good_config()),
            "venue.toml:1:1: gateway.port: found nothing; expected a port for plain TCP, or a "
            "table [tls]: nobody could connect");
}

TEST(Listeners, PlainTcpBeyondLoopbackMustBeSaid) {
  const std::string text = "[gateway]\nport = 0\nbind_address = \"0.0.0.0\"\n";
  EXPECT_EQ(complaint(text + good_config()),
            "venue.toml:3:16: gateway.bind_address: found \"0.0.0.0\"; expected a loopback address "
            "for plain TCP, or plain_beyond_loopback = true");
  EXPECT_EQ(complaint(text + "plain_beyond_loopback = true\n" + good_config()), "");
  EXPECT_EQ(complaint(text + "plain_beyond_loopback = false\n" + good_config()).empty(), false);
  // Without a plain listener the address means nothing.
  EXPECT_EQ(complaint("[gateway]\nbind_address = \"0.0.0.0\"\n" + good_config()), "");
}

TEST(TlsFiles, WhatIsWrongIsToldWithThePlaceOfItsKey) {
  VenueConfig config = tls_config("");
  config.tls->settings.certificate = "/nowhere/server.pem";
  try {
    static_cast<void>(load_tls_files(*config.tls));
    ADD_FAILURE() << "taken";
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()),
              "venue.toml:3:15: tls.certificate: \"/nowhere/server.pem\" cannot be read: No such "
              "file or directory");
  }
}

}  // namespace
}  // namespace sluice::gateway
