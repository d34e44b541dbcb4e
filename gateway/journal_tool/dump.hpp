// `sluice journal dump`: the records of a journal, one a line.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/journal_tool/record_filter.hpp"

namespace sluice::gateway {

struct DumpOptions {
  std::string folder;
  std::optional<std::string> live;  ///< Also what is in memory alone.
  FilterText filter;
  std::uint64_t limit = UINT64_MAX;  ///< Most records that are printed.
  bool events = false;               ///< The execution log instead of commands and sessions.
  bool json = false;                 ///< One JSON object a record, each with all fields.
  bool all = false;                  ///< In text, too, the fields that are not given.
};

/// Prints what is good before any damage; that goes to `err`, with its place. Returns a ToolExit.
/// Throws ToolError and StorageError.
[[nodiscard]] int dump(const DumpOptions& options, std::ostream& out, std::ostream& err);

}  // namespace sluice::gateway
