// When a session was told of which events, roughly: what of it may have been lost with a
// connection.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/types/durations.hpp"

namespace sluice::gateway {

/// What a client was told of in so long a time before it spoke last, and since, it may not have
/// seen.
inline constexpr std::int64_t kDoubtNs = 10 * kNsPerSecond;

/// Remembers the first event of each second, of the last kSeconds in which there was any. Thread
/// safety: one thread.
class ToldMarks {
 public:
  static constexpr std::size_t kSeconds = 16;

  /// Event `number` was told of at `time_ns`, monotonic. Numbers rise.
  void note(std::uint64_t number, std::int64_t time_ns) noexcept {
    last_ns_ = std::max(last_ns_, time_ns);
    if (count_ > 0 && time_ns < newest().time_ns + kNsPerSecond) return;
    if (count_ == kSeconds) {
      first_ = (first_ + 1) % kSeconds;
      --count_;
    }
    marks_[(first_ + count_++) % kSeconds] = {time_ns, number};
  }

  /// An event from which on all are that were told of at `since_ns` or later, if they are
  /// remembered still; a second's worth of earlier ones may be among them. 0: there was none.
  [[nodiscard]] std::uint64_t first_since(std::int64_t since_ns) const noexcept {
    if (count_ == 0 || last_ns_ < since_ns) return 0;
    for (std::size_t i = 0; i < count_; ++i) {
      const Mark& mark = marks_[(first_ + i) % kSeconds];
      if (mark.time_ns + kNsPerSecond > since_ns) return mark.number;
    }
    return 0;
  }
  /// When it was told of something last; of no meaning where nothing was.
  [[nodiscard]] std::int64_t last_ns() const noexcept { return last_ns_; }
  void clear() noexcept { count_ = 0; }

 private:
  struct Mark {
    std::int64_t time_ns;
    std::uint64_t number;
  };

  [[nodiscard]] const Mark& newest() const noexcept {
    return marks_[(first_ + count_ - 1) % kSeconds];
  }

  std::array<Mark, kSeconds> marks_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::int64_t last_ns_ = 0;
};

}  // namespace sluice::gateway
