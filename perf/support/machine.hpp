// The machine a figure was taken on, and the hold a benchmark has over it.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

namespace sluice::perf {

/// CLOCK_MONOTONIC, nanoseconds.
[[nodiscard]] inline std::int64_t now_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// CPU time of the calling thread, nanoseconds: what others on the machine take does not count.
[[nodiscard]] inline std::int64_t thread_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Prints date, processor, kernel, compiler and build type, and warns when the build does not
/// optimise.
void print_machine();

/// Binds the calling thread to one CPU; false when the system refuses.
bool pin_to_cpu(int cpu);
/// Lets the calling thread run on all CPUs again.
void unpin();

/// Tells the processor that this is a spin loop.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace sluice::perf
