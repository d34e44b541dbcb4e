// File systems of a test's own that fail when it says so. Nobody else sees them.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "tests/support/venue_process.hpp"

namespace sluice::testing {

/// This system does not let a test mount anything, or has not what that takes: what() says which.
class MountsNotAllowed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Says on standard output, in one line "NOT RUN: TEST: why", that the current test did not test
/// anything. scripts/test counts it as neither passed nor failed, and repeats the line at its end.
void say_not_run(const std::string& why);

/// A file system mounted at a folder of its own, until the destructor.
///
/// The first one takes the process into mounts of its own: a namespace of its own where it is
/// privileged, one with a user namespace where it is not. Processes that are started later see
/// the same. Thread safety: none, and the first one is made while there is one thread.
class TestDisk {
 public:
  TestDisk(const TestDisk&) = delete;
  TestDisk& operator=(const TestDisk&) = delete;
  virtual ~TestDisk();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// What the system calls the failure, in strerror()'s words.
  [[nodiscard]] virtual std::string failure() const = 0;
  /// From now on it fails, or does so soon.
  virtual void fail() = 0;
  /// It is good again, with what was made durable before. Nobody may have a file of it open.
  virtual void heal() = 0;

 protected:
  /// Throws MountsNotAllowed.
  TestDisk();
  void unmount() const;
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::string path_;
};

/// In memory; fail() leaves it so much room that it is full after `room_left` bytes more.
class FillingDisk final : public TestDisk {
 public:
  explicit FillingDisk(std::size_t bytes, std::size_t room_left);
  [[nodiscard]] std::string failure() const override;
  void fail() override;
  void heal() override;

 private:
  void mount_with(unsigned long flags, std::size_t bytes);

  std::size_t bytes_;
  std::size_t room_left_;
};

/// An ext4 in a file; fail() is what its kernel does with a disk that gives errors: at once it can
/// only be read, open files included. Takes root, a loop device and mkfs.ext4.
class ReadOnlyDisk final : public TestDisk {
 public:
  explicit ReadOnlyDisk(std::size_t bytes);
  [[nodiscard]] std::string failure() const override;
  void fail() override;
  void heal() override;

 private:
  void mount_it() const;
  [[nodiscard]] std::string image() const { return folder() + "/image"; }
};

}  // namespace sluice::testing
