// Segments that are ready before somebody needs them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/core/assert.hpp"

namespace sluice {

/// Thread safety: one thread gives, one takes; anybody may ask how many are ready. Nothing waits,
/// nothing is allocated.
class SegmentSupply {
 public:
  static constexpr std::size_t kMost = 64;

  /// Zeroed memory of the segment after the last one that was given. It outlives its use.
  void give(std::span<std::byte> memory) noexcept {
    const std::uint64_t given = given_.load(std::memory_order_relaxed);
    SLUICE_ASSERT(given - taken_.load(std::memory_order_acquire) < kMost);
    slots_[given % kMost] = memory;
    given_.store(given + 1, std::memory_order_release);
  }

  /// Nothing where none is ready.
  [[nodiscard]] std::optional<std::span<std::byte>> take() noexcept {
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    if (given_.load(std::memory_order_acquire) == taken) return std::nullopt;
    const std::span<std::byte> memory = slots_[taken % kMost];
    taken_.store(taken + 1, std::memory_order_release);
    return memory;
  }

  [[nodiscard]] std::size_t ready() const noexcept {
    const std::uint64_t taken = taken_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(given_.load(std::memory_order_acquire) - taken);
  }

 private:
  alignas(64) std::atomic<std::uint64_t> given_{0};
  alignas(64) std::atomic<std::uint64_t> taken_{0};
  std::array<std::span<std::byte>, kMost> slots_;
};

}  // namespace sluice
