// `sluice verify`: whether a journal gives again what is on disk.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace sluice::gateway {

/// One line of what was verified, after it what is worth knowing; or the first difference, with
/// both records field by field. Returns a ToolExit. Throws ToolError and StorageError.
[[nodiscard]] int verify(const std::string& folder, const std::optional<std::string>& live,
                         std::ostream& out, std::ostream& err);

}  // namespace sluice::gateway
