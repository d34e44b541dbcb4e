#include "tests/support/wire_decimal.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <optional>

namespace sluice::testing {
namespace {

TEST(WireDecimal, TextAndNumberAreEachOthersInverse) {
  EXPECT_EQ(parse_decimal("1.25", 8), 125'000'000);
  EXPECT_EQ(decimal_text(125'000'000, 8), "1.25");
  EXPECT_EQ(parse_decimal("0.00000001", 8), 1);
  EXPECT_EQ(decimal_text(1, 8), "0.00000001");
  EXPECT_EQ(parse_decimal("78319", 0), 78'319);
  EXPECT_EQ(decimal_text(78'319, 0), "78319");
  EXPECT_EQ(parse_decimal("-0.5", 1), -5);
  EXPECT_EQ(decimal_text(-5, 1), "-0.5");
  EXPECT_EQ(decimal_text(0, 2), "0");
}

TEST(WireDecimal, WhatIsNotExactIsNothing) {
  EXPECT_EQ(parse_decimal("1.001", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("1.500", 1), 15);
  EXPECT_EQ(parse_decimal("", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("1e5", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("9223372036854775807", 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("9223372036854775808", 0), std::nullopt);
}

}  // namespace
}  // namespace sluice::testing
