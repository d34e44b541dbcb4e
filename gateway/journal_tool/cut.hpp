// `sluice journal cut`: the end that a power cut tore, taken off.
#pragma once

#include <iosfwd>
#include <string>

namespace sluice::gateway {

/// Says what a start would take off the end of the rounds; takes it off only if `yes`. Nothing else
/// is ever changed: of damage it says where it is. Holds the folder meanwhile. Returns a ToolExit.
/// Throws ToolError, also where a venue uses the folder, and StorageError.
[[nodiscard]] int cut(const std::string& folder, bool yes, std::ostream& out, std::ostream& err);

}  // namespace sluice::gateway
