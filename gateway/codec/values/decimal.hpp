// Decimals as integers: what a price or quantity on the wire is, exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway {

/// A decimal of at most kMaxDecimalDigits significant digits.
inline constexpr int kMaxDecimalDigits = 18;
/// The longest text that is read; it also bounds the exponent.
inline constexpr std::size_t kMaxDecimalText = 64;
/// Room that every format function below needs.
inline constexpr std::size_t kDecimalRoom = 128;
/// The longest text of any int64 in any DecimalUnit, and of an average price of such.
inline constexpr std::size_t kUnitTextBytes = 48;
/// The longest text of any int64 with the exponent of a Decimal.
inline constexpr std::size_t kDecimalTextBytes = 84;

/// The exponents that can be written, on both sides of 0.
inline constexpr int kMaxFormatExponent = 64;

/// mantissa × 10^exponent. Normal form: the mantissa does not end in 0; zero is {0, 0}.
struct Decimal {
  std::int64_t mantissa = 0;
  std::int8_t exponent = 0;

  friend constexpr bool operator==(const Decimal&, const Decimal&) = default;
};

enum class DecimalError : std::uint8_t {
  none,
  syntax,           ///< Not [-]digits[.digits]: a '+', an exponent, a space, nothing at all.
  too_many_digits,  ///< More than kMaxDecimalDigits significant digits or kMaxDecimalText
                    ///< characters.
};

/// FIX.4.4 float: leading and trailing zeros do not matter, the point may stand first or last. On
/// an error `out` is untouched.
[[nodiscard]] DecimalError parse_decimal(std::string_view text, Decimal& out) noexcept;

/// One tick or one lot, in normal form: above zero, at most 9 significant digits, exponent -18
/// to 9.
struct DecimalUnit {
  std::int64_t mantissa = 1;
  std::int8_t exponent = 0;

  friend constexpr bool operator==(const DecimalUnit&, const DecimalUnit&) = default;
};
inline constexpr std::int64_t kMaxUnitMantissa = 999'999'999;
inline constexpr int kMinUnitExponent = -18;
inline constexpr int kMaxUnitExponent = 9;

/// False when `text` is no decimal or not a unit as above.
[[nodiscard]] bool parse_unit(std::string_view text, DecimalUnit& out) noexcept;

enum class UnitError : std::uint8_t {
  none,
  off_unit,      ///< Not a whole number of units.
  out_of_range,  ///< Below 0 or above `max`.
};

/// `value` as a whole number of units in 0..max. A negative value is out_of_range whatever its
/// digits.
[[nodiscard]] UnitError to_units(Decimal value, DecimalUnit unit, std::int64_t max,
                                 std::int64_t& units) noexcept;

/// The shortest decimal text of mantissa × 10^exponent. `out` needs kDecimalRoom. Beyond an
/// exponent of ±kMaxFormatExponent, which no Decimal has, the text is "?".
[[nodiscard]] std::string_view format_decimal(__int128 mantissa, int exponent,
                                              std::span<char> out) noexcept;
/// The shortest decimal text of `units` × `unit`.
[[nodiscard]] std::string_view format_units(std::int64_t units, DecimalUnit unit,
                                            std::span<char> out) noexcept;

/// AvgPx(6): notional ÷ quantity in the decimals of `tick`, at most kAveragePriceExtraDigits more
/// digits than the tick has, rounded half up. 0 when nothing traded.
inline constexpr int kAveragePriceExtraDigits = 4;
[[nodiscard]] std::string_view format_average_price(__int128 notional, std::int64_t qty_lots,
                                                    DecimalUnit tick, std::span<char> out) noexcept;

}  // namespace sluice::gateway
