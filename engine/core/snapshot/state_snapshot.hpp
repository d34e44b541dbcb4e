// The engine's state as bytes, and back.
#pragma once

#include <cstdint>

#include "engine/core/engine_state.hpp"
#include "engine/core/snapshot/archive.hpp"

namespace sluice {

/// Raised whenever the bytes change; older ones are read or refused by name.
inline constexpr std::uint32_t kStateFormat = 2;

/// Writes all that state_hash() covers, but for the configuration: orders in the order of their
/// books, and nothing that depends on slots. Between two commands.
void save(const EngineState& state, ArchiveWriter& to);

/// Fills a state that is new. Its configuration may be another one than that of the state that was
/// saved, but it must have room for what is open, the same unit, and all its sessions and
/// instruments: throws SnapshotError that says what does not fit.
void restore(EngineState& state, ArchiveReader& from);

}  // namespace sluice
