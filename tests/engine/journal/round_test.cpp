// Rounds: what a power cut may leave of the last one, and that anything else is damage.
#include "engine/journal/round.hpp"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/journal/memory.hpp"

namespace sluice {
namespace {

constexpr std::size_t kRoundSegmentBytes = 32'768;
constexpr std::size_t kMostRoundBytes = std::size_t{2} << 20U;
constexpr std::size_t kSector = 512;
const StreamOrigin kRounds{.kind = StreamKind::rounds, .unit = 2, .stream = 0, .epoch = 9};

/// Three streams with records of several sizes, and the rounds in which they went to disk.
struct Disk {
  Memory memory{kRoundSegmentBytes};
  std::vector<std::size_t> offsets{SegmentHeader::kBytes};  ///< Where each round begins; the end.
  std::vector<std::size_t> records;                         ///< Of each round.
  StreamPositions streams{};
  StreamPosition rounds;

  /// Rounds with so many records each.
  explicit Disk(const std::vector<std::size_t>& wanted, const StreamPositions& before = {},
                const StreamPosition& from = {}, std::uint64_t index = 1, std::size_t salt = 0)
      : streams(before), rounds(from), salt_(salt) {
    const auto page = begin_round_segment(kRounds, index, kRoundSegmentBytes, from, before, 5);
    std::ranges::copy(page, memory.span().begin());
    RoundWriter writer(kRounds, from, kMostRoundBytes);
    for (const std::size_t count : wanted) {
      for (std::size_t n = 0; n < count; ++n) add(writer);
      const auto bytes = writer.finish(6);
      std::ranges::copy(bytes, memory.span().begin() + static_cast<std::ptrdiff_t>(offsets.back()));
      offsets.push_back(offsets.back() + bytes.size());
      records.push_back(count);
    }
    rounds = writer.position();
  }

  /// The next record of some stream, written in that stream's own segment.
  void add(RoundWriter& writer) {
    const auto stream = static_cast<std::uint8_t>(next_++ % 3);
    Memory live(SegmentWriter::min_bytes(512));
    SegmentWriter segment(live.span(), {.kind = StreamKind::commands, .stream = stream, .epoch = 9},
                          1, streams[stream], 5);
    const std::vector<std::byte> payload(20 * next_ % 400, static_cast<std::byte>(next_ + salt_));
    segment.append({.type = RecordType::command, .time_ns = 7}, payload);
    streams[stream] = segment.position();
    writer.add(*whole_record(live.view().subspan(SegmentHeader::kBytes)));
  }

