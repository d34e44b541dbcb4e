// Why a tool cannot do what it was asked.
#pragma once

#include <stdexcept>

namespace sluice::gateway {

/// What was asked cannot be done as it stands: what() says what is wrong and what would be right.
/// It says nothing of the journal's health.
class ToolError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Exit codes of all journal tools, documented in scripts/README.md.
enum ToolExit : int {
  kToolGood = 0,
  kToolDamage = 1,  ///< The journal is damaged, or gives something else than what is on disk.
  kToolUsage = 2,   ///< A ToolError, or a file that cannot be read.
};

}  // namespace sluice::gateway
