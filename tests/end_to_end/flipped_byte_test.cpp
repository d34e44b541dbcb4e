// One byte of a journal has flipped, in a record of each kind. The real program says where and does
// not start, or goes on as the documents say; sluice verify finds it either way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/segment.hpp"
#include "tests/end_to_end/tool_run.hpp"
#include "tests/end_to_end/traded_journal.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

/// Within a record: of its time.
constexpr std::size_t kInHeader = 26;

class FlippedByte : public ::testing::Test {
 protected:
  static std::string at(const std::string& file, std::size_t offset) {
    return file + ", offset " + std::to_string(offset);
  }
  static std::string at(const RecordPlace& place) {
    return at(place.file, place.round_offset) + ", before command sequence " +
           std::to_string(place.next_command) + ": ";
  }

  /// Neither a start nor verify accepts it, and both have the same words for the place.
  static void expect_refused(TradedJournal& journal, const std::string& file, std::size_t offset,
                             const std::string& words) {
    const std::string copy = journal.copy_with_flip(file, offset);
    const ToolOutcome verified = run_tool({"verify", copy});
    EXPECT_EQ(verified.code, 1) << file << " at " << offset;
    EXPECT_THAT(verified.err, HasSubstr(words));
    const StartOutcome start = journal.start_over(copy);
    EXPECT_FALSE(start.listened) << file << " at " << offset;
    EXPECT_EQ(start.code, kBadJournal);
    EXPECT_THAT(start.err, HasSubstr(copy + " is damaged: "));
    EXPECT_THAT(start.err, HasSubstr(words));
  }

  /// A start goes on and warns; for verify it is worth a note.
  static void expect_started(TradedJournal& journal, const std::string& file, std::size_t offset,
                             const std::string& warning, const std::string& note) {
    const std::string copy = journal.copy_with_flip(file, offset);
    const ToolOutcome verified = run_tool({"verify", copy});
    EXPECT_EQ(verified.code, 0) << file << " at " << offset;
    EXPECT_THAT(verified.out, HasSubstr("note: " + note));
    const StartOutcome start = journal.start_over(copy);
    EXPECT_TRUE(start.listened) << start.err;
    EXPECT_EQ(start.code, 0);
    EXPECT_THAT(start.err, HasSubstr(warning));
    EXPECT_EQ(run_tool({"verify", copy}).code, 0) << "what it has left";
  }
};

TEST_F(FlippedByte, InARecordOfAnyKindBeforeTheLastRoundIsRefusedAtItsRound) {
  TradedJournal journal(true);
  const std::vector<std::string> files = journal.files("rounds-");
  ASSERT_EQ(files.size(), 3U);
  std::set<std::uint16_t> kinds;
  for (const std::string& file : files) {
    const std::vector<RecordPlace> records = journal.records(file);
    for (const RecordPlace& place : records) {
      const bool is_last_round =
          file == files.back() && place.round_offset == records.back().round_offset;
      if (is_last_round || !kinds.insert(place.header.type).second) continue;
      expect_refused(journal, file, place.offset + kInHeader, at(place));
    }
  }
  EXPECT_EQ(kinds, (std::set<std::uint16_t>{1, 3, 4, 5, 6, 7, 8, 0xFFFE}));
  // A stop in order leaves no round that could have been torn but an empty one.
  std::vector<RecordPlace> ends = journal.records(files.back());
  ASSERT_EQ(ends.back().header.type, static_cast<std::uint16_t>(RecordType::round));
  EXPECT_EQ(ends.back().offset, ends.back().round_offset);
  ends.pop_back();
  expect_refused(journal, files.back(), ends.back().offset + kInHeader, at(ends.back()));
  // The last round of a file that another follows was durable.
  const RecordPlace last = journal.records(files[0]).back();
  expect_refused(journal, files[0], last.offset + kInHeader, at(last));
}

