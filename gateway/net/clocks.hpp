// The system's clocks, in nanoseconds.
#pragma once

#include <cstdint>
#include <ctime>

#include "engine/types/durations.hpp"
#include "engine/types/strong.hpp"

namespace sluice::gateway {

/// UTC; may be set while we look.
[[nodiscard]] inline TimeNs wall_clock_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return TimeNs{static_cast<std::int64_t>(now.tv_sec) * kNsPerSecond + now.tv_nsec};
}

/// Never goes back; its zero means nothing.
[[nodiscard]] inline std::int64_t monotonic_now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kNsPerSecond + now.tv_nsec;
}

}  // namespace sluice::gateway
