// All groups of drop copies of one venue: what is fed, and what the sessions read from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/execution_log.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/drop_copy/copy_source.hpp"
#include "gateway/drop_copy/drop_copy.hpp"
#include "gateway/drop_copy/feed_tail.hpp"
#include "gateway/drop_copy/group_feed.hpp"
#include "gateway/session/journal/session_history.hpp"

namespace sluice::gateway {

/// Thread safety: made by the venue; tail() belongs to the feed thread, the rest is constant or
/// atomic.
class DropCopyGroups {
 public:
  /// `folder` for the groups' numbers is made when it is missing. Throws std::runtime_error, with
  /// path and cause.
  /// `lost`: what the journal knows of groups whose files are gone, by name.
  DropCopyGroups(const VenueConfig& config, const ExecutionLog& log, EventArchive& archive,
                 const std::string& folder, const std::map<std::string, CopyImage>& lost);

  /// Null when no group has that name.
  [[nodiscard]] const GroupFeed* find(std::string_view name) const noexcept;
  [[nodiscard]] const CopySources& sources() const noexcept { return sources_; }
  [[nodiscard]] DropCopyCounters& counters() noexcept { return counters_; }
  [[nodiscard]] const DropCopyCounters& counters() const noexcept { return counters_; }
  /// Null when there is no group: then there is no feed thread.
  [[nodiscard]] FeedTail* tail() noexcept { return tail_.get(); }

 private:
  std::vector<std::unique_ptr<GroupFeed>> groups_;
  CopySources sources_;
  DropCopyCounters counters_;
  std::unique_ptr<FeedTail> tail_;
};

/// What a group's scope is in terms of the engine.
[[nodiscard]] CopyScope copy_scope_of(const DropCopyConfig& group, const VenueConfig& config);

}  // namespace sluice::gateway
