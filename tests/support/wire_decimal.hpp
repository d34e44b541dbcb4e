// Exact decimals on the wire, to and from scaled integers, for clients under test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::testing {

/// "1.25" with 8 decimals is 125,000,000. Nothing when the text is no plain decimal, has more
/// decimals than asked (trailing zeros apart), or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals);

/// The shortest text: 125,000,000 with 8 decimals is "1.25".
[[nodiscard]] std::string decimal_text(std::int64_t scaled, int decimals);

}  // namespace sluice::testing
