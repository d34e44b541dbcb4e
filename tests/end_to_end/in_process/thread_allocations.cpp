#include "tests/end_to_end/in_process/thread_allocations.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <pthread.h>

namespace sluice::testing {
namespace {

std::atomic<const char*> watched_name{nullptr};
std::atomic<std::uint64_t> allocations{0};

void note_allocation() noexcept {
  const char* const watched = watched_name.load(std::memory_order_acquire);
  if (watched == nullptr) return;
  std::array<char, 16> name{};
  if (::pthread_getname_np(::pthread_self(), name.data(), name.size()) != 0) return;
  if (std::strcmp(name.data(), watched) == 0) allocations.fetch_add(1);
}

void* take(std::size_t size) {
  note_allocation();
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void* take_aligned(std::size_t size, std::size_t alignment) {
  note_allocation();
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (void* const memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded)) {
    return memory;
  }
  throw std::bad_alloc();
}

}  // namespace

ThreadAllocations::ThreadAllocations(const char* thread_name) {
  allocations.store(0);
  watched_name.store(thread_name, std::memory_order_release);
}

ThreadAllocations::~ThreadAllocations() { watched_name.store(nullptr); }

std::uint64_t ThreadAllocations::count() const { return allocations.load(); }

}  // namespace sluice::testing

// The nothrow forms of the standard library call these.
void* operator new(std::size_t size) { return sluice::testing::take(size); }
void* operator new[](std::size_t size) { return sluice::testing::take(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return sluice::testing::take_aligned(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return sluice::testing::take_aligned(size, static_cast<std::size_t>(alignment));
}
// A sanitizer brings nothrow forms of its own: these keep each pair whole.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (...) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new[](size);
  } catch (...) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
