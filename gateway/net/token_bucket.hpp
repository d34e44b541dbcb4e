// A rate with a burst, as one number.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sluice::gateway {

/// `interval_ns` between two takes in the long run; `burst` at once after a rest. The generic cell
/// rate algorithm: what is kept is when the bucket would be full again.
class TokenBucket {
 public:
  [[nodiscard]] bool take(std::int64_t now_ns, std::int64_t interval_ns,
                          std::uint32_t burst) noexcept {
    const std::int64_t full_at = std::max(full_at_ns_, now_ns);
    if (full_at + interval_ns - now_ns > interval_ns * burst) return false;
    full_at_ns_ = full_at + interval_ns;
    return true;
  }
  [[nodiscard]] bool is_full(std::int64_t now_ns) const noexcept { return now_ns >= full_at_ns_; }

 private:
  std::int64_t full_at_ns_ = 0;
};

}  // namespace sluice::gateway
