// What sluice verify says of a journal that is good, damaged, or was changed by a careful hand.
#include "gateway/journal_tool/verify.hpp"

#include <atomic>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "engine/journal/crc32c.hpp"
#include "engine/journal/snapshot_file.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"
#include "tests/gateway/journal_tool/made_journal.hpp"

namespace sluice::gateway {
namespace {

namespace fs = std::filesystem;

struct Verified {
  int code = 0;
  std::string out;
  std::string err;
};

Verified verified(const std::string& folder, const std::optional<std::string>& live = {}) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = verify(folder, live, out, err);
  return {code, out.str(), err.str()};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

std::uint64_t last_sequence(const MadeJournal& journal) {
  return journal.engine().last_seq().value;
}

class Verify : public testing::Test {
 protected:
  MadeJournal journal_;
};

TEST_F(Verify, SaysWhatItVerifiedAndChangesNothing) {
  journal_.trade(300);
  journal_.snapshot();
  journal_.trade(200);
  journal_.kill();
  std::uint32_t digest = 0;
  for (std::uint64_t n = 1; n <= journal_.events(); ++n) {
    digest = crc32c(&journal_.log().written_event(n), sizeof(Event), digest);
  }
  const auto before = contents(journal_.folder());
  fs::permissions(journal_.folder(), fs::perms::owner_read | fs::perms::owner_exec);
  const Verified found = verified(journal_.folder());
  fs::permissions(journal_.folder(), fs::perms::owner_all);
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_EQ(found.err, "");
  const std::string events = std::to_string(journal_.events());
  EXPECT_EQ(found.out, "verified commands=500 runs=1 events=" + events +
                           " events_compared=" + events +
                           " snapshots=1 from_memory=0 from_snapshot=0 last_sequence=501 "
                           "last_event=" +
                           events + " events_digest=" + hex(digest, 8) +
                           " state_hash=" + hex(journal_.engine().state_hash(), 16) + "\n");
  EXPECT_TRUE(contents(journal_.folder()) == before);
}

TEST_F(Verify, TakesSeveralRunsAndLooksBesideAVenueThatRuns) {
  journal_.trade(100);
  journal_.kill();
  journal_.start();
  journal_.trade(100);
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(found.out, "verified commands=200 runs=2 ")) << found.out;
  // And the venue goes on.
  journal_.trade(10);
  EXPECT_TRUE(has(verified(journal_.folder()).out, "verified commands=210 runs=2 "));
}

TEST_F(Verify, FindsNothingWrongWhateverMomentOfAVenueItMeets) {
  std::atomic<bool> is_over{false};
  std::thread venue([&] {
    for (int n = 0; n < 60; ++n) {
      journal_.trade(50);
      if (n % 20 == 19) journal_.snapshot();
    }
    is_over = true;
  });
  int looks = 0;
  for (bool last = false; !last; ++looks) {
    last = is_over;
    const Verified found = verified(journal_.folder());
    EXPECT_EQ(found.code, kToolGood) << found.err << found.out;
  }
  venue.join();
  EXPECT_GE(looks, 1);
  EXPECT_TRUE(has(verified(journal_.folder()).out, "verified commands=3000 runs=1 "));
}

TEST_F(Verify, NamesTheFieldsOfTheFirstEventThatIsAnotherOne) {
  journal_.trade(200);
  journal_.kill();
  std::uint64_t number = 0;
  {
    ChangedFile file(journal_.file(kFirstEvents));
    for (number = 20; journal_.log().written_event(number).type != EventType::order_accepted;) {
      ++number;
    }
    file.change<Event>(RecordType::event, number, [](Event& event) {
      event.qty.value += 1;
      event.reserved1 = 5;
    });
    file.change<Event>(RecordType::event, number + 1, [](Event& event) { event.time.value += 1; });
  }
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.out, "not verified ")) << found.out;
  EXPECT_TRUE(has(found.out, "\n  event " + std::to_string(number) + " ")) << found.out;
  std::vector<std::string> marked;
  std::istringstream lines(found.out);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("* ")) marked.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  const bool in_lots = journal_.log().written_event(number).instrument.value == 3;
  EXPECT_EQ(marked, (std::vector<std::string>{in_lots ? "qty_lots" : "qty", "reserved1"}));
  EXPECT_TRUE(has(found.err, "event " + std::to_string(number) + ", which command ")) << found.err;
}

