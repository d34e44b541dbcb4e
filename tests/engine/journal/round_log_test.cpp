// The journal on a disk that loses power anywhere: what was committed is there, whole and in order,
// and whatever else is wrong is told.
#include "engine/journal/round_log.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/segment_file.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::test {
namespace {

constexpr std::size_t kRound = std::size_t{2} << 20U;
constexpr std::size_t kSmallSegment = std::size_t{2} << 20U | 8'192U;
const StreamOrigin kDisk{.kind = StreamKind::rounds, .unit = 1, .stream = 0, .epoch = 4};

/// What a record says, to compare.
struct Said {
  std::uint8_t stream;
  std::uint64_t sequence;
  std::vector<std::byte> payload;
  friend bool operator==(const Said&, const Said&) = default;
};

struct ReadBack {
  RoundLogTip tip;
  std::vector<Said> records;
};

ReadBack read_back(Storage& disk, std::uint64_t first = 0) {
  ReadBack back;
  back.tip = read_round_log(disk, first, [&](const RecordView& record) {
    back.records.push_back({record.header->stream,
                            record.header->sequence,
                            {record.payload.begin(), record.payload.end()}});
  });
  return back;
}

std::string damage_of(Storage& disk) {
  try {
    (void)read_back(disk);
  } catch (const JournalDamage& damage) {
    return damage.what();
  }
  return "";
}

/// A venue's journal over its starts.
class Journaled {
 public:
  explicit Journaled(SimStorage& disk) : disk_(disk) {}

  /// Whatever is there is read, compared with what was committed, and mended.
  void start() {
    settle_tail(disk_);
    const ReadBack back = read_back(disk_);
    ASSERT_GE(back.records.size(), committed.size());
    ASSERT_TRUE(std::equal(committed.begin(), committed.end(), back.records.begin()));
    // The round that was under way is there whole or not at all.
    std::vector<Said> more(back.records.begin() + static_cast<std::ptrdiff_t>(committed.size()),
                           back.records.end());
    ASSERT_TRUE(more.empty() || more == under_way_);
    committed = back.records;
    under_way_.clear();
    mend_tail(disk_, back.tip);
    segments_.emplace(disk_, kSmallSegment, back.tip.last_begun + 1, 2);
    log_.emplace(*segments_, kDisk, back.tip, kRound);
  }

  void write_round(std::mt19937_64& random, std::size_t most_payload) {
    for (auto left = random() % 6; left > 0; --left) {
      const auto stream = static_cast<std::uint8_t>(random() % 3);
      std::vector<std::byte> payload(random() % most_payload, static_cast<std::byte>(random()));
      if (!log_->has_room_for(payload.size())) break;
      under_way_.push_back({stream, log_->streams()[stream].next_sequence, payload});
      log_->add({.kind = StreamKind::commands, .unit = 1, .stream = stream, .epoch = 4},
                {.type = RecordType::command, .time_ns = 3}, payload);
    }
    log_->commit(5);
    committed.insert(committed.end(), under_way_.begin(), under_way_.end());
    under_way_.clear();
    if (random() % 3 == 0) (void)segments_->prepare();
  }

  std::vector<Said> committed;

 private:
  SimStorage& disk_;
  std::vector<Said> under_way_;
  std::optional<PreparedSegments> segments_;
  std::optional<RoundLog> log_;
};

TEST(RoundLog, KeepsWhatWasCommittedWhereverThePowerGoes) {
  for (std::uint64_t seed = 0; seed < tries(10); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SimStorage disk;
    Journaled venue(disk);
    for (int start = 0; start < 12; ++start) {
      disk.cut_after(1 + random() % 60);
      try {
        venue.start();
        if (testing::Test::HasFatalFailure()) return;
        for (int rounds = 0; rounds < 25; ++rounds) {
          venue.write_round(random, rounds % 9 == 0 ? 600'000 : 2'000);
        }
      } catch (const PowerCut&) {
      }
      // The process alone died, or the machine.
      random() % 2 == 0 ? disk.come_back(random) : disk.go_on();
    }
    venue.start();
    EXPECT_GT(venue.committed.size(), 20U);
  }
}

std::size_t end_of_data(std::span<const std::byte> bytes) {
  std::size_t end = bytes.size();
  while (bytes[end - 1] == std::byte{}) --end;
  return end;
}

/// Three segments with some rounds each.
class DamagedLog : public testing::Test {
 protected:
  DamagedLog() {
    PreparedSegments segments(disk_, kSmallSegment, 1, 1);
    RoundLog log(segments, kDisk, {}, kRound);
    std::mt19937_64 random(3);
    while (log.segment() < 3 || rounds_in_last_ < 3) {
      for (int n = 0; n < 3; ++n) {
        std::vector<std::byte> payload(log.segment() < 3 ? 200'000 : 300,
                                       static_cast<std::byte>(random()));
        log.add({.kind = StreamKind::commands, .unit = 1, .stream = 0, .epoch = 4},
                {.type = RecordType::command}, payload);
      }
      log.commit(1);
      if (log.segment() == 3) ++rounds_in_last_;
    }
    (void)segments.prepare();
    whole_ = read_back(disk_);
  }

