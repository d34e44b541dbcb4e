// What a thread does when a turn found no work.
#pragma once

#include <cstdint>
#include <ctime>
#include <sched.h>

namespace sluice {

/// spin: keeps its core, lowest latency. yield: gives the core to whoever waits after every turn,
/// for threads that share one: what one of them did is what the other waits for. backoff: does so
/// after every turn that worked; without work it spins, yields, then sleeps ever longer, for a
/// laptop.
enum class IdleKind : std::uint8_t { spin, yield, backoff };

/// Thread safety: one thread.
class IdleStrategy {
 public:
  static constexpr std::uint32_t kSpins = 64;
  /// Some hundred microseconds: longer than the pause between an answer and the next order of a
  /// client at work, so that only a venue at rest sleeps. With 64, each such order met two
  /// sleepers.
  static constexpr std::uint32_t kYields = 1'000;
  static constexpr std::int64_t kFirstSleepNs = 1'000;

  /// `longest_sleep_ns`: bound of one sleep of `backoff`.
  explicit IdleStrategy(IdleKind kind, std::int64_t longest_sleep_ns = 100'000) noexcept
      : kind_(kind), longest_sleep_ns_(longest_sleep_ns) {}

  /// Call after each turn.
  void after_turn(bool worked) noexcept {
    count_turn(worked);
    if (const std::int64_t sleep_ns = next_sleep_ns(); sleep_ns > 0) {
      const timespec pause{.tv_sec = 0, .tv_nsec = sleep_ns};
      ::nanosleep(&pause, nullptr);
    } else {
      relax();
    }
  }

  /// For a thread that sleeps in a system call of its own, for next_sleep_ns(): counts the turn ...
  void count_turn(bool worked) noexcept { idle_turns_ = worked ? 0 : idle_turns_ + 1; }
  /// ... and, when that is 0, steps aside for a moment.
  void relax() const noexcept {
    const bool spins = kind_ == IdleKind::spin ||
                       (kind_ == IdleKind::backoff && idle_turns_ > 0 && idle_turns_ <= kSpins);
    if (!spins) {
      ::sched_yield();
    } else if (idle_turns_ > 0) {
      __builtin_ia32_pause();
    }
  }

  /// How long the thread may sleep now, for a caller that waits in a system call of its own; 0: not
  /// at all.
  [[nodiscard]] std::int64_t next_sleep_ns() const noexcept {
    if (kind_ != IdleKind::backoff || idle_turns_ <= kSpins + kYields) return 0;
    const std::uint32_t doublings = idle_turns_ - kSpins - kYields - 1;
    const std::int64_t sleep_ns = kFirstSleepNs << (doublings < 20 ? doublings : 20);
    return sleep_ns < longest_sleep_ns_ ? sleep_ns : longest_sleep_ns_;
  }

 private:
  IdleKind kind_;
  std::int64_t longest_sleep_ns_;
  std::uint32_t idle_turns_ = 0;
};

}  // namespace sluice
