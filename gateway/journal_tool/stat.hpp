// `sluice journal stat`: what a journal consists of.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace sluice::gateway {

/// One JSON object, or as text a line for each of its parts. Damage is told last, on `err`; what
/// stands before it is counted. Returns a ToolExit. Throws ToolError and StorageError.
[[nodiscard]] int stat(const std::string& folder, const std::optional<std::string>& live,
                       bool as_json, std::ostream& out, std::ostream& err);

}  // namespace sluice::gateway
