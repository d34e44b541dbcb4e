#include "tests/support/heap/heap_use.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <pthread.h>

namespace sluice::test {
namespace {

thread_local HeapUse of_this_thread;

std::atomic<const char*> watched_name{nullptr};
std::atomic<std::uint64_t> watched_allocations{0};
std::atomic<std::uint64_t> watched_releases{0};

bool this_thread_is_watched() noexcept {
  const char* const watched = watched_name.load(std::memory_order_acquire);
  if (watched == nullptr) return false;
  std::array<char, 16> name{};
  return ::pthread_getname_np(::pthread_self(), name.data(), name.size()) == 0 &&
         std::strcmp(name.data(), watched) == 0;
}

void count_allocation() noexcept {
  ++of_this_thread.allocations;
  if (this_thread_is_watched()) watched_allocations.fetch_add(1);
}

void count_release() noexcept {
  ++of_this_thread.releases;
  if (this_thread_is_watched()) watched_releases.fetch_add(1);
}

}  // namespace

HeapUse heap_use_of_this_thread() noexcept { return of_this_thread; }

HeapWatch::HeapWatch(const char* thread_name) {
  watched_allocations.store(0);
  watched_releases.store(0);
  watched_name.store(thread_name, std::memory_order_release);
}

HeapWatch::~HeapWatch() { watched_name.store(nullptr); }

HeapUse HeapWatch::use() const { return {watched_allocations.load(), watched_releases.load()}; }

}  // namespace sluice::test

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SLUICE_TEST_SANITIZER_COUNTS
#endif
#endif

#ifdef SLUICE_TEST_SANITIZER_COUNTS

// clang's ThreadSanitizer lets nobody replace its operator new and calls these instead. They see
// malloc and free as well.
#include <sanitizer/allocator_interface.h>

namespace {
const int kInstalled = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { sluice::test::count_allocation(); },
    [](const volatile void*) { sluice::test::count_release(); });
}

#else

namespace {

void* take(std::size_t size, std::size_t alignment) noexcept {
  sluice::test::count_allocation();
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return std::malloc(size == 0 ? 1 : size);
  // aligned_alloc wants a multiple of the alignment, and never nothing.
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* take_or_throw(std::size_t size, std::size_t alignment) {
  if (void* const memory = take(size, alignment)) return memory;
  throw std::bad_alloc();
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  sluice::test::count_release();
  std::free(memory);
}

constexpr std::size_t kPlain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

// Every form there is: a sanitizer brings its own of each, and a pair must be whole.
void* operator new(std::size_t size) { return take_or_throw(size, kPlain); }
void* operator new[](std::size_t size) { return take_or_throw(size, kPlain); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size, kPlain); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return take(size, kPlain);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }

#endif
