// Writing into a mapped file so that a process may be killed between any two instructions.
#pragma once

#include <atomic>

namespace sluice::gateway {

/// Release order: what a killed process had written before such a store is in the file with it.
template <class T>
void store_release(T& place, T value) noexcept {
  std::atomic_ref<T>(place).store(value, std::memory_order_release);
}

}  // namespace sluice::gateway
