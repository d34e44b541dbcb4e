// What threads record of their sessions: in the rounds with what caused it, found again after a
// kill and after a power cut, and void where a run has not recorded it.
#include <atomic>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/journal.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/engine/journal/starts.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::test {
namespace {

/// A run over a disk that outlives it.
class SessionRun {
 public:
  SessionRun(SimStorage& disk, const std::string& live, std::size_t streams)
      : journal_(std::make_unique<Borrowed>(disk),
                 {.live_folder = live,
                  .segment_bytes = Journal::kMinSegmentBytes,
                  .live_segment_bytes = std::size_t{256} << 10U,
                  .session_streams = streams},
                 some_time) {
    log_.emplace(live + "/log", kLogEvents, kLogEvents / 4, 3, 1, journal_.open(kLogEvents));
    const Journal::Recovered recovered = journal_.recover(
        *log_, {.visit = [this](const RecordView& record) { note(record); }, .segments = 1'000});
    last = recovered.last;
    RunStart run{.config = random_flow_config(), .names = ""};
    run.config.epoch = journal_.last_run() ? journal_.last_run()->config.epoch + 1 : 1;
    engine_ = journal_.begin_run(std::move(run));
  }

  /// A command, and what a session records because of it, in stream 1 + `stream`.
  [[nodiscard]] bool act(std::size_t stream) {
    Command command{};
    command.type = CommandType::tick;
    command.seq = {next_};
    if (!sluice::journal(journal_.commands(), command)) return false;
    if (!record(stream)) return false;
    ++next_;
    return true;
  }
  [[nodiscard]] Journal& journal() { return journal_; }

  std::uint64_t last = 0;            ///< Command that recovery came to.
  std::vector<std::uint64_t> found;  ///< What was recorded before, in order; 0: void.

 private:
  [[nodiscard]] bool record(std::size_t stream) {
    return journal_.sessions(stream).append({.type = RecordType::session_taken, .session = 1},
                                            std::as_bytes(std::span(&next_, 1)));
  }
  void note(const RecordView& record) {
    std::uint64_t cause = 0;
    if (record.header->type == static_cast<std::uint16_t>(RecordType::session_taken)) {
      std::memcpy(&cause, record.payload.data(), sizeof cause);
    }
    found.push_back(cause);
  }

  Journal journal_;
  std::optional<ExecutionLog> log_;
  std::unique_ptr<Engine> engine_;
  std::uint64_t next_ = 2;  // the first is the run's beginning
};

void lose_memory(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::remove_all(entry.path());
  }
}

TEST(SessionStreams, OfAKilledProcessAreThereWhetherOnTheDiskOrNot) {
  SimStorage disk;
  const TemporaryFolder live;
  {
    SessionRun run(disk, live.path(), 2);
    EXPECT_TRUE(run.act(0));
    EXPECT_TRUE(run.act(1));
    EXPECT_TRUE(run.journal().sync_turn());
    EXPECT_EQ(run.journal().durable_sessions(0), 1U);
    EXPECT_EQ(run.journal().durable_sessions(1), 1U);
    EXPECT_TRUE(run.act(1));
    EXPECT_EQ(run.journal().durable_sessions(1), 1U);
  }
  // Also by a run with fewer threads.
  const SessionRun again(disk, live.path(), 1);
  EXPECT_EQ(again.found, (std::vector<std::uint64_t>{2, 3, 4}));
}

TEST(SessionStreams, ARunThatRecordsNothingMakesWhatWasRecordedVoid) {
  SimStorage disk;
  const TemporaryFolder live;
  {
    SessionRun run(disk, live.path(), 1);
    EXPECT_TRUE(run.act(0));
  }
  { const SessionRun without(disk, live.path(), 0); }
  const SessionRun again(disk, live.path(), 1);
  EXPECT_EQ(again.found, (std::vector<std::uint64_t>{2, 0}));
}

// Written by one thread and synced by another until the power goes: what is found of sessions has
// its cause among the commands that are found.
TEST(SessionStreams, NoRecordSurvivesWithoutItsCause) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937_64 random(seed);
  std::size_t records = 0;
  for (unsigned round = 0; round < tries(40); ++round) {
    SimStorage disk;
    const TemporaryFolder live;
    {
      SessionRun run(disk, live.path(), 1);
      disk.cut_after(1 + random() % 60);
      std::atomic<bool> stop{false};
      std::thread writer([&] {
        while (!stop.load(std::memory_order_relaxed)) (void)run.act(0);
      });
      try {
        for (;;) {
          (void)run.journal().sync_turn();
          (void)run.journal().keep_turn();
        }
      } catch (const PowerCut&) {
      }
      stop = true;
      writer.join();
    }
    disk.come_back(random);
    lose_memory(live.path());
    const SessionRun again(disk, live.path(), 1);
    records += again.found.size();
    for (const std::uint64_t cause : again.found) ASSERT_LE(cause, again.last) << round;
  }
  EXPECT_GT(records, 0U);
}

}  // namespace
}  // namespace sluice::test
