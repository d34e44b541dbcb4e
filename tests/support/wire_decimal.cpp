#include "tests/support/wire_decimal.hpp"

namespace sluice::testing {

std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto push = [&value](char digit) {
    return digit >= '0' && digit <= '9' && !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, digit - '0', &value);
  };
  for (const char digit : whole) {
    if (!push(digit)) return std::nullopt;
  }
  const auto wanted = static_cast<std::size_t>(decimals);
  for (std::size_t i = 0; i < wanted; ++i) {
    if (!push(i < part.size() ? part[i] : '0')) return std::nullopt;
  }
  for (std::size_t i = wanted; i < part.size(); ++i) {
    if (part[i] != '0') return std::nullopt;
  }
  return negative ? -value : value;
}

std::string decimal_text(std::int64_t scaled, int decimals) {
  const bool negative = scaled < 0;
  std::string digits = std::to_string(negative ? -scaled : scaled);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  std::string whole = digits.substr(0, digits.size() - places);
  std::string part = digits.substr(digits.size() - places);
  part.erase(part.find_last_not_of('0') + 1);
  if (!part.empty()) whole += "." + part;
  return negative ? "-" + whole : whole;
}

}  // namespace sluice::testing
