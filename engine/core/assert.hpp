// Invariants that are checked in release builds too.
#pragma once

namespace sluice {

/// Prints the broken invariant on standard error and aborts: an engine whose state cannot be
/// trusted must not trade on.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace sluice

#define SLUICE_ASSERT(condition)                     \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::sluice::assertion_failed(#condition, __FILE__, __LINE__))
