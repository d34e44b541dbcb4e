// A bounded single-producer, single-consumer ring.
#pragma once

#include <boost/lockfree/policies.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <span>
#include <type_traits>

namespace sluice {

inline constexpr std::size_t kCacheLine = 64;

/// boost::lockfree::spsc_queue with its indices and storage kept on cache lines of their own
/// (Boost 1.74 pads between the indices but not after them).
///
/// Thread safety: one producer thread and one consumer thread at a time, each calling only its
/// side. Invariants: elements leave in the order in which they came; never more than `limit` wait,
/// where 1 <= limit <= Capacity. A refused push changes nothing.
template <class T, std::size_t Capacity>
class alignas(kCacheLine) SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t kCapacity = Capacity;

  explicit SpscRing(std::size_t limit = Capacity) noexcept
      : limit_(limit == 0 ? 1 : (limit < Capacity ? limit : Capacity)) {}

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

  /// Producer: pushes unless that would leave fewer than `reserve` free places. Elements of less
  /// weight pass a reserve, so that weightier ones still find room.
  [[nodiscard]] bool try_push(const T& element, std::size_t reserve = 0) noexcept {
    return free_places() > reserve && queue_.push(element);
  }

  /// Producer: pushes as many of `elements` as fit, from the first; returns how many.
  [[nodiscard]] std::size_t try_push(std::span<const T> elements) noexcept {
    const std::size_t room = free_places();
    const std::size_t count = elements.size() < room ? elements.size() : room;
    return queue_.push(elements.data(), count);
  }

  /// Producer: places that are certainly free now.
  [[nodiscard]] std::size_t free_places() const noexcept {
    const std::size_t waiting = Capacity - queue_.write_available();
    return waiting < limit_ ? limit_ - waiting : 0;
  }

  /// Consumer: hands at most `max` elements, oldest first, to `take(T&)`, in place; returns how
  /// many.
  template <class Take>
  std::size_t consume(std::size_t max, Take&& take) {
    std::size_t available = queue_.read_available();
    if (available > max) available = max;
    for (std::size_t i = 0; i < available; ++i) {
      take(queue_.front());
      queue_.pop();
    }
    return available;
  }

  /// Consumer: copies at most out.size() elements into `out`; returns how many.
  [[nodiscard]] std::size_t pop(std::span<T> out) noexcept {
    return queue_.pop(out.data(), out.size());
  }

  /// Consumer: elements that certainly wait now. From any other thread: a figure for display.
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.read_available(); }

 private:
  std::size_t limit_;
  alignas(kCacheLine) boost::lockfree::spsc_queue<T, boost::lockfree::capacity<Capacity>> queue_;
  alignas(kCacheLine) char padding_after_[kCacheLine]{};
};

}  // namespace sluice