TEST_F(Verify, FindsACommandThatWasChangedAlthoughEveryCheckSumIsRight) {
  journal_.trade(300);
  journal_.kill();
  {
    ChangedFile file(journal_.file(kFirstRounds));
    std::uint64_t sequence = 0;
    file.for_each([&](std::size_t, const RecordHeader& record) {
      Command command;
      if (record.type != static_cast<std::uint16_t>(RecordType::command)) return true;
      std::memcpy(&command, reinterpret_cast<const std::byte*>(&record + 1), sizeof command);
      if (command.type != CommandType::new_order || record.sequence < 100) return true;
      sequence = record.sequence;
      return false;
    });
    file.change<Command>(RecordType::command, sequence, [](Command& command) {
      command.clordid = ClOrdId::from("SOMETHING ELSE").value();
    });
  }
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.out, "* clordid ")) << found.out;
  EXPECT_TRUE(has(found.out, "\"SOMETHING ELSE\"")) << found.out;
}

TEST_F(Verify, ComparesTheStateWhereNoEventIsLeftToCompare) {
  journal_.trade(200);
  journal_.snapshot();
  journal_.kill();
  fs::remove(journal_.file(kFirstEvents));
  Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(found.out, "note: there is no execution log on disk")) << found.out;
  EXPECT_TRUE(has(found.out, " events_compared=0 snapshots=1 ")) << found.out;
  {
    ChangedFile file(journal_.file(kFirstRounds));
    file.change<Command>(RecordType::command, last_sequence(journal_),
                         [](Command& command) { command.time.value += 1; });
  }
  found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, snapshot_name(last_sequence(journal_)) + ": it has state hash "))
      << found.err;
}

TEST_F(Verify, TellsAFlippedBitWithFileAndOffset) {
  journal_.trade(400);
  journal_.snapshot();
  const std::string snapshot = snapshot_name(last_sequence(journal_));
  journal_.kill();
  journal_.start();
  journal_.trade(100);
  journal_.kill();
  std::size_t head = 0;
  std::size_t command = 0;
  std::size_t run = 0;
  std::size_t event = 0;
  {
    ChangedFile rounds(journal_.file(kFirstRounds));
    head = rounds.find(RecordType::round, 5);
    command = rounds.find(RecordType::command, 60);
    run = rounds.find(RecordType::run, 1);
    event = ChangedFile(journal_.file(kFirstEvents)).find(RecordType::event, 33);
  }
  const std::string rounds = kFirstRounds;
  for (const auto& [file, offset, told] :
       {std::tuple{rounds, head + 70, rounds + ", offset " + std::to_string(head)},
        std::tuple{rounds, command + 100, rounds + ", offset "},
        std::tuple{rounds, run + 80, rounds + ", offset 4096"},
        std::tuple{rounds, std::size_t{20}, rounds + ", offset 0"},
        std::tuple{rounds, std::size_t{80},
                   rounds + ", offset 0, before command sequence 1: its table"},
        std::tuple{kFirstEvents, event + 90, kFirstEvents + ", offset " + std::to_string(event)},
        std::tuple{kFirstEvents, std::size_t{30}, kFirstEvents + ", offset 0"},
        std::tuple{snapshot, std::size_t{24}, snapshot + ": its beginning is damaged"},
        std::tuple{snapshot, std::size_t{2'000}, snapshot + ": its length or its CRC is wrong"}}) {
    SCOPED_TRACE(file + " at " + std::to_string(offset));
    ChangedFile(journal_.file(file)).flip(offset);
    const Verified found = verified(journal_.folder());
    EXPECT_EQ(found.code, kToolDamage);
    EXPECT_TRUE(has(found.err, told)) << found.err;
    ChangedFile(journal_.file(file)).flip(offset);
  }
  EXPECT_EQ(verified(journal_.folder()).code, kToolGood);
}

TEST_F(Verify, ABitOfTheLastEventsIsDamageToo) {
  journal_.trade(100);
  journal_.kill();
  std::size_t offset = 0;
  {
    ChangedFile file(journal_.file(kFirstEvents));
    offset = file.find(RecordType::event, 10);
    file.flip(offset + 200);
  }
  Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, "event 10: length or CRC is wrong, offset " + std::to_string(offset) +
                                 "; later events follow"))
      << found.err;
  // Where none follows it is what a power cut may leave.
  {
    ChangedFile file(journal_.file(kFirstEvents));
    file.flip(offset + 200);
    offset = file.find(RecordType::event, journal_.events());
    file.flip(offset + 200);
  }
  found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(found.out, "offset " + std::to_string(offset) + ": a start takes it away"))
      << found.out;
  EXPECT_TRUE(has(found.out, "ends with event " + std::to_string(journal_.events() - 1)))
      << found.out;
}

