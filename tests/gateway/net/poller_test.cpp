#include "gateway/net/poller.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <set>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>
#include <vector>

#include "tests/gateway/net/socket_pair.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kLookOnly = 0;
constexpr std::int64_t kUntilSomethingComes = -1;

class PollerTest : public ::testing::TestWithParam<Poller::Clock> {
 protected:
  std::size_t wait(std::int64_t timeout_ns) { return poller_.wait(ready_, timeout_ns); }

  Poller poller_{GetParam()};
  std::array<Ready, 8> ready_{};
};

INSTANTIATE_TEST_SUITE_P(BothClocks, PollerTest,
                         ::testing::Values(Poller::Clock::nanoseconds,
                                           Poller::Clock::milliseconds));

TEST_P(PollerTest, TellsTheTokenOfTheSocketThatHasBytes) {
  const SocketPair quiet;
  const SocketPair talking;
  ASSERT_TRUE(poller_.add(quiet.ours.get(), Interest::read, 1));
  ASSERT_TRUE(poller_.add(talking.ours.get(), Interest::read, 0xffff'ffff'ffff'fffeULL));
  EXPECT_EQ(wait(kLookOnly), 0U);

  talking.they_send("x");
  ASSERT_EQ(wait(kUntilSomethingComes), 1U);
  EXPECT_EQ(ready_[0].token, 0xffff'ffff'ffff'fffeULL);
  EXPECT_TRUE(ready_[0].readable);
  EXPECT_FALSE(ready_[0].writable);
  EXPECT_FALSE(ready_[0].hung_up);
}

TEST_P(PollerTest, GoesOnReportingUntilTheBytesAreRead) {
  const SocketPair pair;
  ASSERT_TRUE(poller_.add(pair.ours.get(), Interest::read, 1));
  pair.they_send("x");
  EXPECT_EQ(wait(kLookOnly), 1U);
  EXPECT_EQ(wait(kLookOnly), 1U);
  char byte = 0;
  ASSERT_EQ(::recv(pair.ours.get(), &byte, 1, 0), 1);
  EXPECT_EQ(wait(kLookOnly), 0U);
}

TEST_P(PollerTest, FollowsAChangeOfInterest) {
  const SocketPair pair;
  ASSERT_TRUE(poller_.add(pair.ours.get(), Interest::read_write, 1));
  ASSERT_EQ(wait(kLookOnly), 1U);
  EXPECT_TRUE(ready_[0].writable);
  EXPECT_FALSE(ready_[0].readable);

  ASSERT_TRUE(poller_.modify(pair.ours.get(), Interest::none, 2));
  pair.they_send("x");
  EXPECT_EQ(wait(kLookOnly), 0U);

  ASSERT_TRUE(poller_.modify(pair.ours.get(), Interest::read, 3));
  ASSERT_EQ(wait(kLookOnly), 1U);
  EXPECT_EQ(ready_[0].token, 3U);
}

TEST_P(PollerTest, ReportsAHangUpEvenToAConnectionThatIsNotRead) {
  SocketPair pair;
  ASSERT_TRUE(poller_.add(pair.ours.get(), Interest::none, 7));
  pair.theirs.reset();
  ASSERT_EQ(wait(kUntilSomethingComes), 1U);
  EXPECT_TRUE(ready_[0].hung_up);
  EXPECT_TRUE(ready_[0].readable);
}

TEST_P(PollerTest, ForgetsARemovedSocketAndRefusesWhatItDoesNotKnow) {
  const SocketPair pair;
  EXPECT_FALSE(poller_.modify(pair.ours.get(), Interest::read, 1));
  EXPECT_FALSE(poller_.remove(pair.ours.get()));
  ASSERT_TRUE(poller_.add(pair.ours.get(), Interest::read, 1));
  EXPECT_FALSE(poller_.add(pair.ours.get(), Interest::read, 1));
  pair.they_send("x");
  ASSERT_TRUE(poller_.remove(pair.ours.get()));
  EXPECT_EQ(wait(kLookOnly), 0U);
}

TEST_P(PollerTest, ComesBackWithNothingWhenTheTimeIsOver) {
  EXPECT_EQ(wait(1), 0U);
  EXPECT_EQ(wait(1'000'001), 0U);
}

TEST_P(PollerTest, ReportsNoMoreThanThereIsRoomForAndTheRestLater) {
  std::vector<SocketPair> pairs(12);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ASSERT_TRUE(poller_.add(pairs[i].ours.get(), Interest::read, i));
    pairs[i].they_send("x");
  }
  std::set<std::uint64_t> seen;
  for (int rounds = 0; rounds < 2; ++rounds) {
    const std::size_t count = wait(kLookOnly);
    EXPECT_LE(count, ready_.size());
    for (std::size_t i = 0; i < count; ++i) {
      seen.insert(ready_[i].token);
      ASSERT_TRUE(poller_.remove(pairs[ready_[i].token].ours.get()));
    }
  }
  EXPECT_EQ(seen.size(), pairs.size());
  EXPECT_EQ(poller_.wait({}, kUntilSomethingComes), 0U);
}

/// For the calling thread, until it ends: epoll_pwait2 fails with `error`.
bool refuse_epoll_pwait2(std::uint32_t error) {
  std::array<sock_filter, 4> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{filter.size(), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Poller, FallsBackWhereTheSystemDoesNotLetItWaitForNanoseconds) {
  for (const int error : {EPERM, ENOSYS}) {
    std::size_t found = 0;
    std::thread{[&] {
      if (!refuse_epoll_pwait2(static_cast<std::uint32_t>(error))) return;
      const SocketPair pair;
      Poller poller;
      EXPECT_TRUE(poller.add(pair.ours.get(), Interest::read, 1));
      pair.they_send("x");
      std::array<Ready, 1> ready{};
      found = poller.wait(ready, kUntilSomethingComes);
    }}.join();
    EXPECT_EQ(found, 1U) << error;
  }
}

}  // namespace
}  // namespace sluice::gateway
