// A configuration file for a venue under test.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace sluice::testing {

/// key = value, the value as TOML writes it: {"port", "0"}, {"state_dir", "\"/dev/shm/x\""}. A
/// later entry of the same key replaces an earlier one.
using TomlEntries = std::vector<std::pair<std::string, std::string>>;

/// The value of a key that an earlier entry gave and that is not to be there.
inline constexpr const char* kLeaveOut = "";

/// A TOML string.
[[nodiscard]] std::string quoted(const std::string& text);

struct VenueSession {
  std::string comp_id;
  /// Password(554). Empty: authentication "none" for loopback addresses.
  std::string password = "secret";
  TomlEntries more{};
  bool has_accounts = true;  ///< ACC1 unless `more` says otherwise; false: none.
};

struct VenueInstrument {
  std::string symbol;
  std::string security_type = "SPOT";
  std::string tick_size = "0.01";
  std::string lot_size = "0.00001";
  std::string min_qty{};  ///< Empty: one lot.
  std::string max_qty = "1000";
  TomlEntries more{};
};

/// What a test wants of a venue. One firm F1 with one account ACC1 for all sessions, unless they
/// say otherwise; port 0, also of the TLS listener, which is there if `tls` has keys.
struct VenueText {
  std::vector<VenueSession> sessions{{"CLIENT1"}, {"CLIENT2"}};
  std::vector<VenueInstrument> instruments{{"BTC-USDT"}};
  bool plain = true;  ///< There is a plain listener.
  TomlEntries gateway;
  TomlEntries tls;
  TomlEntries engine;
  TomlEntries journal;
  TomlEntries log{{"level", "\"info\""}};
  std::vector<std::string> more_firms{};
  TomlEntries more_accounts{};  ///< Name and firm, not quoted.
  std::string tail{};           ///< Sections as they are, behind all others.

  [[nodiscard]] std::string text(const std::string& state_dir) const;
};

/// Argon2id string of the password: so many passes over so many bytes.
[[nodiscard]] std::string password_hash(const std::string& password, unsigned passes,
                                        std::size_t bytes);
/// The same at libsodium's smallest cost: tests need it quick.
[[nodiscard]] std::string quick_password_hash(const std::string& password);

}  // namespace sluice::testing
