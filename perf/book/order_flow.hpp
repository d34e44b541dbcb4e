// A generated order flow of a known shape, for timing books.
//
// Half of the messages are new orders, placed passively around a mid price that follows a geometric
// Brownian path: their distance from it rises to a hump eight ticks out and falls beyond as a power
// law of exponent 2.23. 15% are immediate-or-cancel and reach across the mid by such a distance. Of
// the rest 20% are replaced (four in five one tick away and larger, else smaller in place), 95% are
// cancelled after an exponential life, and 2% are cancelled twice or replaced after their end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/message/command.hpp"

namespace sluice::perf {

/// How far the mid goes: highest minus lowest, as a share of where it starts.
struct Regime {
  const char* name;
  double swing;
};
inline constexpr std::array<Regime, 5> kRegimes{{{"mid fixed", 0.0},
                                                 {"2% swing", 0.02},
                                                 {"25% swing", 0.25},
                                                 {"40% swing", 0.40},
                                                 {"60% swing", 0.60}}};

/// One message in few bytes; command_of() makes the engine's command of it.
struct FlowStep {
  std::int64_t price;
  std::uint32_t name;    ///< Number of its ClOrdID.
  std::uint32_t target;  ///< Number of the ClOrdID that it cancels or replaces.
  std::uint32_t order;   ///< Number of the new order that it belongs to.
  std::uint16_t qty;
  CommandType type;
  Side side;
  TimeInForce tif;
};

/// The same arguments give the same flow. About `messages` steps; names count from 1.
[[nodiscard]] std::vector<FlowStep> generate_flow(const Regime& regime, std::size_t messages,
                                                  std::uint64_t seed);

/// ClOrdIDs have 14 characters. `seq` counts from 1, and engine time moves on a microsecond each.
[[nodiscard]] Command command_of(const FlowStep& step, std::uint64_t seq);

}  // namespace sluice::perf
