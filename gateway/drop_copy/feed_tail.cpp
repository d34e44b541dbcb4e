#include "gateway/drop_copy/feed_tail.hpp"

#include <algorithm>

namespace sluice::gateway {

std::size_t FeedTail::poll(std::size_t max) {
  Event event;
  const std::uint64_t first = next_;
  while (next_ - first < max) {
    const ExecutionLog::ReadStatus status = log_.read(next_, event);
    if (status == ExecutionLog::ReadStatus::not_yet) break;
    if (status == ExecutionLog::ReadStatus::lost) {
      if (!take_old()) break;
      continue;
    }
    for (GroupFeed* group : groups_) group->take(event);
    ++next_;
  }
  if (next_ > first) {
    for (GroupFeed* group : groups_) group->note_position(next_ - 1);
  }
  return next_ - first;
}

bool FeedTail::take_old() {
  const OldEventReader::Found old = archive_.read(next_, log_.oldest());
  switch (old.status) {
    case OldEventReader::Status::waiting:
      return false;
    case OldEventReader::Status::event:
      for (GroupFeed* group : groups_) group->take(*old.event);
      break;
    case OldEventReader::Status::none:
      break;
    case OldEventReader::Status::gone:
      lost_ += old.next - next_;
      for (; next_ < old.next; ++next_) {
        for (GroupFeed* group : groups_) group->skip(next_);
      }
      break;
  }
  next_ = old.next;
  return true;
}

bool FeedTail::is_covered(const Event& event) const noexcept {
  return std::ranges::any_of(groups_, [&](const GroupFeed* group) { return group->covers(event); });
}

}  // namespace sluice::gateway
