// A small good configuration for tests, and what is said about a bad one.
#pragma once

#include <string>
#include <string_view>

#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {

/// Of the password "secret", cheap: only its form matters here.
inline constexpr std::string_view kHash =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";

inline constexpr std::string_view kInstrument =
    "[[instrument]]\n"
    "symbol = \"BTC-USDT\"\n"
    "security_type = \"SPOT\"\n"
    "tick_size = \"0.01\"\n"
    "lot_size = \"0.001\"\n"
    "max_qty = \"100\"\n";
inline constexpr std::string_view kFirm =
    "[[firm]]\n"
    "name = \"ALPHA\"\n";
inline constexpr std::string_view kAccount =
    "[[account]]\n"
    "name = \"A1\"\n"
    "firm = \"ALPHA\"\n";
inline const std::string kSession =
    "[[session]]\n"
    "comp_id = \"C1\"\n"
    "firm = \"ALPHA\"\n"
    "accounts = [\"A1\"]\n"
    "password_hash = \"" +
    std::string(kHash) + "\"\n";

/// 16 lines; the session is last, so that more keys for it can follow.
inline std::string good_config() {
  return std::string(kInstrument) + std::string(kFirm) + std::string(kAccount) + kSession;
}

inline constexpr std::string_view kTls =
    "[tls]\n"
    "port = 0\n"
    "certificate = \"server.pem\"\n"
    "key = \"server.key\"\n";

/// A listener behind a text that has none, where it moves no line.
inline std::string with_listener(const std::string& text) {
  const bool has_one = text.find("port = ") != std::string::npos;
  return has_one || text.empty() ? text : text + "\n" + std::string(kTls);
}

/// What a bad configuration is refused with; empty for a good one.
inline std::string complaint(const std::string& text) {
  try {
    static_cast<void>(parse_venue_config(with_listener(text), "venue.toml"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

/// `text` with its first `from` replaced.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? "nothing to replace: " + std::string(from)
                                 : text.replace(at, from.size(), to);
}

}  // namespace sluice::gateway
