// What must be known everywhere at once when the venue can not go on.
#pragma once

#include <atomic>

namespace sluice::gateway {

/// Thread safety: any thread.
struct VenueHealth {
  /// The journal cannot be written: nothing that adds risk is taken, and the venue ends.
  std::atomic<bool> storage_failed{false};

  [[nodiscard]] bool has_storage() const noexcept {
    return !storage_failed.load(std::memory_order_acquire);
  }
};

inline constexpr const char* kStorageFailedText =
    "the venue's journal cannot be written: only cancels are taken, and the venue stops";

}  // namespace sluice::gateway
