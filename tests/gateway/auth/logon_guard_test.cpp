#include "gateway/auth/logon_guard.hpp"

#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/gateway/auth/guard_fixture.hpp"

namespace sluice::gateway {
namespace {

using Kind = LogonGuard::Answer::Kind;

Kind kind(LogonGuard& guard, const LogonGuard::Attempt& attempt) {
  return guard.may_try(attempt, kSecond).kind;
}

std::vector<std::string> compids(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("C" + std::to_string(i));
  return names;
}

TEST_F(GuardTest, AddressHasAsManyConnectionsAsAllowedAndOthersHaveTheirOwn) {
  limits_.max_connections_per_address = 3;
  LogonGuard guard = make();
  std::vector<ConnectionPlace> places(3);
  for (ConnectionPlace& place : places) {
    EXPECT_EQ(guard.connect(ip("192.0.2.1"), 0, place), LogonGuard::Admission::admitted);
  }
  ConnectionPlace fourth;
  EXPECT_EQ(guard.connect(ip("192.0.2.1"), 0, fourth), LogonGuard::Admission::too_many);
  EXPECT_EQ(guard.connect(ip("192.0.2.2"), 0, fourth), LogonGuard::Admission::admitted);
  places.pop_back();
  EXPECT_EQ(guard.connect(ip("192.0.2.1"), 0, fourth), LogonGuard::Admission::admitted);
}

TEST_F(GuardTest, NewConnectionsOfAnAddressComeNoFasterThanAllowed) {
  limits_.connection_rate_per_address = 10;
  LogonGuard guard = make();
  const auto admitted = [&](const char* from, std::int64_t now_ns) {
    int count = 0;
    for (int i = 0; i < 100; ++i) {
      ConnectionPlace place;
      if (guard.connect(ip(from), now_ns, place) == LogonGuard::Admission::admitted) ++count;
    }
    return count;
  };
  EXPECT_EQ(admitted("192.0.2.1", kSecond), 10);
  EXPECT_EQ(admitted("192.0.2.1", kSecond + kSecond / 10), 1);
  EXPECT_EQ(admitted("192.0.2.2", kSecond + kSecond / 10), 10);
  EXPECT_EQ(admitted("192.0.2.1", 60 * kSecond), 10);
}

TEST_F(GuardTest, AllOfAnIpv6SubnetIsOneAddressAndTheNextIsAnother) {
  limits_.max_connections_per_address = 1;
  LogonGuard guard = make();
  ConnectionPlace first;
  ConnectionPlace second;
  EXPECT_EQ(guard.connect(ip("2001:db8:0:1::1"), 0, first), LogonGuard::Admission::admitted);
  EXPECT_EQ(guard.connect(ip("2001:db8:0:1:ffff::9"), 0, second), LogonGuard::Admission::too_many);
  EXPECT_EQ(guard.connect(ip("2001:db8:0:2::1"), 0, second), LogonGuard::Admission::admitted);
}

TEST_F(GuardTest, FailuresPastTheFreeOnesMakeTheNextAttemptWaitTwiceAsLongEachTime) {
  limits_.logon_backoff_ms_max = 500;
  LogonGuard guard = make();
  const auto attempt = from("192.0.2.1");
  std::int64_t now = kSecond;
  for (std::uint32_t i = 0; i < LogonGuard::kFreeFailures; ++i) {
    EXPECT_EQ(guard.may_try(attempt, now).kind, Kind::look);
    EXPECT_FALSE(guard.failed(attempt, now));
  }
  for (const std::int64_t delay_ms : {100, 200, 400, 500, 500}) {
    EXPECT_EQ(guard.may_try(attempt, now).kind, Kind::look);
    EXPECT_FALSE(guard.failed(attempt, now));
    const LogonGuard::Answer answer = guard.may_try(attempt, now);
    EXPECT_EQ(answer.kind, Kind::wait);
    EXPECT_EQ(answer.until_ns, now + delay_ms * kMillisecond);
    EXPECT_EQ(guard.may_try(attempt, answer.until_ns - 1).kind, Kind::wait);
    now = answer.until_ns;
  }
  // Another CompID waits as well there, and nobody does elsewhere.
  EXPECT_EQ(guard.may_try(attempt, now).kind, Kind::look);
  EXPECT_EQ(guard.may_try(from("192.0.2.1", "OTHER"), now).kind, Kind::wait);
  EXPECT_EQ(guard.may_try(from("192.0.2.2"), now).kind, Kind::look);
}

TEST_F(GuardTest, WaitingAttemptsOfAnAddressAreLookedAtOneByOne) {
  LogonGuard guard = make();
  const auto attempt = from("192.0.2.1");
  fail(guard, attempt, LogonGuard::kFreeFailures + 1, kSecond);
  const std::int64_t due = guard.may_try(attempt, kSecond).until_ns;
  EXPECT_EQ(guard.may_try(attempt, due).kind, Kind::look);
  EXPECT_EQ(guard.may_try(attempt, due).kind, Kind::wait);
  EXPECT_EQ(guard.may_try(attempt, due + LogonGuard::kFirstDelayNs).kind, Kind::look);
}

TEST_F(GuardTest, FailuresAreForgottenAfterARest) {
  LogonGuard guard = make();
  const auto attempt = from("192.0.2.1");
  fail(guard, attempt, 9, kSecond);
  EXPECT_EQ(guard.may_try(attempt, kSecond).kind, Kind::wait);
  const std::int64_t rested = kSecond + LogonGuard::kFailureWindowNs;
  EXPECT_EQ(guard.may_try(attempt, rested).kind, Kind::look);
  EXPECT_EQ(guard.may_try(attempt, rested).kind, Kind::look);
  EXPECT_FALSE(guard.failed(attempt, rested));
}

TEST_F(GuardTest, SuccessTakesBackItsOwnFailuresButNotThoseOfItsAddress) {
  limits_.logon_failures_max = 5;
  LogonGuard guard = make();
  const auto own = from("192.0.2.1", "OWN");
  const auto guessed = from("192.0.2.1", "GUESSED");
  fail(guard, own, 4, kSecond);
  guard.succeeded(own, kSecond);
  EXPECT_FALSE(guard.failed(own, kSecond));
  // Nobody guesses at others for free between two good Logons of his own.
  fail(guard, guessed, 4, kSecond);
  guard.succeeded(own, kSecond);
  EXPECT_EQ(guard.may_try(own, kSecond).kind, Kind::wait);
  EXPECT_TRUE(guard.failed(guessed, kSecond));
}

TEST_F(GuardTest, CompIdIsLockedOutAtTheAddressWhereItFailedAndNowhereElse) {
  limits_.logon_failures_max = 5;
  limits_.logon_lockout_s = 30;
  LogonGuard guard = make();
  const auto attempt = from("192.0.2.1");
  fail(guard, attempt, 4, kSecond);
  EXPECT_NE(guard.may_try(attempt, kSecond).kind, Kind::locked);
  EXPECT_TRUE(guard.failed(attempt, kSecond));
  EXPECT_EQ(guard.may_try(attempt, kSecond).kind, Kind::locked);
  EXPECT_EQ(guard.may_try(attempt, 31 * kSecond - 1).kind, Kind::locked);
  EXPECT_NE(guard.may_try(attempt, 31 * kSecond).kind, Kind::locked);
  EXPECT_EQ(guard.may_try(from("192.0.2.2"), kSecond).kind, Kind::look);
  EXPECT_NE(guard.may_try(from("192.0.2.1", "OTHER"), kSecond).kind, Kind::locked);
}

TEST_F(GuardTest, LockOutOfZeroSecondsLastsUntilItIsUnlocked) {
  limits_.logon_failures_max = 2;
  limits_.logon_lockout_s = 0;
  LogonGuard guard = make();
  const auto attempt = from("192.0.2.1");
  fail(guard, attempt, 2, kSecond);
  const std::int64_t year = 365 * kNsPerDay;
  EXPECT_EQ(guard.may_try(attempt, year).kind, Kind::locked);
  const auto locks = guard.lock_outs(year, 10);
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].comp_id, "CLIENT1");
  EXPECT_EQ(locks[0].address, "192.0.2.1");
  EXPECT_EQ(locks[0].failures, 2U);
  EXPECT_FALSE(locks[0].remaining_s);
  EXPECT_EQ(guard.unlock_comp_id("OTHER", year), 0U);
  EXPECT_EQ(guard.unlock_comp_id("CLIENT1", year), 1U);
  EXPECT_EQ(guard.may_try(attempt, year).kind, Kind::look);
  EXPECT_TRUE(guard.lock_outs(year, 10).empty());
}

