#include "gateway/venue/drop_copy_groups.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "gateway/config/toml_reader.hpp"

namespace sluice::gateway {
namespace {

static_assert(kMaxNameBytes <= kMaxCopyNameBytes, "names of the configuration fit into a copy");

constexpr std::size_t kFedAtOnce = 4'096;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw std::runtime_error("cannot create " + folder + ": " + error.message());
}

}  // namespace

CopyScope copy_scope_of(const DropCopyConfig& group, const VenueConfig& config) {
  std::vector<bool> has{false};
  switch (group.scope) {
    case DropCopyConfig::Scope::venue:
      break;
    case DropCopyConfig::Scope::firm:
      // By session and not by account: a refused order has no account.
      for (const SessionConfig& each : config.sessions) has.push_back(each.firm == group.firm);
      return CopyScope::of_sessions(std::move(has));
    case DropCopyConfig::Scope::sessions:
      for (const SessionConfig& each : config.sessions) {
        has.push_back(holds(group.sessions, each.comp_id));
      }
      return CopyScope::of_sessions(std::move(has));
    case DropCopyConfig::Scope::accounts:
      for (const AccountConfig& each : config.accounts) {
        has.push_back(holds(group.accounts, each.name));
      }
      return CopyScope::of_accounts(std::move(has));
  }
  return {};
}

DropCopyGroups::DropCopyGroups(const VenueConfig& config, const ExecutionLog& log,
                               EventArchive& archive, const std::string& folder,
                               const std::map<std::string, CopyImage>& lost) {
  sources_.push_back({});
  for (const SessionConfig& each : config.sessions) sources_.push_back({each.comp_id, each.firm});
  if (config.drop_copies.empty()) return;
  make_folder(folder);
  std::vector<GroupFeed*> fed;
  std::uint64_t next = log.published() + 1;
  for (const DropCopyConfig& group : config.drop_copies) {
    const std::string file = number_file_path(folder, group.name);
    if (const auto known = lost.find(group.name); known != lost.end()) {
      NumberFile(file, known->second.event).store(known->second.number, known->second.event);
    }
    groups_.push_back(std::make_unique<GroupFeed>(group.name, copy_scope_of(group, config), file,
                                                  log.capacity(), log.published()));
    fed.push_back(groups_.back().get());
    // What came between the last number and the end of the run has none yet.
    next = std::min(next, groups_.back()->resume(log));
  }
  tail_ = std::make_unique<FeedTail>(log, archive, std::move(fed), std::max(next, log.oldest()));
  // A drop copy goes on behind its last copy, which has its number then.
  while (tail_->poll(kFedAtOnce) > 0) continue;
}

const GroupFeed* DropCopyGroups::find(std::string_view name) const noexcept {
  const auto found = std::find_if(groups_.begin(), groups_.end(),
                                  [&](const auto& group) { return group->name() == name; });
  return found == groups_.end() ? nullptr : found->get();
}

}  // namespace sluice::gateway
