// What an operation is: the last that fits in a step, and the first that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

// Operations of a step. A command has one for itself and one for what waits: twice as many in all.
constexpr int kStep = 8;

EngineConfig eight_a_step() {
  EngineConfig config = small_config();
  config.work_per_command = kStep;
  return config;
}

void offer_lots(Venue& v, int orders, std::uint32_t instrument = 1) {
  const std::string prefix = std::to_string(instrument) + "O";
  for (int i = 0; i < orders; ++i) {
    v.submit(sell(1, prefix + std::to_string(i)).at(100).on(instrument));
  }
}

// What the events say of the orders of one session, briefly.
std::vector<std::string> told_to(const Venue& v, std::uint32_t session) {
  std::vector<std::string> lines;
  for (const Event& event : v.history()) {
    if (event.session.value == session) lines.push_back(brief(event));
  }
  return lines;
}

// Locks instrument 1 while `waiting` commands are told, each of which takes the sweep a step on;
// one step more would come to `left` orders of it.
void sweep_and_wait(Venue& v, int left, const std::vector<Command>& waiting, int spare_offers = 0) {
  const int swept = 2 * kStep + kStep * static_cast<int>(waiting.size()) + left;
  offer_lots(v, swept + spare_offers);
  v.submit(buy(2, "sweep").qty(swept).at(100));
  for (const Command& command : waiting) v.submit(command);
  EXPECT_EQ(v.audit().unanswered(), waiting.size());
}

TEST(Budget, ASweepOfTwoStepsEndsWithItsCommandAndOneOrderMoreDoesNot) {
  for (const int orders : {2 * kStep, 2 * kStep + 1}) {
    Venue v(eight_a_step());
    offer_lots(v, orders);
    v.submit(buy(2, "B").qty(orders).at(100));
    EXPECT_EQ(v.engine().has_pending_work(), orders > 2 * kStep);
    EXPECT_EQ(v.engine().open_orders(), orders > 2 * kStep ? 2U : 0U);
  }
}

TEST(Budget, AFillOrKillPaysForCountingAndForTrading) {
  for (const int orders : {kStep, kStep + 1}) {
    Venue v(eight_a_step());
    offer_lots(v, orders);
    v.submit(buy(2, "F").qty(orders).at(100).fok());
    EXPECT_EQ(v.engine().has_pending_work(), orders > kStep);
  }
}

TEST(Budget, TheEndOfASweepIsAnOperation) {
  for (const int left : {kStep - 2, kStep - 1, kStep}) {
    Venue v(eight_a_step());
    sweep_and_wait(v, left, {buy(3, "W").at(50)});
    v.submit(continue_work());
    EXPECT_EQ(v.audit().unanswered(), left == kStep - 2 ? 0U : 1U) << left;
    EXPECT_EQ(v.engine().has_pending_work(), left != kStep - 2);
    v.submit(continue_work());
    EXPECT_EQ(v.audit().unanswered(), 0U);
  }
}

TEST(Budget, EachWaitingCommandIsAnOperation) {
  Venue v(eight_a_step());
  std::vector<Command> waiting;
  for (int i = 0; i < 14; ++i) waiting.push_back(buy(3, "W" + std::to_string(i)).at(50));
  sweep_and_wait(v, 2, waiting);
  // Two matches and the sweep's end leave five of the step.
  v.submit(continue_work());
  EXPECT_EQ(v.audit().unanswered(), 9U);
  v.submit(continue_work());
  EXPECT_EQ(v.audit().unanswered(), 1U);
  v.submit(continue_work());
  EXPECT_EQ(v.audit().unanswered(), 0U);
  EXPECT_FALSE(v.engine().has_pending_work());
}

TEST(Budget, AWaitingCommandPaysForItsMatchesBesides) {
  // One match and the sweep's end, one for the order and its own matches, one for the cancel.
  for (const int matches : {4, 5}) {
    Venue v(eight_a_step());
    sweep_and_wait(v, 1, {buy(3, "C").qty(matches).at(100), buy(3, "W").at(50)}, 10);
    v.submit(continue_work());
    EXPECT_EQ(v.audit().unanswered(), matches == 4 ? 0U : 1U);
  }
}

TEST(Budget, AWaitingCommandThatSweepsLetsNothingOvertakeIt) {
  for (const bool alone : {true, false}) {
    Venue v(eight_a_step());
    std::vector<Command> waiting{buy(3, "C").qty(20).at(100)};
    if (!alone) waiting.push_back(buy(3, "W").at(100));
    sweep_and_wait(v, 1, waiting, 20);
    v.submit(continue_work());
    ASSERT_TRUE(v.engine().has_pending_work());
    v.submit(buy(3, "Y").at(100));
    v.drain();
    std::vector<std::string> left{"Y 1@100"};
    if (!alone) left.insert(left.begin(), "W 1@100");
    EXPECT_EQ(v.book(Side::buy), left) << "C took all there was";
  }
}

// Instrument 1 is locked and V waits for it, so that X, which says that its order "F" is there but
// names one that nobody knows yet, waits; then F itself begins a sweep on instrument 2.
void begin_a_later_sweep(Venue& v) {
  offer_lots(v, 80, 2);
  offer_lots(v, 60);
  v.submit(buy(2, "sweep").qty(60).at(100));
  v.submit(buy(3, "V").at(50));
  v.submit(cancel(3, "X").orig("F").on(1));
  v.submit(buy(3, "F").qty(90).at(100).on(2));
  EXPECT_EQ(v.audit().unanswered(), 2U) << "V and X wait, F need not";
}

TEST(Budget, AWaitingCommandGoesBehindASweepThatBeganLater) {
  Venue v(eight_a_step());
  begin_a_later_sweep(v);
  v.drain();
  EXPECT_EQ(told_to(v, 3).back(), "3:X<-F canceled cum 80");
  EXPECT_THAT(v.book(Side::buy, 2), ElementsAre());
}

TEST(Budget, WhatComesGoesBehindACommandThatWentBehindASweepThoughTheSweepIsOver) {
  Venue v(eight_a_step());
  begin_a_later_sweep(v);
  while (told_to(v, 3).back() != "3:F trade 1@100 cum 80 leaves 10 removed") {
    v.submit(continue_work());
  }
  ASSERT_EQ(v.audit().unanswered(), 1U) << "the sweep's end was its step's last operation";
  v.submit(sell(1, "Y").at(100).on(2));
  EXPECT_THAT(v.book(Side::sell, 2), ElementsAre("Y 1@100")) << "X came before Y";
}

}  // namespace
}  // namespace sluice::test
