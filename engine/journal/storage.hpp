// The disk as the journal sees it: a folder of files that are made whole, written in place, and
// synced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace sluice {

/// The disk does not do what it must: what() names the file, what was tried and the cause.
class StorageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A file that is being written. Thread safety: one thread. All throw StorageError; after that
/// nobody knows what of the file is durable.
class StoredFile {
 public:
  StoredFile() = default;
  StoredFile(const StoredFile&) = delete;
  StoredFile& operator=(const StoredFile&) = delete;
  virtual ~StoredFile() = default;

  /// Within the size that the file was made with. Until sync() has returned a power cut may leave
  /// any of its sectors written and the others not.
  virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  /// What was written before is durable when this returns.
  virtual void sync() = 0;
};

/// Zeroes the bytes from `begin` to `end`, from the last ones on: whoever is stopped meanwhile
/// leaves what stands at `begin`, and so can tell that there was something.
void write_zeros(StoredFile& file, std::uint64_t begin, std::uint64_t end);

/// A file's bytes, as they were or as they come to be; they stay while this lives.
struct StoredBytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;  ///< Begins at a multiple of 64.
};

/// Thread safety: any thread, each file by one at a time. All throw StorageError.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// Names of all files, sorted.
  [[nodiscard]] virtual std::vector<std::string> list() = 0;
  /// A file of zeros that is not there yet. Its blocks are taken and its name is durable when this
  /// returns. On failure nothing stays.
  [[nodiscard]] virtual std::unique_ptr<StoredFile> create(const std::string& name,
                                                           std::size_t bytes) = 0;
  [[nodiscard]] virtual std::unique_ptr<StoredFile> open(const std::string& name) = 0;
  [[nodiscard]] virtual StoredBytes read(const std::string& name) = 0;
  /// Replaces what is at `to`. Durable when this returns.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& name) = 0;
};

}  // namespace sluice
