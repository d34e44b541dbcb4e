#include "engine/journal/segment.hpp"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/journal/memory.hpp"

namespace sluice {
namespace {

constexpr StreamOrigin kOrigin{.kind = StreamKind::commands, .unit = 3, .epoch = 7};
constexpr std::int64_t kBegun = 1'700'000'000'000'000'000;

std::vector<std::byte> payload_of(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> payload(size);
  for (std::byte& byte : payload) byte = static_cast<std::byte>(random());
  return payload;
}

RecordMeta meta_of(std::uint32_t n) {
  return {.type = RecordType::command,
          .time_ns = kBegun + n,
          .session = 10 + n,
          .msg_seq_num = 100 + n};
}

/// All sizes about a record's borders.
const std::vector<std::size_t> kSizes{0, 1, 63, 64, 65, 128, 256, 7, 384, 300};

struct Written {
  Memory memory{16'384};
  StreamPosition end;
  std::vector<std::size_t> offsets;  ///< Where each record begins, and where the last one ends.
};

Written written(bool ended, const StreamPosition& at = {}) {
  Written made;
  SegmentWriter writer(made.memory.span(), kOrigin, 1, at, kBegun);
  for (std::uint32_t n = 0; n < kSizes.size(); ++n) {
    made.offsets.push_back(writer.written_bytes());
    writer.append(meta_of(n), payload_of(kSizes[n], n));
  }
  made.offsets.push_back(writer.written_bytes());
  if (ended) writer.end(kBegun);
  made.end = writer.position();
  return made;
}

SegmentReader reader_of(const Memory& memory) {
  const SegmentStart start = read_segment_start(memory.view(), StreamKind::commands);
  EXPECT_EQ(start.wrong, "");
  return {memory.view(), start.header};
}

struct Read {
  std::size_t records = 0;
  SegmentReader::Status last = SegmentReader::Status::blank;
  StreamPosition at;
  std::string wrong;
  bool good_follows = false;
};

Read read_all(const Memory& memory) {
  SegmentReader reader = reader_of(memory);
  Read result;
  RecordView record;
  while ((result.last = reader.next(record)) == SegmentReader::Status::record) ++result.records;
  result.at = reader.position();
  result.wrong = reader.wrong();
  result.good_follows = reader.good_record_follows();
  return result;
}

TEST(Segment, WhatIsWrittenIsReadWithAllThatWasSaidOfIt) {
  const StreamPosition at{.next_sequence = 41, .chain = 0x1234};
  const Written made = written(false, at);
  SegmentReader reader = reader_of(made.memory);
  RecordView record;
  for (std::uint32_t n = 0; n < kSizes.size(); ++n) {
    EXPECT_EQ(reader.offset(), made.offsets[n]);
    ASSERT_EQ(reader.next(record), SegmentReader::Status::record);
    const auto expected = payload_of(kSizes[n], n);
    EXPECT_TRUE(std::ranges::equal(record.payload, expected));
    EXPECT_EQ(record.header->sequence, 41U + n);
    EXPECT_EQ(record.header->time_ns, kBegun + n);
    EXPECT_EQ(record.header->session, 10 + n);
    EXPECT_EQ(record.header->msg_seq_num, 100 + n);
    EXPECT_EQ(record.header->epoch, kOrigin.epoch);
    EXPECT_EQ(record.header->unit, kOrigin.unit);
    EXPECT_EQ(record.header->type, static_cast<std::uint16_t>(RecordType::command));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(record.payload.data()) % kRecordAlignment, 0U);
  }
  EXPECT_EQ(reader.next(record), SegmentReader::Status::blank);
  EXPECT_EQ(reader.position(), made.end);
  EXPECT_EQ(reader.position().next_sequence, 41U + kSizes.size());
}

TEST(Segment, AnEndedOneSaysThatTheNextGoesOn) {
  const Read read = read_all(written(true).memory);
  EXPECT_EQ(read.last, SegmentReader::Status::end);
  EXPECT_EQ(read.records, kSizes.size());
  EXPECT_EQ(read.at.next_sequence, kSizes.size() + 1);
}

TEST(Segment, TheNextOneFollowsByItsChain) {
  const Written first = written(true);
  const Written second = written(false, first.end);
  SegmentReader reader = reader_of(second.memory);
  EXPECT_EQ(reader.position(), first.end);
  EXPECT_EQ(read_all(second.memory).records, kSizes.size());
}

TEST(Segment, TakesRecordsUntilOneMoreWouldLeaveNoRoomForItsEnd) {
  for (const std::size_t payload : {std::size_t{0}, std::size_t{64}, std::size_t{256}}) {
    const std::size_t most = 3;
    Memory memory(SegmentHeader::kBytes + most * stride_of(payload) + stride_of(0));
    SegmentWriter writer(memory.span(), kOrigin, 1, {}, kBegun);
    std::uint32_t count = 0;
    for (; writer.has_room_for(payload); ++count) {
      writer.append(meta_of(count), payload_of(payload, count));
    }
    EXPECT_EQ(count, most);
    writer.end(kBegun);
    EXPECT_EQ(writer.written_bytes(), memory.span().size());
    const Read read = read_all(memory);
    EXPECT_EQ(read.last, SegmentReader::Status::end);
    EXPECT_EQ(read.records, most);
  }
}

TEST(Segment, ALargestPayloadFitsIntoTheSmallestSegmentForIt) {
  Memory memory(SegmentWriter::min_bytes(kMaxPayloadBytes));
  SegmentWriter writer(memory.span(), kOrigin, 1, {}, kBegun);
  ASSERT_TRUE(writer.has_room_for(kMaxPayloadBytes));
  writer.append(meta_of(0), payload_of(kMaxPayloadBytes, 0));
  EXPECT_FALSE(writer.has_room_for(0));
  EXPECT_EQ(read_all(memory).records, 1U);
}

TEST(Segment, GoesOnWhereAReaderFoundItsEnd) {
  Written made = written(false);
  // All of the next record but its length had been stored.
  const auto unfinished = made.memory.span().subspan(made.offsets.back() + 4, 444);
  std::fill(unfinished.begin(), unfinished.end(), std::byte{0x55});
  SegmentReader reader = reader_of(made.memory);
  RecordView record;
  while (reader.next(record) == SegmentReader::Status::record) continue;
  SegmentWriter writer = SegmentWriter::resume(
      made.memory.span(), {.kind = kOrigin.kind, .unit = kOrigin.unit, .epoch = 8}, reader.offset(),
      reader.position());
  writer.append(meta_of(99), payload_of(64, 99));
  ASSERT_EQ(reader.next(record), SegmentReader::Status::record);
  EXPECT_EQ(record.header->sequence, kSizes.size() + 1);
  EXPECT_EQ(record.header->epoch, 8U);
  EXPECT_EQ(reader.next(record), SegmentReader::Status::blank);
}

// A process that is killed has stored all that comes before some instruction, in the order of
// write(): everything but the length, then the length.
TEST(Segment, ARecordThatWasNotFinishedIsNotThere) {
  Written made = written(false);
  const std::size_t last = made.offsets[made.offsets.size() - 2];
  std::memset(made.memory.span().data() + last, 0, 4);
  const Read read = read_all(made.memory);
  EXPECT_EQ(read.last, SegmentReader::Status::blank);
  EXPECT_EQ(read.records, kSizes.size() - 1);
  EXPECT_FALSE(read.good_follows);
}

TEST(Segment, EveryFlippedBitIsFoundInItsRecord) {
  const Written good = written(true);
  for (std::size_t n = 0; n + 1 < good.offsets.size(); ++n) {
    for (std::size_t at = good.offsets[n]; at < good.offsets[n + 1]; ++at) {
      for (const unsigned bit : {0U, 3U, 7U}) {
        Memory bad = good.memory;
        bad.span()[at] ^= static_cast<std::byte>(1U << bit);
        const Read read = read_all(bad);
        ASSERT_EQ(read.records, n) << at << " bit " << bit;
        ASSERT_EQ(read.at.next_sequence, n + 1);
        // A length that became 0 looks as if nothing had been written: what follows tells.
        ASSERT_TRUE(read.last == SegmentReader::Status::damaged ||
                    (read.last == SegmentReader::Status::blank && read.good_follows));
        ASSERT_TRUE(read.good_follows) << "the records behind it";
      }
    }
  }
}

TEST(Segment, EveryFlippedBitOfTheHeaderIsFound) {
  const Written good = written(false);
  for (std::size_t at = 0; at < sizeof(SegmentHeader); ++at) {
    Memory bad = good.memory;
    bad.span()[at] ^= std::byte{0x10};
    EXPECT_NE(read_segment_start(bad.view(), StreamKind::commands).wrong, "") << at;
  }
}

TEST(Segment, ARecordThatIsMissingSwappedOrOfAnotherStreamIsFound) {
  Memory memory(16'384);
  SegmentWriter writer(memory.span(), kOrigin, 1, {}, kBegun);
  for (std::uint32_t n = 0; n < 6; ++n) writer.append(meta_of(n), payload_of(64, n));
  const std::size_t stride = stride_of(64);

  Memory swapped = memory;
  std::byte* const first = swapped.span().data() + SegmentHeader::kBytes;
  std::swap_ranges(first, first + stride, first + stride);
  EXPECT_EQ(read_all(swapped).wrong, "sequence 2 where 1 belongs");

  Memory missing = memory;
  std::byte* const from = missing.span().data() + SegmentHeader::kBytes;
  std::memmove(from + stride, from + 2 * stride, 4 * stride);
  EXPECT_EQ(read_all(missing).wrong, "sequence 3 where 2 belongs");

  // Of a stream that differs in one earlier record: right number, right CRC.
  Memory other(16'384);
  SegmentWriter another(other.span(), kOrigin, 1, {}, kBegun);
  for (std::uint32_t n = 0; n < 6; ++n) another.append(meta_of(n), payload_of(64, n == 1 ? 50 : n));
  Memory mixed = memory;
  std::memcpy(mixed.span().data() + SegmentHeader::kBytes + 3 * stride,
              other.span().data() + SegmentHeader::kBytes + 3 * stride, stride);
  const Read read = read_all(mixed);
  EXPECT_EQ(read.records, 3U);
  EXPECT_EQ(read.wrong, "it does not follow the record before it");
}

TEST(Segment, OneThatIsCutOffIsToldSo) {
  const Written good = written(false);
  for (std::size_t keep = 0; keep < SegmentWriter::min_bytes(0); keep += kRecordAlignment) {
    EXPECT_NE(read_segment_start(good.memory.view().first(keep), StreamKind::commands).wrong, "");
  }
  EXPECT_EQ(read_segment_start(good.memory.view().first(8'192), StreamKind::commands).wrong,
            "it is 8192 bytes long; its header says 16384");
}

TEST(Segment, OneOfAnotherFormatKindOrNoneIsToldSo) {
  const Written good = written(false);
  EXPECT_EQ(read_segment_start(good.memory.view(), StreamKind::events).wrong,
            "it is of stream kind 1, not 2");
  EXPECT_EQ(read_segment_start(Memory(16'384).view(), StreamKind::commands).wrong,
            "it does not begin as a segment does");
}

TEST(Segment, ALengthBeyondAllBoundsIsDamageAndReadsNothingBeyond) {
  for (const std::uint32_t bytes : {1U, 63U, 12'289U, 1U << 21U, 0xFFFF'FFFFU}) {
    Written made = written(false);
    std::memcpy(made.memory.span().data() + made.offsets[2], &bytes, sizeof bytes);
    const Read read = read_all(made.memory);
    EXPECT_EQ(read.last, SegmentReader::Status::damaged);
    EXPECT_EQ(read.wrong, "length or CRC is wrong");
    EXPECT_EQ(read.records, 2U);
  }
}

TEST(SegmentDeathTest, WhatDoesNotFitIsNeverWritten) {
  Memory memory(SegmentWriter::min_bytes(64));
  SegmentWriter writer(memory.span(), kOrigin, 1, {}, kBegun);
  EXPECT_DEATH(writer.append(meta_of(0), payload_of(65, 0)), "");
}

}  // namespace
}  // namespace sluice
