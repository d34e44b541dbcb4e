// A 64-bit hash that is the same on every machine.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace sluice {

static_assert(std::endian::native == std::endian::little,
              "bytes of records are hashed as they stand in memory");

/// Both halves of the 128-bit product: every bit of either factor reaches every bit of the result.
[[nodiscard]] inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

/// Takes values in an order that matters; value() may be asked at any point.
class StateHash {
 public:
  void add(std::uint64_t word) noexcept {
    ++count_;
    // Adding what went in keeps a zero product from forgetting the state.
    state_ = fold_multiply(state_ ^ kFirst, word ^ kSecond) + std::rotl(state_, 29) + word;
  }
  void add_signed(std::int64_t word) noexcept { add(static_cast<std::uint64_t>(word)); }
  template <class T>
  void add_bytes(const T& record) noexcept {
    static_assert(std::has_unique_object_representations_v<T>);
    const auto* at = reinterpret_cast<const unsigned char*>(&record);
    for (std::size_t done = 0; done < sizeof(T); done += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at + done, sizeof(T) - done < 8 ? sizeof(T) - done : 8);
      add(word);
    }
  }

  [[nodiscard]] std::uint64_t value() const noexcept {
    return fold_multiply(state_ ^ kSecond, count_ ^ kThird) ^ state_;
  }

 private:
  // Odd numbers with about as many ones as zeros, otherwise of no meaning.
  static constexpr std::uint64_t kFirst = 0x9d1b'6e3f'52c7'a84bULL;
  static constexpr std::uint64_t kSecond = 0xc3a5'1f86'7be2'94d7ULL;
  static constexpr std::uint64_t kThird = 0x6b8e'd23c'95f1'4a7dULL;

  std::uint64_t state_ = kThird;
  std::uint64_t count_ = 0;
};

}  // namespace sluice
