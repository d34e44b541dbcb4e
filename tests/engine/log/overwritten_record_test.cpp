// A log that goes round: a record that has been overwritten is an answer, never a torn record.
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#include "engine/log/execution_log.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice {
namespace {

using Status = ExecutionLog::ReadStatus;
using Words = std::array<std::uint64_t, sizeof(Event) / sizeof(std::uint64_t)>;

/// Every word of record n says n: a record made of two shows.
void write_number(ExecutionLog& log) {
  Words words;
  words.fill(log.written() + 1);
  std::memcpy(static_cast<void*>(&log.claim()), words.data(), sizeof(Event));
  log.commit();
}
void write_numbers(ExecutionLog& log, std::uint64_t count) {
  for (; count > 0; --count) write_number(log);
}

bool is_whole(const Event& event, std::uint64_t n) {
  Words words;
  std::memcpy(words.data(), &event, sizeof(Event));
  for (const std::uint64_t word : words) {
    if (word != n) return false;
  }
  return true;
}

class OverwrittenRecord : public testing::Test {
 protected:
  static constexpr std::uint64_t kCapacity = 64;
  static constexpr std::uint64_t kMaxBatch = 16;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "sluice-overwritten-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    log_.emplace(folder_ + "/execution.log", kCapacity, kMaxBatch, 0, 1);
  }
  void TearDown() override {
    log_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string folder_;
  std::optional<ExecutionLog> log_;
};

TEST_F(OverwrittenRecord, IsLostAndAllOthersAreWholeHoweverFarTheWriterIsInItsBatch) {
  for (std::uint64_t batch = 1; batch <= 20; ++batch) {
    const std::uint64_t published = log_->published();
    for (std::uint64_t written = 0; written <= kMaxBatch; ++written) {
      if (written > 0) write_number(*log_);
      for (std::uint64_t n = 1; n <= log_->written(); ++n) {
        Event event{};
        const Status status = log_->read(n, event);
        // Room for one batch that nobody sees yet is taken from what can be read.
        const bool kept = n + kCapacity > published + kMaxBatch;
        const Status expected = n > published ? Status::not_yet : kept ? Status::ok : Status::lost;
        ASSERT_EQ(status, expected) << n << " of " << published << " with " << written;
        if (status == Status::ok) {
          ASSERT_TRUE(is_whole(event, n)) << n;
        }
      }
    }
    log_->publish();
  }
}

/// A reader that is interrupted in the middle of its copy: the place that it copies to ends in a
/// page which may not be written to until the interruption is over.
class Interruption {
 public:
  explicit Interruption(ExecutionLog& log) {
    log_in_use = &log;
    page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* mapped =
        ::mmap(nullptr, 2 * page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    base_ = static_cast<std::byte*>(mapped);
    second_page = base_ + page_bytes;
    // Three lines of it on the first page, the rest on the second.
    event_ = ::new (second_page - 3 * alignof(Event)) Event{};
    ::mprotect(second_page, page_bytes, PROT_NONE);
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = &write_over;
    ::sigaction(SIGSEGV, &action, &before_);
  }
  ~Interruption() {
    ::sigaction(SIGSEGV, &before_, nullptr);
    ::munmap(base_, 2 * page_bytes);
  }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] Event& place() { return *event_; }
  static inline volatile std::sig_atomic_t interrupted = 0;
  static inline std::uint64_t batches = 0;

 private:
  static void write_over(int) {
    // A second fault at the same place would be somebody else's.
    if (interrupted != 0) ::_exit(1);
    interrupted = 1;
    for (std::uint64_t batch = 0; batch < batches; ++batch) {
      write_numbers(*log_in_use, 16);
      log_in_use->publish();
    }
    ::mprotect(second_page, page_bytes, PROT_READ | PROT_WRITE);
  }

  static inline ExecutionLog* log_in_use = nullptr;
  static inline std::byte* second_page = nullptr;
  static inline std::size_t page_bytes = 0;
  std::byte* base_ = nullptr;
  Event* event_ = nullptr;
  struct sigaction before_ {};
};

TEST_F(OverwrittenRecord, ThatTheWriterReachesWhileItIsCopiedIsLost) {
  write_numbers(*log_, 16);
  log_->publish();
  Interruption interruption(*log_);
  Interruption::batches = kCapacity / 16;
  EXPECT_EQ(log_->read(5, interruption.place()), Status::lost);
  EXPECT_EQ(Interruption::interrupted, 1) << "the copy was not interrupted";
}

TEST_F(OverwrittenRecord, IsNotWhatAReaderGetsThatIsInterruptedForLess) {
  write_numbers(*log_, 16);
  log_->publish();
  Interruption interruption(*log_);
  Interruption::batches = kCapacity / 16 - 2;
  EXPECT_EQ(log_->read(5, interruption.place()), Status::ok);
  EXPECT_EQ(Interruption::interrupted, 1) << "the copy was not interrupted";
  EXPECT_TRUE(is_whole(interruption.place(), 5));
}

// Not for ThreadSanitizer: the copy is checked after the race, which it cannot know.
#ifndef SLUICE_TSAN
TEST_F(OverwrittenRecord, IsNeverTornForAReaderThatRacesAWriterRoundAndRound) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::atomic<bool> done{false};
  write_numbers(*log_, kMaxBatch);
  log_->publish();
  std::thread writer([&] {
    while (!done.load(std::memory_order_relaxed)) {
      write_numbers(*log_, 8);
      log_->publish();
    }
  });
  std::uint64_t torn = 0;
  std::uint64_t whole = 0;
  std::uint64_t lost = 0;
  Event event{};
  for (int i = 0; i < 200'000; ++i) {
    // Most of them near the writer's heels.
    const std::uint64_t oldest = log_->oldest();
    const std::uint64_t n = oldest + random() % (i % 4 == 0 ? kCapacity - kMaxBatch : 4);
    const Status status = log_->read(n, event);
    if (status == Status::lost) ++lost;
    if (status != Status::ok) continue;
    ++whole;
    if (!is_whole(event, n)) ++torn;
  }
  // However the threads were scheduled: one record at least is seen to be written over.
  const std::uint64_t last = log_->published();
  while (log_->published() < last + kCapacity) std::this_thread::yield();
  if (log_->read(last, event) == Status::lost) ++lost;
  done = true;
  writer.join();
  EXPECT_EQ(torn, 0U);
  EXPECT_GT(whole, 0U);
  EXPECT_GT(lost, 0U);
}
#endif

}  // namespace
}  // namespace sluice