TEST_F(GuardTest, AdminSeesWhatIsLockedAndUnlocksAnAddressWithItsWait) {
  limits_.logon_failures_max = 6;
  limits_.logon_lockout_s = 100;
  LogonGuard guard = make();
  fail(guard, from("2001:db8::1", "A"), 6, kSecond);
  fail(guard, from("2001:db8::2", "B"), 6, kSecond);
  fail(guard, from("192.0.2.1", "A"), 6, kSecond);
  EXPECT_EQ(guard.lock_outs(11 * kSecond, 2).size(), 2U);
  std::vector<std::string> seen;
  for (const LockOut& lock : guard.lock_outs(11 * kSecond, 10)) {
    seen.push_back(lock.comp_id + " " + lock.address);
    EXPECT_EQ(lock.remaining_s, 90);
  }
  EXPECT_THAT(seen,
              testing::UnorderedElementsAre("A 2001:db8::/64", "B 2001:db8::/64", "A 192.0.2.1"));
  EXPECT_EQ(guard.unlock_address(ip("2001:db8::77"), 11 * kSecond), 2U);
  EXPECT_EQ(guard.may_try(from("2001:db8::1", "A"), 11 * kSecond).kind, Kind::look);
  EXPECT_EQ(guard.lock_outs(11 * kSecond, 10).size(), 1U);
}

