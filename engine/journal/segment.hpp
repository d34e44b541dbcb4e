// One segment of a stream of records: how it is laid out, written and read, as bytes in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "engine/journal/record.hpp"

namespace sluice {

enum class StreamKind : std::uint32_t { commands = 1, events = 2, rounds = 3, sessions = 4 };

/// What a segment starts with, little-endian; records follow at kBytes.
struct SegmentHeader {
  static constexpr std::size_t kBytes = 4'096;
  static constexpr std::uint64_t kMagic = 0x314A'4543'4955'4C53ULL;  ///< "SLUICEJ1" as bytes.
  static constexpr std::uint32_t kVersion = 1;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t kind;            ///< StreamKind
  std::uint64_t index;           ///< Dense from 1: a segment that is gone shows.
  std::uint64_t first_sequence;  ///< Of its first record.
  std::uint64_t bytes;           ///< Of the whole segment, this header included.
  std::uint64_t chain;           ///< Before its first record.
  std::int64_t time_ns;          ///< When it was begun.
  std::uint32_t epoch;           ///< Of the run that began it.
  std::uint32_t crc;             ///< CRC-32C of all before.
};
static_assert(sizeof(SegmentHeader) == 64);
static_assert(std::has_unique_object_representations_v<SegmentHeader>);

/// Where a stream has come to.
struct StreamPosition {
  std::uint64_t next_sequence = 1;
  std::uint64_t chain = 0;

  friend bool operator==(const StreamPosition&, const StreamPosition&) = default;
};

/// What is said of a record beside its payload.
struct RecordMeta {
  RecordType type = RecordType::none;
  std::int64_t time_ns = 0;
  std::uint32_t session = 0;
  std::uint32_t msg_seq_num = 0;
};

/// Who writes.
struct StreamOrigin {
  StreamKind kind = StreamKind::commands;
  std::uint8_t unit = 0;
  std::uint8_t stream = 0;  ///< Which of several of a kind.
  std::uint32_t epoch = 0;
};

[[nodiscard]] RecordHeader make_record_header(const StreamOrigin& origin, const StreamPosition& at,
                                              const RecordMeta& meta,
                                              std::size_t payload_bytes) noexcept;
[[nodiscard]] SegmentHeader make_segment_header(const StreamOrigin& origin, std::uint64_t index,
                                                std::uint64_t bytes, const StreamPosition& at,
                                                std::int64_t time_ns) noexcept;

/// Writes the records of one segment. Thread safety: one thread; others may read, with
/// SegmentReader, what is before `written_bytes()` as that thread published it.
class SegmentWriter {
 public:
  /// Begins a segment in zeroed memory of a multiple of kRecordAlignment bytes, at least
  /// min_bytes(0), which outlives the writer. Its header is written at once.
  SegmentWriter(std::span<std::byte> memory, const StreamOrigin& origin, std::uint64_t index,
                const StreamPosition& at, std::int64_t time_ns) noexcept;

  /// Goes on behind the last record of a segment, where SegmentReader found it blank. What a record
  /// that was not finished left there is wiped.
  static SegmentWriter resume(std::span<std::byte> memory, const StreamOrigin& origin,
                              std::size_t offset, const StreamPosition& at) noexcept;

  /// A segment that has room for one payload of that size.
  [[nodiscard]] static constexpr std::size_t min_bytes(std::size_t payload_bytes) noexcept {
    return SegmentHeader::kBytes + stride_of(payload_bytes) + stride_of(0);
  }

  [[nodiscard]] bool has_room_for(std::size_t payload_bytes) const noexcept {
    return offset_ + stride_of(payload_bytes) + stride_of(0) <= memory_.size();
  }
  /// How many records of payloads of that size there is room for.
  [[nodiscard]] std::size_t records_left(std::size_t payload_bytes) const noexcept {
    return (memory_.size() - stride_of(0) - offset_) / stride_of(payload_bytes);
  }
  /// Copies the payload in. Its sequence is position().next_sequence before the call. There must be
  /// room, and no more than kMaxPayloadBytes.
  void append(const RecordMeta& meta, std::span<const std::byte> payload) noexcept;
  /// Says that the next segment goes on. That one must have its header by then. Nothing may be
  /// appended afterwards.
  void end(std::int64_t time_ns) noexcept;

  [[nodiscard]] std::size_t written_bytes() const noexcept { return offset_; }
  [[nodiscard]] const StreamPosition& position() const noexcept { return at_; }

 private:
  SegmentWriter(std::span<std::byte> memory, const StreamOrigin& origin, std::size_t offset,
                const StreamPosition& at) noexcept
      : memory_(memory), origin_(origin), offset_(offset), at_(at) {}

  std::uint32_t write(const RecordHeader& header, std::span<const std::byte> payload) noexcept;

  std::span<std::byte> memory_;
  StreamOrigin origin_;
  std::size_t offset_;
  StreamPosition at_;
};

/// A record where it lies.
struct RecordView {
  const RecordHeader* header = nullptr;
  std::span<const std::byte> payload;
};

/// Whether anybody has begun a segment there: one that was made ahead is all zeros.
[[nodiscard]] bool is_used(std::span<const std::byte> segment) noexcept;

/// What a segment's header says, checked. `wrong` says what is not right, or is empty.
struct SegmentStart {
  SegmentHeader header{};
  std::string wrong;
};
[[nodiscard]] SegmentStart read_segment_start(std::span<const std::byte> segment,
                                              StreamKind expected);

/// Reads the records of one segment in order, checking each. Thread safety: one thread.
class SegmentReader {
 public:
  enum class Status : std::uint8_t {
    record,   ///< One was read.
    end,      ///< The segment was ended: the next one goes on.
    blank,    ///< Nothing has been written here.
    damaged,  ///< wrong() says what; offset() and position() stay where the bad record begins.
  };

  /// `header` is one that read_segment_start() found good.
  SegmentReader(std::span<const std::byte> segment, const SegmentHeader& header) noexcept
      : segment_(segment),
        offset_(SegmentHeader::kBytes),
        at_{header.first_sequence, header.chain} {}

  /// Views are valid as long as the segment's memory.
  [[nodiscard]] Status next(RecordView& record);

  /// Of the next record, from the segment's beginning.
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  /// What the next record must have.
  [[nodiscard]] const StreamPosition& position() const noexcept { return at_; }
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

  /// Whether, from here on, some place holds a record that is whole in itself and comes later in
  /// the stream: then what is wrong here is no end that a crash tore, but damage before it.
  [[nodiscard]] bool good_record_follows() const noexcept;

 private:
  [[nodiscard]] Status damaged(std::string why);
  [[nodiscard]] const RecordHeader& header_at(std::size_t offset) const noexcept;

  std::span<const std::byte> segment_;
  std::size_t offset_;
  StreamPosition at_;
  std::string wrong_;
};

}  // namespace sluice
