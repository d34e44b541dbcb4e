// A venue's journal and engine over many starts, beside a record of all that went in.
#pragma once

#include <algorithm>
#include <atomic>
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
#include "engine/journal/journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "engine/log/execution_log.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/temporary_folder.hpp"

namespace sluice::test {

/// A clock that goes on whenever it is looked at.
inline TimeNs some_time() {
  // Later than any event, so that all is old.
  static std::atomic<std::int64_t> now{kNoon.value + 3'650 * kNsPerDay};
  return {now += 1'000'000};
}

/// What has gone into the engine, to compare with.
struct Entry {
  std::optional<RunStart> run;
  Command command{};
};

inline constexpr std::uint64_t kLogEvents = 4'096;

class Starts {
 public:
  Starts(SimStorage& disk, std::string live) : disk_(disk), live_(std::move(live)) {}

  /// Makes the engine again, and compares it with the one that has got the same in one run.
  void start() {
    is_running_ = false;
    journal_.reset();
    Journal::Options options{.live_folder = live_,
                             .unit = static_cast<std::uint8_t>(random_flow_config().unit),
                             .segment_bytes = Journal::kMinSegmentBytes,
                             .segments_ahead = 1,
                             .live_segment_bytes = 64U << 10U,
                             .live_segments = 2,
                             .keep_ns = keep_ns_,
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
    is_running_ = true;
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
    if (is_running_) {
      last_event_ = log_->written();
      promised_ = entries_.size();
    }
    journal_.reset();
    disk_.go_on();
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

  /// No segment is removed from the next start on.
  void keep_everything() { keep_ns_ = -1; }
  /// Number of the last event of the last run.
  [[nodiscard]] std::uint64_t events() const { return last_event_; }
  /// And of this one.
  [[nodiscard]] std::uint64_t log_end() const { return log_->written(); }

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
  bool is_running_ = false;
  std::int64_t keep_ns_ = 0;
  std::uint64_t last_event_ = 0;
  FlowPlayer player_;
  std::vector<Entry> entries_;         ///< By sequence - 1.
  std::size_t durable_ = 0;            ///< So many of them survive the machine,
  std::size_t promised_ = 0;           ///< and so many what has happened.
  std::optional<RunStart> under_way_;  ///< A run that was about to begin when the power went.
  int runs_ = 0;
};

}  // namespace sluice::test
