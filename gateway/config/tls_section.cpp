// [tls], and which listeners there are.
#include <array>
#include <utility>

#include "gateway/config/config_sections.hpp"
#include "gateway/config/tls_files.hpp"
#include "gateway/config/venue_config_reader.hpp"
#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {
namespace {

bool is_cipher_list(std::string_view text) noexcept {
  constexpr std::size_t kMaxBytes = 1'024;
  return !text.empty() && text.size() <= kMaxBytes && text.find('\0') == std::string_view::npos;
}
constexpr TextRule kCipherList{&is_cipher_list,
                               "a list of 1 to 1024 bytes as `openssl ciphers` has"};

constexpr std::array<std::pair<std::string_view, ClientCertificates>, 3> kClientCertificates{{
    {"none", ClientCertificates::none},
    {"optional", ClientCertificates::optional},
    {"required", ClientCertificates::required},
}};

constexpr std::array<std::pair<std::string_view, TlsVersion>, 2> kVersions{{
    {"1.2", TlsVersion::tls_1_2},
    {"1.3", TlsVersion::tls_1_3},
}};

void read_client_ca(TableReader& reader, TlsSettings& settings) {
  const bool given = reader.find("client_ca") != nullptr;
  reader.text("client_ca", settings.client_ca, kPath);
  if (given && settings.client_certificates == ClientCertificates::none) {
    reader.complain("client_ca", "client_certificates of \"optional\" or \"required\" with it");
  }
  if (!given && settings.client_certificates != ClientCertificates::none) {
    reader.complain("client_ca", "nothing",
                    "the roots of client certificates, which client_certificates asks for");
  }
}

void read_tls_keys(TableReader& reader, TlsConfig& config) {
  const auto place = [&](std::string_view key) {
    return reader.problems().place_of(reader.where(key).begin);
  };
  reader.text("bind_address", config.bind_address, kAddress);
  if (reader.find("port") == nullptr) reader.complain("port", "a port from 0 to 65535");
  reader.integer("port", config.port, 0, 65'535);
  TlsSettings& settings = config.settings;
  reader.text("certificate", settings.certificate, kPath, Presence::required);
  reader.text("key", settings.key, kPath, Presence::required);
  reader.choice<ClientCertificates>("client_certificates", settings.client_certificates,
                                    kClientCertificates);
  read_client_ca(reader, settings);
  reader.choice<TlsVersion>("min_version", settings.min_version, kVersions);
  reader.text("ciphers", settings.ciphers, kCipherList);
  config.places = {.bind_address = place("bind_address"),
                   .certificate = place("certificate"),
                   .key = place("key"),
                   .client_ca = place("client_ca"),
                   .ciphers = place("ciphers")};
}

}  // namespace

void read_tls(TableReader& root, VenueConfig& config) {
  const toml::node* node = root.find("tls");
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    root.complain("tls", "one table [tls]");
    return;
  }
  TableReader reader(*table, "tls", root.problems());
  read_tls_keys(reader, config.tls.emplace());
  reader.finish();
}

void check_listeners(TableReader& root, const VenueConfig& config) {
  if (config.gateway.port || config.tls) return;
  root.problems().add_found(root.where("gateway"), "gateway.port", "nothing",
                            "a port for plain TCP, or a table [tls]: nobody could connect");
}

TlsLoad load_tls_files(const TlsConfig& config) {
  TlsLoad load = load_tls(config.settings);
  if (load.context) return load;
  const auto fail = [&](const std::string& place, std::string_view key, const std::string& value) {
    throw ConfigError((place.empty() ? "" : place + ": ") + "tls." + std::string(key) + ": " +
                      (value.empty() ? "" : quoted(value) + " ") + load.fault.what);
  };
  switch (load.fault.of) {
    case TlsFault::Of::certificate:
      fail(config.places.certificate, "certificate", config.settings.certificate);
      break;
    case TlsFault::Of::key:
      fail(config.places.key, "key", config.settings.key);
      break;
    case TlsFault::Of::client_ca:
      fail(config.places.client_ca, "client_ca", config.settings.client_ca);
      break;
    case TlsFault::Of::ciphers:
      fail(config.places.ciphers, "ciphers", config.settings.ciphers);
      break;
    case TlsFault::Of::other:
      fail(config.places.certificate, "certificate", "");
      break;
  }
  return load;
}

}  // namespace sluice::gateway
