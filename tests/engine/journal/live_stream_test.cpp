// A stream's segments in memory: made ahead, given back, and never more than there may be.
#include "engine/journal/live_stream.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "tests/engine/support/temporary_folder.hpp"

namespace sluice::test {
namespace {

constexpr std::size_t kAhead = 3;

std::size_t files_in(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST(LiveStream, HoldsNoMoreThanItMayHoweverMuchIsTaken) {
  const TemporaryFolder folder;
  LiveStream stream(
      {.folder = folder.path(), .name = "x", .segment_bytes = 8'192, .ahead = kAhead});
  while (stream.prepare()) continue;
  EXPECT_EQ(files_in(folder.path()), kAhead);
  // Whoever writes takes each as soon as there is one; nobody brings them to the disk.
  std::size_t taken = 0;
  while (stream.supply().take()) {
    ++taken;
    (void)stream.prepare();
  }
  EXPECT_EQ(taken, LiveStream::most(kAhead));
  EXPECT_EQ(files_in(folder.path()), LiveStream::most(kAhead));
  EXPECT_FALSE(stream.prepare());
  // One that is given back makes room for one.
  stream.release_before(2);
  EXPECT_TRUE(stream.prepare());
  EXPECT_FALSE(stream.prepare());
  EXPECT_TRUE(stream.supply().take().has_value());
  EXPECT_EQ(files_in(folder.path()), LiveStream::most(kAhead));
}

}  // namespace
}  // namespace sluice::test
