// UTCTimestamp of FIX.4.4: YYYYMMDD-HH:MM:SS with 0 to 9 digits after the second.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

inline constexpr std::size_t kMaxUtcTimestampBytes = 27;

/// Nanoseconds since the Unix epoch of a text that is_utc_timestamp(); nullopt for any other text
/// and for years before 1970 or after 2261, which 64 bits do not hold. A leap second is the next
/// second.
[[nodiscard]] std::optional<TimeNs> parse_utc_timestamp(std::string_view text) noexcept;

/// Whether `text` is a real moment: the calendar's days, hours to 23, a leap second allowed (60).
[[nodiscard]] bool is_utc_timestamp(std::string_view text) noexcept;

/// Whether `a` is after `b`, to the last digit that either has. Precondition: both are timestamps.
[[nodiscard]] bool is_later(std::string_view a, std::string_view b) noexcept;

/// `digits` after the second, 0 to 9; more precise digits are cut off. `out` needs
/// kMaxUtcTimestampBytes. A time before 1970 is written as 1970's first moment.
[[nodiscard]] std::string_view format_utc_timestamp(TimeNs time, int digits,
                                                    std::span<char> out) noexcept;

}  // namespace sluice::gateway
