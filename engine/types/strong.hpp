// Strong integers: a value that cannot be mistaken for another kind of number.
#pragma once

#include <compare>
#include <cstdint>

namespace sluice {

/// An integer that only compares with its own kind. Ids, sequence numbers and times are of this
/// form.
template <class Tag, class Rep>
struct Strong {
  using rep = Rep;

  Rep value{};

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

/// An amount that also adds and subtracts with its own kind. Overflow is the caller's to exclude.
template <class Tag, class Rep>
struct Amount {
  using rep = Rep;

  Rep value{};

  friend constexpr auto operator<=>(const Amount&, const Amount&) = default;
  friend constexpr Amount operator+(Amount a, Amount b) {
    return {static_cast<Rep>(a.value + b.value)};
  }
  friend constexpr Amount operator-(Amount a, Amount b) {
    return {static_cast<Rep>(a.value - b.value)};
  }
  constexpr Amount& operator+=(Amount other) { return *this = *this + other; }
  constexpr Amount& operator-=(Amount other) { return *this = *this - other; }
};

/// Price in ticks of its instrument.
using Price = Amount<struct PriceTag, std::int64_t>;
/// Quantity in lots of its instrument.
using Qty = Amount<struct QtyTag, std::int64_t>;
/// Nanoseconds since the Unix epoch, UTC.
using TimeNs = Strong<struct TimeTag, std::int64_t>;
/// Dense number of a sequenced command, from 1.
using CommandSeq = Strong<struct CommandSeqTag, std::uint64_t>;

/// Ids of configured things. Dense from 1 in the order of the configuration; 0 is "none".
using InstrumentId = Strong<struct InstrumentTag, std::uint32_t>;
using SessionId = Strong<struct SessionTag, std::uint32_t>;
using AccountId = Strong<struct AccountTag, std::uint32_t>;
using FirmId = Strong<struct FirmTag, std::uint32_t>;
/// What a fee or a profit is paid in.
using CurrencyId = Strong<struct CurrencyTag, std::uint32_t>;

/// Price multiplied by quantity (ticks × lots): 128 bits, so that no sum of fills overflows.
using Notional = __int128;

}  // namespace sluice
