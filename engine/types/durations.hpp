// Spans of time in the unit that all clocks here count in.
#pragma once

#include <cstdint>

namespace sluice {

inline constexpr std::int64_t kNsPerMillisecond = 1'000'000;
inline constexpr std::int64_t kNsPerSecond = 1'000 * kNsPerMillisecond;
inline constexpr std::int64_t kNsPerHour = 3'600 * kNsPerSecond;
inline constexpr std::int64_t kNsPerDay = 24 * kNsPerHour;

}  // namespace sluice
