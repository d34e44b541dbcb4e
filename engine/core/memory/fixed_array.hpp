// An array whose memory is taken and touched once, at the start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <type_traits>

namespace sluice {

/// "No such element" wherever elements are named by a 32-bit index.
inline constexpr std::uint32_t kNoIndex = 0xffff'ffffU;

/// Thread safety: none.
///
/// Invariants: the size never changes; every element has been written, so no later access meets a
/// page fault. Large arrays ask for huge pages, because pools are reached in random order.
template <class T>
class FixedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  /// Throws std::bad_alloc.
  explicit FixedArray(std::size_t size, const T& initial = T{}) : size_(size) {
    if (size > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = size * sizeof(T);
    alignment_ = bytes >= kHugePage ? kHugePage : (alignof(T) > 64 ? alignof(T) : 64);
    data_ = static_cast<T*>(::operator new (bytes, std::align_val_t{alignment_}));
    if (bytes >= kHugePage) ::madvise(data_, bytes, MADV_HUGEPAGE);
    std::uninitialized_fill_n(data_, size, initial);
  }
  ~FixedArray() { ::operator delete (data_, std::align_val_t{alignment_}); }
  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;

  [[nodiscard]] T& operator[](std::size_t index) noexcept { return data_[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return data_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20U;

  std::size_t size_;
  std::size_t alignment_ = 0;
  T* data_ = nullptr;
};

}  // namespace sluice
