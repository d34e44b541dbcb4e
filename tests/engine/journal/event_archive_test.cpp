// Old events come from the disk, in order and only those that somebody wants, and what is not there
// is said to be gone.
#include "engine/journal/event_archive.hpp"

#include <atomic>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/posix_storage.hpp"
#include "engine/journal/segment_file.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/engine/support/temporary_folder.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using Reading = OldEventReader::Status;

constexpr std::size_t kSmallSegment = std::size_t{64} << 10U;  // 146 events

/// Events 1, 2, ... of sessions 1 to 5 in turn.
class EventsOnDisk {
 public:
  explicit EventsOnDisk(Storage& storage) : writer_(storage, 0, kSmallSegment, EventLogTip{}) {}
  void write_to(std::uint64_t last) {
    while (writer_.next() <= last) {
      Event event{};
      event.exec_id = ExecId::make(0, 1, writer_.next());
      event.session = SessionId{static_cast<std::uint32_t>(writer_.next() % 5 + 1)};
      writer_.append(event);
    }
    writer_.flush();
  }

 private:
  EventLogWriter writer_;
};

bool is_of_session_1(const Event& event) { return event.session.value == 1; }
bool is_any(const Event&) { return true; }

/// The numbers of those that are wanted, up to where some are gone. `turn` makes the archive work.
template <typename Turn>
std::vector<std::uint64_t> read_all(OldEventReader& reader, std::uint64_t from, std::uint64_t until,
                                    Turn turn) {
  std::vector<std::uint64_t> numbers;
  while (from < until) {
    const OldEventReader::Found found = reader.read(from, until);
    if (found.status == Reading::gone) break;
    if (found.status == Reading::waiting) {
      turn();
      continue;
    }
    if (found.status == Reading::event) numbers.push_back(found.event->exec_id.count());
    from = found.next;
  }
  return numbers;
}

std::vector<std::uint64_t> every_fifth(std::uint64_t from, std::uint64_t until) {
  std::vector<std::uint64_t> numbers;
  for (; from < until; ++from) {
    if (from % 5 == 0) numbers.push_back(from);
  }
  return numbers;
}

class EventArchiveTest : public ::testing::Test {
 protected:
  std::vector<std::uint64_t> read(OldEventReader& reader, std::uint64_t from, std::uint64_t until) {
    return read_all(reader, from, until, [this] { EXPECT_TRUE(archive_.turn()); });
  }
  test::SimStorage disk_;
  EventsOnDisk events_{disk_};
  EventArchive archive_{disk_};
};

TEST_F(EventArchiveTest, GivesWhatIsWantedInOrderOverManyFilesAndAnswers) {
  // More than one answer reads, and more than it holds.
  const std::uint64_t last = 2 * OldEventReader::kMostRead;
  events_.write_to(last);
  OldEventReader reader(archive_, is_of_session_1);
  EXPECT_EQ(read(reader, 1, last + 1), every_fifth(1, last + 1));
  EXPECT_EQ(read(reader, 777, 1'234), every_fifth(777, 1'234)) << "from anywhere";
  EXPECT_FALSE(archive_.turn()) << "nobody asks";
}

TEST_F(EventArchiveTest, TheEndIsWhereTheAskerSays) {
  events_.write_to(100);
  OldEventReader reader(archive_, is_any);
  EXPECT_EQ(read(reader, 99, 100), std::vector<std::uint64_t>{99});
  EXPECT_EQ(read(reader, 100, 101), std::vector<std::uint64_t>{100});
}

TEST_F(EventArchiveTest, WhoAsksAgainForTheSameGetsTheSame) {
  events_.write_to(100);
  OldEventReader reader(archive_, is_any);
  ASSERT_EQ(reader.read(10, 100).status, Reading::waiting);
  EXPECT_EQ(reader.read(10, 100).status, Reading::waiting) << "asked once";
  ASSERT_TRUE(archive_.turn());
  EXPECT_FALSE(archive_.turn());
  for (const std::uint64_t from : {10U, 11U, 11U, 40U, 10U}) {
    const OldEventReader::Found found = reader.read(from, 100);
    ASSERT_EQ(found.status, Reading::event);
    EXPECT_EQ(found.event->exec_id.count(), from);
  }
}

