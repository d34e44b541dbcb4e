#include "gateway/auth/auth_worker.hpp"

#include <condition_variable>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "gateway/auth/password_hash.hpp"

namespace sluice::gateway {
namespace {

/// Collects results; can hold the worker inside its callback.
class Results {
 public:
  void take(AuthResult result) {
    std::unique_lock lock(mutex_);
    results_.push_back(result);
    nice_ = ::getpriority(PRIO_PROCESS, 0);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }
  std::vector<AuthResult> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return results_.size() >= count; });
    return results_;
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }
  int nice() {
    const std::lock_guard lock(mutex_);
    return nice_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<AuthResult> results_;
  bool held_ = false;
  int nice_ = -1;
};

class AuthWorkerTest : public testing::Test {
 protected:
  static const std::string& hash() {
    static const std::string made = hash_password("secret");
    return made;
  }
  static AuthRequest request(std::uint64_t ticket, std::string password = "secret") {
    return {ticket, hash(), std::move(password)};
  }
  AuthWorker::Done done() {
    return [this](AuthResult result) { results_.take(result); };
  }

  Results results_;
};

TEST_F(AuthWorkerTest, AnswersEachTicketOnceAndInOrder) {
  AuthWorker worker(8, done());
  ASSERT_TRUE(worker.submit(request(11), AuthClass::known_user));
  ASSERT_TRUE(worker.submit(request(12, "wrong"), AuthClass::known_user));
  ASSERT_TRUE(worker.submit(request(13), AuthClass::known_user));
  ASSERT_TRUE(worker.submit({14, dummy_hash(), "secret"}, AuthClass::known_user));
  ASSERT_TRUE(worker.submit({15, "no hash", "secret"}, AuthClass::known_user));
  const std::vector<AuthResult> results = results_.wait_for(5);
  worker.stop();
  ASSERT_EQ(results.size(), 5U);
  const std::vector<bool> good{true, false, true, false, false};
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].ticket, 11 + i);
    EXPECT_EQ(results[i].good, good[i]) << results[i].ticket;
  }
}

TEST_F(AuthWorkerTest, RefusesTheRequestThatFindsTheQueueFullAndTakesTheNextOneAfterwards) {
  AuthWorker worker(2, done());
  results_.hold();
  ASSERT_TRUE(worker.submit(request(1), AuthClass::known_user));
  static_cast<void>(results_.wait_for(1));  // the worker is held, the queue is empty
  EXPECT_TRUE(worker.submit(request(2), AuthClass::known_user));
  EXPECT_TRUE(worker.submit(request(3), AuthClass::known_user));
  EXPECT_FALSE(worker.submit(request(4), AuthClass::known_user));
  EXPECT_EQ(worker.pending(), 3U);

  results_.let_go();
  static_cast<void>(results_.wait_for(3));
  EXPECT_TRUE(worker.submit(request(5), AuthClass::known_user));
  const std::vector<AuthResult> results = results_.wait_for(4);
  EXPECT_EQ(results.back().ticket, 5U);
  worker.stop();
  EXPECT_EQ(worker.pending(), 0U);
}

TEST_F(AuthWorkerTest, UnknownUsersComeLastAndTakeNobodysPlace) {
  AuthWorker worker(8, done());
  results_.hold();
  ASSERT_TRUE(worker.submit(request(1), AuthClass::known_user));
  static_cast<void>(results_.wait_for(1));  // the worker is held, the queues are empty
  std::uint64_t strangers = 0;
  while (worker.submit(request(100 + strangers), AuthClass::unknown_user)) ++strangers;
  EXPECT_EQ(strangers, 2U);  // a quarter of the bound
  for (std::uint64_t ticket = 2; ticket < 10; ++ticket) {
    EXPECT_TRUE(worker.submit(request(ticket), AuthClass::known_user)) << ticket;
  }
  EXPECT_FALSE(worker.submit(request(10), AuthClass::known_user));
  results_.let_go();
  const std::vector<AuthResult> results = results_.wait_for(11);
  for (std::uint64_t i = 0; i < 9; ++i) EXPECT_EQ(results[i].ticket, i + 1);
  EXPECT_EQ(results[9].ticket, 100U);
  EXPECT_EQ(results[10].ticket, 101U);
}

TEST_F(AuthWorkerTest, StoppingFinishesTheRunningCheckAndDropsTheWaitingOnes) {
  AuthWorker worker(8, done());
  results_.hold();
  ASSERT_TRUE(worker.submit(request(1), AuthClass::known_user));
  static_cast<void>(results_.wait_for(1));
  ASSERT_TRUE(worker.submit(request(2), AuthClass::known_user));
  std::future<void> stopped = std::async(std::launch::async, [&] { worker.stop(); });
  // stop() has begun once the waiting request is gone; only then may the running one go on.
  while (worker.pending() != 1) std::this_thread::yield();
  results_.let_go();
  stopped.get();
  EXPECT_EQ(results_.wait_for(1).size(), 1U);
  EXPECT_FALSE(worker.submit(request(3), AuthClass::known_user));
  worker.stop();
}

TEST_F(AuthWorkerTest, EndsQuietlyWhenNothingWasEverAsked) { const AuthWorker worker(1, done()); }

TEST_F(AuthWorkerTest, LetsTheTradersThreadsPass) {
  AuthWorker worker(1, done());
  ASSERT_TRUE(worker.submit(request(1), AuthClass::known_user));
  static_cast<void>(results_.wait_for(1));
  worker.stop();
  EXPECT_EQ(results_.nice(), AuthWorker::kNice);
}

TEST_F(AuthWorkerTest, ManyThreadsMaySubmit) {
  AuthWorker worker(64, done());
  constexpr std::uint64_t kThreads = 3;
  constexpr std::uint64_t kEach = 4;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        EXPECT_TRUE(worker.submit(request(t * kEach + i, i % 2 == 0 ? "secret" : "other"),
                                  AuthClass::known_user));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<AuthResult> results = results_.wait_for(kThreads * kEach);
  worker.stop();
  std::vector<bool> seen(kThreads * kEach, false);
  for (const AuthResult& result : results) {
    ASSERT_LT(result.ticket, seen.size());
    EXPECT_FALSE(seen[result.ticket]);
    seen[result.ticket] = true;
    EXPECT_EQ(result.good, result.ticket % kEach % 2 == 0);
  }
}

}  // namespace
}  // namespace sluice::gateway