TEST_F(FlippedByte, InTheBeginningOfAFileOfRoundsIsRefusedThere) {
  TradedJournal journal(true);
  for (const std::string& file : journal.files("rounds-")) {
    const std::string place = at(file, 0) + ", before command sequence " +
                              std::to_string(journal.records(file).front().next_command) + ": ";
    expect_refused(journal, file, 20, place + "its header is damaged");
    expect_refused(journal, file, sizeof(SegmentHeader) + 20,
                   place + "its table of streams is damaged");
  }
}

TEST_F(FlippedByte, InAnEventThatASnapshotVouchesForIsRefused) {
  TradedJournal journal(true);
  const std::vector<std::string> files = journal.files("events-");
  ASSERT_EQ(files.size(), 3U);
  for (const std::string& file : {files[0], files[1]}) {
    expect_refused(journal, file, 20, at(file, 0) + ": its header is damaged");
    const std::vector<RecordPlace> events = journal.records(file);
    for (const RecordPlace& event : {events[events.size() / 2], events.back()}) {
      expect_refused(journal, file, event.offset + kInHeader,
                     at(file, event.offset) + ": event " + std::to_string(event.header.sequence) +
                         ": length or CRC is wrong");
    }
  }
  // At the log's end too: the snapshot of the stop says how many events there were.
  const RecordPlace last = journal.records(files[2]).back();
  const std::string number = std::to_string(last.header.sequence);
  expect_refused(journal, files[2], last.offset + kInHeader,
                 files[2] + ", event " + number + ": length or CRC is wrong, offset " +
                     std::to_string(last.offset));
}

TEST_F(FlippedByte, InTheNewestSnapshotMakesAStartFromTheOneBefore) {
  TradedJournal journal(true);
  const std::vector<std::string> snapshots = journal.files("snapshot-");
  ASSERT_GE(snapshots.size(), 2U);
  for (const auto& [offset, words] : {std::pair<std::size_t, const char*>{20, "its beginning"},
                                      {300, "its length or its CRC is wrong"}}) {
    const std::string& newest = snapshots.back();
    const std::string copy = journal.copy_with_flip(newest, offset);
    const ToolOutcome verified = run_tool({"verify", copy});
    EXPECT_EQ(verified.code, 1);
    EXPECT_THAT(verified.err, HasSubstr(newest + ": " + words));
    const StartOutcome start = journal.start_over(copy);
    EXPECT_TRUE(start.listened) << start.err;
    EXPECT_THAT(start.err, HasSubstr("warning journal: " + newest + ": " + words));
    const std::string& before = snapshots[snapshots.size() - 2];
    const std::string sequence = std::to_string(std::stoull(before.substr(9, 20)));
    EXPECT_THAT(start.err, HasSubstr("snapshot of command " + sequence + ", "));
  }
  // Of an older one only verify can know.
  const std::string copy = journal.copy_with_flip(snapshots.front(), 300);
  const ToolOutcome verified = run_tool({"verify", copy});
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.err, HasSubstr(snapshots.front() + ": its length or its CRC is wrong"));
}

// What a power cut leaves at the end looks the same, and nobody was promised it.
TEST_F(FlippedByte, AtTheVeryEndIsTakenAwayOrMadeAgain) {
  TradedJournal journal(false);
  const std::string rounds = journal.files("rounds-").back();
  const RecordPlace last = journal.records(rounds).back();
  const std::string torn = at(rounds, last.round_offset) + ": ";
  expect_started(journal, rounds, last.offset + kInHeader, "is not whole: a power cut tore it",
                 torn);
  expect_started(journal, rounds, last.round_offset + kInHeader,
                 "is not whole: a power cut tore it", torn);
  const std::string events = journal.files("events-").back();
  const RecordPlace event = journal.records(events).back();
  const std::string wrong = events + ", event " + std::to_string(event.header.sequence) +
                            ": length or CRC is wrong, offset " + std::to_string(event.offset);
  expect_started(journal, events, event.offset + kInHeader,
                 wrong + "; it is made again from the journal", wrong);
}

}  // namespace
}  // namespace sluice::testing
