#include "tests/end_to_end/test_disk.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

#include "tests/support/child_process.hpp"

namespace sluice::testing {
namespace {

[[noreturn]] void mounts_not_allowed(const std::string& what) {
  throw MountsNotAllowed(what + ": " + std::strerror(errno));
}

void write_line(const char* path, const std::string& line) {
  std::ofstream file(path);
  file << line << std::flush;
  if (!file) throw MountsNotAllowed(std::string(path) + " cannot be written");
}

/// Root there is who we are here.
void enter_user_namespace() {
  const std::string user = std::to_string(::getuid());
  const std::string group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) mounts_not_allowed("unshare");
  write_line("/proc/self/setgroups", "deny");
  write_line("/proc/self/uid_map", "0 " + user + " 1");
  write_line("/proc/self/gid_map", "0 " + group + " 1");
}

void enter_private_mounts() {
  static bool has_entered = false;
  if (has_entered) return;
  if (::unshare(CLONE_NEWNS) != 0) enter_user_namespace();
  // What is mounted here is not mounted in the namespace that this one was copied from.
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    mounts_not_allowed("mounts cannot be made private");
  }
  has_entered = true;
}

/// Throws MountsNotAllowed with what it says.
void run_program(std::vector<std::string> argv) {
  const std::string name = argv.at(0);
  argv.insert(argv.begin(), "/usr/bin/env");
  ChildProcess program({.argv = std::move(argv),
                        .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
                        .cpu = {},
                        .descriptors = {}});
  const auto ended = program.wait(std::chrono::seconds{60});
  if (ended && !ended->by_signal && ended->code == 0) return;
  std::string said = program.standard_error();
  said = said.substr(0, said.find('\n'));
  throw MountsNotAllowed(name + " fails" + (said.empty() ? "" : ": " + said));
}

}  // namespace

void say_not_run(const std::string& why) {
  const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  std::cout << "NOT RUN: " << test->test_suite_name() << '.' << test->name() << ": " << why
            << std::endl;
}

TestDisk::TestDisk() : path_(folder_.path() + "/disk") {
  enter_private_mounts();
  std::filesystem::create_directory(path_);
}

TestDisk::~TestDisk() { unmount(); }

void TestDisk::unmount() const { ::umount2(path_.c_str(), MNT_DETACH); }

FillingDisk::FillingDisk(std::size_t bytes, std::size_t room_left)
    : bytes_(bytes), room_left_(room_left) {
  mount_with(0, bytes);
}

std::string FillingDisk::failure() const { return std::strerror(ENOSPC); }

void FillingDisk::mount_with(unsigned long flags, std::size_t bytes) {
  const std::string size = "size=" + std::to_string(bytes);
  if (::mount("none", path().c_str(), "tmpfs", flags, size.c_str()) != 0) {
    mounts_not_allowed("a tmpfs cannot be mounted");
  }
}

void FillingDisk::fail() {
  struct statvfs now {};
  if (::statvfs(path().c_str(), &now) != 0) mounts_not_allowed("statvfs");
  mount_with(MS_REMOUNT, (now.f_blocks - now.f_bfree) * now.f_frsize + room_left_);
}

void FillingDisk::heal() { mount_with(MS_REMOUNT, bytes_); }

ReadOnlyDisk::ReadOnlyDisk(std::size_t bytes) {
  std::ofstream(image()).close();
  std::filesystem::resize_file(image(), bytes);
  run_program({"mkfs.ext4", "-q", "-F", image()});
  mount_it();
}

std::string ReadOnlyDisk::failure() const { return std::strerror(EROFS); }

void ReadOnlyDisk::mount_it() const {
  run_program({"mount", "-o", "loop,errors=remount-ro", image(), path()});
}

void ReadOnlyDisk::fail() { run_program({"mount", "-o", "remount,abort", path()}); }

void ReadOnlyDisk::heal() {
  if (::umount2(path().c_str(), 0) != 0) mounts_not_allowed("it cannot be unmounted");
  mount_it();
}

}  // namespace sluice::testing
