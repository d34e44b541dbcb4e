#include "gateway/codec/values/decimal.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>

#include "engine/message/command.hpp"
#include "tests/gateway/codec/seed.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

std::string parsed(std::string_view text) {
  Decimal value{-7, -7};
  switch (parse_decimal(text, value)) {
    case DecimalError::none:
      return std::to_string(value.mantissa) + "e" + std::to_string(value.exponent);
    case DecimalError::syntax:
      EXPECT_EQ(value, (Decimal{-7, -7}));
      return "syntax";
    case DecimalError::too_many_digits:
      EXPECT_EQ(value, (Decimal{-7, -7}));
      return "too many digits";
  }
  return "?";
}

TEST(ParseDecimal, KeepsTheExactValueInNormalForm) {
  EXPECT_EQ(parsed("1"), "1e0");
  EXPECT_EQ(parsed("65000.01"), "6500001e-2");
  EXPECT_EQ(parsed("-65000.01"), "-6500001e-2");
  EXPECT_EQ(parsed("100"), "1e2");
  EXPECT_EQ(parsed("0.00100"), "1e-3");
  EXPECT_EQ(parsed("10.10"), "101e-1");
  EXPECT_EQ(parsed("00023.23000"), "2323e-2");
  EXPECT_EQ(parsed("1."), "1e0");
  EXPECT_EQ(parsed(".5"), "5e-1");
  EXPECT_EQ(parsed("-.5"), "-5e-1");
}

TEST(ParseDecimal, ZeroHasOneForm) {
  for (const char* zero : {"0", "-0", "0.0", "-0.000", "000", ".0", "0."}) {
    EXPECT_EQ(parsed(zero), "0e0") << zero;
  }
}

TEST(ParseDecimal, RefusesWhatIsNoFixFloat) {
  for (const char* bad : {"", "-", ".", "-.", "+1", "1e5", "1E5", "1e", "1.2.3", "1,000", " 1",
                          "1 ", "0x10", "nan", "inf", "--1", "1-", "abc", "1_000"}) {
    EXPECT_EQ(parsed(bad), "syntax") << bad;
  }
  EXPECT_EQ(parsed(std::string_view("1\0", 2)), "syntax");
}

TEST(ParseDecimal, HoldsEighteenSignificantDigitsAndNoMore) {
  EXPECT_EQ(parsed("999999999999999999"), "999999999999999999e0");
  EXPECT_EQ(parsed("0.999999999999999999"), "999999999999999999e-18");
  EXPECT_EQ(parsed("123456789012345678000"), "123456789012345678e3");
  EXPECT_EQ(parsed("000000000000000000000000001"), "1e0");
  EXPECT_EQ(parsed("1000000000000000001"), "too many digits");
  EXPECT_EQ(parsed("9999999999999999999"), "too many digits");
  EXPECT_EQ(parsed("1.000000000000000001"), "too many digits");
  EXPECT_EQ(parsed("99999999999999999999999999999x"), "syntax");
}

