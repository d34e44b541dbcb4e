#include "engine/journal/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sluice {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F6'3B78U;  // 0x1EDC6F41 with its bits turned round

constexpr std::array<std::uint32_t, 256> make_byte_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kByteTable = make_byte_table();

#if defined(__x86_64__)

// Three lanes of so many words each: the instruction takes three cycles and one can begin in each.
constexpr std::size_t kMaxLaneWords = 64;

/// x^n modulo the polynomial, bits turned round: bit 31 is x^0.
constexpr std::uint32_t power_of_x(std::uint64_t n) {
  std::uint32_t power = 0x8000'0000U;
  for (std::uint64_t i = 0; i < n; ++i) {
    power = (power >> 1U) ^ ((power & 1U) != 0 ? kPolynomial : 0U);
  }
  return power;
}

/// For w words: what a CRC is multiplied with to move past 64·w bits. The product of two numbers
/// with 32 turned bits comes out one place too low and the instruction moves on by 32 bits more.
constexpr std::array<std::uint32_t, 2 * kMaxLaneWords + 1> make_shifts() {
  std::array<std::uint32_t, 2 * kMaxLaneWords + 1> shifts{};
  std::uint32_t power = power_of_x(64 - 33);
  for (std::size_t words = 1; words < shifts.size(); ++words) {
    shifts[words] = power;
    for (int bit = 0; bit < 64; ++bit) {
      power = (power >> 1U) ^ ((power & 1U) != 0 ? kPolynomial : 0U);
    }
  }
  return shifts;
}
constexpr auto kShifts = make_shifts();

inline std::uint64_t word_at(const unsigned char* data) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, data, sizeof word);
  return word;
}

/// The CRC as if `words` zero words followed.
__attribute__((target("sse4.2,pclmul"))) inline std::uint64_t moved_past(
    std::uint64_t crc, std::size_t words) noexcept {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc)),
                           _mm_cvtsi64_si128(static_cast<long long>(kShifts[words])), 0);
  return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
}

__attribute__((target("sse4.2,pclmul"))) std::uint32_t crc32c_by_instruction(
    const unsigned char* data, std::size_t size, std::uint32_t before) noexcept {
  std::uint64_t crc = ~before;
  while (size >= 3 * 2 * sizeof(std::uint64_t)) {
    std::size_t words = size / (3 * sizeof(std::uint64_t));
    if (words > kMaxLaneWords) words = kMaxLaneWords;
    const std::size_t lane = words * sizeof(std::uint64_t);
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < lane; i += sizeof(std::uint64_t)) {
      crc = _mm_crc32_u64(crc, word_at(data + i));
      second = _mm_crc32_u64(second, word_at(data + lane + i));
      third = _mm_crc32_u64(third, word_at(data + 2 * lane + i));
    }
    crc = moved_past(crc, 2 * words) ^ moved_past(second, words) ^ third;
    data += 3 * lane;
    size -= 3 * lane;
  }
  for (; size >= sizeof(std::uint64_t); size -= sizeof(std::uint64_t)) {
    crc = _mm_crc32_u64(crc, word_at(data));
    data += sizeof(std::uint64_t);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; size > 0; --size) rest = _mm_crc32_u8(rest, *data++);
  return ~rest;
}

bool has_instruction() noexcept {
  return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}
const bool kHasInstruction = has_instruction();

#endif

}  // namespace

std::uint32_t crc32c_by_table(const void* data, std::size_t size, std::uint32_t before) noexcept {
  const auto* byte = static_cast<const unsigned char*>(data);
  std::uint32_t crc = ~before;
  for (; size > 0; --size) crc = (crc >> 8U) ^ kByteTable[(crc ^ *byte++) & 0xFFU];
  return ~crc;
}

std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t before) noexcept {
#if defined(__x86_64__)
  if (kHasInstruction) {
    return crc32c_by_instruction(static_cast<const unsigned char*>(data), size, before);
  }
#endif
  return crc32c_by_table(data, size, before);
}

}  // namespace sluice
