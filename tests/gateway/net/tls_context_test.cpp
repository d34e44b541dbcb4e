// What is said of files that a TLS listener cannot use.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>

#include "gateway/net/client_certificate.hpp"
#include "tests/gateway/net/tls_fixture.hpp"

namespace sluice::gateway {
namespace {

using sluice::testing::CertificateFiles;
using sluice::testing::CertificateWish;
using Of = TlsFault::Of;

std::string tls_test_file(const std::string& name, const std::string& text) {
  std::string path = test_certificates().folder.path() + "/" + name;
  std::ofstream(path, std::ios::trunc) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  return path;
}

void expect_fault(const TlsSettings& settings, Of of, const std::string& begins) {
  const TlsLoad load = load_tls(settings);
  EXPECT_FALSE(load.context);
  EXPECT_EQ(load.fault.of, of) << load.fault.what;
  EXPECT_TRUE(load.fault.what.starts_with(begins)) << load.fault.what;
}

TEST(TlsContext, FilesThatAreNotThereOrNoFilesAreNamed) {
  const std::string folder = test_certificates().folder.path();
  TlsSettings settings = server_settings(ClientCertificates::optional);
  settings.certificate = folder + "/nowhere.pem";
  expect_fault(settings, Of::certificate, "cannot be read: No such file");
  settings.certificate = folder;
  expect_fault(settings, Of::certificate, "is not a file");
  settings = server_settings(ClientCertificates::optional);
  settings.key = folder + "/nowhere.key";
  expect_fault(settings, Of::key, "cannot be read: No such file");
  settings = server_settings(ClientCertificates::optional);
  settings.client_ca = folder + "/nowhere.pem";
  expect_fault(settings, Of::client_ca, "cannot be read: No such file");
}

TEST(TlsContext, FilesOfAnotherKindAreToldSo) {
  TlsSettings settings = server_settings(ClientCertificates::optional);
  settings.certificate = tls_test_file("words.pem", "not a certificate");
  expect_fault(settings, Of::certificate, "is not a PEM certificate");
  settings = server_settings(ClientCertificates::optional);
  settings.key = tls_test_file("words.key", "not a key");
  expect_fault(settings, Of::key, "is not a PEM key without a passphrase");
  settings = server_settings(ClientCertificates::optional);
  settings.client_ca = tls_test_file("roots.pem", "no roots");
  expect_fault(settings, Of::client_ca, "has no PEM certificates");
  settings = server_settings();
  settings.certificate = tls_test_file("long.pem", std::string((1U << 20U) + 1, '\n'));
  expect_fault(settings, Of::certificate, "is longer than 1 MiB");
  settings = server_settings();
  settings.ciphers = "NO-SUCH-CIPHER";
  expect_fault(settings, Of::ciphers, "not a list of ciphers");
}

TEST(TlsContext, AKeyOfAnotherCertificateIsRefused) {
  TlsSettings settings = server_settings();
  settings.key = test_certificates().client.key;
  expect_fault(settings, Of::key, "is not the key of the certificate");
}

TEST(TlsContext, ACertificateWithAWeakKeyIsRefused) {
  TlsSettings settings = server_settings();
  for (const unsigned bits : {1'024U, 2'048U}) {
    const auto files = test_certificates().authority.issue(
        "server-rsa", {.common_name = "localhost", .rsa_bits = bits});
    settings.certificate = files.certificate;
    settings.key = files.key;
    const TlsLoad load = load_tls(settings);
    EXPECT_EQ(static_cast<bool>(load.context), bits == 2'048U) << load.fault.what;
    if (bits == 1'024U) {
      EXPECT_NE(load.fault.what.find("key too small"), std::string::npos) << load.fault.what;
    }
  }
}

TEST(TlsContext, AKeyThatEveryoneMayReadIsRefusedAndOneOfAGroupIsNot) {
  const CertificateFiles files = test_certificates().authority.issue_server("open");
  TlsSettings settings = server_settings();
  settings.certificate = files.certificate;
  settings.key = files.key;
  ASSERT_EQ(::chmod(files.key.c_str(), 0640), 0);
  EXPECT_TRUE(load_tls(settings).context);
  ASSERT_EQ(::chmod(files.key.c_str(), 0644), 0);
  expect_fault(settings, Of::key, "is open to everyone on this machine (mode 0644)");
}

TEST(TlsContext, ACertificateIsRefusedBeforeItsTimeAndAfter) {
  const auto settings_of = [](const std::string& name, int begins, int ends) {
    const CertificateFiles files = test_certificates().authority.issue(
        name, {.common_name = name, .begins_in_days = begins, .ends_in_days = ends});
    TlsSettings settings = server_settings();
    settings.certificate = files.certificate;
    settings.key = files.key;
    return settings;
  };
  expect_fault(settings_of("early", 2, 9), Of::certificate, "is not valid before 20");
  expect_fault(settings_of("late", -9, -2), Of::certificate, "ended at 20");
}

TEST(TlsContext, ACertificateThatEndsWithinThirtyDaysIsWarnedOf) {
  for (const auto& [days, warned] : {std::pair{29, true}, std::pair{31, false}}) {
    const CertificateFiles files = test_certificates().authority.issue(
        "short", {.common_name = "short", .ends_in_days = days});
    TlsSettings settings = server_settings();
    settings.certificate = files.certificate;
    settings.key = files.key;
    const TlsLoad load = load_tls(settings);
    EXPECT_TRUE(load.context);
    EXPECT_EQ(load.warnings.size(), warned ? 1U : 0U) << days;
    if (warned) {
      EXPECT_NE(load.warnings[0].find("short.pem: a certificate in it ends at 20"),
                std::string::npos)
          << load.warnings[0];
    }
  }
}

TEST(TlsContext, ReplacingTheContextChangesTheNextHandshakeOnly) {
  TlsContexts contexts(made_context(server_settings()));
  const TlsContext before = contexts.current();
  const TlsContext next = made_context(server_settings());
  contexts.replace(next);
  EXPECT_NE(contexts.current(), before);
  EXPECT_EQ(contexts.current(), next);
}

TEST(ClientCertificate, FingerprintsAreSixtyFourDigitsWithOrWithoutColons) {
  std::string digits;
  std::string colons;
  for (int i = 0; i < 32; ++i) {
    digits += "aF";
    colons += i == 0 ? "aF" : ":aF";
  }
  std::string lower;
  for (int i = 0; i < 32; ++i) lower += "af";
  EXPECT_EQ(parse_fingerprint(digits), lower);
  EXPECT_EQ(parse_fingerprint(colons), lower);
  for (const std::string& bad :
       {std::string(), digits.substr(1), digits + "a", colons + ":", colons.substr(0, 94),
        digits.substr(0, 63) + "g", "a:" + colons.substr(2), std::string("CLIENT1")}) {
    EXPECT_FALSE(parse_fingerprint(bad)) << bad;
  }
}

TEST(ClientCertificate, IsKnownByItsOnlyCommonNameAnAlternativeNameOrItsFingerprint) {
  const CertificateFiles files = test_certificates().authority.issue(
      "names", {.common_name = "CLIENT9",
                .alternative_names = {"DNS:desk.alpha.example", "email:fix@alpha.example",
                                      "URI:urn:alpha", "IP:127.0.0.1"}});
  TlsPair pair{server_settings(ClientCertificates::required),
               {.ca = {}, .certificate = files.certificate, .key = files.key}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  const TlsStream& stream = *pair.server;
  for (const char* name : {"CLIENT9", "desk.alpha.example", "fix@alpha.example", "urn:alpha"}) {
    EXPECT_TRUE(stream.client_certificate_is(name)) << name;
  }
  EXPECT_TRUE(stream.client_certificate_is(sluice::testing::fingerprint_of(files.certificate)));
  for (const char* name : {"client9", "CLIENT", "CLIENT90", "*.alpha.example", "alpha.example",
                           "127.0.0.1", "", "DNS:desk.alpha.example"}) {
    EXPECT_FALSE(stream.client_certificate_is(name)) << name;
  }
  EXPECT_FALSE(stream.client_certificate_is(
      sluice::testing::fingerprint_of(test_certificates().client.certificate)));
}

TEST(ClientCertificate, OfTwoCommonNamesNeitherCounts) {
  const CertificateFiles files = test_certificates().authority.issue(
      "two", {.common_name = "CLIENT1", .second_common_name = "CLIENT2"});
  TlsPair pair{server_settings(ClientCertificates::required),
               {.ca = {}, .certificate = files.certificate, .key = files.key}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  EXPECT_FALSE(pair.server->client_certificate_is("CLIENT1"));
  EXPECT_FALSE(pair.server->client_certificate_is("CLIENT2"));
}

TEST(ClientCertificate, IsTakenUpToAStatedSize) {
  for (const auto& [names, taken] : {std::pair{500, true}, std::pair{1'500, false}}) {
    CertificateWish wish{.common_name = "CLIENT1"};
    for (int i = 0; i < names; ++i) {
      wish.alternative_names.push_back("DNS:a-name-of-some-length-" + std::to_string(i));
    }
    const CertificateFiles files = test_certificates().authority.issue("large", wish);
    TlsPair pair{server_settings(ClientCertificates::required),
                 {.ca = {}, .certificate = files.certificate, .key = files.key}};
    EXPECT_EQ(pair.shake_hands(), taken ? HandshakeStatus::done : HandshakeStatus::failed) << names;
    if (!taken) {
      EXPECT_EQ(pair.server->fault(), "excessive message size");
    }
  }
}

}  // namespace
}  // namespace sluice::gateway
