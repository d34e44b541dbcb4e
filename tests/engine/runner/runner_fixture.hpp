// An engine, its log, two lanes and the runner over them.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "engine/runner/engine_runner.hpp"
#include "engine/types/durations.hpp"

namespace sluice::test {

inline std::atomic<std::int64_t> fake_now_ns{0};
[[nodiscard]] inline TimeNs fake_clock() { return TimeNs{fake_now_ns.load()}; }

/// Session 1 on lane 0, session 2 on lane 1.
class RunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "sluice-runner-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    fake_now_ns = 100 * kNsPerDay;
  }
  void TearDown() override {
    runner_.reset();
    std::filesystem::remove_all(folder_);
  }

  static EngineConfig engine_config() {
    EngineConfig config;
    config.max_orders = 20'000;
    config.max_levels = 1'024;
    config.max_level_pages = 1'024;
    config.sessions = 2;
    config.clordid_history = 16;
    config.order_history = 16;
    config.work_per_command = 8;
    config.max_deferred = 256;
    config.instruments.resize(1);
    return config;
  }

  void make(std::size_t command_limit, std::size_t event_limit, std::uint64_t log_events = 65'536) {
    const EngineConfig config = engine_config();
    engine_ = std::make_unique<Engine>(config);
    log_ = std::make_unique<ExecutionLog>(folder_ + "/log", log_events,
                                          EngineRunner::max_batch(config), 0, 1);
    lanes_.clear();
    for (int i = 0; i < 2; ++i) {
      lanes_.push_back(std::make_unique<IoLane>(command_limit, event_limit));
    }
    run_with({.idle = IdleKind::yield});
  }

  /// Another runner over what make() made.
  void run_with(EngineRunner::Options options) {
    runner_ = std::make_unique<EngineRunner>(
        *engine_, *log_, std::vector<IoLane*>{lanes_[0].get(), lanes_[1].get()},
        std::vector<std::uint32_t>{0, 0, 1}, fake_clock, options);
  }

  Command order(std::uint32_t session, Side side = Side::buy, std::int64_t price = 100,
                std::int64_t qty = 1) {
    Command command{};
    command.type = CommandType::new_order;
    command.time = fake_clock();
    command.session = SessionId{session};
    command.msg_seq_num = ++sent_;
    command.instrument = InstrumentId{1};
    command.side = side;
    command.ord_type = OrdType::limit;
    command.tif = TimeInForce::good_till_cancel;
    command.price = Price{price};
    command.qty = Qty{qty};
    command.clordid = *ClOrdId::from("c" + std::to_string(sent_));
    return command;
  }

  static Command cancel(std::uint32_t session, const std::string& orig) {
    Command command{};
    command.type = CommandType::cancel;
    command.session = SessionId{session};
    command.orig_clordid = *ClOrdId::from(orig);
    return command;
  }

  std::string folder_;
  std::uint32_t sent_ = 0;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ExecutionLog> log_;
  std::vector<std::unique_ptr<IoLane>> lanes_;
  std::unique_ptr<EngineRunner> runner_;
};

}  // namespace sluice::test
