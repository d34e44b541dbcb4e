// Text of bounded length that can stand in a fixed-size record.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace sluice {

/// Up to N bytes of text without NUL, padded with NUL. No terminator when all N are used.
template <std::size_t N>
struct FixedText {
  static constexpr std::size_t kCapacity = N;

  std::array<char, N> bytes{};

  /// Nothing when `text` is longer than N: never a silent truncation.
  [[nodiscard]] static constexpr std::optional<FixedText> from(std::string_view text) {
    if (text.size() > N) return std::nullopt;
    FixedText result;
    for (std::size_t i = 0; i < text.size(); ++i) result.bytes[i] = text[i];
    return result;
  }

  [[nodiscard]] std::size_t size() const { return ::strnlen(bytes.data(), N); }
  [[nodiscard]] bool empty() const { return bytes[0] == '\0'; }
  [[nodiscard]] std::string_view view() const { return {bytes.data(), size()}; }

  friend constexpr auto operator<=>(const FixedText&, const FixedText&) = default;
};

/// ClOrdID(11) and OrigClOrdID(41): at most 36 printable ASCII characters, room for a textual UUID.
using ClOrdId = FixedText<36>;

}  // namespace sluice
