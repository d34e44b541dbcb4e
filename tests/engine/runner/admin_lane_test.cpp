// The venue's own commands come by a lane of their own; what they change everybody hears.
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "engine/runner/event_tail.hpp"
#include "tests/engine/runner/runner_fixture.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/print.hpp"

namespace sluice::test {
namespace {

/// Sessions 1 and 2 on lanes 0 and 1, the admin's lane behind them.
class AdminLane : public RunnerTest {
 protected:
  static constexpr std::size_t kAdmin = 2;

  void make_with_admin(std::size_t command_limit, std::size_t event_limit) {
    make(command_limit, event_limit);
    lanes_.push_back(std::make_unique<IoLane>(command_limit, event_limit));
    runner_ = std::make_unique<EngineRunner>(
        *engine_, *log_,
        std::vector<IoLane*>{lanes_[0].get(), lanes_[1].get(), lanes_[kAdmin].get()},
        std::vector<std::uint32_t>{0, 0, 1}, fake_clock,
        EngineRunner::Options{.idle = IdleKind::yield});
  }
  void give(const Command& asked) {
    Command command = asked;
    command.time = fake_clock();
    command.msg_seq_num = ++asked_;
    ASSERT_TRUE(lanes_[kAdmin]->try_push(command));
  }
  void run() {
    while (runner_->turn()) {
    }
  }
  std::vector<std::string> heard(std::size_t lane) {
    std::vector<std::string> lines;
    lanes_[lane]->events.consume(10'000,
                                 [&](const Event& event) { lines.push_back(brief(event)); });
    return lines;
  }

 private:
  std::uint32_t asked_ = 0;
};

using Lines = std::vector<std::string>;

TEST_F(AdminLane, WhatTheVenueOrderedGoesToAllLanes) {
  make_with_admin(64, 64);
  give(set_state(InstrumentState::halted));
  run();
  for (std::size_t lane = 0; lane < 3; ++lane) {
    EXPECT_EQ(heard(lane), Lines{"venue: state of 1 is halted"});
  }
}

TEST_F(AdminLane, CancelsGoToTheirOwnersOnly) {
  make_with_admin(64, 64);
  ASSERT_TRUE(lanes_[0]->try_push(order(1)));
  ASSERT_TRUE(lanes_[1]->try_push(order(2)));
  run();
  for (std::size_t lane = 0; lane < 2; ++lane) EXPECT_EQ(heard(lane).size(), 1U);
  EXPECT_EQ(heard(kAdmin), Lines{}) << "orders are none of its business";
  give(mass_cancel(ControlScope::session, 2));
  run();
  const std::string start = "venue: mass cancel of session 2 on 0";
  EXPECT_EQ(heard(0), (Lines{start, "venue: 1 canceled"}));
  EXPECT_EQ(heard(1), (Lines{start, "2:c2 canceled by mass_cancel cum 0", "venue: 1 canceled"}));
  EXPECT_EQ(heard(kAdmin), (Lines{start, "venue: 1 canceled"}));
}

TEST_F(AdminLane, TakesTheVenuesCommandsWhereItWouldTakeNoOrder) {
  make_with_admin(64, 64);
  int orders = 0;
  while (lanes_[kAdmin]->try_push(order(1))) ++orders;
  EXPECT_EQ(orders, 56);
  EXPECT_TRUE(lanes_[kAdmin]->try_push(set_state(InstrumentState::halted)));
  EXPECT_TRUE(lanes_[kAdmin]->try_push(kill(ControlScope::venue, 0)));
}

// Each lane once, the admin's too: full rings, then the log, then the ring again.
TEST_F(AdminLane, ALaneThatLagsHearsWhatTheVenueOrderedFromTheLog) {
  make_with_admin(1'024, 8);
  std::vector<std::unique_ptr<EventTail>> tails;
  for (const auto& lane : lanes_) tails.push_back(std::make_unique<EventTail>(*lane, *log_));
  std::vector<std::vector<std::uint64_t>> heard_at(3);
  const auto poll_all = [&](std::size_t max) {
    std::size_t done = 0;
    for (std::size_t lane = 0; lane < 3; ++lane) {
      done += tails[lane]->poll(max, [&](const Event& event) {
        if (event.session.value == 0) heard_at[lane].push_back(event.exec_id.count());
      });
    }
    return done;
  };
  std::vector<std::uint64_t> given;
  const auto halt = [&](InstrumentState state) {
    give(set_state(state));
    run();
    given.push_back(engine_->last_exec_count());
  };
  const auto flood = [&] {
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(lanes_[0]->try_push(order(1)));
    run();
  };
  flood();
  halt(InstrumentState::halted);  // lane 0 lags already
  for (int i = 0; i < 20; ++i)
    halt(i % 2 == 0 ? InstrumentState::continuous : InstrumentState::halted);  // now all lag
  EXPECT_EQ(runner_->counters().lane_lags, 3U);
  for (int i = 0; i < 200; ++i) {
    poll_all(5);
    if (i % 10 == 0 && given.size() < 30) halt(InstrumentState::continuous);
    runner_->turn();
  }
  flood();
  halt(InstrumentState::halted);
  for (int i = 0; i < 50 || poll_all(5) > 0; ++i) {
    poll_all(5);
    runner_->turn();
  }
  for (std::size_t lane = 0; lane < 3; ++lane) EXPECT_EQ(heard_at[lane], given) << lane;
}

}  // namespace
}  // namespace sluice::test
