// Fifty drop copies under load, half of them without reading: they are cut, and nobody else
// notices.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/end_to_end/copy_client.hpp"
#include "tests/end_to_end/drop_copy_venue.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::testing {
namespace {

/// Of fifty, and of ten where a sanitizer makes each five times as slow.
constexpr std::size_t kHalf = tries(25);
constexpr std::uint64_t kMaxUnsent = 256U << 10U;

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

/// Private memory of the process, without what it maps of files.
std::uint64_t private_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8)) << 10U;
  }
  return 0;
}

class DropCopyCrowd : public ::testing::Test {
 protected:
  static VenueOptions crowded() {
    std::vector<VenueSession> sessions;
    for (std::size_t i = 0; i < 2 * kHalf; ++i) {
      sessions.push_back(drop_session(numbered("D", i), "FIRM"));
    }
    VenueText text = drop_copy_venue(sessions);
    text.gateway = {{"max_unsent_bytes", std::to_string(kMaxUnsent)},
                    {"drop_copy_stall_ms", "1000"},
                    {"store_messages", "65536"}};
    text.log = {{"level", "\"warn\""}};
    return options_of(text);
  }
  CopyClient& add(std::vector<std::unique_ptr<CopyClient>>& to, std::size_t i, int receive_bytes) {
    RawClientOptions options = client_options(numbered("D", i));
    options.heartbeat_s = 60;
    options.receive_buffer_bytes = receive_bytes;
    to.push_back(std::make_unique<CopyClient>(std::move(options), venue_.host(), venue_.port()));
    return *to.back();
  }
  /// Orders of C1 that C2 takes: four reports each. Returns when the traders and all who read have
  /// them.
  void trade_and_read(int orders) {
    for (int i = 0; i < orders; ++i) {
      const std::uint64_t n = ++orders_;
      c1_.queue(limit_order(numbered("s", n), kSymbol, '2', "0.1", "100"));
      c2_.queue(limit_order(numbered("b", n), kSymbol, '1', "0.1", "100"));
    }
    c1_.send_raw("");
    c2_.send_raw("");
    const std::size_t wanted = 4 * orders_;
    while (heard_ < wanted) {
      for (RawFixClient* client : {&c1_, &c2_}) {
        while (const FixMessage* message = client->poll())
          heard_ += message->type() == "8" ? 1U : 0;
        ASSERT_FALSE(client->closed_by_peer());
      }
      read();
    }
    const Deadline deadline = after(kPatience);
    while (least_read() < wanted) {
      ASSERT_LT(Clock::now(), deadline) << least_read() << " of " << wanted;
      read();
    }
  }
  void read() {
    for (const auto& reader : readers_) ASSERT_TRUE(reader->pump()) << "a reader was cut";
  }
  std::size_t least_read() const {
    std::size_t least = readers_.front()->count();
    for (const auto& reader : readers_) least = std::min(least, reader->count());
    return least;
  }
  std::size_t cut(const std::string& why) {
    return occurrences(venue_.process().standard_error(), why);
  }
  void wait_until_cut(const std::string& why, std::size_t count) {
    const Deadline deadline = after(kPatience);
    while (cut(why) < count) {
      ASSERT_LT(Clock::now(), deadline) << cut(why);
      read();
    }
  }

  VenueProcess venue_{crowded()};
  RawFixClient c1_{client_options("C1")};
  RawFixClient c2_{client_options("C2")};
  std::vector<std::unique_ptr<CopyClient>> readers_;
  std::vector<std::unique_ptr<CopyClient>> stalled_;
  std::uint64_t orders_ = 0;
  std::size_t heard_ = 0;
};

TEST_F(DropCopyCrowd, HalfOfThemStallAndAreCutInBothPhasesWhileTheOthersGetEverything) {
  log_on(c1_, venue_);
  log_on(c2_, venue_);
  Bystander bystander{venue_, "C3"};
  for (std::size_t i = 0; i < kHalf; ++i) {
    (void)add(readers_, i, 0).log_on();
    (void)add(stalled_, kHalf + i, 4'096).log_on();
  }
  trade_and_read(100);
  [[maybe_unused]] const std::uint64_t before = private_bytes(venue_.process().pid());
  // At the tip: the bytes that wait are what counts.
  const std::string too_many = "cut: it left more than " + std::to_string(kMaxUnsent);
  for (int round = 0; round < 100 && cut(too_many) < kHalf; ++round) {
    trade_and_read(150);
    bystander.trade();
  }
  ASSERT_EQ(cut(too_many), kHalf);
  EXPECT_EQ(cut("has read nothing for 1000 ms"), 0U);
  // Behind, by more than kernels hold: they come back, and still do not read.
  for (const auto& each : stalled_) {
    while (each->pump()) (void)each->raw().connection().wait_readable(after(kPatience));
  }
  for (int round = 0; round < 10; ++round) trade_and_read(250);
  for (const auto& each : stalled_) (void)each->log_on();
  wait_until_cut("has read nothing for 1000 ms", kHalf);
  bystander.trade();
  EXPECT_EQ(cut(too_many), kHalf);
#if !defined(SLUICE_TSAN) && !defined(SLUICE_UBSAN)
  // Twice the bound for each connection is what a buffer may take while it grows.
  EXPECT_LT(private_bytes(venue_.process().pid()), before + 4 * kHalf * kMaxUnsent);
#endif
  // In the end they read.
  const std::size_t copies = 4 * orders_;
  for (const auto& each : stalled_) {
    while (each->pump()) (void)each->raw().connection().wait_readable(after(kPatience));
    each->raw().options().receive_buffer_bytes = 0;
    (void)each->log_on();
    ASSERT_TRUE(each->wait_for(copies));
  }
  std::vector<std::string> faults;
  for (const auto& each : readers_) ASSERT_TRUE(each->wait_for(copies));
  const std::vector<std::string> expected = readers_[0]->reports(faults);
  for (const auto& group : {&readers_, &stalled_}) {
    for (const auto& each : *group) EXPECT_EQ(each->reports(faults), expected);
  }
  EXPECT_THAT(faults, ::testing::IsEmpty());
  EXPECT_EQ(c1_.gap() + c2_.gap(), 0U);
}

}  // namespace
}  // namespace sluice::testing
