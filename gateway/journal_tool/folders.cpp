#include "gateway/journal_tool/folders.hpp"

#include <filesystem>

#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

void expect_folder(const std::string& folder, const std::string& what) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return;
  throw ToolError(folder + ": is no folder; expected " + what);
}

}  // namespace

std::unique_ptr<ReadOnlyStorage> look_at(const std::string& folder) {
  const std::string expected =
      "the folder that [journal] dir names in venue.toml, where nothing is said STATE_DIR/journal";
  expect_folder(folder, expected);
  auto storage = std::make_unique<ReadOnlyStorage>(folder);
  if (storage->list().empty()) {
    throw ToolError(folder + ": nothing in it is of a journal; expected " + expected);
  }
  return storage;
}

std::unique_ptr<FolderLock> hold_live(const std::string& folder) {
  expect_folder(folder,
                "the folder that [journal] live_dir names in venue.toml, where nothing is said "
                "STATE_DIR/live");
  try {
    return std::make_unique<FolderLock>(folder);
  } catch (const FolderInUse&) {
    throw ToolError(folder +
                    ": a venue uses it; what it has in memory can be read when it has ended. "
                    "Without --live the journal on the disk is read");
  }
}

}  // namespace sluice::gateway
