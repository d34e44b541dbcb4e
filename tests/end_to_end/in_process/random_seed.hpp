// The seed of a random test: new in every run, or the one that the environment names.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace sluice::testing {

/// Printed at once; SLUICE_SEED=<number> runs the test from it again.
[[nodiscard]] inline std::uint64_t random_seed() {
  const char* const given = std::getenv("SLUICE_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::cout << "SLUICE_SEED=" << seed << '\n';
  return seed;
}

}  // namespace sluice::testing
