#include "engine/journal/posix_storage.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sluice {
namespace {

[[noreturn]] void storage_failed(const std::string& path, const std::string& what, int error) {
  throw StorageError(path + ": " + what + ": " + std::strerror(error));
}

/// Interrupted and short writes go on.
void write_whole(int fd, const std::string& path, std::uint64_t offset,
                 std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) storage_failed(path, "cannot be written", written == 0 ? ENOSPC : errno);
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

StoredBytes unmapped_later(void* memory, std::size_t bytes) {
  return {std::shared_ptr<const void>(
              memory, [bytes](const void* at) { ::munmap(const_cast<void*>(at), bytes); }),
          {static_cast<const std::byte*>(memory), bytes}};
}

class PosixFile final : public StoredFile {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixFile() override { ::close(fd_); }

  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    write_whole(fd_, path_, offset, bytes);
  }
  void sync() override {
    // Not again after an error: the kernel may have dropped what it could not write.
    if (::fdatasync(fd_) != 0) storage_failed(path_, "cannot be synced", errno);
  }

 private:
  int fd_;
  std::string path_;
};

}  // namespace

std::vector<std::string> list_folder(const std::string& folder) {
  DIR* const stream = ::opendir(folder.c_str());
  if (stream == nullptr) storage_failed(folder, "cannot be listed", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> closing(stream, ::closedir);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* const entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) storage_failed(folder, "cannot be listed", errno);
  std::ranges::sort(names);
  return names;
}

StoredBytes map_file(int folder, const std::string& name, const std::string& path) {
  const int fd = ::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) storage_failed(path, "cannot be opened", errno);
  struct stat about {};
  const bool known = ::fstat(fd, &about) == 0;
  const int unknown = errno;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const memory =
      known && size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0) : nullptr;
  const int unmapped = errno;
  ::close(fd);
  if (!known) storage_failed(path, "cannot be looked at", unknown);
  if (memory == MAP_FAILED) storage_failed(path, "cannot be mapped", unmapped);
  if (memory == nullptr) return {};
  ::madvise(memory, size, MADV_SEQUENTIAL);
  return unmapped_later(memory, size);
}

StoredBytes zeros(std::size_t bytes) {
  if (bytes == 0) return {};
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) storage_failed("memory", "cannot be mapped", errno);
  return unmapped_later(memory, bytes);
}

PosixStorage::PosixStorage(std::string folder) : folder_(std::move(folder)), lock_(folder_) {}

std::vector<std::string> PosixStorage::list() { return list_folder(folder_); }

std::unique_ptr<StoredFile> PosixStorage::create(const std::string& name, std::size_t bytes) {
  const std::string path = path_of(name);
  const int fd =
      ::openat(lock_.descriptor(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) storage_failed(path, "cannot be made", errno);
  auto file = std::make_unique<PosixFile>(fd, path);
  try {
    write_zeros(*file, 0, bytes);
    // The size too, so not fdatasync() alone.
    if (::fsync(fd) != 0) storage_failed(path, "cannot be synced", errno);
    sync_folder();
  } catch (...) {
    ::unlinkat(lock_.descriptor(), name.c_str(), 0);
    throw;
  }
  return file;
}

std::unique_ptr<StoredFile> PosixStorage::open(const std::string& name) {
  const int fd = ::openat(lock_.descriptor(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) storage_failed(path_of(name), "cannot be opened", errno);
  return std::make_unique<PosixFile>(fd, path_of(name));
}

StoredBytes PosixStorage::read(const std::string& name) {
  return map_file(lock_.descriptor(), name, path_of(name));
}

void PosixStorage::rename(const std::string& from, const std::string& to) {
  if (::renameat(lock_.descriptor(), from.c_str(), lock_.descriptor(), to.c_str()) != 0) {
    storage_failed(path_of(from), "cannot be renamed to " + to, errno);
  }
  sync_folder();
}

void PosixStorage::remove(const std::string& name) {
  if (::unlinkat(lock_.descriptor(), name.c_str(), 0) != 0)
    storage_failed(path_of(name), "cannot be removed", errno);
}

void PosixStorage::sync_folder() {
  if (::fsync(lock_.descriptor()) != 0) storage_failed(folder_, "cannot be synced", errno);
}

}  // namespace sluice
