// The journal on disk, read and checked on a thread of its own while the records before are
// applied.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/journal/round_log.hpp"

namespace sluice {

/// As read_round_log(), and calls on the caller's thread alone, in the same order, whatever is
/// wrong: what was good before it has been visited by then. `expect` is called for each record some
/// records before `visit` is: time to load what that will need.
RoundLogTip read_round_log_ahead(Storage& storage, std::uint64_t first,
                                 const std::function<void(const RecordView&)>& visit,
                                 const std::function<void(const RecordView&)>& expect);

}  // namespace sluice
