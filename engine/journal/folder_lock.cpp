#include "engine/journal/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice {

FolderLock::FolderLock(const std::string& folder) {
  const auto failed = [&](const char* what, int error) {
    throw StorageError(folder + ": " + what + ": " + std::strerror(error));
  };
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) failed("cannot be made", errno);
  fd_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0) failed("cannot be opened", errno);
  if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
  const int error = errno;
  ::close(fd_);
  if (error == EWOULDBLOCK) {
    throw FolderInUse(folder + ": another venue uses it; give each its own");
  }
  failed("cannot be locked", error);
}

FolderLock::~FolderLock() { ::close(fd_); }

}  // namespace sluice
