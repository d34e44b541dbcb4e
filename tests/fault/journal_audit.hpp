// Whether what a journal on a disk says holds together, by other code than the program's own check.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/journal/storage.hpp"
#include "engine/message/event.hpp"

namespace sluice::testing {

struct JournalAudit {
  std::vector<Event> events;     ///< That a new engine gives for its commands.
  std::uint64_t state_hash = 0;  ///< Of that engine.
  /// Events of the log that are others, orders whose quantities do not add up. Empty: nothing.
  std::string wrong;
};

/// `whole_log`: the execution log must have every event, as after an orderly stop; else it may end
/// earlier. Throws as the journal's readers do.
[[nodiscard]] JournalAudit audit_journal(Storage& storage, bool whole_log);

}  // namespace sluice::testing
