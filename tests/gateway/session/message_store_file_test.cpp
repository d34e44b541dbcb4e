// The file after a kill, when it is not ours, and when the configuration changed.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tests/gateway/session/message_store_fixture.hpp"

namespace sluice::gateway {
namespace {

/// Where this process has mapped `path`.
char* mapping_of(const std::string& path) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(path) == std::string::npos) continue;
    void* begin = nullptr;
    std::istringstream(line) >> begin;
    return static_cast<char*>(begin);
  }
  return nullptr;
}

// Killed between two steps.

TEST_F(MessageStoreTest, AMessageThatWasSetButNotCountedIsGoneAfterAKill) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  EXPECT_TRUE(store.set(4, "never sent"));
  const auto again = after_kill();
  EXPECT_EQ(again->next_sender(), 4U);
  EXPECT_EQ(all(*again), messages(1, 3));
  EXPECT_TRUE(again->append(4, message(4)));
  EXPECT_EQ(all(*again), messages(1, 4));
}

TEST_F(MessageStoreTest, AProcessThatDiesInTheMidstOfAMessageLeavesOnlyWholeOnes) {
  // Message 27 goes over the bytes of message 14, first at the ring's end, then at its start. The
  // process dies at its first write to one page: the header, the entries, or the ring's start.
  constexpr std::size_t kSize = 5'000;
  constexpr std::size_t kPage = 4'096;
  for (const std::size_t page : {std::size_t{0}, kPage, 2 * kPage}) {
    std::filesystem::remove(file());
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      std::signal(SIGSEGV, SIG_DFL);
      MappedMessageStore& store = open();
      for (std::uint32_t n = 1; n <= 26; ++n) {
        if (!store.append(n, message(n, kSize))) ::_exit(1);
      }
      if (store.first_kept() != 14) ::_exit(2);
      char* map = mapping_of(file());
      if (map == nullptr || ::mprotect(map + page, kPage, PROT_READ) != 0) ::_exit(3);
      ::_exit(store.append(27, message(27, kSize)) ? 4 : 5);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
    ASSERT_EQ(WTERMSIG(status), SIGSEGV);

    MappedMessageStore& store = open();
    EXPECT_EQ(store.next_sender(), 27U);
    EXPECT_EQ(store.first_kept(), page == 0 ? 14U : 15U);
    EXPECT_TRUE(all(store) == messages(store.first_kept(), 26, kSize)) << "page " << page;
    append(store, 27, 27, kSize);
    EXPECT_TRUE(all(store) == messages(15, 27, kSize)) << "page " << page;
    store_.reset();
  }
}

TEST_F(MessageStoreTest, SkippedNumbersAreThereAgainAfterAKillAndInAStoreOfAnotherSize) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  store.setNextSenderMsgSeqNum(10);
  EXPECT_EQ(after_kill()->next_sender(), 10U);
  EXPECT_EQ(all(*after_kill()), all(store));
  append(store, 10, 10);
  const std::vector<std::string> kept = all(store);
  ASSERT_EQ(kept.size(), 10U);
  EXPECT_EQ(all(*after_kill()), kept);
  EXPECT_EQ(all(open(kCapacity * 2)), kept);
  EXPECT_EQ(all(open(4)), std::vector<std::string>(kept.end() - 4, kept.end()));
}

// It dies at its first write to the header, which names them, or to their entries.
TEST_F(MessageStoreTest, AProcessThatDiesWhileItSkipsNumbersHasNotSkippedThem) {
  constexpr std::size_t kPage = 4'096;
  for (const std::size_t page : {std::size_t{0}, kPage}) {
    std::filesystem::remove(file());
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      std::signal(SIGSEGV, SIG_DFL);
      MappedMessageStore& store = open();
      for (std::uint32_t n = 1; n <= 12; ++n) {
        if (!store.append(n, message(n))) ::_exit(1);
      }
      char* map = mapping_of(file());
      if (map == nullptr || ::mprotect(map + page, kPage, PROT_READ) != 0) ::_exit(3);
      store.setNextSenderMsgSeqNum(20);
      ::_exit(4);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);

    MappedMessageStore& store = open();
    EXPECT_EQ(store.next_sender(), 13U);
    EXPECT_EQ(all(store), messages(store.first_kept(), 12)) << "page " << page;
    EXPECT_EQ(store.first_kept(), page == 0 ? 1U : 4U);
    store.setNextSenderMsgSeqNum(20);
    EXPECT_EQ(get(store, 1, 12), messages(4, 12)) << "page " << page;
    store_.reset();
  }
}

