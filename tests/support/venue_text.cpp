#include "tests/support/venue_text.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>
#include <stdexcept>

namespace sluice::testing {

namespace {

void put(TomlEntries& entries, const std::string& key, const std::string& value) {
  const auto same = std::find_if(entries.begin(), entries.end(),
                                 [&key](const auto& entry) { return entry.first == key; });
  if (same == entries.end()) {
    entries.emplace_back(key, value);
  } else {
    same->second = value;
  }
}

std::string table(const std::string& heading, TomlEntries entries, const TomlEntries& more) {
  for (const auto& [key, value] : more) put(entries, key, value);
  std::string text = heading + "\n";
  for (const auto& [key, value] : entries) {
    if (value != kLeaveOut) text += key + " = " + value + "\n";
  }
  return text + "\n";
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char one : text) {
    if (one == '"' || one == '\\') result += '\\';
    result += one;
  }
  return result + "\"";
}

std::string password_hash(const std::string& password, unsigned passes, std::size_t bytes) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), passes, bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::runtime_error("no memory for a password hash");
  }
  return hash.data();
}

std::string quick_password_hash(const std::string& password) {
  return password_hash(password, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN);
}

std::string VenueText::text(const std::string& state_dir) const {
  TomlEntries basic{{"comp_id", quoted("SLUICE")}, {"state_dir", quoted(state_dir)}};
  if (plain) basic.emplace_back("port", "0");
  std::string result = table("[gateway]", basic, gateway);
  if (!tls.empty()) result += table("[tls]", {{"port", "0"}}, tls);
  result += table("[engine]", {}, engine);
  // Files as small as they may be: many venues run at a time.
  result += table("[journal]", {{"segment_bytes", "2097152"}, {"live_segment_bytes", "1048576"}},
                  journal);
  result += table("[log]", {}, log);
  result += table("[[firm]]", {{"name", quoted("F1")}}, {});
  result += table("[[account]]", {{"name", quoted("ACC1")}, {"firm", quoted("F1")}}, {});
  for (const std::string& firm : more_firms) {
    result += table("[[firm]]", {{"name", quoted(firm)}}, {});
  }
  for (const auto& [account, firm] : more_accounts) {
    result += table("[[account]]", {{"name", quoted(account)}, {"firm", quoted(firm)}}, {});
  }
  for (const VenueInstrument& one : instruments) {
    result += table("[[instrument]]",
                    {{"symbol", quoted(one.symbol)},
                     {"security_type", quoted(one.security_type)},
                     {"tick_size", quoted(one.tick_size)},
                     {"lot_size", quoted(one.lot_size)},
                     {"min_qty", quoted(one.min_qty.empty() ? one.lot_size : one.min_qty)},
                     {"max_qty", quoted(one.max_qty)}},
                    one.more);
  }
  for (const VenueSession& one : sessions) {
    TomlEntries entries{{"comp_id", quoted(one.comp_id)}, {"firm", quoted("F1")}};
    if (one.has_accounts) entries.emplace_back("accounts", "[" + quoted("ACC1") + "]");
    if (one.password.empty()) {
      entries.emplace_back("authentication", quoted("none"));
      entries.emplace_back("allow_addresses", "[\"127.0.0.0/8\", \"::1\"]");
    } else {
      entries.emplace_back("password_hash", quoted(quick_password_hash(one.password)));
    }
    result += table("[[session]]", entries, one.more);
  }
  return result + tail;
}

}  // namespace sluice::testing
