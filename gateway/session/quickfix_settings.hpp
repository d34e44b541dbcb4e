// The QuickFIX settings of all sessions, made from the venue's configuration.
#pragma once

#include <string>

#include "gateway/config/venue_config.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

/// `dictionary_path`: SLUICE44.xml as a file. Sessions never end: see quickfix_settings.cpp.
[[nodiscard]] FIX::SessionSettings make_quickfix_settings(const VenueConfig& config,
                                                          const std::string& dictionary_path);

[[nodiscard]] FIX::SessionID quickfix_session_id(const VenueConfig& config,
                                                 const SessionConfig& session);

}  // namespace sluice::gateway
