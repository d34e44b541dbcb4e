// Where threads outside apply() read the time; a test hands in its own.
#pragma once

#include "engine/types/strong.hpp"

namespace sluice {

/// Wall clock, UTC. May jump; whoever needs order takes the larger of this and what it saw before.
using WallClock = TimeNs (*)();

}  // namespace sluice
