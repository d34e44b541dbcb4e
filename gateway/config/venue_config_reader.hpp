// Reads venue.toml strictly: a venue never starts on a file that says something else than was
// meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// Bounds of a configuration. A file past one of them is refused.
inline constexpr std::size_t kMaxConfigBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kMaxInstruments = 4'096;
inline constexpr std::size_t kMaxFirms = 4'096;
inline constexpr std::size_t kMaxAccounts = 65'536;
inline constexpr std::size_t kMaxSessions = 4'096;
inline constexpr std::size_t kMaxAccountsPerSession = 256;
inline constexpr std::size_t kMaxAllowAddresses = 64;
inline constexpr std::size_t kMaxDropCopies = 64;
inline constexpr std::size_t kMaxDropCopyMembers = 4'096;  ///< Accounts or sessions of one group.

/// Memory of a password_hash, and memory times passes, in KiB. A check is to cost 25 ms of an
/// ordinary core at most. Fresh memory costs more than a pass: 12 MiB and 3 passes, which `sluice
/// --hash-password` takes, are 15 to 21 ms, 16 MiB and 2 are 23 where those are 21, 40 MiB and one
/// are 46.
inline constexpr std::uint64_t kMaxHashMemoryKib = 16'384;
inline constexpr std::uint64_t kMaxHashCostKib = 36'864;

/// what() has one line for each problem: file:line:column: key: found ...; expected ...
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws ConfigError with all problems, or the one that kept the file from being read.
[[nodiscard]] VenueConfig read_venue_config(const std::string& path);

/// The same for text that is already here; `name` stands for the file in messages.
[[nodiscard]] VenueConfig parse_venue_config(std::string_view text, const std::string& name);

}  // namespace sluice::gateway