 private:
  std::size_t next_ = 0;
  std::size_t salt_;
};

struct RoundsRead {
  std::size_t rounds = 0;
  std::vector<std::size_t> records;
  RoundReader::Status last{};
  std::string wrong;
  StreamPositions streams{};
  StreamPosition position;
  std::size_t offset = 0;
};

RoundsRead read_rounds(const Memory& memory, bool more_follows = false) {
  RoundsRead read;
  const SegmentStart start = read_segment_start(memory.view(), StreamKind::rounds);
  EXPECT_EQ(start.wrong, "");
  RoundReader reader(memory.view(), start.header, more_follows);
  std::vector<RecordView> records;
  while ((read.last = reader.next(records)) == RoundReader::Status::round) {
    ++read.rounds;
    read.records.push_back(records.size());
  }
  read.wrong = reader.wrong();
  read.streams = reader.streams();
  read.position = reader.position();
  read.offset = reader.offset();
  return read;
}

const std::vector<std::size_t> kWanted{1, 7, 0, 12, 5};

TEST(Round, AllRoundsAreReadAndTheirStreamsGoOn) {
  const Disk disk(kWanted);
  const RoundsRead read = read_rounds(disk.memory);
  EXPECT_EQ(read.last, RoundReader::Status::none);
  EXPECT_EQ(read.records, disk.records);
  EXPECT_EQ(read.streams, disk.streams);
  EXPECT_EQ(read.position, disk.rounds);
  EXPECT_EQ(read.offset, disk.offsets.back());
  const Disk next({3}, disk.streams, disk.rounds, 2);
  EXPECT_EQ(read_rounds(next.memory).records, std::vector<std::size_t>{3});
}

TEST(Round, NoneAtAllIsNone) {
  EXPECT_EQ(read_rounds(Disk({}).memory).last, RoundReader::Status::none);
}

// A power cut leaves any of the last round's sectors, and not the others.
TEST(Round, WhateverIsLeftOfTheLastRoundIsTornAndNeverDamage) {
  const Disk disk(kWanted);
  std::mt19937 random(3);
  const std::size_t from = disk.offsets[kWanted.size() - 1];
  const std::size_t first = from / kSector;
  const std::size_t last = (disk.offsets.back() - 1) / kSector;
  int torn = 0;
  for (int trial = 0; trial < 400; ++trial) {
    Memory left = disk.memory;
    bool lost = false;
    for (std::size_t sector = first; sector <= last; ++sector) {
      if (random() % 2 == 0) continue;
      // The first one has the end of the round before in it, which is there already.
      const std::size_t begin = std::max(sector * kSector, from);
      const std::size_t end = std::min((sector + 1) * kSector, disk.offsets.back());
      std::memset(left.span().data() + begin, 0, end - begin);
      lost = true;
    }
    const RoundsRead read = read_rounds(left);
    ASSERT_EQ(read.rounds, kWanted.size() - (lost ? 1 : 0));
    ASSERT_NE(read.last, RoundReader::Status::damaged) << read.wrong;
    ASSERT_NE(read.last, RoundReader::Status::round);
    torn += read.last == RoundReader::Status::torn ? 1 : 0;
    if (!lost) continue;
    ASSERT_EQ(read.position.next_sequence, kWanted.size());
    ASSERT_EQ(read.offset, from);
  }
  EXPECT_GT(torn, 100);
}

TEST(Round, EveryFlippedBitBeforeTheLastRoundIsDamageAndNothingOfItsRoundIsRead) {
  const Disk disk(kWanted);
  for (std::size_t round = 0; round + 1 < kWanted.size(); ++round) {
    for (std::size_t at = disk.offsets[round]; at < disk.offsets[round + 1]; ++at) {
      Memory bad = disk.memory;
      // What fills the head up is checked as well.
      bad.span()[at] ^= static_cast<std::byte>(1U << (at % 8));
      const RoundsRead read = read_rounds(bad);
      ASSERT_EQ(read.last, RoundReader::Status::damaged) << at;
      ASSERT_EQ(read.rounds, round);
      ASSERT_EQ(read.offset, disk.offsets[round]);
    }
  }
}

TEST(Round, AFlippedBitInTheLastRoundIsTornUnlessALaterRoundOrSegmentProvesIt) {
  const Disk disk(kWanted);
  Memory bad = disk.memory;
  bad.span()[disk.offsets.back() - 70] ^= std::byte{1};
  EXPECT_EQ(read_rounds(bad).last, RoundReader::Status::torn);
  EXPECT_EQ(read_rounds(bad, true).last, RoundReader::Status::damaged);
  // An empty round is proof enough.
  std::vector<std::size_t> wanted = kWanted;
  wanted.push_back(0);
  const Disk proved(wanted);
  Memory again = proved.memory;
  again.span()[disk.offsets.back() - 70] ^= std::byte{1};
  const RoundsRead read = read_rounds(again);
  EXPECT_EQ(read.last, RoundReader::Status::damaged);
  EXPECT_EQ(read.wrong, "round 5 is not whole");
}

TEST(Round, RecordsThatDoNotGoOnInTheirStreamAreNotTaken) {
  Disk disk({2, 2, 0});
  // The second round once more in place of the first: its own CRCs are right.
  Memory bad = disk.memory;
  RoundWriter writer(kRounds, {}, kMostRoundBytes);
  const SegmentStart start = read_segment_start(bad.view(), StreamKind::rounds);
  RoundReader reader(disk.memory.view(), start.header, false);
  std::vector<RecordView> records;
  ASSERT_EQ(reader.next(records), RoundReader::Status::round);
  ASSERT_EQ(reader.next(records), RoundReader::Status::round);
  for (const RecordView& record : records) writer.add(*record.header);
  std::ranges::copy(writer.finish(6), bad.span().begin() + SegmentHeader::kBytes);
  const RoundsRead read = read_rounds(bad);
  EXPECT_EQ(read.rounds, 0U);
  EXPECT_EQ(read.last, RoundReader::Status::damaged);
}

TEST(Round, RecordsOfAnotherHistoryAreNotTakenThoughTheirNumbersAreRight) {
  const Disk disk({3, 4, 0});
  const Disk other({3, 4, 0}, {}, {}, 1, 1);
  ASSERT_EQ(disk.offsets, other.offsets);
  Memory bad = disk.memory;
  const std::size_t from = disk.offsets[1] + stride_of(sizeof(RoundHead));
  std::memcpy(bad.span().data() + from, other.memory.view().data() + from, disk.offsets[2] - from);
  const RoundsRead read = read_rounds(bad);
  EXPECT_EQ(read.rounds, 1U);
  EXPECT_EQ(read.wrong, "round 2 is not whole");
  EXPECT_EQ(read.last, RoundReader::Status::damaged);
}

TEST(Round, AHeadThatCountsWrongIsFound) {
  const Disk disk({3});
  for (const int more : {-1, 1}) {
    Memory bad = disk.memory;
    std::byte* const at = bad.span().data() + SegmentHeader::kBytes;
    RecordHeader header = *whole_record(bad.view().subspan(SegmentHeader::kBytes));
    RoundHead head;
    std::memcpy(&head, at + sizeof header, sizeof head);
    head.records += static_cast<std::uint32_t>(more);
    write_record(at, header, std::as_bytes(std::span(&head, 1)));
    EXPECT_EQ(read_rounds(bad).last, RoundReader::Status::torn);
    // Likewise one of bytes that are not there.
    head.records -= static_cast<std::uint32_t>(more);
    head.bytes = kRoundSegmentBytes;
    write_record(at, header, std::as_bytes(std::span(&head, 1)));
    EXPECT_EQ(read_rounds(bad).last, RoundReader::Status::torn);
  }
}

TEST(Round, ADamagedTableOfStreamsIsFound) {
  const Disk disk(kWanted);
  for (std::size_t at = 0; at < offsetof(StreamTable, reserved0); ++at) {
    Memory bad = disk.memory;
    bad.span()[StreamTable::kOffset + at] ^= std::byte{1};
    const RoundsRead read = read_rounds(bad);
    ASSERT_EQ(read.last, RoundReader::Status::damaged) << at;
    ASSERT_EQ(read.wrong, "its table of streams is damaged");
  }
}

TEST(Round, TakesNoMoreThanItsBound) {
  RoundWriter writer(kRounds, {}, stride_of(sizeof(RoundHead)) + stride_of(kMaxPayloadBytes));
  EXPECT_TRUE(writer.has_room_for(kMaxPayloadBytes));
  Disk disk({});
  while (writer.has_room_for(400)) disk.add(writer);
  EXPECT_LE(writer.finish(1).size(), stride_of(sizeof(RoundHead)) + stride_of(kMaxPayloadBytes));
  EXPECT_TRUE(writer.is_empty());
  EXPECT_TRUE(writer.has_room_for(kMaxPayloadBytes));
  disk.add(writer);
  EXPECT_FALSE(writer.is_empty());
  EXPECT_LT(writer.finish(1).size(), 1'000U);
}

}  // namespace
}  // namespace sluice
