// One journal a folder.
#pragma once

#include <string>

#include "engine/journal/storage.hpp"

namespace sluice {

/// Another journal holds the folder.
class FolderInUse : public StorageError {
  using StorageError::StorageError;
};

/// Holds a folder for as long as it lives; whoever is killed has let it go. Thread safety: one
/// thread.
class FolderLock {
 public:
  /// Makes the folder (not its parents) with mode 0700 when it is not there. Throws StorageError,
  /// and FolderInUse when another journal holds it.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// The folder, open.
  [[nodiscard]] int descriptor() const noexcept { return fd_; }

 private:
  int fd_;
};

}  // namespace sluice
