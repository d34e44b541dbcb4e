// What goes to disk at once: the records of several streams that one sync makes durable together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/journal/segment.hpp"

namespace sluice {

/// Streams of one kind of file: RecordHeader::stream is below this.
inline constexpr std::size_t kMaxStreams = 24;

/// Payload of the record with which a round begins.
struct RoundHead {
  std::uint64_t bytes;      ///< Of the records that follow it.
  std::uint32_t records;    ///< How many they are.
  std::uint32_t reserved0;  ///< 0
};
static_assert(sizeof(RoundHead) == 16 && std::has_unique_object_representations_v<RoundHead>);

/// Where all streams have come to, each by RecordHeader::stream.
using StreamPositions = std::array<StreamPosition, kMaxStreams>;

/// What a segment of rounds has behind its header, at kOffset: its streams before its first round.
struct StreamTable {
  static constexpr std::size_t kOffset = sizeof(SegmentHeader);

  StreamPositions positions;
  std::uint32_t crc;        ///< CRC-32C of all before.
  std::uint32_t reserved0;  ///< 0
};
static_assert(sizeof(StreamTable) == 392 &&
              StreamTable::kOffset + sizeof(StreamTable) <= SegmentHeader::kBytes);

/// Lays a segment's first page out: header and table, the rest zero.
[[nodiscard]] std::array<std::byte, SegmentHeader::kBytes> begin_round_segment(
    const StreamOrigin& origin, std::uint64_t index, std::uint64_t segment_bytes,
    const StreamPosition& rounds, const StreamPositions& streams, std::int64_t time_ns);

/// Collects a round. Thread safety: one thread.
class RoundWriter {
 public:
  /// The first round has the number `rounds.next_sequence`. A round takes at most `most_bytes`, its
  /// head included: at least that of one largest record.
  RoundWriter(const StreamOrigin& origin, const StreamPosition& rounds, std::size_t most_bytes);

  /// Whether the round has room for one more payload of that size.
  [[nodiscard]] bool has_room_for(std::size_t payload_bytes) const noexcept {
    const std::size_t taken = finished_ ? stride_of(sizeof(RoundHead)) : bytes_.size();
    return taken + stride_of(payload_bytes) <= most_bytes_;
  }
  void set_epoch(std::uint32_t epoch) noexcept { origin_.epoch = epoch; }
  /// Copies a record as it lies in its stream. There must be room.
  void add(const RecordHeader& record);
  [[nodiscard]] bool is_empty() const noexcept { return records_ == 0; }

  /// The whole round, valid until the next add(). An empty one says no more than that those before
  /// it are durable. position() is then what the next one has.
  [[nodiscard]] std::span<const std::byte> finish(std::int64_t time_ns);
  [[nodiscard]] const StreamPosition& position() const noexcept { return rounds_; }

 private:
  StreamOrigin origin_;
  StreamPosition rounds_;
  std::size_t most_bytes_;
  std::vector<std::byte> bytes_;
  std::uint32_t records_ = 0;
  bool finished_ = false;
};

/// Reads the rounds of one segment, checking every record and its place in its stream.
///
/// A round is written only when the one before is durable. So the last one may be torn by a power
/// cut, its sectors in any order: nothing of it was promised to anybody. Whatever is wrong before a
/// later round is damage.
///
/// Thread safety: one thread.
class RoundReader {
 public:
  enum class Status : std::uint8_t {
    round,
    none,     ///< Nothing is written here.
    torn,     ///< The last round is not whole: it was never durable. wrong() says how.
    damaged,  ///< wrong() says what; offset() is where its round begins.
  };

  /// `segment`: whole, its header found good by read_segment_start(). `more_follows`: there is a
  /// later segment, so that this one's last round was durable.
  RoundReader(std::span<const std::byte> segment, const SegmentHeader& header, bool more_follows);

  /// `records`: those of the round, in order, valid as long as the segment's memory.
  [[nodiscard]] Status next(std::vector<RecordView>& records);

  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  /// What the next round must have.
  [[nodiscard]] const StreamPosition& position() const noexcept { return rounds_; }
  /// What the next record of each stream must have.
  [[nodiscard]] const StreamPositions& streams() const noexcept { return streams_; }
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  [[nodiscard]] bool read_records(std::size_t from, const RoundHead& head,
                                  std::vector<RecordView>& records, StreamPositions& streams);
  [[nodiscard]] bool later_round_follows() const noexcept;
  [[nodiscard]] Status not_whole(std::string why);

  std::span<const std::byte> segment_;
  std::size_t offset_ = SegmentHeader::kBytes;
  StreamPosition rounds_;
  StreamPositions streams_{};
  bool more_follows_;
  std::string wrong_;
};

}  // namespace sluice
