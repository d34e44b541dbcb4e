// SipHash: a short keyed hash whose collisions nobody finds who does not know the key.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice {

/// 128 secret bits.
struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

/// SipHash-c-d with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
/// 2012, and its reference code for the wide output) over whole 64-bit little-endian words.
template <unsigned kCompressionRounds, unsigned kFinalRounds>
class SipHash {
 public:
  explicit constexpr SipHash(const HashKey& key) noexcept
      : v0_(key.low ^ 0x736f'6d65'7073'6575ULL),
        v1_(key.high ^ 0x646f'7261'6e64'6f6dULL ^ 0xeeU),
        v2_(key.low ^ 0x6c79'6765'6e65'7261ULL),
        v3_(key.high ^ 0x7465'6462'7974'6573ULL) {}

  [[nodiscard]] constexpr Hash128 operator()(std::span<const std::uint64_t> words) noexcept {
    for (const std::uint64_t word : words) absorb(word);
    // The last block holds the bytes left over, here none, and the length in bytes modulo 256.
    absorb(static_cast<std::uint64_t>(words.size() * 8) << 56U);
    v2_ ^= 0xeeU;
    const std::uint64_t low = squeeze();
    v1_ ^= 0xddU;
    return {low, squeeze()};
  }

 private:
  constexpr void absorb(std::uint64_t word) noexcept {
    v3_ ^= word;
    rounds(kCompressionRounds);
    v0_ ^= word;
  }
  constexpr std::uint64_t squeeze() noexcept {
    rounds(kFinalRounds);
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }
  constexpr void rounds(unsigned count) noexcept {
    for (unsigned round = 0; round < count; ++round) {
      v0_ += v1_;
      v2_ += v3_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v1_;
      v0_ += v3_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ = std::rotl(v2_, 32);
    }
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

}  // namespace sluice
