// Appends to a stream whose segments somebody else prepares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/journal/segment.hpp"
#include "engine/journal/segment_supply.hpp"

namespace sluice {

/// Thread safety: one thread. It never waits, allocates or makes a system call. Others follow by
/// SegmentReader: what append() has returned true for is there.
class StreamWriter {
 public:
  /// Begins a stream, or goes on with one, in a segment of its own with that index: the first that
  /// the supply has. There must be one, and each must have room for `most_payload` bytes.
  StreamWriter(SegmentSupply& supply, const StreamOrigin& origin, std::uint64_t index,
               const StreamPosition& at, std::size_t most_payload, std::int64_t time_ns) noexcept;

  /// False, and nothing is written, when the segment is full and no other is ready. Of at most
  /// `most_payload` bytes.
  [[nodiscard]] bool append(const RecordMeta& meta, std::span<const std::byte> payload) noexcept;

  /// How many more records append() will take for certain, of whatever size. Segments are of one
  /// size.
  [[nodiscard]] std::size_t records_left() const noexcept {
    return writer_.records_left(most_payload_) + supply_.ready() * per_segment_;
  }
  [[nodiscard]] const StreamPosition& position() const noexcept { return writer_.position(); }
  /// Index of the segment that is written now.
  [[nodiscard]] std::uint64_t segment() const noexcept { return index_; }

 private:
  [[nodiscard]] bool roll(std::int64_t time_ns) noexcept;
  [[nodiscard]] static std::span<std::byte> first_of(SegmentSupply& supply) noexcept;

  SegmentSupply& supply_;
  StreamOrigin origin_;
  std::uint64_t index_;
  std::size_t most_payload_;
  SegmentWriter writer_;
  std::size_t per_segment_;
};

}  // namespace sluice
