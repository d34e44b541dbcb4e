// A stream's newest segments, in memory files that outlive the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/journal/segment_file.hpp"
#include "engine/journal/segment_supply.hpp"

namespace sluice {

/// Segments `FOLDER/NAME-INDEX.seg` from index 1 on, which one thread fills by way of supply(), one
/// follows, and one prepares. Thread safety: prepare(), segment() and release_before() on any
/// thread.
class LiveStream {
 public:
  struct Options {
    std::string folder;  ///< Of a tmpfs; it is there.
    std::string name;
    std::size_t segment_bytes = std::size_t{8} << 20U;
    std::size_t ahead =
        3;  ///< Prepared besides the one that is filled, at most SegmentSupply::kMost.
  };

  explicit LiveStream(Options options) : options_(std::move(options)) {}

  [[nodiscard]] SegmentSupply& supply() noexcept { return supply_; }

  /// Segments in memory at most, those included that are full and not released yet.
  [[nodiscard]] static constexpr std::size_t most(std::size_t ahead) { return 2 * ahead + 1; }

  /// Makes one segment where fewer than `ahead` are ready and fewer than most() are there; false
  /// when there was nothing to do.
  /// Throws StorageError.
  bool prepare();
  /// As StreamReader::Segments wants it.
  [[nodiscard]] std::optional<std::span<const std::byte>> segment(std::uint64_t index);
  /// Earlier ones are not needed any more: they are removed.
  void release_before(std::uint64_t index);

 private:
  Options options_;
  SegmentSupply supply_;
  std::mutex mutex_;
  std::uint64_t first_ = 1;  ///< Index of files_.front().
  std::deque<SegmentFile> files_;
};

/// Removes every segment of a folder: after recovery, before new ones are made. Throws
/// StorageError.
void clear_live_folder(const std::string& folder);

}  // namespace sluice
