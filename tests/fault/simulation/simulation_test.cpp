// Many worlds, each from a seed: crashes, power cuts at every write, torn rounds, broken disks,
// flipped bits, cut connections, clocks that jump, resets, full rings. `scripts/simulate` runs more
// of them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <string>

#include "tests/fault/simulation/world.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::testing {
namespace {

#if defined(SLUICE_TSAN) || defined(SLUICE_UBSAN)
constexpr std::uint64_t kSeedsOfCi = 20;
#else
constexpr std::uint64_t kSeedsOfCi = 250;
#endif

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::stoull(given);
}

/// SLUICE_SEEDS: how many; SLUICE_FROM: the first.
void run_seeds(std::uint64_t first, std::uint64_t count) {
  RunResult all;
  std::uint64_t on_disk = 0;
  // In which hardly anybody heard anything: few may be cut off before anybody has traded.
  std::uint64_t silent = 0;
  std::uint64_t silent_on_disk = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RunResult result = World(seed).run();
    for (const std::string& wrong : result.wrongs) {
      ADD_FAILURE() << "seed " << seed << ": " << wrong;
    }
    all.reports += result.reports;
    on_disk += result.on_disk ? 1 : 0;
    if (result.reports < 10) ++(result.on_disk ? silent_on_disk : silent);
    all.starts += result.starts;
    all.power_cuts += result.power_cuts;
    all.refused_starts += result.refused_starts;
    all.disk_failures += result.disk_failures;
    all.resets += result.resets;
    all.old_reads += result.old_reads;
    if (::testing::Test::HasFailure()) return;
  }
  std::cout << count << " seeds from " << first << ": " << all.reports << " reports, " << all.starts
            << " starts, " << all.power_cuts << " power cuts, " << all.disk_failures
            << " broken disks, " << all.refused_starts << " starts refused for a flipped bit, "
            << all.resets << " resets, " << all.old_reads << " readings of old events\n";
  EXPECT_LE(silent, (count - on_disk) / 4 + 1);
  EXPECT_LE(silent_on_disk, on_disk / 4 + 1);
  if (count < 100) return;
  EXPECT_GT(all.reports, count * 20);
  EXPECT_GT(all.power_cuts, count / 4);
  EXPECT_GT(all.disk_failures, count / 20);
  EXPECT_GT(all.refused_starts, 0U);
  EXPECT_GT(all.resets, 0U);
  EXPECT_GT(all.old_reads, count / 8);
}

class Simulation : public ::testing::TestWithParam<std::uint64_t> {};

// Four parts, so that they run side by side.
TEST_P(Simulation, WhateverHappensNothingIsLostAndNothingComesTwice) {
  const std::uint64_t part = number_from("SLUICE_SEEDS", kSeedsOfCi * 4) / 4;
  run_seeds(number_from("SLUICE_FROM", 1) + GetParam() * part, part);
}

INSTANTIATE_TEST_SUITE_P(Parts, Simulation, ::testing::Values(0, 1, 2, 3));

TEST(SimulationSeed, GivesTheSameRunEachTime) {
  for (const std::uint64_t seed : {3U, 4U, 5U}) {
    const std::uint64_t digest = World(seed).run().digest;
    EXPECT_EQ(World(seed).run().digest, digest) << seed;
  }
}

}  // namespace
}  // namespace sluice::testing
