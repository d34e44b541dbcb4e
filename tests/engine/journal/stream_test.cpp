// A stream over many segments: rolled, followed while it is written, and found damaged.
#include <cstring>
#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/stream_reader.hpp"
#include "engine/journal/stream_writer.hpp"
#include "tests/engine/journal/memory.hpp"

namespace sluice {
namespace {

constexpr StreamOrigin kStream{.kind = StreamKind::commands, .unit = 1, .epoch = 2};
constexpr std::size_t kPayload = 256;
constexpr std::size_t kPerSegment = 4;
constexpr std::size_t kSegmentBytes =
    SegmentHeader::kBytes + kPerSegment * stride_of(kPayload) + stride_of(0);

/// Segments 1, 2, … in memory.
struct Segments {
  std::deque<Memory> memory;
  SegmentSupply supply;

  void give(std::size_t count = 1) {
    for (; count > 0; --count) supply.give(memory.emplace_back(kSegmentBytes).span());
  }
  StreamReader::Segments reader() {
    return [this](std::uint64_t index) -> std::optional<std::span<const std::byte>> {
      if (index == 0 || index > memory.size()) return std::nullopt;
      return memory[index - 1].view();
    };
  }
};

std::vector<std::byte> numbered_payload(std::uint64_t n) {
  std::vector<std::byte> payload(kPayload);
  for (std::size_t at = 0; at < kPayload; at += sizeof n) {
    std::memcpy(payload.data() + at, &n, sizeof n);
  }
  return payload;
}

StreamWriter writer_of(Segments& segments) {
  segments.give();
  return {segments.supply, kStream, 1, {}, kPayload, 5};
}

void append_next(StreamWriter& writer) {
  const std::uint64_t n = writer.position().next_sequence;
  ASSERT_TRUE(writer.append({.type = RecordType::command, .time_ns = 5}, numbered_payload(n)));
}

/// How many records can be read, each checked.
std::uint64_t read_on(StreamReader& reader, StreamReader::Status& last) {
  RecordView record;
  std::uint64_t count = 0;
  while ((last = reader.next(record)) == StreamReader::Status::record) {
    EXPECT_EQ(record.header->sequence, reader.position().next_sequence - 1);
    const auto expected = numbered_payload(record.header->sequence);
    EXPECT_EQ(std::memcmp(record.payload.data(), expected.data(), kPayload), 0);
    ++count;
  }
  return count;
}

TEST(Stream, GoesOnFromSegmentToSegment) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  segments.give(9);
  StreamReader reader(segments.reader(), StreamKind::commands, 1, StreamPosition{});
  StreamReader::Status last{};
  for (std::uint64_t n = 1; n <= 10 * kPerSegment; ++n) {
    append_next(writer);
    EXPECT_EQ(writer.segment(), (n - 1) / kPerSegment + 1);
    ASSERT_EQ(read_on(reader, last), 1U);
    EXPECT_EQ(last, StreamReader::Status::none);
  }
  EXPECT_EQ(reader.position(), writer.position());
  EXPECT_EQ(reader.segment(), 10U);
}

TEST(Stream, TakesNothingWhereNoSegmentIsReadyAndGoesOnWhenOneIs) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  for (std::size_t n = 0; n < kPerSegment; ++n) {
    EXPECT_EQ(writer.records_left(), kPerSegment - n);
    append_next(writer);
  }
  EXPECT_EQ(writer.records_left(), 0U);
  const StreamPosition full = writer.position();
  EXPECT_FALSE(writer.append({.type = RecordType::command}, numbered_payload(5)));
  EXPECT_EQ(writer.position(), full);
  segments.give(2);
  EXPECT_EQ(writer.records_left(), 2 * kPerSegment);
  append_next(writer);
  EXPECT_EQ(writer.records_left(), 2 * kPerSegment - 1);
  StreamReader reader(segments.reader(), StreamKind::commands, 1);
  StreamReader::Status last{};
  EXPECT_EQ(read_on(reader, last), kPerSegment + 1);
}

TEST(Stream, ASmallRecordStillFitsWhereALargeOneDoesNot) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  for (std::size_t n = 1; n < kPerSegment; ++n) append_next(writer);
  ASSERT_TRUE(writer.append({.type = RecordType::command}, {}));
  EXPECT_EQ(writer.records_left(), 0U);
  EXPECT_TRUE(writer.append({.type = RecordType::command}, {}));
}

