#include "engine/journal/segment_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sluice {
namespace {

constexpr const char* kDraftEnding = ".new";

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail(const std::string& path, const std::string& what, int error) {
  throw std::system_error(error, std::generic_category(), "segment " + path + ": " + what);
}

std::span<std::byte> mapped(const std::string& path, int fd, std::size_t bytes, int protection) {
  void* const memory = ::mmap(nullptr, bytes, protection, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (memory == MAP_FAILED) fail(path, "cannot map", errno);
  return {static_cast<std::byte*>(memory), bytes};
}

std::span<std::byte> mapped_whole(const std::string& path, int flags, int protection) {
  const Descriptor fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0) fail(path, "cannot open", errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) fail(path, "cannot look at", errno);
  if (!S_ISREG(about.st_mode) || about.st_size == 0) {
    throw std::runtime_error("segment " + path + ": it is empty or no file");
  }
  return mapped(path, fd.get(), static_cast<std::size_t>(about.st_size), protection);
}

}  // namespace

SegmentFile SegmentFile::create(const std::string& path, std::size_t bytes) {
  // Under its own name only when it is whole: whoever is killed meanwhile leaves a draft.
  const std::string draft = path + kDraftEnding;
  if (::access(path.c_str(), F_OK) == 0) fail(path, "cannot create", EEXIST);
  const Descriptor fd(::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (fd.get() < 0) fail(path, "cannot create", errno);
  try {
    // Taken now: a full file system is told here, and does not raise SIGBUS on who writes.
    const int no_space = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes));
    if (no_space != 0) fail(path, "cannot reserve " + std::to_string(bytes) + " bytes", no_space);
    SegmentFile file(path, mapped(path, fd.get(), bytes, PROT_READ | PROT_WRITE));
    if (::rename(draft.c_str(), path.c_str()) != 0) fail(path, "cannot name", errno);
    return file;
  } catch (...) {
    ::unlink(draft.c_str());
    throw;
  }
}

SegmentFile SegmentFile::open_to_write(const std::string& path) {
  return {path, mapped_whole(path, O_RDWR, PROT_READ | PROT_WRITE)};
}

SegmentFile SegmentFile::open_to_read(const std::string& path) {
  return {path, mapped_whole(path, O_RDONLY, PROT_READ)};
}

SegmentFile::~SegmentFile() {
  if (!memory_.empty()) ::munmap(memory_.data(), memory_.size());
}

std::string segment_name(const std::string& stream, std::uint64_t index) {
  const std::string digits = std::to_string(index);
  return stream + "-" + std::string(20 - digits.size(), '0') + digits + ".seg";
}

}  // namespace sluice
