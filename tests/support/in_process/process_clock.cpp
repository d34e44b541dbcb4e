#include "tests/support/in_process/process_clock.hpp"

#include <atomic>
#include <ctime>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace sluice::testing {
namespace {

constexpr std::int64_t kNotFrozen = -1;

std::atomic<std::int64_t> frozen_wall_ns{kNotFrozen};
std::atomic<std::int64_t> frozen_monotonic_ns{kNotFrozen};
std::atomic<std::int64_t> hurried_ns{0};

// Not by the C library: its entry points are the ones defined below.
std::int64_t kernel_ns(clockid_t clock) {
  timespec now{};
  ::syscall(SYS_clock_gettime, clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * sluice::kNsPerSecond + now.tv_nsec;
}

bool is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

bool is_monotonic(clockid_t clock) {
  return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE ||
         clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

std::int64_t wall_ns() {
  const std::int64_t frozen = frozen_wall_ns.load(std::memory_order_relaxed);
  return frozen == kNotFrozen ? kernel_ns(CLOCK_REALTIME) : frozen;
}

}  // namespace

FrozenClock::FrozenClock(std::int64_t wall_ns, Monotonic monotonic) {
  if (frozen_wall_ns.load() != kNotFrozen) throw std::logic_error("the clock is frozen already");
  if (monotonic == Monotonic::stands) {
    frozen_monotonic_ns.store(kernel_ns(CLOCK_MONOTONIC) + sluice::kNsPerHour);
  }
  set_wall(wall_ns);
}

FrozenClock::~FrozenClock() {
  frozen_wall_ns.store(kNotFrozen);
  frozen_monotonic_ns.store(kNotFrozen);
}

std::int64_t FrozenClock::now_ns() const { return wall_ns(); }

void FrozenClock::advance(std::int64_t ns) {
  if (ns < 0) throw std::logic_error("time does not pass backwards");
  hurry(ns);
  set_wall(now_ns() + ns);
}

void FrozenClock::set_wall(std::int64_t wall_ns) { frozen_wall_ns.store(wall_ns); }

void FrozenClock::hurry(std::int64_t ns) { hurried_ns.fetch_add(ns); }

}  // namespace sluice::testing

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  using namespace sluice::testing;
  std::int64_t now_ns = 0;
  if (is_wall(clock)) {
    now_ns = wall_ns();
  } else if (is_monotonic(clock)) {
    const std::int64_t frozen = frozen_monotonic_ns.load(std::memory_order_relaxed);
    now_ns = (frozen == kNotFrozen ? kernel_ns(clock) : frozen) +
             hurried_ns.load(std::memory_order_relaxed);
  } else {
    return static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
  }
  out->tv_sec = now_ns / sluice::kNsPerSecond;
  out->tv_nsec = now_ns % sluice::kNsPerSecond;
  return 0;
}

int gettimeofday(timeval* out, void*) noexcept {
  const std::int64_t now_ns = sluice::testing::wall_ns();
  out->tv_sec = now_ns / sluice::kNsPerSecond;
  out->tv_usec = now_ns % sluice::kNsPerSecond / 1'000;
  return 0;
}

time_t time(time_t* out) noexcept {
  const time_t now = sluice::testing::wall_ns() / sluice::kNsPerSecond;
  if (out != nullptr) *out = now;
  return now;
}

}  // extern "C"
