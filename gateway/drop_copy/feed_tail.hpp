// Reads the execution log once for all groups of drop copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/log/execution_log.hpp"
#include "gateway/drop_copy/group_feed.hpp"

namespace sluice::gateway {

/// Thread safety: the feed thread. The log and the groups outlive it.
class FeedTail {
 public:
  /// Begins with event `next`.
  FeedTail(const ExecutionLog& log, std::vector<GroupFeed*> groups, std::uint64_t next = 1)
      : log_(log), groups_(std::move(groups)), next_(next) {}

  /// At most `max` events go to every group; returns how many.
  std::size_t poll(std::size_t max) noexcept;

  [[nodiscard]] const std::vector<GroupFeed*>& groups() const noexcept { return groups_; }
  /// Events since the last call that had left the log before they were read.
  [[nodiscard]] std::uint64_t take_lost() noexcept { return std::exchange(lost_, 0); }

 private:
  const ExecutionLog& log_;
  std::vector<GroupFeed*> groups_;
  std::uint64_t next_;
  std::uint64_t lost_ = 0;
};

}  // namespace sluice::gateway
