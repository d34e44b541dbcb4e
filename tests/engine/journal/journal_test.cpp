// A journal over many starts: whatever ends a run, the next one has all that was promised.
#include "engine/journal/journal.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "engine/log/execution_log.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {
namespace {

/// A clock that goes on whenever it is looked at.
TimeNs some_time() {
  static TimeNs now = kNoon;
  now.value += 1'000'000;
  return now;
}

/// A folder that is gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-journal-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A disk that outlives the journal that uses it.
class Borrowed final : public Storage {
 public:
  explicit Borrowed(Storage& disk) : disk_(disk) {}
  std::vector<std::string> list() override { return disk_.list(); }
  std::unique_ptr<StoredFile> create(const std::string& name, std::size_t bytes) override {
    return disk_.create(name, bytes);
  }
  std::unique_ptr<StoredFile> open(const std::string& name) override { return disk_.open(name); }
  StoredBytes read(const std::string& name) override { return disk_.read(name); }
  void rename(const std::string& from, const std::string& to) override { disk_.rename(from, to); }
  void remove(const std::string& name) override { disk_.remove(name); }

 private:
  Storage& disk_;
};

/// What has gone into the engine, to compare with.
struct Entry {
  std::optional<RunStart> run;
  Command command{};
};

constexpr std::uint64_t kLogEvents = 4'096;

class Starts {
 public:
  Starts(SimStorage& disk, std::string live) : disk_(disk), live_(std::move(live)) {}

  /// Makes the engine again, and compares it with the one that has got the same in one run.
  void start() {
    Journal::Options options{.live_folder = live_,
                             .unit = static_cast<std::uint8_t>(random_flow_config().unit),
                             .segment_bytes = Journal::kMinSegmentBytes,
                             .segments_ahead = 1,
                             .live_segment_bytes = 64U << 10U,
                             .live_segments = 2,
                             .keep_ns = 0,
                             .event_sync_ns = 1'000'000,
                             .warn = [this](const std::string& what) { warnings.push_back(what); }};
    journal_ = std::make_unique<Journal>(std::make_unique<Borrowed>(disk_), options, some_time);
    open_log();
    forget_what_is_lost();
    RunStart run{.config = random_flow_config(), .names = "run " + std::to_string(++runs_)};
    run.config.work_per_command = runs_ % 2 == 0 ? 8 : 64;
    run.config.max_orders += static_cast<std::uint32_t>(runs_);
    run.config.epoch = journal_->last_run() ? journal_->last_run()->config.epoch + 1 : 1;
    under_way_ = run;
    engine_ = journal_->begin_run(run);
    under_way_.reset();
    Entry& begun = entries_.emplace_back();
    begun.run = run;
    durable_ = promised_ = entries_.size();
    expect_same();
  }

  /// What the engine's thread does.
  bool take(std::mt19937_64& random) {
    Command command = player_.next(random_intent(random));
    if (log_->written() - journal_->kept_events() > kLogEvents / 4) return false;
    if (journal_->commands().records_left() == 0) return false;
    command.seq = {engine_->last_seq().value + 1};
    EXPECT_TRUE(journal(journal_->commands(), command));
    entries_.emplace_back().command = command;
    const std::uint64_t first = log_->written() + 1;
    engine_->apply(command, *log_);
    log_->publish();
    std::vector<Event> events;
    for (std::uint64_t n = first; n <= log_->written(); ++n)
      events.push_back(log_->written_event(n));
    player_.hear(events);
    return true;
  }
  void snapshot() { snapshots_ += journal_->snapshot_turn() ? 1 : 0; }
  [[nodiscard]] int snapshots() const { return snapshots_; }

  void sync() {
    (void)journal_->sync_turn();
    durable_ = std::max<std::size_t>(durable_, journal_->durable_commands());
  }
  void keep() { (void)journal_->keep_turn(); }

  /// The process dies: memory files and disk stay as they are.
  void kill() {
    journal_.reset();
    disk_.keep_all();
    promised_ = entries_.size();
  }
  /// The machine does.
  void lose_power(std::mt19937_64& random) {
    journal_.reset();
    promised_ = durable_;
    for (const auto& file : std::filesystem::directory_iterator(live_)) {
      std::filesystem::remove(file.path());
    }
    disk_.come_back(random);
  }

  std::vector<std::string> warnings;

  [[nodiscard]] std::size_t taken() const { return entries_.size(); }
  [[nodiscard]] Journal& journal_now() { return *journal_; }
  [[nodiscard]] const Journal::Recovered& recovered() const { return recovered_; }
  [[nodiscard]] Engine& engine() { return *engine_; }

 private:
  void forget_what_is_lost() {
    const std::size_t there = recovered_.last;
    ASSERT_GE(there, promised_);
    // A beginning at which the power went may be there or not; it has the number of what was lost.
    const bool has_begun = journal_->last_run() && under_way_ &&
                           journal_->last_run()->config.epoch == under_way_->config.epoch;
    ASSERT_LE(there, entries_.size() + (has_begun ? 1 : 0));
    entries_.resize(has_begun ? there - 1 : there);
    if (has_begun) entries_.emplace_back().run = under_way_;
  }
  void open_log() {
    const std::uint64_t before = journal_->open(kLogEvents);
    log_ = std::make_unique<ExecutionLog>(live_ + "/execution.log", kLogEvents, kLogEvents / 4,
                                          random_flow_config().unit, 1, before);
    recovered_ = journal_->recover(*log_);
  }
  /// The engine and what the log has of its events.
  void expect_same() {
    EngineReplay clean;
    RecordingSink sink;
    for (const Entry& entry : entries_) {
      if (entry.run) {
        clean.begin(*entry.run);
      } else {
        clean.engine()->apply(entry.command, sink);
      }
    }
    const std::vector<Event> expected = sink.take();
    ASSERT_EQ(log_->written(), expected.size());
    for (std::uint64_t n = log_->oldest(); n <= log_->written(); ++n) {
      ASSERT_EQ(difference({expected[n - 1]}, {log_->written_event(n)}), "");
    }
    EXPECT_EQ(clean.engine()->state_hash(), engine_->state_hash());
  }

  SimStorage& disk_;
  std::string live_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<ExecutionLog> log_;
  std::unique_ptr<Engine> engine_;
  Journal::Recovered recovered_;
  int snapshots_ = 0;
  FlowPlayer player_;
  std::vector<Entry> entries_;         ///< By sequence - 1.
  std::size_t durable_ = 0;            ///< So many of them survive the machine,
  std::size_t promised_ = 0;           ///< and so many what has happened.
  std::optional<RunStart> under_way_;  ///< A run that was about to begin when the power went.
  int runs_ = 0;
};

TEST(Journal, HasAllThatWasPromisedHoweverTheLastRunEnded) {
  std::size_t from_memory = 0;
  int snapshots = 0;
  int replayed_from_snapshot = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SimStorage disk;
    const TemporaryFolder live;
    Starts venue(disk, live.path());
    for (int run = 0; run < 12; ++run) {
      const bool power = random() % 2 == 0;
      if (power) disk.cut_after(1 + random() % 80);
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
  EXPECT_GT(from_memory, 100U);
  EXPECT_GT(snapshots, 20);
  EXPECT_GT(replayed_from_snapshot, 20);
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
