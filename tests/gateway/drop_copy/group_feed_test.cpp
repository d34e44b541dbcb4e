// Numbers of a group's copies: what is in scope, in order, each once.
#include "gateway/drop_copy/group_feed.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/drop_copy/feed_tail.hpp"
#include "tests/gateway/drop_copy/log_of_reports.hpp"

namespace sluice::gateway {
namespace {

using Status = GroupFeed::ReadStatus;

class GroupFeedTest : public ::testing::Test {
 protected:
  std::unique_ptr<GroupFeed> group(CopyScope scope = {}, std::uint64_t capacity = 1'024) {
    return std::make_unique<GroupFeed>("RISK", std::move(scope), reports_.folder() + "/RISK",
                                       capacity);
  }
  /// Events of the numbers from `from` on, 0 for one that is lost.
  static std::vector<std::uint64_t> events_from(const GroupFeed& group, std::uint64_t from) {
    std::vector<std::uint64_t> events;
    for (std::uint64_t n = from, event = 0;; ++n) {
      const Status status = group.find(n, event);
      if (status == Status::not_yet) return events;
      events.push_back(status == Status::lost ? 0 : event);
    }
  }
  LogOfReports reports_;
};

TEST_F(GroupFeedTest, NumbersWhatIsInScopeFromOneOnWithoutAHole) {
  const auto group = this->group(CopyScope::of_sessions({false, false, true}));
  FeedTail tail(reports_.log(), reports_.archive(), {group.get()});
  for (const std::uint32_t session : {1U, 2U, 0U, 2U, 3U, 2U}) reports_.add({.session = session});
  EXPECT_EQ(tail.poll(100), 6U);
  EXPECT_EQ(group->first(), 1U);
  EXPECT_EQ(group->last(), 3U);
  EXPECT_EQ(group->position(), 6U);
  EXPECT_EQ(events_from(*group, 1), (std::vector<std::uint64_t>{2, 4, 6}));
}

TEST_F(GroupFeedTest, GoesOnWhereTheLastRunStopped) {
  for (std::uint64_t run = 0; run < 3; ++run) {
    const auto group = this->group();
    EXPECT_EQ(group->first(), 2 * run + 1);
    EXPECT_EQ(group->last(), 2 * run);
    std::uint64_t event = 0;
    EXPECT_EQ(group->find(2 * run, event), Status::lost) << "of the run before";
    for (const std::uint64_t n : {1U, 2U}) {
      Event report{};
      report.exec_id = ExecId::make(0, run + 1, n);
      report.session = SessionId{1};
      report.type = EventType::trade;
      group->take(report);
    }
    EXPECT_EQ(events_from(*group, group->first()), (std::vector<std::uint64_t>{1, 2}));
  }
}

// Numbers that an earlier run gave can be read by number again, as far as the log has their events;
// what came after the last of them, and was in scope, gets the next ones.
TEST_F(GroupFeedTest, ARunGoesOnInTheMiddleOfTheLog) {
  for (std::uint32_t n = 0; n < 40; ++n) reports_.add({.session = 1 + n % 3});
  const std::string file = number_file_path(reports_.folder(), "G");
  const auto scope = [] { return CopyScope::of_sessions({false, true, false, true}); };
  std::vector<std::uint64_t> events;
  {
    GroupFeed group("G", scope(), file, 64);
    FeedTail tail(reports_.log(), reports_.archive(), {&group}, group.resume(reports_.log()));
    EXPECT_EQ(tail.poll(20), 20U);
    for (std::uint64_t number = 1; number <= group.last(); ++number) {
      ASSERT_EQ(group.find(number, events.emplace_back()), GroupFeed::ReadStatus::ok);
    }
  }
  GroupFeed group("G", scope(), file, 64);
  const std::uint64_t next = group.resume(reports_.log());
  EXPECT_EQ(next, events.back() + 1);
  EXPECT_EQ(group.first(), 1U);
  EXPECT_EQ(group.last(), events.size());
  for (std::uint64_t number = 1; number <= group.last(); ++number) {
    std::uint64_t event = 0;
    ASSERT_EQ(group.find(number, event), GroupFeed::ReadStatus::ok);
    EXPECT_EQ(event, events[number - 1]);
  }
  // A tail that another group keeps further back gives nothing a second number.
  FeedTail tail(reports_.log(), reports_.archive(), {&group}, 1);
  (void)tail.poll(100);
  EXPECT_EQ(group.last(), 27U) << "two of three events";
  std::uint64_t event = 0;
  ASSERT_EQ(group.find(events.size() + 1, event), GroupFeed::ReadStatus::ok);
  EXPECT_GE(event, next);
}

TEST_F(GroupFeedTest, AGroupThatIsNewBeginsWhereTheLogStands) {
  for (int n = 0; n < 10; ++n) reports_.add();
  const std::string file = number_file_path(reports_.folder(), "NEW");
  GroupFeed group("NEW", {}, file, 64, reports_.log().published());
  FeedTail tail(reports_.log(), reports_.archive(), {&group}, group.resume(reports_.log()));
  EXPECT_EQ(tail.poll(100), 0U);
  reports_.add();
  EXPECT_EQ(tail.poll(100), 1U);
  EXPECT_EQ(group.last(), 1U);
}

TEST_F(GroupFeedTest, RemembersTheNewestNumbersAndCallsOlderOnesLost) {
  const auto group = this->group({}, 8);
  FeedTail tail(reports_.log(), reports_.archive(), {group.get()});
  for (int i = 0; i < 7; ++i) reports_.add();
  tail.poll(100);
  EXPECT_EQ(events_from(*group, 1), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  reports_.add();
  tail.poll(100);
  EXPECT_EQ(events_from(*group, 1), (std::vector<std::uint64_t>{0, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(group->first_from(1, 0), 2U);
}

TEST_F(GroupFeedTest, EventsThatLeftTheLogUnreadComeFromTheDisk) {
  LogOfReports small(64, 16);
  GroupFeed group("G", CopyScope::of_accounts({false, false, true}), small.folder() + "/G",
                  small.log().capacity());
  FeedTail tail(small.log(), small.archive(), {&group});
  std::vector<std::uint64_t> wanted;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::uint64_t number = small.add({.account = 1 + i % 7 / 6});
    if (i % 7 == 6) wanted.push_back(number);
    small.keep();
  }
  ASSERT_GT(small.log().oldest(), 200U);
  EXPECT_EQ(tail.poll(7), 0U) << "the archive is asked";
  EXPECT_EQ(tail.poll(7), 0U);
  EXPECT_EQ(group.position(), 0U) << "nobody may believe that they were fed";
  while (small.archive().turn() || tail.poll(7) > 0) continue;
  EXPECT_EQ(tail.take_lost(), 0U);
  EXPECT_EQ(group.position(), 300U);
  EXPECT_EQ(events_from(group, 1), wanted);
}

TEST_F(GroupFeedTest, EventsThatAreNowhereTakeNumbersAndAreLost) {
  // 64 - 16 events are kept.
  LogOfReports small(64, 16);
  const auto group =
      std::make_unique<GroupFeed>("G", CopyScope{}, small.folder() + "/G", small.log().capacity());
  FeedTail tail(small.log(), small.archive(), {group.get()});
  for (int i = 0; i < 100; ++i) small.add();
  while (tail.poll(7) > 0 || small.archive().turn()) continue;
  EXPECT_EQ(tail.take_lost(), 52U);
  EXPECT_EQ(tail.take_lost(), 0U);
  EXPECT_EQ(group->last(), 100U) << "a gap shows that something is missing";
  const std::uint64_t first = group->first_from(1, small.log().oldest());
  EXPECT_EQ(first, 53U);
  std::uint64_t event = 0;
  ASSERT_EQ(group->find(first, event), Status::ok);
  EXPECT_EQ(event, 53U);
  EXPECT_EQ(group->first_from(80, small.log().oldest()), 80U) << "never back";
  EXPECT_EQ(group->first_from(101, small.log().oldest()), 101U);
}

TEST_F(GroupFeedTest, AllGroupsAreFedFromOneReadingWithNumbersOfTheirOwn) {
  const auto all = this->group();
  const auto one = std::make_unique<GroupFeed>("ONE", CopyScope::of_accounts({false, false, true}),
                                               reports_.folder() + "/ONE", 1'024);
  FeedTail tail(reports_.log(), reports_.archive(), {all.get(), one.get()});
  for (const std::uint32_t account : {1U, 2U, 1U}) reports_.add({.account = account});
  EXPECT_EQ(tail.poll(2), 2U);
  EXPECT_EQ(tail.poll(2), 1U);
  EXPECT_EQ(tail.poll(2), 0U);
  EXPECT_EQ(events_from(*all, 1), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(events_from(*one, 1), (std::vector<std::uint64_t>{2}));
}

TEST_F(GroupFeedTest, AnIndexThatIsNoPowerOfTwoIsRefused) {
  for (const std::uint64_t capacity : {0U, 1U, 3U, 1'000U}) {
    EXPECT_THROW(group({}, capacity), std::invalid_argument) << capacity;
  }
}

/// Every third event is in scope: number n is event 3 n - 2. Readers never see anything else.
TEST_F(GroupFeedTest, ReadersOnOtherThreadsNeverReadAnotherNumbersEvent) {
  constexpr std::uint64_t kNumbers = 200'000;
  const auto group = this->group({}, 64);
  std::atomic<std::uint64_t> read{0};
  const auto reader = [&] {
    for (std::uint64_t n = 1; n <= kNumbers;) {
      std::uint64_t event = 0;
      switch (group->find(n, event)) {
        case Status::ok:
          EXPECT_EQ(event, 3 * n - 2);
          ++read;
          ++n;
          break;
        case Status::lost:
          ++n;
          break;
        case Status::not_yet:
          std::this_thread::yield();
          break;
      }
      if (HasFailure()) return;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(reader);
  Event event{};
  event.session = SessionId{1};
  event.type = EventType::trade;
  for (std::uint64_t n = 1; n <= kNumbers; ++n) {
    event.exec_id = ExecId::make(0, 1, 3 * n - 2);
    group->take(event);
    if (n % 32 == 0) std::this_thread::yield();
  }
  for (std::thread& each : readers) each.join();
  EXPECT_GT(read, 0U);
}

TEST(CopyScope, HasReportsOfOrdersAndNothingElse) {
  const auto covers = [](const CopyScope& scope, EventType type, std::uint32_t session,
                         std::uint32_t account) {
    Event event{};
    event.type = type;
    event.session = SessionId{session};
    event.account = AccountId{account};
    return scope.covers(event);
  };
  const CopyScope all;
  for (int type = 0; type < 32; ++type) {
    EXPECT_EQ(covers(all, static_cast<EventType>(type), 1, 1), type >= 1 && type <= 7) << type;
  }
  EXPECT_FALSE(covers(all, EventType::trade, 0, 1)) << "the venue's own";
  EXPECT_FALSE(covers(all, EventType::order_status, 1, 1)) << "nothing happened";
  const CopyScope sessions = CopyScope::of_sessions({true, false, true});
  EXPECT_TRUE(covers(sessions, EventType::trade, 2, 1));
  EXPECT_FALSE(covers(sessions, EventType::trade, 1, 2));
  EXPECT_FALSE(covers(sessions, EventType::trade, 3, 2)) << "past the table";
  const CopyScope accounts = CopyScope::of_accounts({false, false, true});
  EXPECT_TRUE(covers(accounts, EventType::cancel_rejected, 1, 2));
  EXPECT_FALSE(covers(accounts, EventType::order_rejected, 2, 0)) << "of no account";
}

}  // namespace
}  // namespace sluice::gateway