TEST_F(EventArchiveTest, GoesOnInFilesThatCameLater) {
  events_.write_to(100);
  OldEventReader reader(archive_, is_any);
  EXPECT_EQ(read(reader, 1, 101).size(), 100U);
  ASSERT_EQ(reader.read(101, 102).status, Reading::waiting);
  events_.write_to(1'000);
  EXPECT_EQ(read(reader, 101, 1'001).size(), 900U);
}

TEST_F(EventArchiveTest, FilesThatWereRemovedAreGoneAndTheRestIsThere) {
  events_.write_to(1'000);
  disk_.remove(segment_name(kEventStream, 1));
  OldEventReader reader(archive_, is_any);
  ASSERT_EQ(reader.read(1, 1'001).status, Reading::waiting);
  ASSERT_TRUE(archive_.turn());
  const OldEventReader::Found found = reader.read(1, 1'001);
  ASSERT_EQ(found.status, Reading::gone);
  EXPECT_THAT(reader.wrong(), HasSubstr("removed"));
  EXPECT_GT(found.next, 100U);
  EXPECT_LT(found.next, 200U);
  ASSERT_NE(found.event, nullptr);
  EXPECT_EQ(found.event->exec_id.count(), found.next) << "whoever tells of it needs its ExecID";
  const std::vector<std::uint64_t> rest = read(reader, found.next, 1'001);
  ASSERT_EQ(rest.size(), 1'001 - found.next);
  EXPECT_EQ(rest.front(), found.next);
}

TEST_F(EventArchiveTest, NothingAtAllIsGoneUpToTheEnd) {
  OldEventReader reader(archive_, is_any);
  ASSERT_EQ(reader.read(5, 90).status, Reading::waiting);
  ASSERT_TRUE(archive_.turn());
  const OldEventReader::Found found = reader.read(5, 90);
  EXPECT_EQ(found.status, Reading::gone);
  EXPECT_EQ(found.next, 90U);
}

TEST_F(EventArchiveTest, DamageIsNamedAndNotRead) {
  events_.write_to(1'000);
  const std::span<std::byte> bytes = disk_.bytes(segment_name(kEventStream, 2));
  bytes[bytes.size() / 2] ^= std::byte{1};
  OldEventReader reader(archive_, is_any);
  const std::vector<std::uint64_t> whole = read(reader, 1, 1'001);
  EXPECT_GE(whole.size(), 128U);
  EXPECT_LT(whole.size(), 292U);
  EXPECT_THAT(reader.wrong(), HasSubstr(segment_name(kEventStream, 2)));
  EXPECT_EQ(reader.read(whole.back() + 1, 1'001).next, 1'001U);
}

TEST_F(EventArchiveTest, EverybodyWhoAskedIsAnsweredInOneTurn) {
  events_.write_to(500);
  std::vector<std::unique_ptr<OldEventReader>> readers;
  for (std::uint64_t i = 0; i < 20; ++i) {
    readers.push_back(std::make_unique<OldEventReader>(archive_, is_any));
    ASSERT_EQ(readers.back()->read(i + 1, 501).status, Reading::waiting);
  }
  ASSERT_TRUE(archive_.turn());
  for (std::uint64_t i = 0; i < 20; ++i) {
    const OldEventReader::Found found = readers[i]->read(i + 1, 501);
    ASSERT_EQ(found.status, Reading::event);
    EXPECT_EQ(found.event->exec_id.count(), i + 1);
  }
}

TEST(EventArchiveThread, AnswersManyThreadsWhileEventsAreWritten) {
  test::TemporaryFolder folder;
  PosixStorage disk(folder.path() + "/disk");
  EventsOnDisk events(disk);
  EventArchive archive(disk);
  std::atomic<std::uint64_t> written{0};
  archive.start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      OldEventReader reader(archive, is_of_session_1);
      std::uint64_t from = 1;
      while (from <= 5'000) {
        const std::uint64_t until = written.load(std::memory_order_acquire) + 1;
        if (until <= from) continue;
        EXPECT_EQ(read_all(reader, from, until, [] { std::this_thread::yield(); }),
                  every_fifth(from, until));
        from = until;
      }
    });
  }
  for (std::uint64_t last = 50; last <= 5'000; last += 50) {
    events.write_to(last);
    written.store(last, std::memory_order_release);
  }
  for (std::thread& thread : threads) thread.join();
  archive.stop();
}

TEST(EventArchiveThread, StopsThoughSomebodyWaits) {
  test::TemporaryFolder folder;
  PosixStorage disk(folder.path() + "/disk");
  EventArchive archive(disk);
  archive.start();
  archive.stop();
  OldEventReader reader(archive, is_any);
  EXPECT_EQ(reader.read(1, 2).status, Reading::waiting);
  EXPECT_EQ(reader.read(1, 2).status, Reading::waiting);
  archive.start();
  archive.stop();
}

}  // namespace
}  // namespace sluice
