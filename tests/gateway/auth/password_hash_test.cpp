#include "gateway/auth/password_hash.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <stdexcept>
#include <string>

namespace sluice::gateway {
namespace {

TEST(PasswordHash, FitsItsPasswordAndNoOther) {
  const std::string hash = hash_password("correct horse");
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password(hash, "correct horse "));
  EXPECT_FALSE(verify_password(hash, "correct hors"));
  EXPECT_FALSE(verify_password(hash, ""));
}

TEST(PasswordHash, IsArgon2idOfTheStatedCost) {
  const std::string hash = hash_password("x");
  EXPECT_EQ(hash.rfind("$argon2id$v=19$m=12288,t=3,p=1$", 0), 0U) << hash;
  EXPECT_EQ(::crypto_pwhash_argon2id_str_needs_rehash(hash.c_str(), kHashPasses, kHashMemoryBytes),
            0);
}

TEST(PasswordHash, IsSaltedSoThatEqualPasswordsDoNotShow) {
  EXPECT_NE(hash_password("x"), hash_password("x"));
}

TEST(PasswordHash, TakesPasswordsFromOneByteToTheBound) {
  EXPECT_THROW(static_cast<void>(hash_password("")), std::runtime_error);
  const std::string longest(kMaxPasswordBytes, 'p');
  const std::string hash = hash_password(longest);
  EXPECT_TRUE(verify_password(hash, longest));
  // One byte more has the same head: it must not be cut and found good.
  EXPECT_FALSE(verify_password(hash, longest + "p"));
  EXPECT_THROW(static_cast<void>(hash_password(longest + "p")), std::runtime_error);
}

TEST(PasswordHash, PasswordsMayHoldNulBytes) {
  const std::string password("a\0b", 3);
  const std::string hash = hash_password(password);
  EXPECT_TRUE(verify_password(hash, password));
  EXPECT_FALSE(verify_password(hash, "a"));
}

TEST(PasswordHash, AHashThatIsNoneFitsNothing) {
  const std::string good = hash_password("x");
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string("$argon2id$"), good.substr(0, good.size() - 1),
        good + std::string("\0", 1), good + std::string(200, 'A'), std::string(1'000, '$')}) {
    EXPECT_FALSE(verify_password(hash, "x")) << hash;
  }
}

TEST(PasswordHash, TheDummyHashStaysTheSameAndHasTodaysCost) {
  const std::string& hash = dummy_hash();
  EXPECT_EQ(&hash, &dummy_hash());
  EXPECT_EQ(::crypto_pwhash_argon2id_str_needs_rehash(hash.c_str(), kHashPasses, kHashMemoryBytes),
            0);
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_FALSE(verify_password(hash, kDemoPassword));
}

TEST(PasswordHash, WipingLeavesNothingBehindInShortOrLongText) {
  for (const std::size_t size : {std::size_t{4}, std::size_t{60}}) {
    std::string secret(size, 's');
    const std::size_t capacity = secret.capacity();
    const char* bytes = secret.data();
    wipe(secret);
    EXPECT_TRUE(secret.empty());
    ASSERT_EQ(secret.data(), bytes);
    secret.resize(capacity, '\0');
    EXPECT_EQ(secret.find('s'), std::string::npos);
  }
}

TEST(DemoPassword, IsFoundInEachSessionThatUsesIt) {
  const std::string demo = hash_password(kDemoPassword);
  VenueConfig config;
  const auto add = [&](const char* comp_id, const std::string& hash) {
    SessionConfig session;
    session.comp_id = comp_id;
    session.password_hash = hash;
    config.sessions.push_back(session);
  };
  add("SHARED1", demo);
  add("OWN", hash_password("much better"));
  add("SHARED2", demo);
  add("OTHERSALT", hash_password(kDemoPassword));
  config.sessions.emplace_back();
  config.sessions.back().comp_id = "PRIVATELINE";
  config.sessions.back().authentication = Authentication::none;
  EXPECT_THAT(sessions_with_demo_password(config),
              testing::ElementsAre("SHARED1", "SHARED2", "OTHERSALT"));
}

}  // namespace
}  // namespace sluice::gateway
