// All state that can influence a later event, as a number.
#pragma once

#include "engine/core/engine_state.hpp"
#include "engine/core/state_hash.hpp"

namespace sluice {

/// Adds counters, books in price and time order, Day orders, names and closed orders. Slots, table
/// order and addresses have no part in it.
void add_to(StateHash& hash, const EngineState& state) noexcept;

}  // namespace sluice
