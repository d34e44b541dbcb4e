// Storage in a folder of a file system.
#pragma once

#include <string>
#include <vector>

#include "engine/journal/folder_lock.hpp"
#include "engine/journal/storage.hpp"

namespace sluice {

/// Names of all files of a folder, sorted. Throws StorageError.
[[nodiscard]] std::vector<std::string> list_folder(const std::string& folder);
/// Maps a file of the open folder whole, to be read; `path` is for people. Throws StorageError.
[[nodiscard]] StoredBytes map_file(int folder, const std::string& name, const std::string& path);
/// So many zero bytes, as long as they are read only without memory for them. Throws StorageError.
[[nodiscard]] StoredBytes zeros(std::size_t bytes);

/// Files are made by writing their zeros: on ext4 and XFS the first write into blocks that are only
/// reserved is a change of the file's extents, which every later sync would have to make durable.
class PosixStorage final : public Storage {
 public:
  /// Makes the folder and holds it: see FolderLock.
  explicit PosixStorage(std::string folder);

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  [[nodiscard]] std::vector<std::string> list() override;
  [[nodiscard]] std::unique_ptr<StoredFile> create(const std::string& name,
                                                   std::size_t bytes) override;
  [[nodiscard]] std::unique_ptr<StoredFile> open(const std::string& name) override;
  [[nodiscard]] StoredBytes read(const std::string& name) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& name) override;

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const { return folder_ + "/" + name; }
  void sync_folder();

  std::string folder_;
  FolderLock lock_;
};

}  // namespace sluice
