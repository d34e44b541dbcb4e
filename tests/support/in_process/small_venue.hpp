// A configuration for venues that live in a test's own process.
#pragma once

#include <string>

#include "gateway/config/venue_config.hpp"

namespace sluice::testing {

inline constexpr char kSymbol[] = "BTC-USDT";

/// One instrument, kSymbol with ticks of 0.01 and lots of 0.001; sessions CLIENT1, CLIENT2 and
/// CLIENT3 of one account, without passwords, for loopback addresses; small bounds; port 0.
[[nodiscard]] gateway::VenueConfig small_venue(const std::string& state_dir);

}  // namespace sluice::testing
