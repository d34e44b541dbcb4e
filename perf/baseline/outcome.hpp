// What came of a flow of commands, for comparing two books.
#pragma once

#include <cstdint>

namespace sluice::perf {

struct Outcome {
  std::uint64_t accepted = 0;
  std::uint64_t trades = 0;
  std::uint64_t traded_lots = 0;
  std::uint64_t canceled = 0;
  std::uint64_t replaced = 0;
  std::uint64_t expired = 0;
  std::uint64_t refused = 0;
  std::uint64_t resting = 0;  ///< Open orders at the end.

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace sluice::perf
