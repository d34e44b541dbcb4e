#include "gateway/drop_copy/feed_tail.hpp"

namespace sluice::gateway {

std::size_t FeedTail::poll(std::size_t max) noexcept {
  Event event;
  std::size_t done = 0;
  for (; done < max; ++done, ++next_) {
    const ExecutionLog::ReadStatus status = log_.read(next_, event);
    if (status == ExecutionLog::ReadStatus::not_yet) break;
    if (status == ExecutionLog::ReadStatus::lost) {
      ++lost_;
      for (GroupFeed* group : groups_) group->skip(next_);
    } else {
      for (GroupFeed* group : groups_) group->take(event);
    }
  }
  if (done > 0) {
    for (GroupFeed* group : groups_) group->note_position(next_ - 1);
  }
  return done;
}

}  // namespace sluice::gateway
