// Memory as a segment wants it.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <sys/mman.h>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/record.hpp"

namespace sluice {

/// Zeroed, and aligned for records. Straight from the system, so that pages which nobody touches
/// cost nothing: a simulated disk has many files of megabytes with little in them.
class Memory {
 public:
  /// `size` in bytes, from kRecordAlignment; rounded down to a multiple of it.
  explicit Memory(std::size_t size) : size_(size / kRecordAlignment * kRecordAlignment) {
    void* const mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    first_ = static_cast<std::byte*>(mapped);
  }
  Memory(const Memory& other) : Memory(other.size_) { std::memcpy(first_, other.first_, size_); }
  Memory& operator=(const Memory& other) {
    SLUICE_ASSERT(size_ == other.size_);
    if (this != &other) std::memcpy(first_, other.first_, size_);
    return *this;
  }
  Memory(Memory&& other) noexcept
      : size_(std::exchange(other.size_, 0)), first_(std::exchange(other.first_, nullptr)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(size_, other.size_);
    std::swap(first_, other.first_);
    return *this;
  }
  ~Memory() {
    if (first_ != nullptr) ::munmap(first_, size_);
  }
  std::span<std::byte> span() { return {first_, size_}; }
  [[nodiscard]] std::span<const std::byte> view() const { return {first_, size_}; }

 private:
  std::size_t size_;
  std::byte* first_ = nullptr;
};

}  // namespace sluice
