#include "tests/support/child_process.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "tests/support/venue_process.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

ProcessOptions shell(const std::string& script) {
  ProcessOptions options;
  options.argv = {"/bin/sh", "-c", script};
  return options;
}

TEST(ChildProcess, ExitCodeAndOutputAreCollected) {
  ChildProcess child{shell("echo out; echo err >&2; exit 7")};
  const std::optional<ExitStatus> status = child.wait(20s);
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->by_signal);
  EXPECT_EQ(status->code, 7);
  EXPECT_EQ(child.standard_output(), "out\n");
  EXPECT_EQ(child.standard_error(), "err\n");
}

TEST(ChildProcess, LineIsSeenWhileTheProgramRuns) {
  ChildProcess child{shell("echo first; echo ready 5; exec cat /dev/zero > /dev/null")};
  EXPECT_EQ(child.wait_for_line("ready ", 20s), "ready 5");
  EXPECT_TRUE(child.running());
  child.send_signal(SIGTERM);
  const std::optional<ExitStatus> status = child.wait(20s);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->by_signal);
  EXPECT_EQ(status->code, SIGTERM);
}

TEST(ChildProcess, LineThatNeverComesEndsWithTheProgram) {
  ChildProcess child{shell("echo other")};
  EXPECT_EQ(child.wait_for_line("ready ", 20s), std::nullopt);
}

TEST(ChildProcess, DestructorKills) {
  pid_t pid = 0;
  {
    ChildProcess child{shell("echo up; exec cat /dev/zero > /dev/null")};
    ASSERT_TRUE(child.wait_for_line("up", 20s));
    pid = child.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(ChildProcess, MissingProgramExitsWith127) {
  ProcessOptions options;
  options.argv = {"/nonexistent/program"};
  ChildProcess child{options};
  const std::optional<ExitStatus> status = child.wait(20s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 127);
}

TEST(ChildProcess, ListeningLineGivesAddressAndPort) {
  ChildProcess child{shell("echo 'x: listening on [::1]:4711'")};
  const ListeningAddress address = wait_until_listening(child, "x: listening on ", 20s);
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 4711);
}

TEST(TemporaryFolder, VanishesWithWhatItHolds) {
  std::string path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    std::filesystem::create_directories(path + "/a/b");
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolder, FolderLeftByAKilledProgramIsRemovedByTheNext) {
  namespace fs = std::filesystem;
  const TemporaryFolder living;
  const fs::path abandoned = living.path() + "-abandoned";
  fs::create_directories(abandoned / "state");
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours{1};
  fs::last_write_time(abandoned, long_ago);
  fs::last_write_time(living.path(), long_ago);
  const TemporaryFolder next;
  EXPECT_FALSE(fs::exists(abandoned));
  EXPECT_TRUE(fs::exists(living.path()));
}

}  // namespace
}  // namespace sluice::testing
