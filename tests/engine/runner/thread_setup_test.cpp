// Pinning: the cpu that was asked for is the only one that the thread may use, and one that there
// is not is told.
#include "engine/runner/thread_setup.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <thread>
#include <vector>

#include "tests/engine/runner/runner_fixture.hpp"

namespace sluice::test {
namespace {

/// The cpus that a thread of this process may use; 0: the calling one.
std::vector<int> cpus_of(pid_t thread = 0) {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(::sched_getaffinity(thread, sizeof(set), &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

/// No machine of ours has so many: the last that a cpu_set_t holds, and two that it does not.
constexpr std::array kNoCpus{CPU_SETSIZE - 1, CPU_SETSIZE, 1'000'000};

/// Set-up is for the calling thread and for good: each case has a thread of its own.
struct SetUpThread {
  bool succeeded = false;
  std::vector<int> cpus;
  std::string name;
  int timer_slack_ns = 0;

  SetUpThread(const char* asked_name, int cpu) {
    std::thread([&] {
      succeeded = set_up_thread(asked_name, cpu);
      cpus = cpus_of();
      std::array<char, 16> text{};
      EXPECT_EQ(::pthread_getname_np(::pthread_self(), text.data(), text.size()), 0);
      name = text.data();
      timer_slack_ns = ::prctl(PR_GET_TIMERSLACK);
    }).join();
  }
};

TEST(ThreadSetUp, PinsToEachCpuThatThereIs) {
  for (const int cpu : cpus_of()) {
    const SetUpThread thread("pinned", cpu);
    EXPECT_TRUE(thread.succeeded);
    EXPECT_EQ(thread.cpus, std::vector<int>{cpu});
  }
}

TEST(ThreadSetUp, SaysThatItCouldNotPinToACpuThatThereIsNotAndLeavesTheThreadItsCpus) {
  for (const int cpu : kNoCpus) {
    const SetUpThread thread("unpinned", cpu);
    EXPECT_FALSE(thread.succeeded) << cpu;
    EXPECT_EQ(thread.cpus, cpus_of());
  }
}

TEST(ThreadSetUp, WithoutACpuLeavesTheThreadItsCpus) {
  const SetUpThread thread("free", -1);
  EXPECT_TRUE(thread.succeeded);
  EXPECT_EQ(thread.cpus, cpus_of());
}

TEST(ThreadSetUp, NamesTheThreadAndAsksForExactSleeps) {
  const SetUpThread thread("fifteen letters", -1);
  EXPECT_EQ(thread.name, "fifteen letters");
  EXPECT_EQ(thread.timer_slack_ns, 1);
}

/// The engine's thread in this process, by its name.
pid_t engine_thread() {
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::ifstream(task.path() / "comm") >> name;
    if (name == "engine") return std::stoi(task.path().filename());
  }
  return -1;
}

using PinnedRunner = RunnerTest;

TEST_F(PinnedRunner, RunsOnTheCpuThatWasAskedFor) {
  for (const int cpu : cpus_of()) {
    make(64, 64);
    run_with({.idle = IdleKind::yield, .cpu = cpu});
    runner_->start();
    EXPECT_TRUE(runner_->pinned_as_asked());
    EXPECT_EQ(cpus_of(engine_thread()), std::vector<int>{cpu});
    runner_.reset();
  }
}

TEST_F(PinnedRunner, SaysThatThereIsNoSuchCpuAndServesUnpinned) {
  make(64, 64);
  run_with({.idle = IdleKind::yield, .cpu = kNoCpus.front()});
  runner_->start();
  EXPECT_FALSE(runner_->pinned_as_asked());
  EXPECT_EQ(cpus_of(engine_thread()), cpus_of());
  ASSERT_TRUE(lanes_[0]->try_push(order(1)));
  runner_->stop();
  EXPECT_EQ(lanes_[0]->events.waiting(), 1U);
}

TEST_F(PinnedRunner, ThatWasNotAskedToPinIsAsAsked) {
  make(64, 64);
  runner_->start();
  EXPECT_TRUE(runner_->pinned_as_asked());
  EXPECT_EQ(cpus_of(engine_thread()), cpus_of());
}

}  // namespace
}  // namespace sluice::test
