// The sections of venue.toml, each read by a function of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/toml_reader.hpp"
#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// Where a name was given first: its line.
using NameLines = std::map<std::string, std::uint32_t, std::less<>>;

/// Calls `read` for each table of [[key]], and complains unless there are 1 to `max_count`; with
/// Presence::optional there may be none.
void for_each_section(TableReader& root, std::string_view key, std::size_t max_count,
                      const std::function<void(TableReader&)>& read,
                      Presence presence = Presence::required);

/// Complains when `name` was given before, and remembers it.
void check_unique(TableReader& reader, std::string_view key, const std::string& name,
                  NameLines& seen);

/// Shared by [gateway] and [tls].
[[nodiscard]] bool is_address(std::string_view text) noexcept;
[[nodiscard]] bool is_path(std::string_view text) noexcept;
inline constexpr TextRule kAddress{&is_address, "an IPv4 or IPv6 address such as \"127.0.0.1\""};
inline constexpr TextRule kPath{&is_path, "a path of 1 to 1024 bytes"};

void read_gateway(TableReader& reader, GatewayConfig& config);
void read_engine(TableReader& reader, EngineSettings& config);
void read_journal(TableReader& reader, JournalConfig& config);
void read_log(TableReader& reader, LogConfig& config);

// In admin_sections.cpp.
void read_admin(TableReader& reader, AdminConfig& config);
void read_opening(TableReader& reader, OpeningConfig& config);
/// [[admin_user]], which may be absent; refers to the firms that are read already.
void read_admin_users(TableReader& root, VenueConfig& config);
/// Before the parties, which refer to it.
void read_tls(TableReader& root, VenueConfig& config);
/// There is one at least.
void check_listeners(TableReader& root, const VenueConfig& config);

/// What the engine demands of clordid_history, max_orders, and the instruments and sessions there
/// are.
void check_clordid_history(TableReader& root, const VenueConfig& config);
/// What threads record of their sessions finds room in memory.
void check_session_memory(TableReader& root, const VenueConfig& config);

/// Each session keeps a place among max_connections, and one is left for newcomers.
void check_max_connections(TableReader& root, const VenueConfig& config);

void read_instruments(TableReader& root, std::vector<InstrumentConfig>& instruments);

/// Where each session names its group: to be checked when all groups are known.
using GroupPlaces = std::vector<toml::source_region>;

/// role, drop_copy and venue_wide of a [[session]], and what its role leaves out.
void read_role(TableReader& reader, SessionConfig& session, GroupPlaces& places);

/// [[drop_copy]], after everything that it refers to; then what the sessions say of it. `places`:
/// of config.sessions.
void read_drop_copies(TableReader& root, VenueConfig& config, const GroupPlaces& places);

/// [[firm]], [[account]], [[session]] and [[drop_copy]], which refer to each other and to
/// [gateway].
void read_parties(TableReader& root, VenueConfig& config);

}  // namespace sluice::gateway
