// Seeds of random tests.
#pragma once

#include <cstdlib>
#include <random>
#include <string>

namespace sluice::gateway::testing {

/// A new seed for each run, or SLUICE_SEED to run one again. The test puts it into its
/// SCOPED_TRACE.
inline unsigned random_seed() {
  const char* const given = std::getenv("SLUICE_SEED");
  return given == nullptr ? std::random_device{}() : static_cast<unsigned>(std::stoul(given));
}

}  // namespace sluice::gateway::testing
