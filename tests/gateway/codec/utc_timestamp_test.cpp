#include "gateway/codec/values/utc_timestamp.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

#include "engine/types/durations.hpp"

namespace sluice::gateway {
namespace {

TEST(UtcTimestamp, TakesRealMomentsWithUpToNineDigits) {
  for (const char* good :
       {"20260102-03:04:05", "20260102-03:04:05.6", "20260102-03:04:05.678",
        "20260102-03:04:05.678901", "20260102-03:04:05.678901234", "20240229-00:00:00",
        "20161231-23:59:60", "19700101-00:00:00", "99991231-23:59:59.999"}) {
    EXPECT_TRUE(is_utc_timestamp(good)) << good;
  }
}

TEST(UtcTimestamp, ReadsWhatItWrites) {
  const auto at = [](std::string_view text) { return parse_utc_timestamp(text)->value; };
  EXPECT_EQ(at("19700101-00:00:00"), 0);
  EXPECT_EQ(at("20260102-03:04:05"), 1'767'323'045 * kNsPerSecond);
  EXPECT_EQ(at("20260102-03:04:05.6"), 1'767'323'045 * kNsPerSecond + 600'000'000);
  EXPECT_EQ(at("20260102-03:04:05.000000001"), 1'767'323'045 * kNsPerSecond + 1);
  EXPECT_EQ(at("20161231-23:59:60"), at("20170101-00:00:00"));
  std::array<char, kMaxUtcTimestampBytes> room{};
  for (const std::int64_t ns :
       {std::int64_t{0}, std::int64_t{951'782'399'999'999'999},
        std::int64_t{1'767'323'045'678'901'234}, std::int64_t{9'214'646'399'999'999'999}}) {
    EXPECT_EQ(at(format_utc_timestamp({ns}, 9, room)), ns);
  }
}

TEST(UtcTimestamp, HoldsNoYearThat64BitsDoNot) {
  EXPECT_TRUE(parse_utc_timestamp("22611231-23:59:59.999999999"));
  EXPECT_FALSE(parse_utc_timestamp("22620101-00:00:00"));
  EXPECT_FALSE(parse_utc_timestamp("19691231-23:59:59"));
  EXPECT_FALSE(parse_utc_timestamp("99991231-23:59:59"));
  EXPECT_FALSE(parse_utc_timestamp("20260230-03:04:05"));
}

TEST(UtcTimestamp, RefusesEverythingElse) {
  for (const char* bad : {"",
                          "20260102",
                          "03:04:05",
                          "20260102-03:04",
                          "20260102-03:04:05.",
                          "20260102 03:04:05",
                          "20260102-03:04:05.6789012345",
                          "20260102-24:00:00",
                          "20260102-03:60:00",
                          "20260102-03:04:61",
                          "20261302-03:04:05",
                          "20260002-03:04:05",
                          "20260100-03:04:05",
                          "20260230-03:04:05",
                          "20250229-03:04:05",
                          "2026-01-02T03:04:05",
                          "20260102-03:04:05Z",
                          "2026010a-03:04:05",
                          "20260102-03:04:05.6x8",
                          "20260102-03:04:05,678",
                          "-0260102-03:04:05"}) {
    EXPECT_FALSE(is_utc_timestamp(bad)) << bad;
  }
}

std::string text(std::int64_t ns, int digits) {
  char room[kMaxUtcTimestampBytes];
  return std::string(format_utc_timestamp({ns}, digits, room));
}

TEST(UtcTimestamp, IsLaterByTheLastDigitThatSaysSomething) {
  EXPECT_TRUE(is_later("20260102-03:04:06", "20260102-03:04:05.999999999"));
  EXPECT_TRUE(is_later("20260102-03:04:05.001", "20260102-03:04:05"));
  EXPECT_TRUE(is_later("20260102-03:04:05.010", "20260102-03:04:05.009999"));
  EXPECT_FALSE(is_later("20260102-03:04:05.000", "20260102-03:04:05"));
  EXPECT_FALSE(is_later("20260102-03:04:05", "20260102-03:04:05.000"));
  EXPECT_FALSE(is_later("20260102-03:04:05.10", "20260102-03:04:05.100000"));
  EXPECT_FALSE(is_later("20251231-23:59:59.999", "20260101-00:00:00"));
}

TEST(UtcTimestamp, IsWrittenWithTheDigitsAskedFor) {
  constexpr std::int64_t kMoment = 1'767'323'045'678'901'234;
  EXPECT_EQ(text(kMoment, 0), "20260102-03:04:05");
  EXPECT_EQ(text(kMoment, 3), "20260102-03:04:05.678");
  EXPECT_EQ(text(kMoment, 6), "20260102-03:04:05.678901");
  EXPECT_EQ(text(kMoment, 9), "20260102-03:04:05.678901234");
  EXPECT_EQ(text(1'709'164'799'000'000'001, 9), "20240228-23:59:59.000000001");
  EXPECT_EQ(text(1'709'164'800'000'000'000, 3), "20240229-00:00:00.000");
  EXPECT_EQ(text(0, 3), "19700101-00:00:00.000");
  EXPECT_EQ(text(-1, 3), "19700101-00:00:00.000");
  EXPECT_EQ(text(INT64_MAX, 9), "22620411-23:47:16.854775807");
}

}  // namespace
}  // namespace sluice::gateway
