#include "engine/core/sip_hash.hpp"

#include <array>
#include <gtest/gtest.h>
#include <span>

namespace sluice::test {
namespace {

/// The key 00 01 … 0f of the authors' test vectors.
constexpr HashKey kVectorKey{0x0706'0504'0302'0100ULL, 0x0f0e'0d0c'0b0a'0908ULL};
/// Their input 00 01 02 …, as words.
constexpr std::array<std::uint64_t, 5> kVectorInput{
    0x0706'0504'0302'0100ULL, 0x0f0e'0d0c'0b0a'0908ULL, 0x1716'1514'1312'1110ULL,
    0x1f1e'1d1c'1b1a'1918ULL, 0x2726'2524'2322'2120ULL};

// What libsodium's crypto_shorthash_siphashx24 answers for the first 0, 8, … 40 bytes.
TEST(SipHash, AgreesWithTheReferenceOnEveryLength) {
  constexpr std::array<Hash128, 6> kExpected{
      {{0xe6a8'25ba'047f'81a3ULL, 0x9302'55c7'1472'f66dULL},
       {0x61f5'5862'baa9'623bULL, 0xb497'14f3'64e2'830fULL},
       {0xbb54'b067'caa4'e26eULL, 0x7705'2385'bf15'33fdULL},
       {0xd850'bd78'ae79'b42dULL, 0xad32'618a'178a'2a88ULL},
       {0x3efc'ea5e'ca56'397cULL, 0x68eb'4665'559d'3e36ULL},
       {0xad5d'c995'1e30'6adfULL, 0xd83b'91c6'c80c'ae97ULL}}};
  for (std::size_t words = 0; words < kExpected.size(); ++words) {
    EXPECT_EQ((SipHash<2, 4>(kVectorKey)(std::span{kVectorInput}.first(words))), kExpected[words])
        << words << " words";
  }
}

TEST(SipHash, DependsOnBothHalvesOfTheKey) {
  const auto hash = [](const HashKey& key) { return SipHash<1, 3>(key)(kVectorInput); };
  EXPECT_NE(hash({1, 2}), hash({1, 3}));
  EXPECT_NE(hash({1, 2}), hash({2, 2}));
}

}  // namespace
}  // namespace sluice::test
