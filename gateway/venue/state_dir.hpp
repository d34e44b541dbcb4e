// The venue's folder of state: one venue at a time, one epoch a start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

/// The folder cannot be used, or another venue uses it: what() says which and why.
class StateDirError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Holds `<path>/lock` for as long as it lives; a killed venue's lock is gone with it.
class StateDir {
 public:
  /// Creates the folder (and its parents) when it is missing. Throws StateDirError.
  explicit StateDir(std::string path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// `path`, or where that is empty `name` in here.
  [[nodiscard]] std::string or_file(const std::string& path, const std::string& name) const {
    return path.empty() ? file(name) : path;
  }

  /// The next epoch, made durable before it is returned: 1 in a new folder, then one more at each
  /// call. Throws StateDirError when the file is damaged or the last epoch has been used.
  [[nodiscard]] std::uint64_t next_epoch() const;

  /// Whether what the last venue left here was written since the machine was started, so that
  /// nothing of it can have gone with its power. Also true of what an older program wrote, which
  /// did not say. All throw StateDirError.
  [[nodiscard]] bool is_of_this_boot() const;
  void note_boot() const;

  /// Whether any venue has run here.
  [[nodiscard]] bool has_epoch() const;
  /// Whether the last venue that ran here came to an orderly end, or there was none: asked before
  /// next_epoch(). A start that fails later has run nothing, so the answer stays until
  /// take_clean_mark(); from then until mark_clean() it is no. All throw StateDirError.
  [[nodiscard]] bool stopped_cleanly() const;
  void take_clean_mark() const;
  void mark_clean() const;

  /// What `name` holds; nothing when it is not there. Throws StateDirError when it cannot be read
  /// or is longer than `max_bytes`.
  [[nodiscard]] std::optional<std::string> read_file(const std::string& name,
                                                     std::size_t max_bytes) const;

  /// Writes a whole file so that a crash leaves the old or the new one. Throws StateDirError.
  void write_file(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
  FileDescriptor lock_;
};

}  // namespace sluice::gateway
