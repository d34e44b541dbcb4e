#include "gateway/session/quickfix_settings.hpp"

namespace sluice::gateway {

FIX::SessionID quickfix_session_id(const VenueConfig& config, const SessionConfig& session) {
  return {FIX::BeginString("FIX.4.4"), FIX::SenderCompID(config.gateway.comp_id),
          FIX::TargetCompID(session.comp_id)};
}

FIX::SessionSettings make_quickfix_settings(const VenueConfig& config,
                                            const std::string& dictionary_path) {
  FIX::SessionSettings settings;
  for (const SessionConfig& session : config.sessions) {
    FIX::Dictionary options;
    options.setString("ConnectionType", "acceptor");
    options.setString("UseDataDictionary", "Y");
    options.setString("DataDictionary", dictionary_path);
    options.setString("TimestampPrecision", "6");
    for (const auto& [name, value] : session.quickfix) options.setString(name, value);
    // A range that covers the whole day but its first nanosecond, together with a store whose
    // creation time lies half a day ahead (MappedMessageStore), is one range for ever: no reset at
    // midnight.
    options.setString("StartTime", "00:00:00.000000001");
    options.setString("EndTime", "00:00:00");
    settings.set(quickfix_session_id(config, session), options);
  }
  return settings;
}

}  // namespace sluice::gateway