// A start from a snapshot takes the events before it from the disk: nothing makes them again.
TEST_F(Verify, TheLastEventsMayNotBeMissingWhereASnapshotCountsThem) {
  journal_.trade(100);
  journal_.snapshot();
  const std::uint64_t events = journal_.events();
  journal_.kill();
  std::size_t offset = 0;
  {
    ChangedFile file(journal_.file(kFirstEvents));
    offset = file.find(RecordType::event, events);
    file.flip(offset + 200);
  }
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, "the execution log on disk ends with event " +
                                 std::to_string(events - 1) + ", before event " +
                                 std::to_string(events) + " of snapshot-"))
      << found.err;
  EXPECT_TRUE(has(found.err, "length or CRC is wrong, offset " + std::to_string(offset)))
      << found.err;
  EXPECT_THROW(journal_.start(), JournalDamage);
  // Without any of them it goes without.
  fs::remove(journal_.file(kFirstEvents));
  EXPECT_EQ(verified(journal_.folder()).code, kToolGood);
  EXPECT_NO_THROW(journal_.start());
}

TEST_F(Verify, ATornLastRoundIsToldAndLeftAsItIs) {
  journal_.trade(100);
  journal_.kill();
  // Without the events of commands that are gone.
  fs::remove(journal_.file(kFirstEvents));
  {
    ChangedFile file(journal_.file(kFirstRounds));
    file.flip(file.last_round() + 200);
  }
  const auto before = contents(journal_.folder());
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(found.out, "note: " + kFirstRounds + ", offset ")) << found.out;
  EXPECT_TRUE(has(found.out, "nobody was promised it")) << found.out;
  EXPECT_TRUE(contents(journal_.folder()) == before);
}

TEST_F(Verify, EventsThatNoCommandGivesAreADifference) {
  journal_.trade(100);
  {
    ChangedFile file(journal_.file(kFirstRounds));
    file.flip(file.last_round() + 200);
  }
  journal_.kill();
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, "the execution log on disk goes on after event ")) << found.err;
  EXPECT_TRUE(has(found.out, "from the journal: no such event")) << found.out;
}

TEST_F(Verify, BeginsWithTheOldestSnapshotWhereTheFirstSegmentsWerePruned) {
  journal_.trade(300);
  journal_.snapshot();
  const std::string first = snapshot_name(last_sequence(journal_));
  journal_.kill();
  journal_.start();
  journal_.trade(100);
  journal_.snapshot();
  const std::string second = snapshot_name(last_sequence(journal_));
  journal_.kill();
  fs::remove(journal_.file(kFirstRounds));
  fs::remove(journal_.file(kFirstEvents));
  Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(found.out, "note: the first segments are not there: replayed from " + first))
      << found.out;
  EXPECT_TRUE(has(found.out, "verified commands=100 runs=1 ")) << found.out;
  EXPECT_TRUE(has(found.out, " snapshots=1 from_memory=0 from_snapshot=301 ")) << found.out;
  EXPECT_TRUE(has(found.out, hex(journal_.engine().state_hash(), 16))) << found.out;

  // Without it nothing can be replayed into; with a damaged one neither, and it is told as well.
  ChangedFile(journal_.file(first)).flip(3'000);
  found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, first + ": its length or its CRC is wrong")) << found.err;
  EXPECT_TRUE(has(found.out, "replayed from " + second)) << found.out;
  fs::remove(journal_.file(first));
  fs::remove(journal_.file(second));
  found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, "and no snapshot from which")) << found.err;
}