TEST(ParseDecimal, HoldsSixtyFourCharactersAndNoMore) {
  EXPECT_EQ(parsed("1" + std::string(63, '0')), "1e63");
  EXPECT_EQ(parsed("1" + std::string(64, '0')), "too many digits");
  EXPECT_EQ(parsed("." + std::string(62, '0') + "1"), "1e-63");
  EXPECT_EQ(parsed(std::string(100'000, '9')), "too many digits");
}

TEST(ParseUnit, TakesOneTickOrLot) {
  DecimalUnit unit;
  EXPECT_TRUE(parse_unit("0.01", unit));
  EXPECT_EQ(unit, (DecimalUnit{1, -2}));
  EXPECT_TRUE(parse_unit("0.5", unit));
  EXPECT_EQ(unit, (DecimalUnit{5, -1}));
  EXPECT_TRUE(parse_unit("1", unit));
  EXPECT_EQ(unit, (DecimalUnit{1, 0}));
  EXPECT_TRUE(parse_unit("5", unit));
  EXPECT_EQ(unit, (DecimalUnit{5, 0}));
  EXPECT_TRUE(parse_unit("0.000000000000000001", unit));
  EXPECT_EQ(unit, (DecimalUnit{1, -18}));
  EXPECT_TRUE(parse_unit("1000000000", unit));
  EXPECT_EQ(unit, (DecimalUnit{1, 9}));
  EXPECT_TRUE(parse_unit("999999999", unit));
}

TEST(ParseUnit, RefusesWhatIsNoUnit) {
  DecimalUnit unit{7, 7};
  for (const char* bad : {"0", "-0.01", "", "1e", "1e-2", "0.0000000000000000001", "10000000000",
                          "1000000001", "x"}) {
    EXPECT_FALSE(parse_unit(bad, unit)) << bad;
  }
  EXPECT_EQ(unit, (DecimalUnit{7, 7}));
}

std::string units(std::string_view text, std::string_view unit_text, std::int64_t max) {
  Decimal value;
  DecimalUnit unit;
  EXPECT_EQ(parse_decimal(text, value), DecimalError::none) << text;
  EXPECT_TRUE(parse_unit(unit_text, unit)) << unit_text;
  std::int64_t result = -1;
  switch (to_units(value, unit, max, result)) {
    case UnitError::none:
      return std::to_string(result);
    case UnitError::off_unit:
      EXPECT_EQ(result, -1);
      return "off";
    case UnitError::out_of_range:
      EXPECT_EQ(result, -1);
      return "range";
  }
  return "?";
}

TEST(ToUnits, ConvertsExactlyOrRefuses) {
  EXPECT_EQ(units("65000.01", "0.01", kMaxPriceTicks), "6500001");
  EXPECT_EQ(units("65000.010", "0.01", kMaxPriceTicks), "6500001");
  EXPECT_EQ(units("65000.015", "0.01", kMaxPriceTicks), "off");
  EXPECT_EQ(units("2.5", "0.5", kMaxPriceTicks), "5");
  EXPECT_EQ(units("2.6", "0.5", kMaxPriceTicks), "off");
  EXPECT_EQ(units("100", "5", kMaxPriceTicks), "20");
  EXPECT_EQ(units("101", "5", kMaxPriceTicks), "off");
  EXPECT_EQ(units("0", "5", kMaxPriceTicks), "0");
  EXPECT_EQ(units("-0", "5", kMaxPriceTicks), "0");
  EXPECT_EQ(units("3000000000", "1000000000", kMaxPriceTicks), "3");
  EXPECT_EQ(units("0.00000000000000000000001", "0.01", kMaxPriceTicks), "off");
  EXPECT_EQ(units("." + std::string(62, '0') + "1", "1000000000", kMaxPriceTicks), "off");
}

TEST(ToUnits, NegativeIsOutOfRangeEvenOffTheUnit) {
  EXPECT_EQ(units("-1", "0.01", kMaxPriceTicks), "range");
  EXPECT_EQ(units("-0.001", "0.01", kMaxPriceTicks), "range");
}

TEST(ToUnits, StopsAtTheMaximum) {
  const std::string max = std::to_string(kMaxQtyLots);
  ASSERT_EQ(max.size(), 19U);  // One digit more than a Decimal holds: go by the round numbers.
  EXPECT_EQ(units("1152921504606846970", "1", kMaxQtyLots), "1152921504606846970");
  EXPECT_EQ(units("1152921504606846980", "1", kMaxQtyLots), "range");
  EXPECT_EQ(units("4398046511103", "1", kMaxPriceTicks), "4398046511103");
  EXPECT_EQ(units("4398046511104", "1", kMaxPriceTicks), "range");
  EXPECT_EQ(units("43980465111.03", "0.01", kMaxPriceTicks), "4398046511103");
  EXPECT_EQ(units("43980465111.04", "0.01", kMaxPriceTicks), "range");
}

TEST(ToUnits, NeverWrapsOnHugeNumbers) {
  EXPECT_EQ(units("1" + std::string(63, '0'), "0.000000000000000001", kInt64Max), "range");
  EXPECT_EQ(units("999999999999999999", "0.000000000000000001", kInt64Max), "range");
  EXPECT_EQ(units("1" + std::string(40, '0'), "999999999", kInt64Max), "range");
  for (std::size_t zeros = 0; zeros < 64; ++zeros) {
    const std::string expected = zeros < 19 ? "1" + std::string(zeros, '0') : "range";
    EXPECT_EQ(units("1" + std::string(zeros, '0'), "1", kInt64Max), expected);
  }
}

std::string formatted(std::int64_t count, DecimalUnit unit) {
  char room[kDecimalRoom];
  return std::string(format_units(count, unit, room));
}

TEST(FormatUnits, GivesTheShortestText) {
  EXPECT_EQ(formatted(6'500'001, {1, -2}), "65000.01");
  EXPECT_EQ(formatted(6'500'000, {1, -2}), "65000");
  EXPECT_EQ(formatted(6'500'010, {1, -2}), "65000.1");
  EXPECT_EQ(formatted(5, {5, -1}), "2.5");
  EXPECT_EQ(formatted(0, {5, -1}), "0");
  EXPECT_EQ(formatted(0, {1, 9}), "0");
  EXPECT_EQ(formatted(1, {1, -18}), "0.000000000000000001");
  EXPECT_EQ(formatted(3, {1, 9}), "3000000000");
  EXPECT_EQ(formatted(-250, {1, -2}), "-2.5");
  EXPECT_EQ(formatted(kInt64Max, {999'999'999, 9}), "9223372027631403770145224193000000000");
  EXPECT_EQ(formatted(std::numeric_limits<std::int64_t>::min(), {1, 0}), "-9223372036854775808");
}

TEST(FormatDecimal, StaysInItsRoomAtTheEdges) {
  char room[kDecimalRoom];
  const __int128 largest = ~(static_cast<__int128>(1) << 127);
  EXPECT_EQ(format_decimal(largest, kMaxFormatExponent, room).size(), 39U + 64U);
  EXPECT_EQ(format_decimal(-largest, -kMaxFormatExponent, room).size(), 1U + 2U + 64U);
  EXPECT_EQ(format_decimal(1, kMaxFormatExponent + 1, room), "?");
  EXPECT_EQ(format_decimal(1, -kMaxFormatExponent - 1, room), "?");
}

TEST(FormatUnits, IsReadBackAsTheSameNumber) {
  const unsigned seed = testing::random_seed();
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    DecimalUnit unit;
    const std::string unit_text = formatted(static_cast<std::int64_t>(random() % 999 + 1),
                                            {1, static_cast<std::int8_t>(random() % 18)});
    if (!parse_unit(unit_text, unit)) continue;
    unit.exponent = static_cast<std::int8_t>(static_cast<int>(random() % 28) - 18);
    const auto count = static_cast<std::int64_t>((random() % 1'000'000'000'000) >> (random() % 40));
    Decimal value;
    std::int64_t back = -1;
    ASSERT_EQ(parse_decimal(formatted(count, unit), value), DecimalError::none);
    ASSERT_EQ(to_units(value, unit, kInt64Max, back), UnitError::none);
    ASSERT_EQ(back, count);
  }
}

std::string average(__int128 notional, std::int64_t qty, DecimalUnit tick) {
  char room[kDecimalRoom];
  return std::string(format_average_price(notional, qty, tick, room));
}

TEST(FormatAveragePrice, HasAtMostFourMoreDigitsThanTheTickRoundedHalfUp) {
  EXPECT_EQ(average(0, 0, {1, -2}), "0");
  EXPECT_EQ(average(6'500'000 * 3, 3, {1, -2}), "65000");
  EXPECT_EQ(average(100 + 2 * 101, 3, {1, -2}), "1.006667");
  EXPECT_EQ(average(1, 3, {1, 0}), "0.3333");
  EXPECT_EQ(average(2, 3, {1, 0}), "0.6667");
  EXPECT_EQ(average(1, 20'000, {1, 0}), "0.0001");  // 0.00005
  EXPECT_EQ(average(1, 20'001, {1, 0}), "0");       // just below
  EXPECT_EQ(average(1, 3, {5, -1}), "0.16667");
}

TEST(FormatAveragePrice, DoesNotOverflowAtTheLargestAmounts) {
  const __int128 notional = static_cast<__int128>(kMaxPriceTicks) * kMaxQtyLots;
  EXPECT_EQ(average(notional, kMaxQtyLots, {1, 0}), std::to_string(kMaxPriceTicks));
  EXPECT_EQ(average(notional, kMaxQtyLots, {999'999'999, -9}), "4398046506704.953488897");
  EXPECT_EQ(average(notional - 1, kMaxQtyLots, {1, 0}), std::to_string(kMaxPriceTicks));
}

}  // namespace
}  // namespace sluice::gateway
