// The program's own tools, run over a journal that a venue has left.
#pragma once

#include <string>
#include <vector>

#include "tests/support/child_process.hpp"

namespace sluice::testing {

struct ToolOutcome {
  int code = 0;  ///< Exit code; below 0: the signal that ended it.
  std::string out;
  std::string err;
};

/// Runs `sluice ARGUMENTS`. Throws std::runtime_error when it does not end.
[[nodiscard]] ToolOutcome run_tool(const std::vector<std::string>& arguments);

}  // namespace sluice::testing
