#include "engine/journal/segment_file.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <system_error>

#include "tests/engine/support/temporary_folder.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

class SegmentFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return folder_.path() + "/" + name;
  }

  test::TemporaryFolder folder_;
};

TEST_F(SegmentFileTest, IsZeroedAndKeepsWhatIsWritten) {
  {
    const SegmentFile made = SegmentFile::create(path("a"), 65'536);
    ASSERT_EQ(made.memory().size(), 65'536U);
    EXPECT_TRUE(std::ranges::all_of(made.memory(), [](std::byte b) { return b == std::byte{}; }));
    made.memory()[65'535] = std::byte{7};
  }
  EXPECT_EQ(fs::file_size(path("a")), 65'536U);
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const SegmentFile read = SegmentFile::open_to_read(path("a"));
  EXPECT_EQ(read.memory()[65'535], std::byte{7});
  const SegmentFile again = SegmentFile::open_to_write(path("a"));
  again.memory()[0] = std::byte{8};
  EXPECT_EQ(read.memory()[0], std::byte{8});
}

TEST_F(SegmentFileTest, NothingThatIsThereIsReplaced) {
  (void)SegmentFile::create(path("a"), 4'096);
  EXPECT_THROW((void)SegmentFile::create(path("a"), 4'096), std::system_error);
}

TEST_F(SegmentFileTest, WhatCannotBeReservedIsToldAndLeavesNothing) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 65'536;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  std::string told;
  try {
    (void)SegmentFile::create(path("a"), 1U << 20U);
  } catch (const std::system_error& error) {
    told = error.what();
  }
  std::signal(SIGXFSZ, handler);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(told, "segment " + path("a") + ": cannot reserve 1048576 bytes: File too large");
  EXPECT_FALSE(fs::exists(path("a")));
}

TEST_F(SegmentFileTest, WhatIsMissingEmptyOrNoFileIsTold) {
  EXPECT_THROW((void)SegmentFile::open_to_read(path("none")), std::system_error);
  EXPECT_THROW((void)SegmentFile::create(path("none/a"), 4'096), std::system_error);
  std::ofstream{path("empty")}.flush();
  EXPECT_THROW((void)SegmentFile::open_to_read(path("empty")), std::runtime_error);
  EXPECT_THROW((void)SegmentFile::open_to_read(folder_.path()), std::runtime_error);
  fs::create_symlink(path("empty"), path("link"));
  EXPECT_THROW((void)SegmentFile::open_to_write(path("link")), std::system_error);
}

TEST(SegmentName, SortsAsSegmentsFollow) {
  EXPECT_EQ(segment_name("commands", 7), "commands-00000000000000000007.seg");
  EXPECT_LT(segment_name("commands", 9), segment_name("commands", 10));
  EXPECT_EQ(segment_name("s", UINT64_MAX), "s-18446744073709551615.seg");
}

}  // namespace
}  // namespace sluice
