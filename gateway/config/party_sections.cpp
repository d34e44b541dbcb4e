// [[firm]], [[account]] and [[session]]: who may trade, with what, and how they log on.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sodium.h>
#include <utility>

#include "gateway/config/config_sections.hpp"
#include "gateway/config/venue_config_reader.hpp"
#include "gateway/net/address_filter.hpp"
#include "gateway/net/client_certificate.hpp"

namespace sluice::gateway {
namespace {

/// The number after `mark` in an Argon2id string.
std::optional<unsigned> cost_of(std::string_view hash, std::string_view mark) {
  const std::size_t at = hash.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  unsigned value = 0;
  const char* first = hash.data() + at + mark.size();
  const auto [end, error] = std::from_chars(first, hash.data() + hash.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

struct HashCost {
  std::uint64_t memory_kib;
  std::uint64_t passes;
};

/// What checking a password against `text` costs; nothing when it is no Argon2id hash.
std::optional<HashCost> password_hash_cost(std::string_view text) noexcept {
  if (text.size() >= crypto_pwhash_argon2id_STRBYTES || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::array<char, crypto_pwhash_argon2id_STRBYTES> terminated{};
  std::copy(text.begin(), text.end(), terminated.begin());
  // Decodes the string; whether its cost is the one that is asked about does not matter here.
  if (::crypto_pwhash_argon2id_str_needs_rehash(terminated.data(),
                                                crypto_pwhash_argon2id_OPSLIMIT_MIN,
                                                crypto_pwhash_argon2id_MEMLIMIT_MIN) < 0) {
    return std::nullopt;
  }
  const std::optional<unsigned> memory_kib = cost_of(text, "$m=");
  const std::optional<unsigned> passes = cost_of(text, ",t=");
  if (!memory_kib || !passes) return std::nullopt;
  return HashCost{*memory_kib, *passes};
}

constexpr std::string_view kHashRule =
    "an Argon2id hash whose m is at most 16384 and m times t at most 36864, as `sluice "
    "--hash-password` prints";

bool is_username(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}
constexpr TextRule kUsername{&is_username, "1 to 64 printable ASCII characters"};

/// A QuickFIX option that a session may set: YES/NO, a number of a range, or one of a few numbers.
struct QuickfixOption {
  std::string_view name;
  enum class Kind : std::uint8_t { boolean, range, digits } kind;
  std::int64_t min = 0;
  std::int64_t max = 0;
};
constexpr std::array<QuickfixOption, 13> kQuickfixOptions{{
    {"ResetOnLogon", QuickfixOption::Kind::boolean},
    {"ResetOnLogout", QuickfixOption::Kind::boolean},
    {"ResetOnDisconnect", QuickfixOption::Kind::boolean},
    {"RefreshOnLogon", QuickfixOption::Kind::boolean},
    {"CheckLatency", QuickfixOption::Kind::boolean},
    {"MaxLatency", QuickfixOption::Kind::range, 1, 86'400},
    {"CheckCompID", QuickfixOption::Kind::boolean},
    {"SendRedundantResendRequests", QuickfixOption::Kind::boolean},
    {"TimestampPrecision", QuickfixOption::Kind::digits},
    {"ValidateFieldsOutOfOrder", QuickfixOption::Kind::boolean},
    {"ValidateUserDefinedFields", QuickfixOption::Kind::boolean},
    {"AllowUnknownMsgFields", QuickfixOption::Kind::boolean},
    {"LogoutTimeout", QuickfixOption::Kind::range, 1, 60},
}};

/// Options that QuickFIX users may bring along and that mean nothing or harm here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kForeignOptions{{
    {"PersistMessages", "messages are always kept, see gateway.store_messages"},
    {"HeartBtInt", "the client asks for it within gateway.heartbeat_s_min and heartbeat_s_max"},
    {"StartTime", "sessions run all the time"},
    {"EndTime", "sessions run all the time"},
    {"LogonTimeout", "gateway.logon_timeout_ms holds for all"},
    {"DataDictionary", "the venue brings its own"},
    {"UseDataDictionary", "messages are always checked"},
    {"ValidateFieldsHaveValues", "a field without a value says nothing that could be meant"},
    {"ValidateLengthAndChecksum", "they are always checked"},
    {"MillisecondsInTimeStamp", "TimestampPrecision says how many digits"},
}};

bool explain_foreign(TableReader& reader, std::string_view key) {
  for (const auto& [name, why] : kForeignOptions) {
    if (key != name) continue;
    reader.problems().add(reader.where(key), reader.path_of(key),
                          "not an option of this venue: " + std::string(why));
    return true;
  }
  return false;
}

void read_quickfix_options(TableReader& reader, std::map<std::string, std::string>& options) {
  for (const QuickfixOption& option : kQuickfixOptions) {
    const std::string name(option.name);
    if (option.kind == QuickfixOption::Kind::boolean) {
      bool value = false;
      const bool given = reader.find(name) != nullptr;
      reader.boolean(name, value);
      if (given) options[name] = value ? "Y" : "N";
    } else if (option.kind == QuickfixOption::Kind::range) {
      std::int64_t value = 0;
      reader.integer(name, value, option.min, option.max);
      if (value != 0) options[name] = std::to_string(value);
    } else if (const toml::node* node = reader.find(name)) {
      const std::int64_t digits = node->value_exact<std::int64_t>().value_or(0);
      if (digits == 3 || digits == 6 || digits == 9) {
        options[name] = std::to_string(digits);
      } else {
        reader.complain(name, "3, 6 or 9");
      }
    }
  }
}

/// Names that others refer to. Accounts carry their firm.
struct Directory {
  NameLines firms;
  NameLines accounts;
  std::map<std::string, std::string, std::less<>> firm_of_account;
  NameLines comp_ids;
  GroupPlaces group_places;
};

void read_firm_reference(TableReader& reader, std::string& firm, const Directory& directory) {
  if (reader.text("firm", firm, kName, Presence::required) && !directory.firms.contains(firm)) {
    reader.complain("firm", "the name of a [[firm]]");
  }
}

void read_session_accounts(TableReader& reader, SessionConfig& session,
                           const Directory& directory) {
  const toml::array* accounts = reader.list("accounts", kMaxAccountsPerSession, Presence::required);
  if (accounts == nullptr) return;
  for (const toml::node& node : *accounts) {
    const std::string name = node.value_exact<std::string>().value_or("");
    const auto complain = [&](std::string_view expected) {
      reader.problems().add_found(node.source(), reader.path_of("accounts"), shown(node), expected);
    };
    const auto known = directory.firm_of_account.find(name);
    if (known == directory.firm_of_account.end()) {
      complain("the name of an [[account]]");
    } else if (!session.firm.empty() && known->second != session.firm) {
      complain("an account of firm " + quoted(session.firm) + ", this one is of " +
               quoted(known->second));
    } else if (std::find(session.accounts.begin(), session.accounts.end(), name) !=
               session.accounts.end()) {
      complain("each account once");
    } else {
      session.accounts.push_back(name);
    }
  }
}

void read_allow_addresses(TableReader& reader, SessionConfig& session) {
  const toml::array* addresses = reader.list("allow_addresses", kMaxAllowAddresses);
  if (addresses == nullptr) return;
  for (const toml::node& node : *addresses) {
    const std::string text = node.value_exact<std::string>().value_or("");
    if (AddressPrefix::parse(text)) {
      session.allow_addresses.push_back(text);
    } else {
      reader.problems().add_found(
          node.source(), reader.path_of("allow_addresses"), shown(node),
          "an address or a prefix without further bits, such as \"10.0.0.0/8\"");
    }
  }
}

void read_public_keys(TableReader& reader, SessionConfig& session) {
  const bool signs = session.authentication == Authentication::signature;
  const toml::array* keys = reader.list("public_keys", kMaxPublicKeys);
  if (!signs) {
    if (keys != nullptr) {
      reader.complain("public_keys", "none without authentication = \"signature\"");
    }
    return;
  }
  if (keys == nullptr || keys->empty()) {
    reader.complain("public_keys", "1 or 2 Ed25519 keys with authentication = \"signature\"");
    return;
  }
  for (const toml::node& node : *keys) {
    const auto key = parse_public_key(node.value_exact<std::string>().value_or(""));
    if (key) {
      session.public_keys.push_back(*key);
    } else {
      // Never the value: somebody may have written the secret key.
      reader.problems().add_found(node.source(), reader.path_of("public_keys"), "something else",
                                  "an Ed25519 public key, base64 or PEM, as `sluice --make-key` "
                                  "prints");
    }
  }
}

void read_credentials(TableReader& reader, SessionConfig& session) {
  static constexpr std::array<std::pair<std::string_view, Authentication>, 3> kKinds{{
      {"password", Authentication::password},
      {"signature", Authentication::signature},
      {"none", Authentication::none},
  }};
  reader.choice<Authentication>("authentication", session.authentication, kKinds);
  session.username = session.comp_id;
  reader.text("username", session.username, kUsername);

  const toml::node* hash = reader.find("password_hash");
  const toml::node* addresses = reader.find("allow_addresses");
  read_public_keys(reader, session);
  if (session.authentication == Authentication::signature) {
    if (hash != nullptr) {
      reader.complain("password_hash", "a hash", "none with authentication = \"signature\"");
    }
    return;
  }
  if (session.authentication == Authentication::none) {
    if (hash != nullptr) {
      reader.complain("password_hash", "a hash", "none with authentication = \"none\"");
    }
    const toml::array* list = addresses == nullptr ? nullptr : addresses->as_array();
    if (addresses == nullptr || (list != nullptr && list->empty())) {
      reader.complain("allow_addresses", "at least one address with authentication = \"none\"");
    }
    return;
  }
  const auto* text = hash == nullptr ? nullptr : hash->as_string();
  const auto cost = text == nullptr ? std::nullopt : password_hash_cost(text->get());
  if (!cost) {
    // Never the value: somebody may have written the password itself.
    reader.complain("password_hash", hash == nullptr ? "nothing" : "something else", kHashRule);
  } else if (cost->memory_kib > kMaxHashMemoryKib ||
             cost->memory_kib * cost->passes > kMaxHashCostKib) {
    reader.complain(
        "password_hash",
        "one of m=" + std::to_string(cost->memory_kib) + " and t=" + std::to_string(cost->passes),
        kHashRule);
  } else {
    session.password_hash = text->get();
  }
}

constexpr TextRule kCertificate{&is_certificate_wanted,
                                "a name of 1 to 256 printable ASCII characters or a SHA-256 "
                                "fingerprint of 64 hexadecimal digits"};

void read_session_tls(TableReader& reader, SessionConfig& session,
                      const std::optional<TlsConfig>& tls) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> kKinds{{
      {"optional", false},
      {"required", true},
  }};
  reader.choice<bool>("tls", session.tls_required, kKinds);
  if (session.tls_required && !tls) {
    reader.complain("tls", "a table [tls]: nobody could log on to this session");
  }
  if (!reader.text("client_certificate", session.client_certificate, kCertificate)) return;
  session.tls_required = true;
  if (!tls || tls->settings.client_certificates == ClientCertificates::none) {
    reader.complain("client_certificate",
                    "a table [tls] with client_certificates of \"optional\" or \"required\"");
  }
}

SessionConfig read_session(TableReader& reader, const VenueConfig& config, Directory& directory) {
  const GatewayConfig& gateway = config.gateway;
  SessionConfig session;
  if (reader.text("comp_id", session.comp_id, kCompId, Presence::required)) {
    check_unique(reader, "comp_id", session.comp_id, directory.comp_ids);
    if (session.comp_id == gateway.comp_id) {
      reader.complain("comp_id", "another one than gateway.comp_id, which is the venue's own");
    }
  }
  read_firm_reference(reader, session.firm, directory);
  read_role(reader, session, directory.group_places);
  if (session.role != Role::drop_copy) {
    read_session_accounts(reader, session, directory);
    reader.integer("io_thread", session.io_thread, 0,
                   static_cast<std::int64_t>(gateway.io_threads) - 1);
  }
  read_credentials(reader, session);
  read_allow_addresses(reader, session);
  read_session_tls(reader, session, config.tls);
  read_quickfix_options(reader, session.quickfix);
  reader.finish(&explain_foreign);
  return session;
}

}  // namespace

void read_parties(TableReader& root, VenueConfig& config) {
  Directory directory;
  for_each_section(root, "firm", kMaxFirms, [&](TableReader& reader) {
    FirmConfig firm;
    if (reader.text("name", firm.name, kName, Presence::required)) {
      check_unique(reader, "name", firm.name, directory.firms);
    }
    reader.finish();
    config.firms.push_back(std::move(firm));
  });
  for_each_section(root, "account", kMaxAccounts, [&](TableReader& reader) {
    AccountConfig account;
    if (reader.text("name", account.name, kName, Presence::required)) {
      check_unique(reader, "name", account.name, directory.accounts);
    }
    read_firm_reference(reader, account.firm, directory);
    reader.finish();
    directory.firm_of_account.try_emplace(account.name, account.firm);
    config.accounts.push_back(std::move(account));
  });
  for_each_section(root, "session", kMaxSessions, [&](TableReader& reader) {
    config.sessions.push_back(read_session(reader, config, directory));
  });
  read_drop_copies(root, config, directory.group_places);
}

}  // namespace sluice::gateway
