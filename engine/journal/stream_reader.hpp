// Follows a stream from segment to segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/journal/segment.hpp"

namespace sluice {

/// Thread safety: one thread; the stream may be written meanwhile.
class StreamReader {
 public:
  /// The memory of a segment, or nothing where it is not there. It stays until the reader asks for
  /// the next one.
  using Segments = std::function<std::optional<std::span<const std::byte>>(std::uint64_t index)>;

  enum class Status : std::uint8_t {
    record,
    none,     ///< Nothing more has been written; there may be later.
    damaged,  ///< wrong() says what and where; it stays so.
  };

  /// From the beginning of segment `first` on. `expected` is what its first record must be, or
  /// nothing where that is taken from its header.
  StreamReader(Segments segments, StreamKind kind, std::uint64_t first,
               std::optional<StreamPosition> expected = std::nullopt);

  [[nodiscard]] Status next(RecordView& record);

  /// After `none`, where nobody writes any more: whether later records are there all the same, so
  /// that this is no end but damage.
  [[nodiscard]] bool is_cut_short() const;

  /// What the next record must have; before the first segment was opened what was expected of it.
  [[nodiscard]] const StreamPosition& position() const noexcept { return at_; }
  /// Where the next record begins.
  [[nodiscard]] std::uint64_t segment() const noexcept { return index_; }
  [[nodiscard]] std::size_t offset() const noexcept {
    return reader_ ? reader_->offset() : SegmentHeader::kBytes;
  }
  /// For people: "segment 3, offset 4096, sequence 17: why".
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  [[nodiscard]] Status open();
  [[nodiscard]] Status damaged(const std::string& why);

  Segments segments_;
  StreamKind kind_;
  std::uint64_t index_;
  std::optional<StreamPosition> expected_;
  StreamPosition at_;
  std::optional<SegmentReader> reader_;
  bool must_exist_ = false;  // the segment before says so
  std::string wrong_;
};

}  // namespace sluice
