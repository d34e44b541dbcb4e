// The folder of a journal to look at: nothing in it is changed, and whoever writes there may go on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/journal/storage.hpp"

namespace sluice {

/// What a folder of a journal has at the moment when this is made: its rounds, its execution log
/// and its snapshots; other files are not seen. It takes no lock, makes nothing, and works where
/// nothing can be written.
///
/// Beside a running venue it is what a kill would have left: of each stream all that had been
/// written, the last round perhaps not whole; no event without the command that caused it.
///
/// Thread safety: one thread.
class ReadOnlyStorage final : public Storage {
 public:
  /// Throws StorageError.
  explicit ReadOnlyStorage(std::string folder);

  [[nodiscard]] std::vector<std::string> list() override;
  [[nodiscard]] StoredBytes read(const std::string& name) override;

  // These throw StorageError, whatever they are asked.
  [[nodiscard]] std::unique_ptr<StoredFile> create(const std::string& name,
                                                   std::size_t bytes) override;
  [[nodiscard]] std::unique_ptr<StoredFile> open(const std::string& name) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& name) override;

 private:
  void hold_stream(int folder, const std::vector<std::string>& names, const char* stream);
  /// False: it has gone meanwhile.
  bool hold(int folder, const std::string& name);

  std::string folder_;
  std::map<std::string, StoredBytes> files_;
};

}  // namespace sluice
