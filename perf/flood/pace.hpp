// So many a second and no more.
#pragma once

#include <cstdint>
#include <ctime>

#include "perf/support/machine.hpp"

namespace sluice::perf {

/// Thread safety: none.
class Pace {
 public:
  /// 0: as fast as it goes.
  explicit Pace(double rate) : interval_ns_(rate > 0 ? 1e9 / rate : 0) {}

  /// Returns when the next one is due. What was missed is not made up for.
  void take() {
    if (interval_ns_ <= 0) return;
    const auto now = static_cast<double>(now_ns());
    if (due_ns_ < now) due_ns_ = now;
    const double left_ns = due_ns_ - now;
    due_ns_ += interval_ns_;
    // A sleep takes some 50 us at least: several are due after it.
    if (left_ns < kShortestSleepNs) return;
    const timespec pause{.tv_sec = static_cast<std::time_t>(left_ns / 1e9),
                         .tv_nsec = static_cast<long>(left_ns) % 1'000'000'000};
    ::nanosleep(&pause, nullptr);
  }

 private:
  static constexpr double kShortestSleepNs = 100'000;
  double interval_ns_;
  double due_ns_ = 0;
};

}  // namespace sluice::perf
