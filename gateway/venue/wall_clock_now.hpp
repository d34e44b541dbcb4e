// The system's wall clock.
#pragma once

#include <ctime>

#include "engine/types/durations.hpp"
#include "engine/types/strong.hpp"

namespace sluice::gateway {

[[nodiscard]] inline TimeNs wall_clock_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return TimeNs{static_cast<std::int64_t>(now.tv_sec) * kNsPerSecond + now.tv_nsec};
}

}  // namespace sluice::gateway
