// Which name has which id, over all runs of a journal.
#pragma once

#include <string>

#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// The names of a configuration in the order of their ids, with what their numbers are counted in:
/// JSON, kept with each run in the journal.
[[nodiscard]] std::string names_of(const VenueConfig& config);

/// Sorts instruments, firms, accounts and sessions of a configuration so that names which an
/// earlier run had keep their ids, and new ones come behind. `names`: what names_of() said then.
/// Throws ConfigError when a name is gone, an instrument has another tick or lot size, an account
/// another firm, or `names` cannot be read.
void keep_ids(VenueConfig& config, const std::string& names);

}  // namespace sluice::gateway
