// Counts what threads take from the heap. Linking this replaces operator new in the whole program.
#pragma once

#include <cstdint>

namespace sluice::test {

struct HeapUse {
  std::uint64_t allocations = 0;  ///< Calls of operator new, in all its forms.
  std::uint64_t releases = 0;     ///< Calls of operator delete with something to release.

  friend bool operator==(const HeapUse&, const HeapUse&) = default;
  friend HeapUse operator-(HeapUse a, HeapUse b) {
    return {a.allocations - b.allocations, a.releases - b.releases};
  }
};

/// Of the calling thread, since it started.
[[nodiscard]] HeapUse heap_use_of_this_thread() noexcept;

/// While one lives, what the thread called `thread_name` (as pthread_setname_np called it) does
/// with the heap is counted. Thread safety: one at a time; any thread may ask it.
class HeapWatch {
 public:
  explicit HeapWatch(const char* thread_name);
  ~HeapWatch();
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;

  [[nodiscard]] HeapUse use() const;
};

}  // namespace sluice::test
