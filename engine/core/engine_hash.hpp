// All state that can influence a later event, as a number.
#pragma once

#include "engine/core/engine_state.hpp"
#include "engine/core/state_hash.hpp"

namespace sluice {

/// Adds counters, books in price and time order, Day orders, names and closed orders. Slots, table
/// order and addresses have no part in it.
void add_to(StateHash& hash, const EngineState& state) noexcept;
/// One mass cancel that is under way. Which place it has has no part in it.
void add_mass_cancel(StateHash& hash, const EngineState& state, std::uint32_t place) noexcept;

}  // namespace sluice
