#include "gateway/codec/values/decimal.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

using Int128 = __int128;

constexpr int kMaxPower = 38;  // 10^38 is the largest power of ten in 127 bits.

// Sign, point, leading 0, the digits of an int128 and the zeros of the exponent.
static_assert(3 + 39 + kMaxFormatExponent <= kDecimalRoom);

constexpr std::array<Int128, kMaxPower + 1> kPowersOfTen = [] {
  std::array<Int128, kMaxPower + 1> powers{};
  Int128 power = 1;
  for (int i = 0; i <= kMaxPower; ++i) {
    powers[static_cast<std::size_t>(i)] = power;
    if (i < kMaxPower) power *= 10;
  }
  return powers;
}();

}  // namespace

DecimalError parse_decimal(std::string_view text, Decimal& out) noexcept {
  if (text.size() > kMaxDecimalText) return DecimalError::too_many_digits;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t mantissa = 0;
  int digits = 0;  // Significant ones in the mantissa.
  int pending_zeros =
      0;  // Zeros after the last digit other than 0: they count only if another follows.
  int exponent = 0;
  bool any_digit = false;
  bool after_point = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!is_digit(c)) return DecimalError::syntax;
    any_digit = true;
    if (after_point) --exponent;
    if (c == '0') {
      if (digits > 0) ++pending_zeros;
      continue;
    }
    digits += pending_zeros + 1;
    // Keep on reading: a syntax error further on is the better answer.
    if (digits <= kMaxDecimalDigits) {
      for (; pending_zeros > 0; --pending_zeros) mantissa *= 10;
      mantissa = mantissa * 10 + (c - '0');
    }
    pending_zeros = 0;
  }
  if (!any_digit) return DecimalError::syntax;
  if (digits > kMaxDecimalDigits) return DecimalError::too_many_digits;
  if (mantissa == 0) {
    out = {};
  } else {
    out = {negative ? -mantissa : mantissa, static_cast<std::int8_t>(exponent + pending_zeros)};
  }
  return DecimalError::none;
}

bool parse_unit(std::string_view text, DecimalUnit& out) noexcept {
  Decimal value;
  if (parse_decimal(text, value) != DecimalError::none) return false;
  if (value.mantissa <= 0 || value.mantissa > kMaxUnitMantissa) return false;
  if (value.exponent < kMinUnitExponent || value.exponent > kMaxUnitExponent) return false;
  out = {value.mantissa, value.exponent};
  return true;
}

UnitError to_units(Decimal value, DecimalUnit unit, std::int64_t max,
                   std::int64_t& units) noexcept {
  if (value.mantissa < 0) return UnitError::out_of_range;
  if (value.mantissa == 0) {
    units = 0;
    return UnitError::none;
  }
  const int shift = value.exponent - unit.exponent;
  Int128 dividend = value.mantissa;
  Int128 divisor = unit.mantissa;
  if (shift >= 0) {
    // Past 127 bits the quotient is beyond any int64 even after division by the largest unit.
    if (shift > kMaxPower ||
        __builtin_mul_overflow(dividend, kPowersOfTen[static_cast<std::size_t>(shift)],
                               &dividend)) {
      return UnitError::out_of_range;
    }
  } else {
    // Past 127 bits the divisor is larger than the value: a fraction of one unit.
    if (-shift > kMaxPower ||
        __builtin_mul_overflow(divisor, kPowersOfTen[static_cast<std::size_t>(-shift)], &divisor)) {
      return UnitError::off_unit;
    }
  }
  if (dividend % divisor != 0) return UnitError::off_unit;
  const Int128 quotient = dividend / divisor;
  if (quotient > max) return UnitError::out_of_range;
  units = static_cast<std::int64_t>(quotient);
  return UnitError::none;
}

std::string_view format_decimal(__int128 mantissa, int exponent, std::span<char> out) noexcept {
  assert(out.size() >= kDecimalRoom);
  if (exponent < -kMaxFormatExponent || exponent > kMaxFormatExponent) return "?";
  const bool negative = mantissa < 0;
  auto rest = negative ? -static_cast<unsigned __int128>(mantissa)
                       : static_cast<unsigned __int128>(mantissa);
  if (rest == 0) exponent = 0;
  while (exponent < 0 && rest % 10 == 0) {
    rest /= 10;
    ++exponent;
  }
  // Digits from the last to the first, written backwards from the end of the room.
  char* const end = out.data() + kDecimalRoom;
  char* at = end;
  for (; exponent > 0; --exponent) *--at = '0';
  for (; exponent < 0; ++exponent) {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    if (exponent == -1) *--at = '.';
  }
  while (rest > ~0ULL) {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  auto low = static_cast<std::uint64_t>(rest);
  do {
    *--at = static_cast<char>('0' + low % 10);
    low /= 10;
  } while (low != 0);
  if (negative) *--at = '-';
  return {at, static_cast<std::size_t>(end - at)};
}

std::string_view format_units(std::int64_t units, DecimalUnit unit, std::span<char> out) noexcept {
  return format_decimal(static_cast<Int128>(units) * unit.mantissa, unit.exponent, out);
}

std::string_view format_average_price(__int128 notional, std::int64_t qty_lots, DecimalUnit tick,
                                      std::span<char> out) noexcept {
  if (qty_lots <= 0) return format_decimal(0, 0, out);
  // Whole ticks and the rest apart, so that no product passes 127 bits.
  const Int128 scale =
      tick.mantissa * kPowersOfTen[static_cast<std::size_t>(kAveragePriceExtraDigits)];
  const Int128 whole = notional / qty_lots * scale;
  const Int128 rest = notional % qty_lots * scale;
  const Int128 rounded = (2 * rest + qty_lots) / (Int128{2} * qty_lots);
  return format_decimal(whole + rounded, tick.exponent - kAveragePriceExtraDigits, out);
}

}  // namespace sluice::gateway