TEST(Stream, IsReadFromALaterSegmentByWhatItsHeaderSays) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  segments.give(3);
  for (std::size_t n = 0; n < 3 * kPerSegment; ++n) append_next(writer);
  StreamReader reader(segments.reader(), StreamKind::commands, 2);
  StreamReader::Status last{};
  EXPECT_EQ(read_on(reader, last), 2 * kPerSegment);
  StreamReader other(segments.reader(), StreamKind::commands, 2, StreamPosition{4, 0});
  EXPECT_EQ(read_on(other, last), 0U);
  EXPECT_EQ(other.wrong(),
            "segment 2, offset 4096, sequence 4: it does not follow the segment before it");
}

TEST(Stream, WithoutASegmentThatAnotherGoesOnInItIsDamaged) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  segments.give(2);
  for (std::size_t n = 0; n < 2 * kPerSegment + 1; ++n) append_next(writer);
  const auto without = [&](std::uint64_t missing) -> StreamReader::Segments {
    return [&segments, missing](std::uint64_t index) {
      return index == missing ? std::nullopt : segments.reader()(index);
    };
  };
  StreamReader reader(without(3), StreamKind::commands, 1);
  StreamReader::Status last{};
  EXPECT_EQ(read_on(reader, last), 2 * kPerSegment);
  EXPECT_EQ(last, StreamReader::Status::damaged);
  EXPECT_EQ(reader.wrong(), "segment 3, offset 4096, sequence 9: it is missing");
  // Where nothing says that there must be one there is just nothing yet.
  StreamReader none(without(1), StreamKind::commands, 1);
  EXPECT_EQ(read_on(none, last), 0U);
  EXPECT_EQ(last, StreamReader::Status::none);
}

TEST(Stream, DamageIsToldByPlaceAndStays) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  segments.give(1);
  for (std::size_t n = 0; n < 2 * kPerSegment; ++n) append_next(writer);
  segments.memory[1].span()[SegmentHeader::kBytes + stride_of(kPayload) + 100] ^= std::byte{1};
  StreamReader reader(segments.reader(), StreamKind::commands, 1);
  StreamReader::Status last{};
  EXPECT_EQ(read_on(reader, last), kPerSegment + 1);
  EXPECT_EQ(reader.wrong(), "segment 2, offset 4416, sequence 6: length or CRC is wrong");
  EXPECT_EQ(read_on(reader, last), 0U);
  EXPECT_EQ(last, StreamReader::Status::damaged);
}

TEST(Stream, SegmentsInTheWrongPlaceAreFound) {
  Segments segments;
  StreamWriter writer = writer_of(segments);
  segments.give(2);
  for (std::size_t n = 0; n < 2 * kPerSegment + 1; ++n) append_next(writer);
  std::swap(segments.memory[1], segments.memory[2]);
  StreamReader reader(segments.reader(), StreamKind::commands, 1);
  StreamReader::Status last{};
  EXPECT_EQ(read_on(reader, last), kPerSegment);
  EXPECT_EQ(reader.wrong(),
            "segment 2, offset 4096, sequence 5: its header says that it is segment 3");
}

// For ThreadSanitizer: nothing is shared but the records and the supply.
TEST(Stream, IsFollowedWhileItIsWritten) {
  constexpr std::uint64_t kRecords = 20'000;
  Segments segments;
  segments.memory.resize(kRecords / kPerSegment + 1, Memory(kSegmentBytes));
  segments.supply.give(segments.memory[0].span());
  StreamWriter writer(segments.supply, kStream, 1, {}, kPayload, 5);
  std::thread writes([&] {
    for (std::uint64_t n = 1; n <= kRecords;) {
      if (writer.append({.type = RecordType::command, .time_ns = 5}, numbered_payload(n))) {
        ++n;
      } else {
        std::this_thread::yield();
      }
    }
  });
  StreamReader reader(segments.reader(), StreamKind::commands, 1, StreamPosition{});
  std::size_t given = 1;
  std::uint64_t read = 0;
  StreamReader::Status last{};
  while (read < kRecords && !::testing::Test::HasFailure()) {
    if (given < segments.memory.size() && segments.supply.ready() < 2) {
      segments.supply.give(segments.memory[given++].span());
    }
    const std::uint64_t more = read_on(reader, last);
    read += more;
    ASSERT_EQ(last, StreamReader::Status::none) << reader.wrong();
    if (more == 0) std::this_thread::yield();
  }
  writes.join();
  EXPECT_EQ(reader.position(), writer.position());
}

}  // namespace
}  // namespace sluice
