// A journal on a real disk, made as a venue makes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/journal/command_journal.hpp"
#include "engine/journal/journal.hpp"
#include "engine/journal/posix_storage.hpp"
#include "tests/engine/journal/memory.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/temporary_folder.hpp"
#include "tests/gateway/journal_tool/changed_file.hpp"

namespace sluice::gateway {

/// Instrument 1 has tick 0.01 and lot 0.001, the third none that could be read.
inline constexpr const char* kRunNames =
    R"({"instruments":[{"name":"BTC-USDT","tick_size":"0.01","lot_size":"0.001"},)"
    R"({"name":"ETH-USDT","tick_size":"1","lot_size":"1"},)"
    R"({"name":"ODD","tick_size":"","lot_size":""}],)"
    R"("firms":[{"name":"ALPHA"},{"name":"BETA"}],)"
    R"("accounts":[{"name":"A-1","firm":"ALPHA"}],)"
    R"("sessions":[{"name":"CLIENT1","firm":"ALPHA"},{"name":"CLIENT2","firm":"ALPHA"},)"
    R"({"name":"MAKER 1","firm":"BETA"}]})";

class MadeJournal {
 public:
  MadeJournal() { start(); }

  [[nodiscard]] std::string folder() const { return folder_.path() + "/journal"; }
  [[nodiscard]] std::string live() const { return folder_.path() + "/live"; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder() + "/" + name; }

  /// A run, as after whatever ended the last one.
  void start() {
    journal_.reset();
    journal_ =
        std::make_unique<Journal>(std::make_unique<PosixStorage>(folder()),
                                  Journal::Options{.live_folder = live(),
                                                   .unit = 3,
                                                   .segment_bytes = Journal::kMinSegmentBytes,
                                                   .segments_ahead = 1,
                                                   .live_segment_bytes = std::size_t{64} << 10U,
                                                   .live_segments = 4,
                                                   .event_sync_ns = 0},
                                  [] { return TimeNs{1'777'723'200'000'000'000}; });
    const std::uint64_t before = journal_->open(kEvents);
    log_ = std::make_unique<ExecutionLog>(live() + "/execution.log", kEvents, kEvents / 4, 3, 1,
                                          before);
    (void)journal_->recover(*log_);
    RunStart run{.config = test::random_flow_config(), .names = kRunNames};
    run.config.epoch = journal_->last_run() ? journal_->last_run()->config.epoch + 1 : 1;
    engine_ = journal_->begin_run(run);
  }

  /// Random commands, all on the disk afterwards.
  void trade(int commands) {
    for (; commands > 0; --commands) {
      take(player_.next(test::random_intent(random_)));
      if (commands % 16 == 0) settle();
    }
    settle();
  }
  /// One, in memory alone until settle().
  void take(Command command) {
    command.seq = {engine_->last_seq().value + 1};
    if (!journal(journal_->commands(), command)) throw std::runtime_error("no room");
    const std::uint64_t first = log_->written() + 1;
    engine_->apply(command, *log_);
    log_->publish();
    std::vector<Event> events;
    for (std::uint64_t n = first; n <= log_->written(); ++n) {
      events.push_back(log_->written_event(n));
    }
    player_.hear(events);
  }
  void settle() {
    while (journal_->sync_turn()) continue;
    while (journal_->keep_turn()) continue;
  }
  void snapshot() { journal_->write_last_snapshot(*engine_); }
  /// The process is gone: nobody holds the folders.
  void kill() { journal_.reset(); }

  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] std::uint64_t events() const { return log_->written(); }
  [[nodiscard]] const ExecutionLog& log() const { return *log_; }

 private:
  static constexpr std::uint64_t kEvents = 16'384;

  test::TemporaryFolder folder_;
  std::mt19937_64 random_{7};
  test::FlowPlayer player_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<ExecutionLog> log_;
  std::unique_ptr<Engine> engine_;
};

inline const std::string kFirstRounds = "rounds-00000000000000000001.seg";
inline const std::string kFirstEvents = "events-00000000000000000001.seg";

}  // namespace sluice::gateway
