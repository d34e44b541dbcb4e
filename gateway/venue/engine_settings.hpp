// What the configuration says to the engine and to its lanes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/core/engine.hpp"
#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// For a run under that epoch; its key for names is drawn anew.
[[nodiscard]] EngineConfig engine_config(const VenueConfig& config, std::uint64_t epoch);

/// Sessions that enter orders through that lane.
[[nodiscard]] std::size_t sessions_of_lane(const VenueConfig& config, std::uint32_t lane);

}  // namespace sluice::gateway
