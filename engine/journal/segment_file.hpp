// A segment as a mapped file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace sluice {

/// Thread safety: none; the memory may be written by one thread and read by others as
/// SegmentWriter says. All that fails throws std::system_error with path and cause.
class SegmentFile {
 public:
  /// Creates the file, which must not be there, zeroed; until it is whole it is `path`.new. All its
  /// pages are taken and touched: whoever writes waits for none. On any failure nothing stays
  /// behind.
  static SegmentFile create(const std::string& path, std::size_t bytes);
  /// Maps what is there, whole. Throws std::runtime_error when it is empty.
  static SegmentFile open_to_write(const std::string& path);
  static SegmentFile open_to_read(const std::string& path);

  ~SegmentFile();
  SegmentFile(SegmentFile&& other) noexcept
      : path_(std::move(other.path_)), memory_(std::exchange(other.memory_, {})) {}
  SegmentFile& operator=(SegmentFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(memory_, other.memory_);
    return *this;
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Only to be read after open_to_read().
  [[nodiscard]] std::span<std::byte> memory() const noexcept { return memory_; }

 private:
  SegmentFile(std::string path, std::span<std::byte> memory) noexcept
      : path_(std::move(path)), memory_(memory) {}

  std::string path_;
  std::span<std::byte> memory_;
};

/// "STREAM-INDEX.seg", the index in 20 digits, so that names sort as segments follow.
[[nodiscard]] std::string segment_name(const std::string& stream, std::uint64_t index);

}  // namespace sluice
