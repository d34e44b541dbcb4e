// Reads the execution log once for all groups of drop copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/journal/event_archive.hpp"
#include "engine/log/execution_log.hpp"
#include "gateway/drop_copy/group_feed.hpp"

namespace sluice::gateway {

/// Thread safety: the feed thread. The log and the groups outlive it.
class FeedTail {
 public:
  /// Begins with event `next`. `archive` gives what left the log before it was read.
  FeedTail(const ExecutionLog& log, EventArchive& archive, std::vector<GroupFeed*> groups,
           std::uint64_t next = 1)
      : log_(log),
        groups_(std::move(groups)),
        next_(next),
        archive_(archive, [this](const Event& event) { return is_covered(event); }) {}

  /// At most `max` events go to every group; returns how many. 0: none is there yet, or the archive
  /// was asked for them.
  std::size_t poll(std::size_t max);

  [[nodiscard]] const std::vector<GroupFeed*>& groups() const noexcept { return groups_; }
  /// Events since the last call that had left the log before they were read, and the archive too.
  [[nodiscard]] std::uint64_t take_lost() noexcept { return std::exchange(lost_, 0); }

 private:
  [[nodiscard]] bool is_covered(const Event& event) const noexcept;
  /// Of what left the log the next that anybody wants. False: the archive was asked.
  [[nodiscard]] bool take_old();

  const ExecutionLog& log_;
  std::vector<GroupFeed*> groups_;
  std::uint64_t next_;
  OldEventReader archive_;
  std::uint64_t lost_ = 0;
};

}  // namespace sluice::gateway