TEST_F(MessageStoreTest, SkippedNumbersThatNextSenderHasNotPassedAreDropped) {
  append(open(), 1, 3);
  store_->setNextSenderMsgSeqNum(10);
  patch([](std::string& bytes) {
    bytes[offsetof(StoreHeader, numbers) + offsetof(StoreNumbers, next_sender)] = 4;
  });
  MappedMessageStore& store = open();
  EXPECT_EQ(all(store), messages(1, 3));
  append(store, 4, 4);
  EXPECT_EQ(all(store), messages(1, 4));
}

TEST_F(MessageStoreTest, BytesAndEntryOfAMessageThatIsNotNamedYetDoNotMatter) {
  append(open(), 1, 3);
  patch([](std::string& bytes) {
    // As a kill between writing the bytes and naming the message leaves them, only worse.
    for (std::size_t at = bytes.size() - 65'536 + 300; at < bytes.size(); ++at) bytes[at] = '?';
    StoreEntry entry{123, 456, 789};
    bytes.replace(4'096 + 4 * sizeof(entry), sizeof(entry), reinterpret_cast<const char*>(&entry),
                  sizeof(entry));
  });
  MappedMessageStore& store = open();
  EXPECT_EQ(all(store), messages(1, 3));
  append(store, 4, 4);
  EXPECT_EQ(all(store), messages(1, 4));
}

TEST_F(MessageStoreTest, OldMessagesThatMadeRoomForOneThatNeverCameAreAllThatIsLost) {
  append(open(), 1, kCapacity);
  patch([](std::string& bytes) {
    const KeptRange kept{3, kCapacity + 1};
    const std::uint64_t word = kept.pack();
    bytes.replace(offsetof(StoreHeader, numbers), sizeof(word),
                  reinterpret_cast<const char*>(&word), sizeof(word));
  });
  EXPECT_EQ(all(open()), messages(3, kCapacity));
}

TEST_F(MessageStoreTest, ASendersNumberThatMovedAloneIsSettledWhenOpening) {
  for (const std::uint32_t next : {2U, 9U}) {
    std::filesystem::remove(file());
    append(open(), 1, 4);
    patch([&](std::string& bytes) {
      bytes.replace(offsetof(StoreHeader, numbers) + offsetof(StoreNumbers, next_sender),
                    sizeof(next), reinterpret_cast<const char*>(&next), sizeof(next));
    });
    MappedMessageStore& store = open();
    EXPECT_EQ(all(store), next == 2 ? messages(1, 1) : std::vector<std::string>{});
    append(store, next, next);
    EXPECT_EQ(store.first_kept(), next == 2 ? 1U : 9U);
  }
}

TEST_F(MessageStoreTest, AResetThatDidNotFlipYetHasNotHappened) {
  MappedMessageStore& store = open();
  append(store, 1, 3);
  store.setNextTargetMsgSeqNum(50);
  store.reset();
  patch([](std::string& bytes) { bytes[offsetof(StoreHeader, active)] = 0; });
  MappedMessageStore& before = open();
  EXPECT_EQ(before.next_sender(), 4U);
  EXPECT_EQ(before.next_target(), 50U);
  EXPECT_EQ(before.session_epoch(), 1U);
}

TEST_F(MessageStoreTest, AFileThatWasNeverFinishedIsMadeAnew) {
  std::ofstream(file("CLIENT1.store.new")) << "half a header";
  append(open(), 1, 1);
  EXPECT_FALSE(std::filesystem::exists(file("CLIENT1.store.new")));
}

// Foreign and damaged files.

TEST_F(MessageStoreTest, SaysWhatIsWrongWithAForeignFile) {
  std::ofstream(file()) << "short";
  EXPECT_EQ(opening_error(), "is not a Sluice message store: it is too short");
  std::ofstream(file()) << std::string(10'000, 'x');
  EXPECT_EQ(opening_error(), "is not a Sluice message store");
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  EXPECT_EQ(opening_error(), "cannot be opened: Is a directory");
}

TEST_F(MessageStoreTest, SaysWhoseFileItIsWhenItIsAnothersSession) {
  { const MappedMessageStore other(file(), {"SLUICE", "CLIENT2"}, kCapacity, &test_clock); }
  EXPECT_EQ(opening_error(), "belongs to session SLUICE/CLIENT2, not SLUICE/CLIENT1");
}

TEST_F(MessageStoreTest, SaysThatAFileIsOfAnotherFormatVersion) {
  open();
  patch([](std::string& bytes) { bytes[offsetof(StoreHeader, version)] = 2; });
  EXPECT_EQ(opening_error(), "has format version 2, this program reads 1");
}

TEST_F(MessageStoreTest, FindsADamagedHeader) {
  open();
  patch([](std::string& bytes) { bytes[offsetof(StoreHeader, target)] = 'X'; });
  EXPECT_EQ(opening_error(), "is damaged: its header does not add up");
}

TEST_F(MessageStoreTest, FindsAFileThatWasCut) {
  open();
  patch([](std::string& bytes) { bytes.resize(bytes.size() - 1); });
  EXPECT_EQ(opening_error(), "is damaged: it has 73727 bytes, which does not fit 16 messages");
}

TEST_F(MessageStoreTest, FindsImpossibleNumbers) {
  const std::size_t numbers = offsetof(StoreHeader, numbers);
  for (const std::size_t at : {numbers, numbers + offsetof(StoreNumbers, next_sender),
                               numbers + offsetof(StoreNumbers, next_target)}) {
    std::filesystem::remove(file());
    open();
    patch([&](std::string& bytes) { bytes.replace(at, 4, 4, '\0'); });
    EXPECT_EQ(opening_error(), "is damaged: its sequence numbers are impossible") << at;
  }
}

TEST_F(MessageStoreTest, FindsAnEntryThatDoesNotFitItsPlace) {
  append(open(), 1, 3);
  patch([](std::string& bytes) {
    bytes[4'096 + 2 * sizeof(StoreEntry) + offsetof(StoreEntry, position)] = 99;
  });
  EXPECT_EQ(opening_error(), "is damaged: message 2 is not where it should be");
}

TEST_F(MessageStoreTest, RefusesAFileThatIsOpenElsewhere) {
  open();
  EXPECT_THROW(MappedMessageStore(file(), {"SLUICE", "CLIENT1"}, kCapacity, &test_clock),
               std::runtime_error);
}

TEST_F(MessageStoreTest, ATooLongCompIdOrAnImpossibleCapacityIsRefused) {
  const std::string longest(StoreHeader::kNameBytes, 'C');
  const auto make = [&](const std::string& target, std::uint32_t capacity) {
    const std::string path = file((std::to_string(capacity) + target).c_str());
    const MappedMessageStore store(path, {"SLUICE", target}, capacity, &test_clock);
  };
  EXPECT_NO_THROW(make(longest, MessageStoreFile::kMinCapacity));
  EXPECT_THROW(make(longest + "C", 16), std::runtime_error);
  EXPECT_NO_THROW(make("C", MessageStoreFile::kMaxCapacity));
  EXPECT_THROW(make("C", MessageStoreFile::kMaxCapacity + 1), std::runtime_error);
  EXPECT_THROW(make("C", 0), std::runtime_error);
}

TEST_F(MessageStoreTest, AFullFileSystemRefusesTheMessageInsteadOfEndingTheProcess) {
  MappedMessageStore& store = open();
  // Memory behind the mapping that cannot be had, as on a full tmpfs.
  std::filesystem::resize_file(file(), 4'096);
  EXPECT_FALSE(store.append(1, "no room"));
  EXPECT_THROW(store.set(1, "no room"), FIX::IOException);
  EXPECT_EQ(store.next_sender(), 1U);
}

// Another capacity in the configuration.

TEST_F(MessageStoreTest, ASmallerCapacityKeepsTheNewestMessagesAndAllNumbers) {
  append(open(64), 1, 100);
  store_->setNextTargetMsgSeqNum(8);
  MappedMessageStore& smaller = open(16);
  EXPECT_EQ(all(smaller), messages(85, 100));
  EXPECT_EQ(smaller.next_sender(), 101U);
  EXPECT_EQ(smaller.next_target(), 8U);
  append(smaller, 101, 101);
  EXPECT_EQ(all(open(16)), messages(86, 101));
}

TEST_F(MessageStoreTest, ALargerCapacityKeepsAllAndThenMore) {
  append(open(16), 1, 20);
  MappedMessageStore& larger = open(64);
  EXPECT_EQ(all(larger), messages(5, 20));
  append(larger, 21, 68);
  EXPECT_EQ(larger.first_kept(), 5U);
  append(larger, 69, 69);
  EXPECT_EQ(larger.first_kept(), 6U);
}

TEST_F(MessageStoreTest, ASmallerRingKeepsWhatFitsIntoIt) {
  append(open(256), 1, 4, 30'000);  // 131,072 bytes of ring
  EXPECT_EQ(all(open(16)), messages(3, 4, 30'000));
}

}  // namespace
}  // namespace sluice::gateway
