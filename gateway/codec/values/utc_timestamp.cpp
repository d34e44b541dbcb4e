#include "gateway/codec/values/utc_timestamp.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/types/durations.hpp"
#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

/// `count` digits at `text`, or -1.
int digits_at(const char* text, int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void put_digits(char* text, int count, std::uint32_t value) {
  for (int i = count - 1; i >= 0; --i) {
    text[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

struct Moment {
  std::chrono::year_month_day date;
  std::int64_t second_of_day;
  std::int64_t fraction_ns;
};

std::optional<Moment> read(std::string_view text) {
  constexpr std::size_t kSeconds = 17;
  if (text.size() != kSeconds &&
      (text.size() < kSeconds + 2 || text.size() > kMaxUtcTimestampBytes)) {
    return std::nullopt;
  }
  const char* const at = text.data();
  const int year = digits_at(at, 4);
  const int month = digits_at(at + 4, 2);
  const int day = digits_at(at + 6, 2);
  const int hour = digits_at(at + 9, 2);
  const int minute = digits_at(at + 12, 2);
  const int second = digits_at(at + 15, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
    return std::nullopt;
  }
  if (at[8] != '-' || at[11] != ':' || at[14] != ':') return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  Moment moment{date, std::int64_t{hour} * 3'600 + std::int64_t{minute} * 60 + second, 0};
  if (text.size() == kSeconds) return moment;
  const auto digits = static_cast<int>(text.size() - kSeconds - 1);
  moment.fraction_ns = digits_at(at + kSeconds + 1, digits);
  if (at[kSeconds] != '.' || moment.fraction_ns < 0) return std::nullopt;
  for (int i = digits; i < 9; ++i) moment.fraction_ns *= 10;
  return moment;
}

}  // namespace

bool is_utc_timestamp(std::string_view text) noexcept { return read(text).has_value(); }

std::optional<TimeNs> parse_utc_timestamp(std::string_view text) noexcept {
  constexpr std::int64_t kFirstYear = 1970;
  constexpr std::int64_t kLastYear = 2261;
  const auto moment = read(text);
  if (!moment) return std::nullopt;
  const auto year = std::int64_t{static_cast<int>(moment->date.year())};
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{moment->date}.time_since_epoch().count();
  return TimeNs{days * kNsPerDay + moment->second_of_day * kNsPerSecond + moment->fraction_ns};
}

bool is_later(std::string_view a, std::string_view b) noexcept {
  // Zeros at the end of a fraction say nothing.
  const auto significant = [](std::string_view text) {
    if (text.find('.') == std::string_view::npos) return text;
    text = text.substr(0, text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
  };
  return significant(a) > significant(b);
}

std::string_view format_utc_timestamp(TimeNs time, int digits, std::span<char> out) noexcept {
  assert(out.size() >= kMaxUtcTimestampBytes && digits >= 0 && digits <= 9);
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(time.value, 0));
  const std::uint64_t seconds = ns / kNsPerSecond;
  auto fraction = static_cast<std::uint32_t>(ns % kNsPerSecond);
  const auto of_day = static_cast<std::uint32_t>(seconds % 86'400);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<std::int64_t>(seconds / 86'400)}}};
  char* const at = out.data();
  put_digits(at, 4, static_cast<std::uint32_t>(static_cast<int>(date.year())));
  put_digits(at + 4, 2, static_cast<unsigned>(date.month()));
  put_digits(at + 6, 2, static_cast<unsigned>(date.day()));
  at[8] = '-';
  put_digits(at + 9, 2, of_day / 3600);
  at[11] = ':';
  put_digits(at + 12, 2, of_day / 60 % 60);
  at[14] = ':';
  put_digits(at + 15, 2, of_day % 60);
  if (digits == 0) return {at, 17};
  at[17] = '.';
  for (int i = digits; i < 9; ++i) fraction /= 10;
  put_digits(at + 18, digits, fraction);
  return {at, 18 + static_cast<std::size_t>(digits)};
}

}  // namespace sluice::gateway