  SimStorage disk_;
  int rounds_in_last_ = 0;
  ReadBack whole_;
};

TEST_F(DamagedLog, IsReadFromASegmentOnThatHasWhatIsAskedFor) {
  EXPECT_EQ(whole_.tip.last_begun, 3U);
  EXPECT_EQ(first_segment_for(disk_, 0, 1), 1U);
  for (std::uint64_t sequence = 1; sequence <= whole_.records.size() + 1; ++sequence) {
    const std::uint64_t first = first_segment_for(disk_, 0, sequence);
    const ReadBack part = read_back(disk_, first);
    EXPECT_EQ(part.tip.streams, whole_.tip.streams);
    EXPECT_LE(part.records.empty() ? 0 : part.records.front().sequence, sequence);
    if (first == 3) continue;
    EXPECT_GT(read_back(disk_, first + 1).records.front().sequence, sequence);
  }
  EXPECT_EQ(first_segment_for(disk_, 0, 0), 0U) << "nothing begins so early";
}

TEST_F(DamagedLog, AMissingSegmentIsToldByName) {
  disk_.remove(segment_name(kRoundStream, 2));
  EXPECT_EQ(damage_of(disk_),
            "rounds-00000000000000000002.seg is missing, and rounds-00000000000000000003.seg is "
            "there");
}

TEST_F(DamagedLog, ASegmentThatWasSwappedForAnotherOneIsTold) {
  const auto second = disk_.bytes(segment_name(kRoundStream, 2));
  const auto first = disk_.bytes(segment_name(kRoundStream, 1));
  std::ranges::copy(first, second.begin());
  EXPECT_EQ(
      damage_of(disk_),
      "rounds-00000000000000000002.seg, offset 0, before command sequence 10: its header says "
      "that it is segment 1");
}

TEST_F(DamagedLog, AFlippedBitAnywhereIsToldOrIsInTheLastRound) {
  std::mt19937_64 random(8);
  std::size_t told = 0;
  std::size_t torn = 0;
  for (int n = 0; n < static_cast<int>(tries(400)); ++n) {
    const std::uint64_t segment = 1 + random() % 3;
    const auto bytes = disk_.bytes(segment_name(kRoundStream, segment));
    // In the last one mostly where the last rounds are.
    const std::size_t size = segment == 3 ? end_of_data(bytes) : bytes.size();
    const std::size_t at =
        segment == 3 && random() % 4 > 0 ? size - 1 - random() % 4'000 : random() % size;
    const std::byte flip{static_cast<unsigned char>(1U << random() % 8)};
    bytes[at] ^= flip;
    try {
      const ReadBack back = read_back(disk_);
      // Nothing reads the rest of a first page or what a segment has left over at its end.
      if (back.tip.torn.empty()) {
        EXPECT_EQ(back.records, whole_.records) << "segment " << segment << " offset " << at;
      } else {
        ++torn;
        EXPECT_LT(back.records.size(), whole_.records.size());
        EXPECT_TRUE(std::equal(back.records.begin(), back.records.end(), whole_.records.begin()));
      }
    } catch (const JournalDamage&) {
      ++told;
    }
    bytes[at] ^= flip;
  }
  EXPECT_GT(told, tries(200));
  EXPECT_GT(torn, tries(10));
}

TEST_F(DamagedLog, MendingZeroesATornRoundAndTakesPreparedSegmentsAway) {
  const auto bytes = disk_.bytes(segment_name(kRoundStream, 3));
  bytes[end_of_data(bytes) - 1] ^= std::byte{1};
  const ReadBack torn = read_back(disk_);
  ASSERT_NE(torn.tip.torn, "");
  EXPECT_EQ(disk_.list().size(), 4U);
  mend_tail(disk_, torn.tip);
  EXPECT_EQ(disk_.list().size(), 3U);
  const ReadBack mended = read_back(disk_);
  EXPECT_EQ(mended.tip.torn, "");
  EXPECT_EQ(mended.records, torn.records);
  EXPECT_TRUE(std::ranges::all_of(bytes.subspan(torn.tip.torn_at),
                                  [](std::byte b) { return b == std::byte{}; }));
}

TEST_F(DamagedLog, ABeginningThatIsNotWholeIsNoSegmentWhereNothingFollowsIt) {
  const auto bytes = disk_.bytes(segment_name(kRoundStream, 4));
  bytes[0] = std::byte{'S'};
  const ReadBack back = read_back(disk_);
  EXPECT_EQ(back.records, whole_.records);
  EXPECT_EQ(back.tip.last_begun, 3U);
}

TEST(RoundLogStorage, WithoutRoomSaysSoAndWhatWasCommittedStays) {
  SimStorage disk;
  disk.set_room(2 * kSmallSegment);
  PreparedSegments segments(disk, kSmallSegment, 1, 1);
  RoundLog log(segments, kDisk, {}, kRound);
  const std::vector<std::byte> payload(1U << 19U);
  std::size_t committed = 0;
  try {
    for (;; ++committed) {
      log.add({.kind = StreamKind::commands, .unit = 1, .stream = 0, .epoch = 4},
              {.type = RecordType::command}, payload);
      log.commit(1);
    }
  } catch (const StorageError& error) {
    EXPECT_EQ(std::string(error.what()),
              "rounds-00000000000000000003.seg: no space left on device");
  }
  EXPECT_EQ(read_back(disk).records.size(), committed);
}

TEST(SegmentIndex, IsReadFromNamesOfItsStreamOnly) {
  EXPECT_EQ(segment_index(segment_name("rounds", 7), "rounds"), 7U);
  EXPECT_EQ(segment_index(segment_name("rounds", UINT64_MAX), "rounds"), UINT64_MAX);
  for (const char* name : {"rounds-7.seg", "rounds-0000000000000000000x.seg", "rounds",
                           "events-00000000000000000007.seg", "rounds-00000000000000000007.sex",
                           "rounds-99999999999999999999.seg"}) {
    EXPECT_EQ(segment_index(name, "rounds"), 0U) << name;
  }
}

}  // namespace
}  // namespace sluice::test
