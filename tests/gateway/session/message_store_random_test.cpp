// The store against a map that keeps everything, and against kill -9.
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "gateway/session/store/mapped_message_store.hpp"

namespace sluice::gateway {
namespace {

TimeNs fixed_clock() { return TimeNs{1'767'614'400'000'000'000}; }

std::uint64_t seed() {
  const char* given = std::getenv("SLUICE_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

class RandomMessageStoreTest : public ::testing::Test {
 protected:
  RandomMessageStoreTest() : seed_(seed()), random_(seed_) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    RecordProperty("seed", std::to_string(seed_));
  }
  ~RandomMessageStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open(std::uint32_t capacity) {
    store_.reset();
    store_ = std::make_unique<MappedMessageStore>(
        (folder_ / "x.store").string(), StoreIdentity{"SLUICE", "C"}, capacity, &fixed_clock);
  }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  std::string random_message() {
    // Mostly usual, sometimes long, seldom of the longest.
    const std::size_t kind = below(100);
    const std::size_t size = kind < 80   ? 1 + below(kUsualStoredBytes)
                             : kind < 98 ? 1 + below(20'000)
                                         : kMaxStoredBytes - below(3);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(below(256));
    return text;
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  std::filesystem::path folder_;
  std::unique_ptr<MappedMessageStore> store_;
};

TEST_F(RandomMessageStoreTest, LacksNothingButAPrefixWhateverIsDoneToIt) {
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed_));
  constexpr std::uint32_t kCapacity = 40;
  constexpr std::string_view kSkipped = "skipped, and longer than nothing";
  std::map<std::uint32_t, std::string> sent;  // everything since the last jump or reset
  std::optional<std::string> uncounted;       // set under `next`, which has not moved on yet
  std::uint32_t next = 1;
  open(kCapacity);
  for (int step = 0; step < 3'000; ++step) {
    const std::size_t what = below(100);
    if (what < 70) {
      const std::string text = random_message();
      ASSERT_TRUE(store_->append(next, text));
      sent[next++] = text;
      uncounted.reset();
    } else if (what < 88) {
      const std::string text = random_message();
      ASSERT_TRUE(store_->set(static_cast<int>(next), text));
      uncounted = text;
      if (below(10) == 0) continue;  // and not counted: the next one replaces it
      store_->incrNextSenderMsgSeqNum();
      sent[next++] = text;
      uncounted.reset();
    } else if (what < 94) {
      open(kCapacity);
      uncounted.reset();
    } else if (what < 96) {
      // To the number after it is another way to count the last one.
      if (uncounted) sent[next] = *uncounted;
      uncounted.reset();
      next = static_cast<std::uint32_t>(1 + below(2 * next));
      store_->setNextSenderMsgSeqNum(static_cast<int>(next));
      sent.erase(sent.lower_bound(next), sent.end());
      if (!sent.empty() && next - sent.rbegin()->first > kCapacity) sent.clear();
      // Nothing was sent under those between.
      while (!sent.empty() && !sent.contains(next - 1)) {
        sent[sent.rbegin()->first + 1] = std::string(kSkipped);
      }
    } else if (what < 97) {
      store_->reset();
      next = 1;
      sent.clear();
      uncounted.reset();
    }
    ASSERT_EQ(store_->next_sender(), next) << "step " << step;
    const std::uint32_t first = store_->first_kept();
    std::vector<std::string> kept;
    store_->get(1, static_cast<int>(next) - 1, kept);
    ASSERT_LE(first, next);
    ASSERT_EQ(kept.size(), next - first) << "step " << step;
    std::size_t bytes = 0;
    for (std::uint32_t n = first; n < next; ++n) {
      ASSERT_TRUE(sent.contains(n)) << "step " << step;
      if (sent.at(n) == kSkipped) {
        ASSERT_TRUE(kept[n - first].starts_with("8=FIX.4.4\x01")) << "step " << step;
        continue;
      }
      ASSERT_TRUE(kept[n - first] == sent.at(n)) << "step " << step << ", message " << n;
      bytes += sent.at(n).size();
    }
    ASSERT_LE(kept.size(), kCapacity);
    EXPECT_LE(bytes, std::size_t{65'536});
  }
}

/// Says through the pipe which numbers are counted, as a wire would, until it is killed.
[[noreturn]] void append_until_killed(const std::string& path, int pipe) {
  MappedMessageStore store(path, {"SLUICE", "C"}, 40, &fixed_clock);
  for (;;) {
    const std::uint32_t n = store.next_sender();
    if (!store.append(n, std::to_string(n) + std::string(n * 37 % 700, '.'))) ::_exit(1);
    if (::write(pipe, &n, sizeof(n)) != sizeof(n)) ::_exit(2);
  }
}

TEST_F(RandomMessageStoreTest, HasEveryMessageThatWasSentBeforeAKill) {
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed_));
  const std::string path = (folder_ / "x.store").string();
  std::uint32_t last_seen = 0;
  for (int round = 0; round < 20; ++round) {
    int pipe[2] = {-1, -1};
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      append_until_killed(path, pipe[1]);
    }
    ::close(pipe[1]);
    const std::size_t enough = 1 + below(300);
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < enough && ::read(pipe[0], &n, sizeof(n)) == sizeof(n); ++i) {
      last_seen = n;
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(pipe[0], &n, sizeof(n)) == sizeof(n)) last_seen = n;
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    ::close(pipe[0]);

    open(40);
    ASSERT_GT(store_->next_sender(), last_seen);
    ASSERT_LE(store_->next_sender(), last_seen + 2);
    std::vector<std::string> kept;
    store_->get(1, static_cast<int>(last_seen), kept);
    ASSERT_EQ(kept.size(), last_seen + 1 - store_->first_kept());
    ASSERT_FALSE(kept.empty());
    for (std::uint32_t i = store_->first_kept(); i <= last_seen; ++i) {
      ASSERT_EQ(kept[i - store_->first_kept()], std::to_string(i) + std::string(i * 37 % 700, '.'));
    }
    store_.reset();
  }
}

}  // namespace
}  // namespace sluice::gateway
