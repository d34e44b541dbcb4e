#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/gateway/session/message_store_fixture.hpp"

namespace sluice::gateway {
namespace {

TEST_F(MessageStoreTest, StartsEmptyAtNumberOne) {
  const MappedMessageStore& store = open();
  EXPECT_EQ(store.getNextSenderMsgSeqNum(), 1);
  EXPECT_EQ(store.getNextTargetMsgSeqNum(), 1);
  EXPECT_EQ(store.session_epoch(), 1U);
  EXPECT_EQ(store.first_kept(), 1U);
  EXPECT_TRUE(all(store).empty());
}

TEST_F(MessageStoreTest, GivesTheAskedRangeInOrder) {
  MappedMessageStore& store = open();
  append(store, 1, 6);
  EXPECT_EQ(get(store, 2, 4), messages(2, 4));
  EXPECT_EQ(get(store, 5, 99), messages(5, 6));
  EXPECT_EQ(get(store, -3, 1), messages(1, 1));
  EXPECT_EQ(get(store, 6, 6), messages(6, 6));
  EXPECT_TRUE(get(store, 7, 9).empty());
  EXPECT_TRUE(get(store, 4, 3).empty());
}

TEST_F(MessageStoreTest, TheQuickfixWayOfSettingThenCountingIsTheSameAsAppending) {
  MappedMessageStore& store = open();
  for (int n = 1; n <= 3; ++n) {
    EXPECT_TRUE(store.set(n, message(static_cast<std::uint32_t>(n))));
    store.incrNextSenderMsgSeqNum();
  }
  append(store, 4, 5);
  EXPECT_EQ(store.next_sender(), 6U);
  EXPECT_EQ(all(store), messages(1, 5));
}

TEST_F(MessageStoreTest, KeepsExactlyItsCapacityOfUsualMessages) {
  MappedMessageStore& store = open();
  append(store, 1, kCapacity, kUsualStoredBytes);
  EXPECT_EQ(all(store), messages(1, kCapacity, kUsualStoredBytes));
  append(store, kCapacity + 1, kCapacity + 1, kUsualStoredBytes);
  EXPECT_EQ(store.first_kept(), 2U);
  EXPECT_EQ(all(store), messages(2, kCapacity + 1, kUsualStoredBytes));
}

TEST_F(MessageStoreTest, AWindowOfUsualMessagesAlwaysFitsTheRingHoweverOftenItWentRound) {
  // Large enough that the ring has no more than its 512 bytes for each message.
  constexpr std::uint32_t kLarge = 200;
  MappedMessageStore& store = open(kLarge);
  for (std::uint32_t n = 1; n <= 5 * kLarge; ++n) {
    ASSERT_TRUE(store.append(n, message(n, kUsualStoredBytes)));
    ASSERT_EQ(store.first_kept(), n > kLarge ? n - kLarge + 1 : 1U);
  }
  EXPECT_EQ(all(store), messages(4 * kLarge + 1, 5 * kLarge, kUsualStoredBytes));
}

TEST_F(MessageStoreTest, AMessageAcrossTheRingsEndComesBackWhole) {
  MappedMessageStore& store = open();
  // The ring of a small store has 65,536 bytes: the third of these lies across its end.
  constexpr std::size_t kSize = 30'000;
  append(store, 1, 3, kSize);
  EXPECT_EQ(all(store), messages(2, 3, kSize));
  EXPECT_EQ(all(open()), messages(2, 3, kSize));
}

TEST_F(MessageStoreTest, TakesTheLongestMessageAndThenThatOneAlone) {
  MappedMessageStore& store = open();
  append(store, 1, 2);
  EXPECT_TRUE(store.append(3, message(3, kMaxStoredBytes)));
  EXPECT_EQ(all(store), messages(3, 3, kMaxStoredBytes));
  EXPECT_EQ(all(*after_kill()), messages(3, 3, kMaxStoredBytes));
  append(store, 4, 4);
  EXPECT_EQ(all(store), messages(4, 4));
}

TEST_F(MessageStoreTest, RefusesATooLongOrEmptyMessageAndKeepsEverything) {
  MappedMessageStore& store = open();
  append(store, 1, 2);
  const std::string too_long(kMaxStoredBytes + 1, 'x');
  EXPECT_FALSE(store.append(3, too_long));
  EXPECT_FALSE(store.append(3, ""));
  EXPECT_THROW(store.set(3, too_long), FIX::IOException);
  EXPECT_EQ(store.next_sender(), 3U);
  EXPECT_EQ(all(store), messages(1, 2));
}

TEST_F(MessageStoreTest, AppendsNothingButTheNextNumber) {
  MappedMessageStore& store = open();
  append(store, 1, 2);
  EXPECT_FALSE(store.append(2, "again"));
  EXPECT_FALSE(store.append(4, "ahead"));
  EXPECT_FALSE(store.append(0, "none"));
  EXPECT_EQ(all(store), messages(1, 2));
  EXPECT_EQ(store.next_sender(), 3U);
}

TEST_F(MessageStoreTest, SettingANumberAgainReplacesItsMessage) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  EXPECT_TRUE(store.set(4, "first try"));
  EXPECT_TRUE(store.set(4, message(4)));
  store.incrNextSenderMsgSeqNum();
  EXPECT_EQ(all(store), messages(1, 4));
}

// Found by the random test, SLUICE_SEED=3192512902.
TEST_F(MessageStoreTest, SettingTheNextNumberCountsTheMessageThatWasSetBefore) {
  MappedMessageStore& store = open();
  ASSERT_TRUE(store.append(1, "one"));
  ASSERT_TRUE(store.set(2, "two"));
  store.setNextSenderMsgSeqNum(3);
  std::vector<std::string> kept;
  store.get(1, 2, kept);
  EXPECT_THAT(kept, ::testing::ElementsAre("one", "two"));
}

TEST_F(MessageStoreTest, ASendersNumberThatIsSetAheadKeepsWhatIsBeforeItAndHasPlaceholdersBetween) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  store.setNextSenderMsgSeqNum(10);
  append(store, 10, 11);
  EXPECT_EQ(get(store, 1, 3), messages(1, 3));
  const std::vector<std::string> skipped = get(store, 4, 9);
  ASSERT_EQ(skipped.size(), 6U);
  for (std::uint32_t n = 4; n <= 9; ++n) {
    EXPECT_THAT(skipped[n - 4], ::testing::HasSubstr("\x01"
                                                     "35=0\x01"
                                                     "34=" +
                                                     std::to_string(n) + "\x01"));
  }
  EXPECT_EQ(get(store, 10, 11), messages(10, 11));
  EXPECT_EQ(store.first_kept(), 1U);
}

