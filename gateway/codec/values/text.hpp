// Small readers of field values. Each refuses what it cannot hold: nothing wraps, nothing is cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace sluice::gateway {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Bytes 0x20..0x7E: what names on reports may consist of.
[[nodiscard]] constexpr bool is_printable(std::string_view text) noexcept {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

/// Bytes 0x21..0x7E: what an identifier such as ClOrdID(11) may consist of.
[[nodiscard]] constexpr bool is_graphic(std::string_view text) noexcept {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

/// Digits only, at least one, at most `max`. Leading zeros are allowed.
[[nodiscard]] constexpr bool parse_unsigned(std::string_view text, std::uint64_t max,
                                            std::uint64_t& out) noexcept {
  if (text.empty()) return false;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (value > max) return false;
  out = value;
  return true;
}

/// As above, from 1 and without leading zeros: the only text of its number, so an echo equals it.
[[nodiscard]] constexpr bool parse_canonical(std::string_view text, std::uint64_t max,
                                             std::uint64_t& out) noexcept {
  return !text.empty() && text.front() != '0' && parse_unsigned(text, max, out);
}

/// A message's number, as MsgSeqNum(34) and the fields that name others hold it. At most what
/// QuickFIX can count to, which is an int.
[[nodiscard]] constexpr std::optional<std::uint32_t> parse_sequence_number(
    std::string_view text) noexcept {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int32_t>::max();
  std::uint64_t number = 0;
  if (!parse_unsigned(text, kMax, number)) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

}  // namespace sluice::gateway
