// The clocks of the whole test program in the test's hand: the venue's, QuickFIX's and the
// clients'.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/types/durations.hpp"

namespace sluice::testing {

/// 00:00:00 UTC of a day, 2026-01-06, as Unix time.
inline constexpr std::int64_t kMidnightNs = 1'767'657'600 * kNsPerSecond;

/// Whether a clock that is frozen stops the monotonic ones too.
enum class Monotonic : std::uint8_t { runs, stands };

/// This program defines gettimeofday(), which is what QuickFIX 1.15.1 asks, clock_gettime() and
/// time(); the dynamic linker binds every library's calls to them. While one of these objects lives
/// the wall clock stands unless it is moved; the monotonic clocks go on, or stand likewise, and can
/// be hurried, never turned back. Those that stand do so an hour ahead of the system's, so that no
/// thread's wait ends because of it.
///
/// Thread safety: any thread reads the clocks; one moves them.
class FrozenClock {
 public:
  explicit FrozenClock(std::int64_t wall_ns, Monotonic monotonic = Monotonic::runs);
  ~FrozenClock();
  FrozenClock(const FrozenClock&) = delete;
  FrozenClock& operator=(const FrozenClock&) = delete;

  [[nodiscard]] std::int64_t now_ns() const;
  /// Time passes: on all clocks.
  void advance(std::int64_t ns);
  /// Time passes until the wall clock shows `wall_ns`, which does not lie behind it.
  void advance_to(std::int64_t wall_ns) { advance(wall_ns - now_ns()); }
  /// Somebody sets the wall clock; no time passes.
  void set_wall(std::int64_t wall_ns);
  /// Time passes that no wall clock shows.
  static void hurry(std::int64_t ns);
};

}  // namespace sluice::testing
