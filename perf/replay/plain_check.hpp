// A second opinion on the book at the end of a replay.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "perf/replay/capture.hpp"
#include "perf/replay/replay_tally.hpp"

namespace sluice::perf {

/// Runs the same inputs through the plain std::map book and compares every resting order. The first
/// difference in words; empty when there is none.
[[nodiscard]] std::string difference_to_plain_book(
    const Capture& capture, const std::unordered_map<std::uint64_t, OpenOrder>& book);

}  // namespace sluice::perf
