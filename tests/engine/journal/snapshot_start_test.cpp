// Starts from snapshots, good ones and bad ones, and the execution log on disk beside them.
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/journal/event_log.hpp"
#include "engine/journal/snapshot_file.hpp"
#include "engine/journal/snapshots.hpp"
#include "tests/engine/journal/starts.hpp"

namespace sluice::test {
namespace {

class SnapshotStart : public testing::Test {
 protected:
  /// Runs with some commands each, and a snapshot in each but the first.
  void run(int runs) {
    for (; runs > 0; --runs) {
      venue_.start();
      venue_.keep();
      venue_.snapshot();
      trade(200);
      venue_.kill();
    }
  }
  void trade(int commands) {
    for (; commands > 0; --commands) {
      (void)venue_.take(random_);
      venue_.sync();
      venue_.keep();
    }
  }
  std::vector<std::string> files(const std::string& beginning) {
    std::vector<std::string> found;
    for (const std::string& name : disk_.list()) {
      if (name.starts_with(beginning)) found.push_back(name);
    }
    return found;
  }
  std::string refusal() {
    try {
      venue_.start();
    } catch (const JournalDamage& damage) {
      return damage.what();
    }
    return "";
  }

  std::mt19937_64 random_{7};
  SimStorage disk_;
  TemporaryFolder live_;
  Starts venue_{disk_, live_.path()};
};

TEST_F(SnapshotStart, ReplaysWhatCameAfterIt) {
  run(4);
  venue_.start();
  EXPECT_GT(venue_.recovered().snapshot, 0U);
  EXPECT_LT(venue_.recovered().commands, 450U) << "of about 800";
}

TEST_F(SnapshotStart, TwoAreKeptAndWhatTheyDoNotNeedGoes) {
  run(12);
  EXPECT_EQ(files("snapshot-").size(), kSnapshotsKept);
  // Each run began a segment.
  EXPECT_LT(files("rounds-").size(), 8U);
  EXPECT_EQ(refusal(), "");
}

TEST_F(SnapshotStart, ABadOneIsPassedOverWithAWarning) {
  run(5);
  const std::vector<std::string> snapshots = files("snapshot-");
  ASSERT_EQ(snapshots.size(), 2U);
  std::mt19937_64 random(3);
  const auto bytes = disk_.bytes(snapshots.back());
  for (int n = 0; n < 20; ++n) {
    const std::size_t at = n == 0 ? 0 : random() % bytes.size();
    bytes[at] ^= std::byte{0x10};
    venue_.warnings.clear();
    venue_.start();
    EXPECT_EQ(venue_.recovered().snapshot, snapshot_sequence(snapshots.front()));
    ASSERT_EQ(venue_.warnings.size(), 1U) << "offset " << at;
    EXPECT_TRUE(venue_.warnings[0].starts_with(snapshots.back() + ": ")) << venue_.warnings[0];
    venue_.kill();
    bytes[at] ^= std::byte{0x10};
  }
  // Without any the whole journal would have to be there, and what was pruned is not.
  for (const std::string& name : snapshots) disk_.remove(name);
  EXPECT_NE(refusal(), "");
}

TEST_F(SnapshotStart, WithoutOneTheWholeJournalIsReplayed) {
  venue_.keep_everything();
  run(4);
  for (const std::string& name : files("snapshot-")) disk_.remove(name);
  venue_.start();
  EXPECT_EQ(venue_.recovered().snapshot, 0U);
  EXPECT_GT(venue_.recovered().commands, 700U);
}

TEST_F(SnapshotStart, AnEventOnDiskThatTheJournalDoesNotGiveIsTold) {
  run(1);
  const std::string name = files("events-").back();
  const auto bytes = disk_.bytes(name);
  // The third event, sealed again as whoever decides otherwise would have written it.
  std::byte* const at = bytes.data() + SegmentHeader::kBytes;
  std::vector<std::byte> copy(at, bytes.data() + bytes.size());
  std::fill(at, bytes.data() + bytes.size(), std::byte{});
  StreamPosition position;
  std::size_t offset = 0;
  for (int n = 0; n < 5; ++n) {
    const RecordHeader* const record = whole_record(std::span(copy).subspan(offset));
    ASSERT_NE(record, nullptr);
    Event event;
    std::memcpy(static_cast<void*>(&event), record + 1, sizeof event);
    if (n == 2) ++event.time.value;
    const auto payload = std::as_bytes(std::span(&event, 1));
    const StreamOrigin origin{
        .kind = StreamKind::events, .unit = record->unit, .stream = 0, .epoch = record->epoch};
    const std::uint32_t crc = write_record(
        at + offset,
        make_record_header(origin, position, {.type = RecordType::event}, sizeof event), payload);
    ++position.next_sequence;
    position.chain = chained(position.chain, crc);
    offset += stride_of(sizeof event);
  }
  const std::string said = refusal();
  EXPECT_TRUE(
      said.starts_with("event 3 of the execution log on disk is another one than the journal "
                       "gives"))
      << said;
}

TEST_F(SnapshotStart, WithoutItsEventsTheJournalGivesThemAgainHoweverMany) {
  venue_.keep_everything();
  run(1);
  while (venue_.events() < 2 * kLogEvents) run(2);
  for (const std::string& name : files("events-")) disk_.remove(name);
  for (const std::string& name : files("snapshot-")) disk_.remove(name);
  venue_.start();
  venue_.kill();
  EventLogReader reader(disk_, 1);
  Event event;
  std::uint64_t count = 0;
  while (reader.next(event)) EXPECT_EQ(event.exec_id.count(), ++count);
  EXPECT_EQ(count, venue_.events());
}

TEST_F(SnapshotStart, TheOlderOneFindsTheEventsThatItCompares) {
  run(1);
  // More events between the two than the log in memory holds.
  for (int n = 0; n < 3; ++n) {
    const std::uint64_t before = venue_.events();
    venue_.start();
    venue_.keep();
    venue_.snapshot();
    while (venue_.log_end() < before + 4 * kLogEvents) trade(100);
    venue_.kill();
  }
  venue_.start();
  venue_.keep();
  venue_.snapshot();
  venue_.kill();
  disk_.bytes(files("snapshot-").back())[100] ^= std::byte{1};
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(venue_.warnings.size(), 1U);
}

TEST(EventLog, SegmentsThatAreFullAreReadToTheirEnd) {
  for (std::size_t spare = 0; spare < 9; ++spare) {
    SimStorage disk;
    const std::size_t bytes =
        SegmentHeader::kBytes + 3 * stride_of(sizeof(Event)) + spare * kRecordAlignment;
    constexpr std::uint64_t kEvents = 20;
    for (std::uint64_t run = 0; run < 2; ++run) {
      Event event{};
      EventLogReader before(disk, 1);
      while (before.next(event)) continue;
      EventLogWriter writer(disk, 0, bytes, before.tip());
      for (; writer.next() <= (run + 1) * kEvents;) {
        event.exec_id = ExecId::make(0, 1, writer.next());
        writer.append(event);
      }
      writer.sync();
      EXPECT_EQ(writer.durable(), (run + 1) * kEvents);
    }
    for (const std::uint64_t from : {1U, 2U, 3U, 4U, 19U, 20U, 21U, 40U}) {
      EventLogReader reader(disk, from);
      Event event;
      for (std::uint64_t n = from; n <= 2 * kEvents; ++n) {
        ASSERT_TRUE(reader.next(event)) << spare << " " << n;
        EXPECT_EQ(event.exec_id.count(), n);
      }
      EXPECT_FALSE(reader.next(event));
      EXPECT_EQ(reader.tip().wrong, "");
    }
  }
}

TEST_F(SnapshotStart, EventsThatThePowerTookAreMadeAgain) {
  run(2);
  const std::string name = files("events-").back();
  const auto bytes = disk_.bytes(name);
  std::size_t end = bytes.size();
  while (bytes[end - 1] == std::byte{}) --end;
  const std::size_t from = end - 1'000;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), std::byte{});
  venue_.start();
  venue_.kill();
  // All are there again, in this segment and the next.
  EventLogReader reader(disk_, 1);
  Event event;
  std::uint64_t count = 0;
  while (reader.next(event)) EXPECT_EQ(event.exec_id.count(), ++count);
  EXPECT_EQ(reader.tip().wrong, "");
  EXPECT_EQ(count, venue_.events());
}

}  // namespace
}  // namespace sluice::test