TEST_F(MessageStoreTest, SkippedNumbersTakePlacesAndAJumpOfAllPlacesLeavesNothing) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  EXPECT_TRUE(store.bridges(3 + kCapacity));
  EXPECT_FALSE(store.bridges(4 + kCapacity));
  store.setNextSenderMsgSeqNum(3 + kCapacity);
  EXPECT_EQ(store.first_kept(), 3U);
  EXPECT_EQ(get(store, 1, 3), messages(3, 3));
  append(store, 3 + kCapacity, 3 + kCapacity);
  EXPECT_EQ(store.first_kept(), 4U);
  store.setNextSenderMsgSeqNum(4 + 2 * kCapacity);
  EXPECT_TRUE(all(store).empty());
  EXPECT_FALSE(store.bridges(5 + 2 * kCapacity));
}

TEST_F(MessageStoreTest, KnowsWhetherItKeepsMoreThanSessionMessages) {
  const auto of_type = [](const char* type) {
    return std::string("8=FIX.4.4\x01") + "9=5\x01" + "35=" + type + "\x01" + "34=1\x01";
  };
  MappedMessageStore& store = open();
  EXPECT_FALSE(store.keeps_application_messages());
  ASSERT_TRUE(store.append(1, of_type("A")));
  ASSERT_TRUE(store.append(2, of_type("0")));
  store.setNextSenderMsgSeqNum(5);
  EXPECT_FALSE(store.keeps_application_messages());
  ASSERT_TRUE(store.append(5, of_type("AE")));
  ASSERT_TRUE(store.append(6, of_type("5")));
  EXPECT_TRUE(store.keeps_application_messages());
}

TEST_F(MessageStoreTest, ASendersNumberThatGoesBackDropsWhatIsFromThereOn) {
  MappedMessageStore& store = open();
  append(store, 1, 5);
  store.setNextSenderMsgSeqNum(3);
  EXPECT_EQ(all(store), messages(1, 2));
  EXPECT_TRUE(store.append(3, "new third"));
  EXPECT_THAT(get(store, 2, 9), ::testing::ElementsAre(message(2), "new third"));
  EXPECT_THAT(get(*after_kill(), 2, 9), ::testing::ElementsAre(message(2), "new third"));
}

TEST_F(MessageStoreTest, ANumberCountedWithoutAMessageLeavesNothingBeforeIt) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  store.incrNextSenderMsgSeqNum();
  EXPECT_TRUE(all(store).empty());
  append(store, 5, 5);
  EXPECT_EQ(all(store), messages(5, 5));
}

TEST_F(MessageStoreTest, SettingANumberBeyondAGapKeepsThatMessageAlone) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  EXPECT_TRUE(store.set(7, message(7)));
  store.setNextSenderMsgSeqNum(8);
  EXPECT_EQ(all(store), messages(7, 7));
}