TEST_F(Verify, AnExecutionLogWithoutItsOldSegmentsIsComparedFromWhereItBegins) {
  journal_.trade(300);
  const std::uint64_t before = journal_.events();
  journal_.kill();
  journal_.start();
  journal_.trade(100);
  journal_.kill();
  fs::remove(journal_.file(kFirstEvents));
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_TRUE(has(
      found.out, "note: the execution log on disk begins with event " + std::to_string(before + 1)))
      << found.out;
  EXPECT_TRUE(has(found.out, " events_compared=" + std::to_string(journal_.events() - before)))
      << found.out;
}

TEST_F(Verify, AMissingSegmentIsNamedAndWhatStandsBeforeItIsStillReplayed) {
  for (int run = 0; run < 2; ++run) {
    journal_.trade(50);
    journal_.kill();
    journal_.start();
  }
  journal_.trade(50);
  journal_.kill();
  fs::remove(journal_.file("rounds-00000000000000000002.seg"));
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.out, "not verified commands=50 ")) << found.out;
  EXPECT_TRUE(has(found.err, "rounds-00000000000000000002.seg is missing")) << found.err;
}

TEST_F(Verify, ASnapshotOfLaterThanTheJournalIsADifference) {
  journal_.trade(100);
  journal_.kill();
  journal_.start();
  journal_.trade(100);
  journal_.snapshot();
  journal_.kill();
  fs::remove(journal_.file("rounds-00000000000000000002.seg"));
  fs::remove(journal_.file("events-00000000000000000002.seg"));
  const Verified found = verified(journal_.folder());
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_TRUE(has(found.err, ": the journal ends before it, with sequence 101")) << found.err;
}

TEST_F(Verify, ReadsTheMemoryOfAKilledVenueButNotOfOneThatRuns) {
  journal_.trade(100);
  for (std::uint32_t n = 1; n <= 5; ++n) {
    Command command{};
    command.type = CommandType::new_order;
    command.session = {1};
    command.msg_seq_num = n;
    command.instrument = {1};
    journal_.take(command);
  }
  try {
    (void)verified(journal_.folder(), journal_.live());
    ADD_FAILURE() << "not refused";
  } catch (const ToolError& error) {
    EXPECT_TRUE(has(error.what(), journal_.live() + ": a venue uses it")) << error.what();
  }
  journal_.kill();
  const Verified disk = verified(journal_.folder());
  EXPECT_TRUE(has(disk.out, "verified commands=100 ")) << disk.out;
  const Verified both = verified(journal_.folder(), journal_.live());
  EXPECT_EQ(both.code, kToolGood) << both.err;
  EXPECT_TRUE(has(both.out, "verified commands=105 ")) << both.out;
  EXPECT_TRUE(has(both.out, " from_memory=5 ")) << both.out;
  EXPECT_TRUE(has(both.out, hex(journal_.engine().state_hash(), 16))) << both.out;
}

TEST_F(Verify, RefusesFoldersThatAreNone) {
  const test::TemporaryFolder empty;
  for (const std::string& folder : {empty.path(), empty.path() + "/nothing", std::string("")}) {
    EXPECT_THROW((void)verified(folder), ToolError);
    EXPECT_FALSE(fs::exists(empty.path() + "/nothing"));
  }
  EXPECT_THROW((void)verified(journal_.folder(), empty.path() + "/nothing"), ToolError);
}

}  // namespace
}  // namespace sluice::gateway
