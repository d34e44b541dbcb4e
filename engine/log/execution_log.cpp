#include "engine/log/execution_log.hpp"

#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <new>
#include <stdexcept>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace sluice {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw std::system_error(error, std::generic_category(), "execution log " + path + ": " + what);
}

void* map_new_file(const std::string& path, std::size_t bytes) {
  ::unlink(path.c_str());
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail(path, "cannot create", errno);
  // Reserved now: a full tmpfs must stop the start, not raise SIGBUS on the engine thread.
  const int no_space = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  if (no_space != 0) {
    ::close(fd);
    ::unlink(path.c_str());
    fail(path, ("cannot reserve " + std::to_string(bytes) + " bytes").c_str(), no_space);
  }
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  const int error = errno;
  ::close(fd);
  if (mapped == MAP_FAILED) fail(path, "cannot map", error);
  return mapped;
}

}  // namespace

ExecutionLog::ExecutionLog(const std::string& path, std::uint64_t capacity, std::uint64_t max_batch,
                           std::uint64_t unit, std::uint64_t epoch, std::uint64_t before) {
  if (!std::has_single_bit(capacity)) {
    throw std::invalid_argument("execution log: capacity " + std::to_string(capacity) +
                                " is not a power of two");
  }
  if (max_batch == 0 || max_batch > capacity / 4) {
    throw std::invalid_argument("execution log: a capacity of " + std::to_string(capacity) +
                                " events is too small for batches of " + std::to_string(max_batch) +
                                "; it must be at least four times as large");
  }
  mask_ = capacity - 1;
  max_batch_ = max_batch;
  mapped_bytes_ = kHeaderBytes + capacity * sizeof(Event);
  auto* base = static_cast<std::byte*>(map_new_file(path, mapped_bytes_));
  header_ = ::new (base) ExecutionLogHeader{ExecutionLogHeader::kMagic,
                                            ExecutionLogHeader::kVersion,
                                            sizeof(Event),
                                            capacity,
                                            unit,
                                            epoch,
                                            before,
                                            {before}};
  written_ = before;
  static_assert(sizeof(ExecutionLogHeader) <= kHeaderBytes);
  events_ = reinterpret_cast<Event*>(base + kHeaderBytes);
}

ExecutionLog::~ExecutionLog() { ::munmap(header_, mapped_bytes_); }

Event& ExecutionLog::claim() noexcept {
  Event& slot = events_[(written_ + 1) & mask_];
  slot = Event{};
  return slot;
}

ExecutionLog::ReadStatus ExecutionLog::read(std::uint64_t n, Event& out) const noexcept {
  const std::uint64_t before = published();
  if (n > before) return ReadStatus::not_yet;
  if (n < oldest_for(before)) return ReadStatus::lost;
  out = events_[n & mask_];
  std::atomic_thread_fence(std::memory_order_acquire);
  // The copy counts only if the writer cannot have reached its slot meanwhile.
  return n < oldest() ? ReadStatus::lost : ReadStatus::ok;
}

}  // namespace sluice
