// The instrument that the flow trades, and the price around which it does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

namespace sluice::perf {

/// Prices in ticks, quantities in lots; the decimals are those of one tick and one lot.
struct FlowInstrument {
  std::string symbol;
  std::int64_t tick_mantissa;  ///< One tick is tick_mantissa × 10^-tick_decimals.
  int tick_decimals;
  std::int64_t lot_mantissa;
  int lot_decimals;
  std::int64_t mid_ticks;
  std::int64_t qty_lots_max;
};

/// A mid price that walks a few ticks at a time and stays within a hundredth of where it began.
class WalkingMid {
 public:
  explicit WalkingMid(std::int64_t start)
      : mid_(start), low_(start - start / 100), high_(start + start / 100) {}

  [[nodiscard]] std::int64_t ticks() const { return mid_; }
  void step(std::mt19937_64& random) {
    const auto move = static_cast<std::int64_t>(random() % 5) - 2;
    mid_ = std::clamp(mid_ + move, low_, high_);
  }

 private:
  std::int64_t mid_;
  std::int64_t low_;
  std::int64_t high_;
};

}  // namespace sluice::perf
