// Logon by Ed25519 signature, signed by the test itself, while another trades.
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sodium.h>
#include <string>

#include "engine/types/durations.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

/// A key pair that only this file knows.
struct Signer {
  Signer() {
    EXPECT_GE(::sodium_init(), 0);
    ::crypto_sign_keypair(public_key.data(), secret.data());
  }
  [[nodiscard]] std::string public_text() const {
    return base64(public_key.data(), public_key.size());
  }
  [[nodiscard]] std::string sign(const std::string& text) const {
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    ::crypto_sign_detached(signature.data(), nullptr,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           secret.data());
    return base64(signature.data(), signature.size());
  }
  static std::string base64(const unsigned char* bytes, std::size_t size) {
    std::array<char, 128> text{};
    ::sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
    return text.data();
  }
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
};

std::string time_in_ms(std::int64_t ms) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return utc_timestamp(std::chrono::nanoseconds(now).count() + ms * kNsPerMillisecond);
}

class SignatureLogon : public ::testing::Test {
 protected:
  VenueText text() const {
    VenueText venue = small_venue({"CLIENT2"});
    venue.gateway.emplace_back("signature_window_ms", "30000");
    venue.sessions.push_back({.comp_id = "CLIENT1",
                              .password = "secret",
                              .more = {{"authentication", quoted("signature")},
                                       {"username", quoted("KEY-1")},
                                       {"public_keys", "[" + quoted(signer_.public_text()) + "]"},
                                       {"password_hash", kLeaveOut}}});
    return venue;
  }
  /// A Logon as one message; `seq` and `time` are signed.
  std::string logon(const Signer& signer, std::uint32_t seq, const std::string& time,
                    bool reset = false) const {
    FixHeader header;
    header.sender = "CLIENT1";
    header.target = "SLUICE";
    header.seq = seq;
    header.sending_time = time;
    const std::string signature =
        signer.sign("A\001CLIENT1\001SLUICE\001" + std::to_string(seq) + "\001" + time);
    FixBody body{"A"};
    body.add(98, 0).add(108, 30).add(553, "KEY-1").add(95, 88).add(96, signature);
    if (reset) body.add(141, 'Y');
    return encode(body, header);
  }
  static void expect_silent_refusal(VenueProcess& venue, const std::string& bytes) {
    RawFixClient client{client_options("CLIENT1")};
    client.connect(venue.host(), venue.port());
    client.send_raw(bytes);
    expect_close(client);
    EXPECT_TRUE(client.skipped().empty());
  }
  static std::uint32_t expect_logon(VenueProcess& venue, RawFixClient& client,
                                    const std::string& bytes) {
    client.connect(venue.host(), venue.port());
    client.send_raw(bytes);
    const FixMessage answer = expect(client, "A");
    client.set_next_out(client.next_out() + 1);
    return answer.seq();
  }

  Signer signer_;
  RawFixClient client_{client_options("CLIENT1")};
};

