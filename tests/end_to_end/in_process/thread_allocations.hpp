// Counts what one named thread takes from the heap.
#pragma once

#include <cstdint>

namespace sluice::testing {

/// While one lives, each operator new of the thread called `thread_name` (as pthread_setname_np
/// called it) is counted. Thread safety: one at a time.
class ThreadAllocations {
 public:
  explicit ThreadAllocations(const char* thread_name);
  ~ThreadAllocations();
  ThreadAllocations(const ThreadAllocations&) = delete;
  ThreadAllocations& operator=(const ThreadAllocations&) = delete;

  [[nodiscard]] std::uint64_t count() const;
};

}  // namespace sluice::testing
