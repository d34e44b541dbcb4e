// Reads venue.toml strictly: a venue never starts on a file that says something else than was
// meant.
#pragma once

#include <cstddef>
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

/// What one password check may cost, so that one session's hash cannot hold up the Logons of
/// others.
inline constexpr unsigned kMaxHashMemoryKib = 65'536;
inline constexpr unsigned kMaxHashPasses = 10;

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