TEST_F(MessageStoreTest, NumbersEndAtTheLargestIntAndNeverWrap) {
  MappedMessageStore& store = open();
  constexpr int kLast = static_cast<int>(kMaxSeqNum);
  store.setNextSenderMsgSeqNum(kLast - 1);
  EXPECT_TRUE(store.append(kMaxSeqNum - 1, "last"));
  EXPECT_FALSE(store.append(kMaxSeqNum, "one too many"));
  EXPECT_THROW(store.set(kLast, "one too many"), FIX::IOException);
  EXPECT_THROW(store.incrNextSenderMsgSeqNum(), FIX::IOException);
  EXPECT_EQ(store.getNextSenderMsgSeqNum(), kLast);
  EXPECT_THAT(get(store, 1, kLast), ::testing::ElementsAre("last"));

  store.setNextTargetMsgSeqNum(kLast - 1);
  store.incrNextTargetMsgSeqNum();
  EXPECT_THROW(store.incrNextTargetMsgSeqNum(), FIX::IOException);
  EXPECT_EQ(store.getNextTargetMsgSeqNum(), kLast);
}

TEST_F(MessageStoreTest, RefusesNumbersBelowOne) {
  MappedMessageStore& store = open();
  EXPECT_THROW(store.set(0, "x"), FIX::IOException);
  EXPECT_THROW(store.setNextSenderMsgSeqNum(0), FIX::IOException);
  EXPECT_THROW(store.setNextTargetMsgSeqNum(-1), FIX::IOException);
  EXPECT_EQ(store.next_sender(), 1U);
  EXPECT_EQ(store.next_target(), 1U);
}

TEST_F(MessageStoreTest, EverythingIsThereAgainAfterReopening) {
  {
    MappedMessageStore& store = open();
    append(store, 1, 40);
    store.setNextTargetMsgSeqNum(77);
    store.incrNextTargetMsgSeqNum();
  }
  MappedMessageStore& store = open();
  EXPECT_EQ(store.next_sender(), 41U);
  EXPECT_EQ(store.next_target(), 78U);
  EXPECT_EQ(all(store), messages(25, 40));
  append(store, 41, 45);
  EXPECT_EQ(all(store), messages(30, 45));
}

TEST_F(MessageStoreTest, ResetEmptiesCountsFromOneAndOpensANewEpoch) {
  MappedMessageStore& store = open();
  append(store, 1, 20);
  store.setNextTargetMsgSeqNum(9);
  store.reset();
  EXPECT_EQ(store.session_epoch(), 2U);
  EXPECT_EQ(store.next_sender(), 1U);
  EXPECT_EQ(store.next_target(), 1U);
  EXPECT_TRUE(all(store).empty());
  append(store, 1, 2);
  EXPECT_EQ(all(store), messages(1, 2));
  store.reset();
  EXPECT_EQ(store.session_epoch(), 3U);
  EXPECT_EQ(open().session_epoch(), 3U);
}

TEST_F(MessageStoreTest, RefreshChangesNothing) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  store.refresh();
  EXPECT_EQ(all(store), messages(1, 3));
  EXPECT_EQ(store.next_sender(), 4U);
}

TEST_F(MessageStoreTest, TheCreationTimeIsAlwaysHalfADayAhead) {
  const MappedMessageStore& store = open();
  const FIX::UtcTimeStamp first = store.getCreationTime();
  EXPECT_EQ(first.getDate(), 6);  // noon and half a day: midnight, the start of the next day
  EXPECT_EQ(first.getHour(), 0);
  EXPECT_EQ(first.getNanosecond(), 123);
  clock_ns += 3'600'000'000'000;
  EXPECT_EQ(store.getCreationTime().getHour(), 1);
}

// The factory.

TEST_F(MessageStoreTest, TheFactoryGivesEachSessionAFileNamedByItsCompId) {
  const std::string sessions = (folder_ / "sessions").string();
  MappedMessageStoreFactory factory(sessions, kCapacity, &test_clock);
  EXPECT_EQ(factory.path_of("CLIENT-1_a"), sessions + "/CLIENT-1_a.store");
  EXPECT_EQ(factory.path_of("../x y.z"), sessions + "/%2E%2E%2Fx%20y%2Ez.store");

  FIX::MessageStore* store = factory.create(FIX::SessionID("FIX.4.4", "SLUICE", "CLIENT1"));
  ASSERT_NE(dynamic_cast<MappedMessageStore*>(store), nullptr);
  EXPECT_TRUE(std::filesystem::exists(sessions + "/CLIENT1.store"));
  EXPECT_THROW(factory.create(FIX::SessionID("FIX.4.4", "SLUICE", "CLIENT1")), FIX::ConfigError);
  factory.destroy(store);
  factory.destroy(factory.create(FIX::SessionID("FIX.4.4", "SLUICE", "CLIENT1")));
}

TEST_F(MessageStoreTest, TheFactorySaysThatItsFolderCannotBeMade) {
  EXPECT_THROW(
      MappedMessageStoreFactory((folder_ / "no" / "parent").string(), kCapacity, &test_clock),
      std::runtime_error);
}

}  // namespace
}  // namespace sluice::gateway
