#include "gateway/auth/logon_signature.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sodium.h>
#include <string>
#include <vector>

#include "gateway/codec/framing/field_scanner.hpp"

namespace sluice::gateway {
namespace {

std::string signature_page() {
  const auto path =
      std::filesystem::path(__FILE__).parent_path() / "../../../fix-specs/signature-logon.md";
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The value in that row of the page's table.
std::string row(const std::string& name) {
  const std::string page = signature_page();
  const std::string head = "| " + name + " | `";
  const std::size_t at = page.find(head);
  if (at == std::string::npos) return "no row " + name;
  const std::size_t from = at + head.size();
  return page.substr(from, page.find('`', from) - from);
}

std::vector<PublicKey> keys_of(const std::string& text) { return {parse_public_key(text).value()}; }

const SignedFields kVector{.sender_comp_id = "CLIENT1",
                           .target_comp_id = "SLUICE",
                           .msg_seq_num = "1",
                           .sending_time = "20260801-09:30:00.000000"};

TEST(LogonSignature, PublishedVectorIsWhatIsSignedAndVerified) {
  const std::string text = signed_text(kVector);
  std::string shown = text;
  for (char& c : shown) c = c == kSoh ? '|' : c;
  EXPECT_EQ(row("Signed, SOH shown as a bar"), shown);
  std::array<char, 256> hex{};
  ::sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(text.data()),
                   text.size());
  EXPECT_EQ(row("Signed, hex"), hex.data());
  const auto keys = keys_of(row("Public key, base64"));
  EXPECT_TRUE(verify_signature(keys, text, row("Signature, base64")));
  // And the page's Logon has exactly these.
  const std::string page = signature_page();
  for (const std::string& field :
       {std::string("|34=1|"), std::string("|49=CLIENT1|"), std::string("|56=SLUICE|"),
        std::string("|52=20260801-09:30:00.000000|"),
        "|95=88|96=" + row("Signature, base64") + "|"}) {
    EXPECT_NE(page.find(field), std::string::npos) << field;
  }
}

TEST(LogonSignature, EachSignedFieldCounts) {
  const auto keys = keys_of(row("Public key, base64"));
  const std::string signature = row("Signature, base64");
  const auto verified = [&](auto change) {
    SignedFields fields = kVector;
    change(fields);
    return verify_signature(keys, signed_text(fields), signature);
  };
  EXPECT_TRUE(verified([](SignedFields&) {}));
  EXPECT_FALSE(verified([](SignedFields& f) { f.sender_comp_id = "CLIENT2"; }));
  EXPECT_FALSE(verified([](SignedFields& f) { f.target_comp_id = "SLUICE2"; }));
  EXPECT_FALSE(verified([](SignedFields& f) { f.msg_seq_num = "01"; }));
  EXPECT_FALSE(verified([](SignedFields& f) { f.sending_time = "20260801-09:30:00.000001"; }));
}

TEST(LogonSignature, SignatureOfAnyOfTheKeysIsGoodAndOfNoneIsNot) {
  const std::string text = signed_text(kVector);
  const std::string signature = row("Signature, base64");
  const PublicKey other = parse_public_key(make_key_pair().public_base64).value();
  const PublicKey right = keys_of(row("Public key, base64"))[0];
  EXPECT_TRUE(verify_signature(std::vector{other, right}, text, signature));
  EXPECT_TRUE(verify_signature(std::vector{right, other}, text, signature));
  EXPECT_FALSE(verify_signature(std::vector{other}, text, signature));
  EXPECT_FALSE(verify_signature({}, text, signature));
}

TEST(LogonSignature, WhatIsNoSignatureIsRefused) {
  const auto keys = keys_of(row("Public key, base64"));
  const std::string text = signed_text(kVector);
  const std::string right = row("Signature, base64");
  ASSERT_EQ(right.size(), kSignatureText);
  std::vector<std::string> wrong{"",
                                 "x",
                                 right.substr(0, 87),
                                 right + "=",
                                 std::string(88, 'A'),
                                 std::string(88, '='),
                                 std::string(88, '\0')};
  for (std::size_t i = 0; i < 86; i += 5) {
    wrong.push_back(right);
    wrong.back()[i] = right[i] == 'A' ? 'B' : 'A';
  }
  wrong.push_back(right);
  wrong.back()[10] = ' ';
  for (const std::string& one : wrong) EXPECT_FALSE(verify_signature(keys, text, one)) << one;
}

TEST(LogonSignature, NobodysKeyIsNoKeyThatAnybodyKnowsTheSecretOf) {
  // An attacker may sign with any key of his own; a session that is unknown stays unknown.
  const KeyPair pair = make_key_pair();
  EXPECT_THAT(pair.secret_pem, testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(parse_public_key(pair.public_base64));
  EXPECT_NE(make_key_pair().public_base64, pair.public_base64);
}

TEST(PublicKeyText, IsReadInEachOfItsForms) {
  const PublicKey key = parse_public_key(row("Public key, base64")).value();
  const std::string info = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
  EXPECT_EQ(parse_public_key(info), key);
  const std::string pem = "-----BEGIN PUBLIC KEY-----\n" + info + "\n-----END PUBLIC KEY-----\n";
  EXPECT_EQ(parse_public_key(pem), key);
  EXPECT_EQ(parse_public_key("\n " + pem + " \n"), key);
}

TEST(PublicKeyText, OfAnythingElseIsRefused) {
  const std::string zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const std::string secret = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
  for (const std::string& text :
       {std::string(), std::string("key"), zeros, secret, std::string(600, 'A'),
        std::string("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"),
        std::string("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJV"),
        "-----BEGIN PUBLIC KEY-----\n" + zeros,
        "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----"}) {
    EXPECT_FALSE(parse_public_key(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::gateway
