// Counts what the calling thread takes from the heap. Linking this replaces operator new in the
// whole test program.
#pragma once

#include <cstdint>

namespace sluice::test {

/// Allocations by operator new and releases by operator delete on this thread since it started.
[[nodiscard]] std::uint64_t allocations_on_this_thread() noexcept;
[[nodiscard]] std::uint64_t releases_on_this_thread() noexcept;

}  // namespace sluice::test