TEST_F(GuardTest, ZeroFailuresAllowedNeverLocksOut) {
  limits_.logon_failures_max = 0;
  LogonGuard guard = make();
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(guard.failed(from("192.0.2.1"), kSecond));
  EXPECT_TRUE(guard.lock_outs(kSecond, 10).empty());
}

TEST_F(GuardTest, UnknownCompIdIsTreatedAsAKnownOne) {
  limits_.logon_failures_max = 4;
  LogonGuard guard = make();
  fail(guard, from("192.0.2.1", "CLIENT1"), 4, kSecond);
  fail(guard, from("192.0.2.2", "NOBODY"), 4, kSecond);
  EXPECT_EQ(guard.may_try(from("192.0.2.1", "CLIENT1"), kSecond).kind, Kind::locked);
  EXPECT_EQ(guard.may_try(from("192.0.2.2", "NOBODY"), kSecond).kind, Kind::locked);
}

TEST_F(GuardTest, FailuresFromEverywhereOnlySlowACompIdAndOnlyWhereItIsNotKnown) {
  LogonGuard guard = make();
  const auto at_home = from("198.51.100.1");
  guard.succeeded(at_home, kSecond);
  for (int i = 0; i < 200; ++i) {
    fail(guard, from("203.0.113." + std::to_string(i)), 1, kSecond);
  }
  EXPECT_EQ(guard.may_try(at_home, kSecond).kind, Kind::look);
  EXPECT_EQ(guard.may_try(named("10.0.0.1"), kSecond).kind, Kind::look);
  // Elsewhere it waits, once, for a second at most, however many do at the same time.
  auto abroad = from("198.51.100.2");
  abroad.seen_ns = kSecond;
  for (int i = 0; i < 10; ++i) {
    const LogonGuard::Answer answer = guard.may_try(abroad, kSecond);
    EXPECT_EQ(answer.kind, Kind::wait);
    EXPECT_EQ(answer.until_ns, kSecond + LogonGuard::kWideDelayMaxNs);
  }
  EXPECT_EQ(guard.may_try(abroad, kSecond + LogonGuard::kWideDelayMaxNs).kind, Kind::look);
  EXPECT_EQ(guard.may_try(from("198.51.100.2", "OTHER"), kSecond).kind, Kind::look);
}

TEST_F(GuardTest, NamedAddressCountsOnlyTheFailuresOfItsOwnCompId) {
  limits_.logon_failures_max = 20;
  LogonGuard guard = make();
  // A neighbour behind the same address guesses at another CompID.
  fail(guard, from("10.0.0.1", "OTHER"), 20, kSecond);
  EXPECT_EQ(guard.may_try(from("10.0.0.1", "OTHER"), kSecond).kind, Kind::locked);
  EXPECT_EQ(guard.may_try(named("10.0.0.1"), kSecond).kind, Kind::look);
  fail(guard, named("10.0.0.1"), LogonGuard::kFreeFailures + 1, kSecond);
  EXPECT_EQ(guard.may_try(named("10.0.0.1"), kSecond).kind, Kind::wait);
}

TEST_F(GuardTest, AddressHasSoManyPasswordChecksAtATimeAndTheRestWaits) {
  LogonGuard guard = make();
  const std::vector<std::string> names = compids(LogonGuard::kChecksPerAddress);
  std::vector<LogonGuard::Check> checks;
  for (const std::string& name : names) {
    ASSERT_EQ(kind(guard, from("192.0.2.1", name)), Kind::look);
    checks.push_back(guard.begin_check(from("192.0.2.1", name), kSecond));
  }
  EXPECT_EQ(kind(guard, from("192.0.2.1", "ANOTHER")), Kind::wait);
  EXPECT_EQ(kind(guard, from("192.0.2.2", "ANOTHER")), Kind::look);
  checks.pop_back();
  EXPECT_EQ(kind(guard, from("192.0.2.1", "ANOTHER")), Kind::look);
}

