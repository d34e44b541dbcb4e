#include "gateway/drop_copy/group_feed.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace sluice::gateway {

GroupFeed::GroupFeed(std::string name, CopyScope scope, const std::string& number_file,
                     std::uint64_t capacity)
    : name_(std::move(name)),
      scope_(std::move(scope)),
      file_(number_file),
      mask_(capacity - 1),
      first_(file_.number() + 1),
      last_(file_.number()) {
  if (!std::has_single_bit(capacity) || capacity < 2) {
    throw std::invalid_argument("a drop copy's index of " + std::to_string(capacity) +
                                " is not a power of two of at least 2");
  }
  events_ = std::make_unique<std::atomic<std::uint64_t>[]>(capacity);
}

void GroupFeed::append(std::uint64_t event) noexcept {
  const std::uint64_t number = last_.load(std::memory_order_relaxed) + 1;
  file_.store(number);
  // Release: who reads this in place of an older entry finds by last() that it was overwritten.
  events_[number & mask_].store(event, std::memory_order_release);
  last_.store(number, std::memory_order_release);
}

GroupFeed::ReadStatus GroupFeed::find(std::uint64_t appl_seq, std::uint64_t& event) const noexcept {
  if (appl_seq > last()) return ReadStatus::not_yet;
  if (appl_seq < first_) return ReadStatus::lost;
  event = events_[appl_seq & mask_].load(std::memory_order_acquire);
  // The entry counts only if the writer cannot have reached its place: it may be at work on
  // last() + 1.
  return last() - appl_seq >= mask_ ? ReadStatus::lost : ReadStatus::ok;
}

std::uint64_t GroupFeed::first_readable(std::uint64_t from,
                                        const ExecutionLog& log) const noexcept {
  const std::uint64_t oldest_event = log.oldest();
  std::uint64_t low = std::max(from, first_);
  std::uint64_t high = last() + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t event = 0;
    const ReadStatus status = find(middle, event);
    if (status == ReadStatus::lost || event < oldest_event) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace sluice::gateway
