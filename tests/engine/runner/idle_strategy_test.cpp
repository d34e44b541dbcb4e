// What a thread does when a turn found no work, as the kernel would see it: this program's own
// sched_yield and nanosleep stand before the C library's and count.
#include "engine/runner/idle_strategy.hpp"

#include <atomic>
#include <cstdint>
#include <ctime>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/engine/runner/runner_fixture.hpp"

namespace {

thread_local std::uint64_t yields_of_this_thread = 0;
/// Where this thread's sleeps are written down instead of slept; null: they are slept.
thread_local std::vector<std::int64_t>* sleeps_of_this_thread = nullptr;
std::atomic<std::uint64_t> sleeps_of_all_threads{0};

}  // namespace

extern "C" int sched_yield() noexcept {
  ++yields_of_this_thread;
  return static_cast<int>(::syscall(SYS_sched_yield));
}

extern "C" int nanosleep(const timespec* asked, timespec* left) {
  if (sleeps_of_this_thread != nullptr) {
    sleeps_of_this_thread->push_back(asked->tv_sec * sluice::kNsPerSecond + asked->tv_nsec);
    return 0;
  }
  ++sleeps_of_all_threads;
  return static_cast<int>(::syscall(SYS_nanosleep, asked, left));
}

namespace sluice::test {
namespace {

constexpr std::uint32_t kSpins = IdleStrategy::kSpins;
constexpr std::uint32_t kYields = IdleStrategy::kYields;

class Idle : public testing::Test {
 protected:
  void SetUp() override {
    yields_of_this_thread = 0;
    sleeps_of_this_thread = &sleeps_;
  }
  void TearDown() override { sleeps_of_this_thread = nullptr; }

  static void idle(IdleStrategy& strategy, std::uint32_t turns) {
    for (; turns > 0; --turns) strategy.after_turn(false);
  }

  std::vector<std::int64_t> sleeps_;
};

TEST_F(Idle, SpinGivesItsCoreToNobody) {
  IdleStrategy spin(IdleKind::spin);
  idle(spin, 3 * (kSpins + kYields));
  EXPECT_EQ(yields_of_this_thread, 0U);
  EXPECT_TRUE(sleeps_.empty());
}

TEST_F(Idle, YieldStepsAsideAfterEachTurn) {
  IdleStrategy yield(IdleKind::yield);
  idle(yield, 3 * (kSpins + kYields));
  EXPECT_EQ(yields_of_this_thread, 3 * (kSpins + kYields));
  for (int i = 0; i < 100; ++i) yield.after_turn(true);
  EXPECT_EQ(yields_of_this_thread, 3 * (kSpins + kYields) + 100);
  EXPECT_TRUE(sleeps_.empty());
}

TEST_F(Idle, SpinGoesOnAtOnceAfterATurnWithWork) {
  IdleStrategy spin(IdleKind::spin);
  for (int i = 0; i < 100; ++i) spin.after_turn(true);
  EXPECT_EQ(yields_of_this_thread, 0U);
}

TEST_F(Idle, BackoffStepsAsideAfterATurnWithWork) {
  IdleStrategy backoff(IdleKind::backoff);
  for (int i = 0; i < 100; ++i) backoff.after_turn(true);
  EXPECT_EQ(yields_of_this_thread, 100U);
  EXPECT_TRUE(sleeps_.empty());
}

TEST_F(Idle, BackoffSpinsThenYieldsThenSleeps) {
  IdleStrategy backoff(IdleKind::backoff);
  idle(backoff, kSpins);
  EXPECT_EQ(yields_of_this_thread, 0U);
  idle(backoff, 1);
  EXPECT_EQ(yields_of_this_thread, 1U);
  idle(backoff, kYields - 1);
  EXPECT_EQ(yields_of_this_thread, kYields);
  EXPECT_TRUE(sleeps_.empty());
  idle(backoff, 1);
  EXPECT_EQ(yields_of_this_thread, kYields);
  EXPECT_EQ(sleeps_, (std::vector<std::int64_t>{IdleStrategy::kFirstSleepNs}));
}

TEST_F(Idle, BackoffSleepsTwiceAsLongEachTimeUpToItsBound) {
  IdleStrategy backoff(IdleKind::backoff, 5'000);
  idle(backoff, kSpins + kYields + 5);
  EXPECT_EQ(sleeps_, (std::vector<std::int64_t>{1'000, 2'000, 4'000, 5'000, 5'000}));
}

TEST_F(Idle, BackoffStaysAtItsBoundHoweverLongItIsIdle) {
  IdleStrategy backoff(IdleKind::backoff, 4 * kNsPerSecond);
  idle(backoff, kSpins + kYields + 200);
  // Twenty doublings of a microsecond are as far as it goes.
  EXPECT_EQ(sleeps_.back(), IdleStrategy::kFirstSleepNs << 20U);
}

TEST_F(Idle, BackoffStartsAgainWithSpinsWhenThereWasWork) {
  IdleStrategy backoff(IdleKind::backoff);
  idle(backoff, kSpins + kYields + 10);
  ASSERT_EQ(sleeps_.size(), 10U);
  backoff.after_turn(true);
  EXPECT_EQ(backoff.next_sleep_ns(), 0);
  yields_of_this_thread = 0;
  idle(backoff, kSpins);
  EXPECT_EQ(yields_of_this_thread, 0U);
  EXPECT_EQ(sleeps_.size(), 10U);
}

using IdleRunner = RunnerTest;

TEST_F(IdleRunner, ThatBacksOffSleepsAndWakesForACommand) {
  make(64, 64);
  run_with({.idle = IdleKind::backoff});
  const std::uint64_t before = sleeps_of_all_threads;
  runner_->start();
  for (std::uint32_t n = 1; n <= 3; ++n) {
    const std::uint64_t slept = sleeps_of_all_threads;
    while (sleeps_of_all_threads == slept) std::this_thread::yield();
    ASSERT_TRUE(lanes_[0]->try_push(order(1)));
    while (lanes_[0]->events.waiting() < n) std::this_thread::yield();
  }
  runner_->stop();
  EXPECT_EQ(engine_->last_seq().value, 3U);
  EXPECT_GE(sleeps_of_all_threads, before + 3);
}

}  // namespace
}  // namespace sluice::test