TEST_F(GuardTest, CompIdHasSoManyPasswordChecksOfStrangersAndTheRestWaitsAndNobodyElse) {
  LogonGuard guard = make();
  std::vector<LogonGuard::Check> checks;
  for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
    const auto attempt = from("192.0.2." + std::to_string(1 + i), "ANY");
    ASSERT_EQ(kind(guard, attempt), Kind::look);
    checks.push_back(guard.begin_check(attempt, kSecond));
  }
  EXPECT_EQ(kind(guard, from("192.0.2.99", "ANY")), Kind::wait);
  EXPECT_EQ(kind(guard, from("192.0.2.99", "OTHER")), Kind::look);
  LogonGuard::Attempt signature = from("192.0.2.99", "ANY");
  signature.password = false;
  EXPECT_EQ(kind(guard, signature), Kind::look);
  checks.pop_back();
  EXPECT_EQ(kind(guard, from("192.0.2.99", "ANY")), Kind::look);
}

TEST_F(GuardTest, StrangersFillNoPlaceOfACompIdAtItsOwnAddressesNorWhereItLoggedOnBefore) {
  LogonGuard guard = make();
  guard.succeeded(from("198.51.100.1"), kSecond);
  std::vector<LogonGuard::Check> checks;
  for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
    checks.push_back(guard.begin_check(from("192.0.2." + std::to_string(1 + i)), kSecond));
  }
  fail(guard, from("192.0.2.99"), 1, kSecond);  // so it is not unheard of there
  ASSERT_EQ(kind(guard, from("192.0.2.99")), Kind::wait);
  for (const auto& own : {named("10.0.0.1"), from("198.51.100.1")}) {
    for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
      ASSERT_EQ(kind(guard, own), Kind::look) << i;
      checks.push_back(guard.begin_check(own, kSecond));
    }
    EXPECT_EQ(kind(guard, own), Kind::wait);
  }
  EXPECT_EQ(kind(guard, named("10.0.0.2")), Kind::look);
}

TEST_F(GuardTest, CompIdsThatFindNoRoomShareThePlacesOfOneAndNoneIsForgottenMeanwhile) {
  LogonGuard guard = make(4);
  const std::vector<std::string> names = compids(5 + LogonGuard::kChecksPerCompId);
  std::vector<LogonGuard::Check> checks;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const std::string address = "192.0.2." + std::to_string(1 + i);
    ASSERT_EQ(kind(guard, from(address, names[i])), Kind::look) << i;
    checks.push_back(guard.begin_check(from(address, names[i]), kSecond));
  }
  EXPECT_EQ(kind(guard, from("198.51.100.1", names.back())), Kind::wait);
  EXPECT_EQ(kind(guard, from("198.51.100.1", names[0])), Kind::look);
}

TEST_F(GuardTest, ManyAddressesEvictNoLockOutAndLockNobodyElse) {
  limits_.logon_failures_max = 4;
  limits_.logon_lockout_s = 0;
  constexpr std::size_t kSmall = 16;
  LogonGuard guard = make(kSmall);
  fail(guard, from("192.0.2.1"), 4, kSecond);
  std::size_t most = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::string address = "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    fail(guard, from(address), 6, kSecond);
    most = std::max(most, guard.lock_outs(kSecond, 10'000).size());
  }
  EXPECT_EQ(guard.may_try(from("192.0.2.1"), kSecond).kind, Kind::locked);
  EXPECT_LE(most, kSmall);
  EXPECT_FALSE(guard.failed(from("203.0.113.8"), kSecond));
  // All that is left for strangers is to be slowed together.
  EXPECT_EQ(guard.may_try(from("203.0.113.9"), kSecond).kind, Kind::wait);
  EXPECT_EQ(guard.may_try(from("203.0.113.9"), 60 * kSecond).kind, Kind::look);
  // Named addresses have tables of their own.
  EXPECT_EQ(guard.may_try(named("10.0.0.1"), kSecond).kind, Kind::look);
  fail(guard, named("10.0.0.1"), 4, kSecond);
  EXPECT_EQ(guard.may_try(named("10.0.0.1"), kSecond).kind, Kind::locked);
}

TEST_F(GuardTest, LongCompIdOfAStrangerIsRememberedCut) {
  limits_.logon_failures_max = 1;
  LogonGuard guard = make();
  const std::string longest(5'000, 'X');
  EXPECT_TRUE(guard.failed(from("192.0.2.1", longest), kSecond));
  ASSERT_EQ(guard.lock_outs(kSecond, 1).size(), 1U);
  EXPECT_EQ(guard.lock_outs(kSecond, 1)[0].comp_id.size(), LogonGuard::kShownCompIdBytes);
  EXPECT_EQ(guard.may_try(from("192.0.2.1", longest.substr(1)), kSecond).kind, Kind::look);
}

}  // namespace
}  // namespace sluice::gateway
