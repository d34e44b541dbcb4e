#include "gateway/venue/state_dir.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/types/packed_id.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

using ::testing::HasSubstr;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StateDirError& error) {
    return error.what();
  }
  return "no error";
}

class StateDirTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name = "state") const {
    return folder_.path() + "/" + name;
  }
  static void write(const std::string& file, const std::string& content) {
    std::ofstream(file) << content;
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  sluice::testing::TemporaryFolder folder_;
};

TEST_F(StateDirTest, TheFolderAndItsParentsAreMade) {
  const StateDir dir(path("a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(path("a/b/c")));
  EXPECT_EQ(dir.path(), path("a/b/c"));
  EXPECT_EQ(dir.file("epoch"), path("a/b/c") + "/epoch");
}

TEST_F(StateDirTest, ASecondVenueIsRefusedWhileTheFirstLives) {
  auto first = std::make_unique<StateDir>(path());
  EXPECT_EQ(error_of([&] { StateDir second(path()); }),
            "state_dir " + path() + " is in use by another venue; give each its own");
  first.reset();
  EXPECT_EQ(error_of([&] { StateDir third(path()); }), "no error");
}

TEST_F(StateDirTest, TwoFoldersAreTwoVenues) {
  const StateDir first(path("one"));
  EXPECT_EQ(error_of([&] { StateDir second(path("two")); }), "no error");
}

TEST_F(StateDirTest, TheLockOfAnotherProcessHoldsUntilItIsKilled) {
  std::array<int, 2> locked{};
  ASSERT_EQ(::pipe(locked.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const StateDir held(path());
    const char done = 'x';
    if (::write(locked[1], &done, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char told = 0;
  ASSERT_EQ(::read(locked[0], &told, 1), 1);
  EXPECT_THAT(error_of([&] { StateDir second(path()); }), HasSubstr("in use by another venue"));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(error_of([&] { StateDir third(path()); }), "no error");
  ::close(locked[0]);
  ::close(locked[1]);
}

TEST_F(StateDirTest, APathThatCannotBeAFolderIsNamed) {
  write(path("file"), "x");
  EXPECT_THAT(error_of([&] { StateDir dir(path("file/below")); }),
              HasSubstr("cannot create state_dir " + path("file/below")));
  EXPECT_THAT(error_of([&] { StateDir dir(path("file")); }), HasSubstr(path("file")));
  EXPECT_THAT(error_of([] { StateDir dir("/proc/no-such-folder"); }),
              HasSubstr("/proc/no-such-folder"));
}

TEST_F(StateDirTest, ALockThatCannotBeOpenedIsNamed) {
  std::filesystem::create_directories(path() + "/lock");
  EXPECT_THAT(error_of([&] { StateDir dir(path()); }),
              HasSubstr("cannot open " + path() + "/lock"));
}

TEST_F(StateDirTest, EpochsCountFromOneOverAllStarts) {
  {
    const StateDir dir(path());
    EXPECT_EQ(dir.next_epoch(), 1u);
    EXPECT_EQ(dir.next_epoch(), 2u);
  }
  const StateDir again(path());
  EXPECT_EQ(again.next_epoch(), 3u);
  EXPECT_EQ(read(path() + "/epoch"), "3\n");
}

TEST_F(StateDirTest, ADamagedEpochStopsTheStart) {
  const StateDir dir(path());
  for (const char* damaged : {"", "\n", "x\n", "0\n", "-1\n", "12x\n", "1 2\n", "0x1\n",
                              "99999999999999999999999\n", "5"}) {
    write(path() + "/epoch", damaged);
    EXPECT_EQ(error_of([&] { (void)dir.next_epoch(); }),
              path() + "/epoch is damaged: expected the number of the last epoch")
        << '"' << damaged << '"';
    EXPECT_EQ(read(path() + "/epoch"), damaged) << "it must not be replaced";
  }
}

TEST_F(StateDirTest, AnEpochThatIsNoFileStopsTheStart) {
  const StateDir dir(path());
  std::filesystem::create_directory(path() + "/epoch");
  EXPECT_THAT(error_of([&] { (void)dir.next_epoch(); }), HasSubstr("/epoch is damaged"));
}

TEST_F(StateDirTest, TheLastEpochIsUsedAndNoneAfterIt) {
  const StateDir dir(path());
  write(path() + "/epoch", std::to_string(OrderId::kMaxEpoch - 1) + "\n");
  EXPECT_EQ(dir.next_epoch(), OrderId::kMaxEpoch);
  EXPECT_EQ(error_of([&] { (void)dir.next_epoch(); }),
            path() + "/epoch: all 16383 epochs have been used; move state_dir away and start anew");
  EXPECT_EQ(read(path() + "/epoch"), "16383\n");
}

TEST_F(StateDirTest, TheMarkOfAnOrderlyStopLastsUntilItIsTaken) {
  const StateDir dir(path());
  EXPECT_TRUE(dir.stopped_cleanly());
  (void)dir.next_epoch();
  EXPECT_TRUE(dir.stopped_cleanly());
  dir.take_clean_mark();
  EXPECT_FALSE(dir.stopped_cleanly());
  dir.take_clean_mark();
  dir.mark_clean();
  EXPECT_TRUE(dir.stopped_cleanly());
  EXPECT_TRUE(dir.stopped_cleanly());
}

TEST_F(StateDirTest, AFileIsWrittenWholeAndLeavesNoDraft) {
  const StateDir dir(path());
  const std::string large(200'000, 'x');
  dir.write_file("note", large);
  EXPECT_EQ(read(path() + "/note"), large);
  dir.write_file("note", "short");
  EXPECT_EQ(read(path() + "/note"), "short");
  EXPECT_FALSE(std::filesystem::exists(path() + "/note.new"));
}

TEST_F(StateDirTest, ADraftLeftByACrashIsReplaced) {
  const StateDir dir(path());
  write(path() + "/note.new", "half of something long");
  dir.write_file("note", "whole");
  EXPECT_EQ(read(path() + "/note"), "whole");
}

TEST_F(StateDirTest, AFileThatCannotBeWrittenIsNamed) {
  const StateDir dir(path());
  EXPECT_THAT(error_of([&] { dir.write_file("no/such/folder", "x"); }),
              HasSubstr("cannot create " + path() + "/no/such/folder.new"));
  std::filesystem::create_directory(path() + "/taken");
  EXPECT_THAT(error_of([&] { dir.write_file("taken", "x"); }),
              HasSubstr("cannot replace " + path() + "/taken"));
}

}  // namespace
}  // namespace sluice::gateway
