// Password hashes: libsodium's Argon2id strings, as `sluice --hash-password` prints them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// What one check costs: 3 passes over 12 MiB, OWASP's second recommendation for Argon2id. About
/// 15 to 21 ms of one core; a Logon must not cost more than 25 ms.
inline constexpr unsigned long long kHashPasses = 3;
inline constexpr std::size_t kHashMemoryBytes = std::size_t{12} << 20U;

/// Password(554) and what is hashed: longer ones are never right.
inline constexpr std::size_t kMaxPasswordBytes = 128;

/// The password of the sessions in the shipped venue.toml.
inline constexpr std::string_view kDemoPassword = "demo";

/// Throws std::runtime_error when libsodium cannot start, memory is short, or the password is empty
/// or longer than kMaxPasswordBytes.
[[nodiscard]] std::string hash_password(std::string_view password);

/// Takes the same time for every password of one hash. False also for a hash that is none and when
/// memory is short. Thread safety: any thread.
[[nodiscard]] bool verify_password(const std::string& hash, std::string_view password) noexcept;

/// A hash with today's cost of a password that nobody knows: checked for an unknown user, so that
/// the answer takes as long as for a known one. Made at the first call (about 20 ms). Throws like
/// hash_password.
[[nodiscard]] const std::string& dummy_hash();

/// Whether `hash` is of kDemoPassword. Costs as much as one check.
[[nodiscard]] bool is_demo_hash(const std::string& hash) noexcept;

/// CompIDs of the sessions that log on with the shipped password; the venue refuses to bind
/// anything but loopback with them. Checks each distinct hash once.
[[nodiscard]] std::vector<std::string> sessions_with_demo_password(const VenueConfig& config);

/// Throws ConfigError when such a session could log on from another machine: a listener's
/// bind_address is not loopback.
void refuse_demo_passwords_beyond_loopback(const VenueConfig& config);

/// Overwrites the text and the spare bytes that its buffer holds, and empties it.
void wipe(std::string& secret) noexcept;

}  // namespace sluice::gateway
