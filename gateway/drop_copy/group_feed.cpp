#include "gateway/drop_copy/group_feed.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <vector>

namespace sluice::gateway {

GroupFeed::GroupFeed(std::string name, CopyScope scope, const std::string& number_file,
                     std::uint64_t capacity, std::uint64_t last_event)
    : name_(std::move(name)),
      scope_(std::move(scope)),
      file_(number_file, last_event),
      mask_(capacity - 1),
      first_(file_.number() + 1),
      last_(file_.number()) {
  if (!std::has_single_bit(capacity) || capacity < 2) {
    throw std::invalid_argument("a drop copy's index of " + std::to_string(capacity) +
                                " is not a power of two of at least 2");
  }
  events_ = std::make_unique<std::atomic<std::uint64_t>[]>(capacity);
}

std::uint64_t GroupFeed::resume(const ExecutionLog& log) {
  // A log that begins anew: no event of it has a number.
  resumed_ = file_.event() > log.published() ? log.before() : file_.event();
  std::vector<std::uint64_t> numbered;
  Event event;
  for (std::uint64_t n = log.oldest(); n <= resumed_; ++n) {
    const bool there = log.read(n, event) == ExecutionLog::ReadStatus::ok;
    if (there && scope_.covers(event)) numbered.push_back(n);
  }
  const std::uint64_t readable = std::min<std::uint64_t>(numbered.size(), mask_);
  const std::uint64_t last = last_.load(std::memory_order_relaxed);
  first_ = last + 1 - std::min(readable, last);
  for (std::uint64_t number = last; number >= first_ && number > 0; --number) {
    events_[number & mask_].store(numbered.back(), std::memory_order_relaxed);
    numbered.pop_back();
  }
  note_position(resumed_);
  return resumed_ + 1;
}

void GroupFeed::append(std::uint64_t event) noexcept {
  const std::uint64_t number = last_.load(std::memory_order_relaxed) + 1;
  file_.store(number, event);
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

std::uint64_t GroupFeed::first_from(std::uint64_t from, std::uint64_t event) const noexcept {
  std::uint64_t low = std::max(from, first_);
  std::uint64_t high = last() + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t found = 0;
    if (find(middle, found) == ReadStatus::lost || found < event) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace sluice::gateway