TEST_F(SignatureLogon, GoodOneIsTakenAndTrades) {
  VenueProcess venue{options_of(text())};
  Bystander bystander{venue, "CLIENT2"};
  EXPECT_EQ(expect_logon(venue, client_, logon(signer_, 1, time_in_ms(0))), 1U);
  client_.send(limit_order("ORDER1", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(client_, '0').get(11), "ORDER1");
  bystander.trade();
}

TEST_F(SignatureLogon, WrongOnesAreClosedWithoutAWordAndMoveNoNumber) {
  VenueProcess venue{options_of(text())};
  Bystander bystander{venue, "CLIENT2"};
  const Signer stranger;
  const std::string time = time_in_ms(0);
  std::string cut = logon(signer_, 1, time);
  for (const bool reset : {false, true}) {
    expect_silent_refusal(venue, logon(stranger, 1, time, reset));
    expect_silent_refusal(venue, logon(signer_, 1, time_in_ms(-60'000), reset));
    expect_silent_refusal(venue, logon(signer_, 1, time_in_ms(60'000), reset));
    bystander.trade();
  }
  // Another number or user than was signed, or a password instead.
  FixHeader header = client_.next_header();
  header.sending_time = time;
  const std::string signature = signer_.sign("A\001CLIENT1\001SLUICE\0011\001" + time);
  const auto body = [&](const char* user) {
    return FixBody{"A"}.add(98, 0).add(108, 30).add(553, user).add(95, 88).add(96, signature);
  };
  header.seq = 2;
  expect_silent_refusal(venue, encode(body("KEY-1"), header));
  header.seq = 1;
  expect_silent_refusal(venue, encode(body("KEY-2"), header));
  expect_silent_refusal(
      venue,
      encode(FixBody{"A"}.add(98, 0).add(108, 30).add(553, "KEY-1").add(554, "secret"), header));
  bystander.trade();
  // What all of them tried for is still good, and the first message of the session.
  EXPECT_EQ(expect_logon(venue, client_, encode(body("KEY-1"), header)), 1U);
  EXPECT_TRUE(until_heartbeat(client_).empty());
}

TEST_F(SignatureLogon, OneThatWasTakenIsNeverTakenAgain) {
  VenueProcess venue{options_of(text())};
  Bystander bystander{venue, "CLIENT2"};
  const std::string time = time_in_ms(0);
  const std::string first = logon(signer_, 1, time, true);
  EXPECT_EQ(expect_logon(venue, client_, first), 1U);
  client_.set_expected_in(2);
  ASSERT_TRUE(client_.logout());
  expect_close(client_);
  expect_silent_refusal(venue, first);
  // A second one of the same time is none either, whatever else it signs.
  expect_silent_refusal(venue, logon(signer_, client_.next_out(), time));
  bystander.trade();
  venue.kill();
  venue.start_again();
  expect_silent_refusal(venue, first);
  venue.stop(kPatience);
  venue.start_again();
  expect_silent_refusal(venue, first);
  const std::uint32_t expected = client_.expected_in();
  const std::string next = logon(signer_, client_.next_out(), time_in_ms(0));
  EXPECT_EQ(expect_logon(venue, client_, next), expected);
  EXPECT_TRUE(until_heartbeat(client_).empty());
}

TEST_F(SignatureLogon, OneThatIsRefusedForItsTermsIsSpentAsWell) {
  VenueProcess venue{options_of(text())};
  const std::string time = time_in_ms(0);
  FixHeader header = client_.next_header();
  header.sending_time = time;
  const std::string signature = signer_.sign("A\001CLIENT1\001SLUICE\0011\001" + time);
  const auto bytes = [&](int heartbeat_s) {
    return encode(FixBody{"A"}
                      .add(98, 0)
                      .add(108, heartbeat_s)
                      .add(553, "KEY-1")
                      .add(95, 88)
                      .add(96, signature),
                  header);
  };
  client_.connect(venue.host(), venue.port());
  client_.send_raw(bytes(1));
  expect(client_, "5");
  expect_close(client_);
  expect_silent_refusal(venue, bytes(30));
}

TEST_F(SignatureLogon, RightSignaturesAtTheWrongTimeLockNobodyOut) {
  VenueText venue_text = text();
  venue_text.gateway.emplace_back("logon_failures_max", "3");
  venue_text.gateway.emplace_back("logon_lockout_s", "0");
  VenueProcess venue{options_of(venue_text)};
  const std::string old = logon(signer_, 1, time_in_ms(-60'000));
  for (int i = 0; i < 6; ++i) expect_silent_refusal(venue, old);
  EXPECT_EQ(expect_logon(venue, client_, logon(signer_, 1, time_in_ms(0))), 1U);
  client_.close();
  const Signer stranger;
  for (int i = 0; i < 3; ++i) {
    expect_silent_refusal(venue, logon(stranger, 1, time_in_ms(0)));
  }
  expect_silent_refusal(venue, logon(signer_, client_.next_out(), time_in_ms(0)));
}

TEST(MakeKey, WritesTheSecretForItsOwnerOnlyAndPrintsThePublicOne) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/key.pem";
  const auto run = [&] {
    ProcessOptions options;
    options.argv = {default_venue_binary(), "--make-key", path};
    return std::make_unique<ChildProcess>(options);
  };
  auto process = run();
  auto status = process->wait(kPatience);
  ASSERT_TRUE(status && status->code == 0);
  EXPECT_EQ(process->standard_output().size(), 45U);
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ifstream file(path);
  const std::string secret{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(secret.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  // Nobody's key is written over.
  process = run();
  status = process->wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 2);
  std::ifstream again(path);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(again), {}}), secret);
}

}  // namespace
}  // namespace sluice::testing
