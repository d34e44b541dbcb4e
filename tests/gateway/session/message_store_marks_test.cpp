// What a store knows beside messages and numbers: what was told, and what became a command.
#include <gtest/gtest.h>

#include "tests/gateway/session/message_store_fixture.hpp"

namespace sluice::gateway {
namespace {

class StoreMarks : public MessageStoreTest {
 protected:
  /// The client's next message is taken, as a command or not.
  static std::uint32_t take(MappedMessageStore& store, bool as_command) {
    const std::uint32_t number = store.next_target();
    if (as_command) store.note_command(number);
    store.incrNextTargetMsgSeqNum();
    return number;
  }
};

TEST_F(StoreMarks, WhatMessagesToldIsKnownAfterAKillAndAReset) {
  MappedMessageStore& store = open();
  EXPECT_EQ(store.last_report(), 0U);
  EXPECT_EQ(store.last_copy(), 0U);
  ASSERT_TRUE(store.append(1, message(1)));
  ASSERT_TRUE(store.append(2, message(2), {.report = 17}));
  ASSERT_TRUE(store.append(3, message(3)));
  EXPECT_EQ(after_kill()->last_report(), 17U);
  ASSERT_TRUE(store.append(4, message(4), {.copy = 5}));
  ASSERT_TRUE(store.append(5, message(5), {.report = 20}));
  EXPECT_EQ(after_kill()->last_report(), 20U);
  EXPECT_EQ(after_kill()->last_copy(), 5U);
  store.reset();
  EXPECT_EQ(after_kill()->last_report(), 20U);
  EXPECT_EQ(after_kill()->last_copy(), 5U);
  store.set_last_report(90);
  EXPECT_EQ(after_kill()->last_report(), 90U);
}

TEST_F(StoreMarks, AMessageThatCannotBeKeptTellsNothing) {
  MappedMessageStore& store = open();
  ASSERT_TRUE(store.append(1, message(1), {.report = 3}));
  EXPECT_FALSE(store.append(7, message(7), {.report = 4})) << "not the next number";
  EXPECT_FALSE(store.append(2, std::string(kMaxStoredBytes + 1, 'x'), {.report = 4}));
  EXPECT_EQ(after_kill()->last_report(), 3U);
}

// Killed after the claim and before the number was passed: the number goes to another message.
TEST_F(StoreMarks, AClaimOfAMessageThatWasNotSentCountsForNobody) {
  MappedMessageStore& store = open();
  ASSERT_TRUE(store.append(1, message(1), {.report = 3}));
  ASSERT_TRUE(store.append(2, message(2), {.report = 4}));
  store_.reset();
  {
    MessageStoreFile file = MessageStoreFile::open(this->file(), {"SLUICE", "CLIENT1"});
    file.header().numbers[file.header().active].next_sender = 2;
    // As settle_claim() had left it.
    EXPECT_EQ(file.header().numbers[file.header().active].last_report, 3U);
  }
  MappedMessageStore& again = open();
  EXPECT_EQ(again.last_report(), 3U);
  ASSERT_TRUE(again.append(2, message(2)));
  EXPECT_EQ(again.last_report(), 3U);
}

TEST_F(StoreMarks, ANumberThatComesAgainTakesNothingBack) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  ASSERT_TRUE(store.append(4, message(4), {.report = 8}));
  store.setNextSenderMsgSeqNum(3);
  EXPECT_EQ(after_kill()->last_report(), 8U);
}

TEST_F(StoreMarks, WhichOfTheClientsMessagesBecameCommands) {
  MappedMessageStore& store = open();
  const std::uint32_t first = take(store, true);
  const std::uint32_t second = take(store, false);
  const std::uint32_t third = take(store, true);
  EXPECT_TRUE(after_kill()->was_command(first));
  EXPECT_FALSE(after_kill()->was_command(second));
  EXPECT_TRUE(after_kill()->was_command(third));
  // One that found no room.
  store.note_command(store.next_target());
  store.forget_command(store.next_target());
  const std::uint32_t fourth = take(store, false);
  EXPECT_FALSE(after_kill()->was_command(fourth));
}

TEST_F(StoreMarks, APlaceIsUsedAgainByTheNumberAWindowLater) {
  MappedMessageStore& store = open();
  for (std::uint32_t n = 1; n <= kCommandWindow; ++n) take(store, true);
  EXPECT_TRUE(store.was_command(1));
  EXPECT_TRUE(store.was_command(kCommandWindow));
  EXPECT_FALSE(store.was_command(take(store, false)));
  // A gap fill passes over many: none of them is a command.
  store.setNextTargetMsgSeqNum(static_cast<int>(2 * kCommandWindow + 100));
  for (std::uint32_t n = kCommandWindow + 100; n < 2 * kCommandWindow + 100; ++n) {
    ASSERT_FALSE(store.was_command(n)) << n;
  }
}

TEST_F(StoreMarks, AfterARewindWhatWasTakenIsKnownUntilItIsPassed) {
  MappedMessageStore& store = open();
  for (int n = 0; n < 6; ++n) take(store, n % 2 == 0);
  EXPECT_EQ(store.taken_end(), 7U);
  store.rewind_to(3);
  EXPECT_EQ(after_kill()->next_target(), 3U);
  EXPECT_EQ(after_kill()->taken_end(), 7U);
  take(store, true);
  EXPECT_EQ(after_kill()->taken_end(), 7U);
  while (store.next_target() < 8) take(store, false);
  EXPECT_EQ(store.taken_end(), 8U);
  store.rewind_to(5);
  store.forget_taken();
  EXPECT_EQ(after_kill()->taken_end(), 5U);
  store.rewind_to(2);
  store.reset();
  EXPECT_EQ(after_kill()->taken_end(), 1U);
}

TEST_F(StoreMarks, WithoutTheJournalNoCommandIsMissed) {
  MappedMessageStore& store = open();
  take(store, true);
  take(store, true);
  store.rewind_to(1);
  store.forget_commands();
  EXPECT_FALSE(after_kill()->was_command(1));
  EXPECT_FALSE(after_kill()->was_command(2));
  EXPECT_EQ(after_kill()->taken_end(), 1U);
}

}  // namespace
}  // namespace sluice::gateway
