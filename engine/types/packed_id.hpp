// Numbers that stay unique over matching units, restarts and fail-overs.
#pragma once

#include <compare>
#include <cstdint>

namespace sluice {

/// {unit, epoch, n} in 63 bits: 6 bits of matching unit, 14 bits of epoch (the fencing term, raised
/// at every start or fail-over), 43 bits of count. Positive as a signed 64-bit number, so every
/// database and FIX int can hold it; within one unit it only grows. 0 is "none".
template <class Tag>
struct PackedId {
  static constexpr unsigned kCountBits = 43;
  static constexpr unsigned kEpochBits = 14;
  static constexpr unsigned kUnitBits = 6;
  static constexpr std::uint64_t kMaxCount = (1ULL << kCountBits) - 1;
  static constexpr std::uint64_t kMaxEpoch = (1ULL << kEpochBits) - 1;
  static constexpr std::uint64_t kMaxUnit = (1ULL << kUnitBits) - 1;

  std::uint64_t value{};

  static constexpr PackedId make(std::uint64_t unit, std::uint64_t epoch, std::uint64_t count) {
    return {(unit << (kEpochBits + kCountBits)) | (epoch << kCountBits) | count};
  }
  [[nodiscard]] constexpr std::uint64_t unit() const { return value >> (kEpochBits + kCountBits); }
  [[nodiscard]] constexpr std::uint64_t epoch() const { return (value >> kCountBits) & kMaxEpoch; }
  [[nodiscard]] constexpr std::uint64_t count() const { return value & kMaxCount; }
  [[nodiscard]] constexpr bool is_none() const { return value == 0; }

  friend constexpr auto operator<=>(const PackedId&, const PackedId&) = default;
};

/// OrderID(37).
using OrderId = PackedId<struct OrderIdTag>;
/// ExecID(17): the number of an event. Its count is dense from 1 and goes on over epochs.
using ExecId = PackedId<struct ExecIdTag>;
/// TrdMatchID(880): shared by the two reports of one match.
using MatchId = PackedId<struct MatchIdTag>;

}  // namespace sluice
