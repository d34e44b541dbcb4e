// A journal over many starts: whatever ends a run, the next one has all that was promised.
#include "engine/journal/journal.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "tests/engine/journal/starts.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::test {
namespace {

TEST(Journal, HasAllThatWasPromisedHoweverTheLastRunEnded) {
  std::size_t from_memory = 0;
  int snapshots = 0;
  int replayed_from_snapshot = 0;
  for (std::uint64_t seed = 0; seed < tries(8); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SimStorage disk;
    const TemporaryFolder live;
    Starts venue(disk, live.path());
    for (int run = 0; run < 12; ++run) {
      const bool power = random() % 2 == 0;
      // Whatever ends it may come in the middle of an operation.
      if (power || random() % 2 == 0) disk.cut_after(1 + random() % 80);
      try {
        venue.start();
        if (testing::Test::HasFailure()) return;
        from_memory += venue.recovered().from_memory;
        if (venue.recovered().snapshot > 0) ++replayed_from_snapshot;
        for (int turn = 0; turn < 600; ++turn) {
          const auto kind = random() % 16;
          if (kind == 0) venue.sync();
          if (kind == 1) venue.keep();
          if (kind > 1) (void)venue.take(random);
          if (turn % 100 == 99) venue.snapshot();
        }
      } catch (const PowerCut&) {
      }
      power ? venue.lose_power(random) : venue.kill();
    }
    venue.start();
    EXPECT_GT(venue.taken(), 1'000U);
    snapshots += venue.snapshots();
  }
  EXPECT_GT(from_memory, tries(100));
  EXPECT_GT(snapshots, static_cast<int>(tries(20)));
  EXPECT_GT(replayed_from_snapshot, static_cast<int>(tries(20)));
}

class JournalTest : public testing::Test {
 protected:
  void SetUp() override { venue_.start(); }
  void take(int commands) {
    for (; commands > 0; --commands) {
      if (!venue_.take(random_)) venue_.keep();
    }
  }
  std::string refusal_to_start() {
    try {
      venue_.start();
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }

  std::mt19937_64 random_{5};
  SimStorage disk_;
  TemporaryFolder live_;
  Starts venue_{disk_, live_.path()};
};

TEST_F(JournalTest, TakesNothingWhenNobodyPreparesSegments) {
  std::size_t before = 0;
  do {
    before = venue_.taken();
    (void)venue_.take(random_);
  } while (venue_.taken() > before);
  EXPECT_EQ(venue_.journal_now().commands().records_left(), 0U);
  venue_.keep();
  EXPECT_TRUE(venue_.take(random_));
  venue_.kill();
  venue_.start();
  EXPECT_EQ(venue_.taken(), before + 2) << "and the new run's beginning";
}

TEST_F(JournalTest, LetsGoOfMemoryThatIsOnTheDisk) {
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(live_.path())) {
      count += file.is_regular_file() ? 1 : 0;
    }
    return count;
  };
  for (int n = 0; n < 40; ++n) {
    take(100);
    venue_.sync();
    venue_.keep();
    EXPECT_LE(files(), 5U);
  }
}

TEST_F(JournalTest, ADiskThatFailsIsToldOnceAndNothingMoreIsWritten) {
  take(10);
  venue_.sync();
  const std::uint64_t durable = venue_.journal_now().durable_commands();
  disk_.fail_after(1);
  take(10);
  EXPECT_FALSE(venue_.journal_now().sync_turn());
  EXPECT_TRUE(venue_.journal_now().has_failed());
  EXPECT_EQ(venue_.journal_now().failure(),
            "write rounds-00000000000000000001.seg: input/output error");
  const std::uint64_t operations = disk_.operations();
  EXPECT_FALSE(venue_.journal_now().sync_turn());
  EXPECT_FALSE(venue_.journal_now().keep_turn());
  EXPECT_EQ(disk_.operations(), operations);
  EXPECT_EQ(venue_.journal_now().durable_commands(), durable);
  venue_.kill();
  venue_.start();
  EXPECT_EQ(venue_.taken(), 22U) << "memory has what the disk has not";
}

TEST_F(JournalTest, AFullDiskIsToldWhenTheNextSegmentIsMade) {
  take(1);
  venue_.keep();  // the first events have their file
  disk_.set_room(0);
  while (!venue_.journal_now().has_failed()) {
    take(1'000);
    venue_.sync();
    venue_.keep();
  }
  EXPECT_TRUE(venue_.journal_now().failure().ends_with(".seg: no space left on device"))
      << venue_.journal_now().failure();
}

TEST_F(JournalTest, MemoryOfAnotherJournalIsRefused) {
  take(20);
  venue_.kill();
  // The disk of a venue that has got other commands.
  SimStorage other_disk;
  const TemporaryFolder other_live;
  Starts other(other_disk, other_live.path());
  other.start();
  for (int n = 0; n < 5; ++n) {
    (void)random_();
    EXPECT_TRUE(other.take(random_));
  }
  other.sync();
  other.kill();
  Starts mixed(other_disk, live_.path());
  try {
    mixed.start();
    FAIL();
  } catch (const JournalDamage& damage) {
    EXPECT_EQ(damage.what(), live_.path() +
                                 "/commands: sequence 7 does not follow what is on the disk: it is "
                                 "of another journal");
  }
}

TEST_F(JournalTest, RecordsThatAreNowhereAreMissed) {
  take(1'000);
  venue_.sync();
  take(1'000);
  venue_.sync();
  venue_.keep();
  take(100);
  venue_.kill();
  // An older copy of the disk has come back.
  SimStorage fresh;
  Starts lost(fresh, live_.path());
  try {
    lost.start();
    FAIL();
  } catch (const JournalDamage& damage) {
    const std::string why = damage.what();
    EXPECT_TRUE(why.starts_with(live_.path() + "/commands: records 1 to ")) << why;
    EXPECT_TRUE(why.ends_with(" are neither on the disk nor in memory")) << why;
  }
}

TEST_F(JournalTest, AConfigurationThatDoesNotFitIsRefusedAndTheNextOneThatDoesIsTaken) {
  take(300);
  venue_.kill();
  Journal::Options options{.live_folder = live_.path(), .segment_bytes = Journal::kMinSegmentBytes};
  {
    Journal journal(std::make_unique<Borrowed>(disk_), options, some_time);
    ExecutionLog log(live_.path() + "/other.log", kLogEvents, kLogEvents / 4, 3, 1,
                     journal.open(kLogEvents));
    (void)journal.recover(log);
    RunStart run{.config = random_flow_config(), .names = ""};
    run.config.epoch = 9;
    run.config.sessions = 2;
    run.config.session_firm.resize(2);
    EXPECT_THROW((void)journal.begin_run(run), SnapshotError);
  }
  venue_.start();
}

TEST_F(JournalTest, ThreadsMakeDurableWhatWasAppended) {
  take(50);
  venue_.journal_now().start();
  take(500);
  venue_.journal_now().stop();
  EXPECT_EQ(venue_.journal_now().failure(), "");
  EXPECT_EQ(venue_.journal_now().durable_commands(), venue_.engine().last_seq().value);
}

TEST(JournalOnAFileSystem, BelongsToOneVenueAtATime) {
  const TemporaryFolder folder;
  const TemporaryFolder live;
  const TemporaryFolder other_live;
  const auto refusal = [&](const std::string& disk, const std::string& memory) {
    try {
      Journal journal(std::make_unique<PosixStorage>(disk), {.live_folder = memory}, some_time);
      (void)journal.open(kLogEvents);
    } catch (const StorageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string disk = folder.path() + "/one";
  const std::string other_disk = folder.path() + "/other";
  {
    Journal journal(std::make_unique<PosixStorage>(disk), {.live_folder = live.path()}, some_time);
    (void)journal.open(kLogEvents);
    EXPECT_EQ(refusal(disk, other_live.path()),
              disk + ": another venue uses it; give each its own");
    EXPECT_EQ(refusal(other_disk, live.path()),
              live.path() + ": another venue uses it; give each its own");
  }
  EXPECT_EQ(refusal(disk, live.path()), "");
}

TEST(JournalOnAFileSystem, IsTheSameAgainAndKeepsItsFilesToItsself) {
  const TemporaryFolder folder;
  const TemporaryFolder live;
  const auto make = [&] {
    return std::make_unique<Journal>(
        std::make_unique<PosixStorage>(folder.path() + "/journal"),
        Journal::Options{.live_folder = live.path(), .segment_bytes = Journal::kMinSegmentBytes},
        some_time);
  };
  std::uint64_t hash = 0;
  for (std::uint64_t epoch = 1; epoch < 4; ++epoch) {
    auto journal = make();
    ExecutionLog log(live.path() + "/log", kLogEvents, kLogEvents / 4, 3, 1,
                     journal->open(kLogEvents));
    const Journal::Recovered recovered = journal->recover(log);
    EXPECT_EQ(recovered.commands, (epoch - 1) * 100);
    RunStart run{.config = random_flow_config(), .names = "names"};
    run.config.epoch = epoch;
    const auto engine = journal->begin_run(run);
    journal->start();
    FlowPlayer player;
    std::mt19937_64 random(epoch);
    for (int n = 0; n < 100; ++n) {
      Command command = player.next(random_intent(random));
      command.seq = {engine->last_seq().value + 1};
      ASSERT_TRUE(sluice::journal(journal->commands(), command));
      engine->apply(command, log);
      log.publish();
    }
    journal->stop();
    hash = engine->state_hash();
  }
  auto journal = make();
  ExecutionLog log(live.path() + "/log", kLogEvents, kLogEvents / 4, 3, 1,
                   journal->open(kLogEvents));
  (void)journal->recover(log);
  ASSERT_TRUE(journal->last_run().has_value());
  EXPECT_EQ(journal->last_run()->names, "names");
  RunStart run = *journal->last_run();
  run.config.epoch = 4;
  const auto engine = journal->begin_run(run);
  EXPECT_NE(engine->state_hash(), hash) << "the epoch is another";
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(file.status().permissions() & others, std::filesystem::perms::none) << file.path();
  }
}

}  // namespace
}  // namespace sluice::test
