// The terms of an order as enumerations. Values are the FIX characters where FIX has one, so that a
// journal is readable; 0 is "not given".
#pragma once

#include <cstdint>

namespace sluice {

/// Side(54), FIX.4.4.
enum class Side : std::uint8_t { none = 0, buy = '1', sell = '2' };

[[nodiscard]] constexpr Side opposite(Side side) {
  return side == Side::buy ? Side::sell : Side::buy;
}

/// OrdType(40), FIX.4.4.
enum class OrdType : std::uint8_t { none = 0, market = '1', limit = '2' };

/// TimeInForce(59), FIX.4.4. Day ends at 00:00 UTC; an absent tag means Day (FIX.4.4, field 59).
enum class TimeInForce : std::uint8_t {
  none = 0,
  day = '0',
  good_till_cancel = '1',
  immediate_or_cancel = '3',
  fill_or_kill = '4',
};

/// OrdStatus(39), FIX.4.4.
enum class OrdStatus : std::uint8_t {
  none = 0,
  fresh = '0',
  partially_filled = '1',
  filled = '2',
  canceled = '4',
  rejected = '8',
  expired = 'C',
};

/// LastLiquidityInd(851), FIX.4.4.
enum class Liquidity : std::uint8_t { none = 0, added = '1', removed = '2' };

/// ExecInst(18) as bits. FIX.4.4 value 6 "Participate don't initiate" is this market's post-only.
enum class ExecInst : std::uint16_t {
  none = 0,
  post_only = 1U << 0U,
};

[[nodiscard]] constexpr bool has(ExecInst set, ExecInst flag) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(flag)) != 0;
}

}  // namespace sluice
