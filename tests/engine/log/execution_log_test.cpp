#include "engine/log/execution_log.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace sluice {
namespace {

using ReadStatus = ExecutionLog::ReadStatus;

class ExecutionLogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "sluice-log-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/execution.log"; }

  static void write(ExecutionLog& log, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      Event& event = log.claim();
      event.exec_id = ExecId::make(0, 1, log.written() + 1);
      event.reject_asked = static_cast<std::int64_t>(log.written() + 1);
      log.commit();
    }
  }

  static void write_and_publish(ExecutionLog& log, std::uint64_t count) {
    for (; count > 0; --count) {
      write(log, 1);
      log.publish();
    }
  }

  std::string folder_;
};

TEST_F(ExecutionLogTest, ShowsEventsOnlyAfterTheyArePublished) {
  ExecutionLog log(path(), 64, 16, 0, 1);
  Event event;
  write(log, 2);
  EXPECT_EQ(log.read(1, event), ReadStatus::not_yet);
  log.publish();
  ASSERT_EQ(log.read(1, event), ReadStatus::ok);
  EXPECT_EQ(event.exec_id.count(), 1U);
  ASSERT_EQ(log.read(2, event), ReadStatus::ok);
  EXPECT_EQ(event.exec_id.count(), 2U);
  EXPECT_EQ(log.read(3, event), ReadStatus::not_yet);
}

TEST_F(ExecutionLogTest, ClaimsAreZeroedEvenOnAReusedSlot) {
  ExecutionLog log(path(), 16, 4, 0, 1);
  for (int round = 0; round < 20; ++round) {
    Event& event = log.claim();
    EXPECT_EQ(event.price.value, 0);
    event.price = Price{42};
    log.commit();
  }
}

TEST_F(ExecutionLogTest, KeepsTheLastEventsAndSaysWhenOlderOnesAreLost) {
  ExecutionLog log(path(), 64, 16, 0, 1);
  Event event;
  write_and_publish(log, 48);
  EXPECT_EQ(log.oldest(), 1U);
  EXPECT_EQ(log.read(1, event), ReadStatus::ok);
  write_and_publish(log, 1);
  EXPECT_EQ(log.oldest(), 2U);
  EXPECT_EQ(log.read(1, event), ReadStatus::lost);
  EXPECT_EQ(log.read(2, event), ReadStatus::ok);
  write_and_publish(log, 1'000);
  ASSERT_EQ(log.read(log.published(), event), ReadStatus::ok);
  EXPECT_EQ(event.exec_id.count(), 1'049U);
}

TEST_F(ExecutionLogTest, RefusesBoundsThatDoNotFit) {
  EXPECT_THROW(ExecutionLog(path(), 63, 1, 0, 1), std::invalid_argument);
  EXPECT_THROW(ExecutionLog(path(), 64, 17, 0, 1), std::invalid_argument);
  EXPECT_THROW(ExecutionLog(path(), 64, 0, 0, 1), std::invalid_argument);
  EXPECT_NO_THROW(ExecutionLog(path(), 64, 16, 0, 1));
}

TEST_F(ExecutionLogTest, NamesThePathThatItCannotCreate) {
  try {
    ExecutionLog log(folder_ + "/missing/execution.log", 64, 16, 0, 1);
    FAIL() << "created a file in a folder that does not exist";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("/missing/execution.log"), std::string::npos);
  }
}

TEST_F(ExecutionLogTest, RefusesToStartWhereThereIsNoRoom) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 8'192;
  ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(ExecutionLog(path(), 1'024, 16, 0, 1), std::system_error);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ExecutionLogTest, AReaderBesideTheWriterNeverSeesATornEvent) {
  constexpr std::uint64_t kEvents = 20'000;
  ExecutionLog log(path(), 32'768, 16, 0, 1);
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kEvents; i += 8) {
      write(log, 8);
      log.publish();
    }
  });
  std::uint64_t next = 1;
  std::uint64_t wrong = 0;
  Event event;
  while (next <= kEvents) {
    const ReadStatus status = log.read(next, event);
    if (status == ReadStatus::not_yet) {
      std::this_thread::yield();
      continue;
    }
    if (status != ReadStatus::ok || event.exec_id.count() != next ||
        event.reject_asked != static_cast<std::int64_t>(next)) {
      ++wrong;
    }
    ++next;
  }
  writer.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace sluice
