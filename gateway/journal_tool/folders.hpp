// The folders that the tools are given.
#pragma once

#include <memory>
#include <string>

#include "engine/journal/folder_lock.hpp"
#include "engine/journal/read_only_storage.hpp"

namespace sluice::gateway {

/// A journal to look at, which a venue may be writing. Throws ToolError where nothing in the folder
/// is of a journal, and StorageError.
[[nodiscard]] std::unique_ptr<ReadOnlyStorage> look_at(const std::string& folder);

/// Holds the memory that a venue which has ended left behind, so that none begins meanwhile. Throws
/// ToolError where one uses it, and StorageError.
[[nodiscard]] std::unique_ptr<FolderLock> hold_live(const std::string& folder);

}  // namespace sluice::gateway
