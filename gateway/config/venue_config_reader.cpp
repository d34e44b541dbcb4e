#include "gateway/config/venue_config_reader.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>

#include "gateway/config/config_sections.hpp"
#include "gateway/config/toml_reader.hpp"

namespace sluice::gateway {
namespace {

toml::table parse_toml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ConfigError(name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                      ": not TOML: " + std::string(error.description()));
  }
}

template <class Config>
void read_table(TableReader& root, std::string_view key, void (*read)(TableReader&, Config&),
                Config& config) {
  const toml::node* node = root.find(key);
  if (node == nullptr) return;
  if (const toml::table* table = node->as_table()) {
    TableReader reader(*table, std::string(key), root.problems());
    read(reader, config);
    reader.finish();
  } else {
    root.complain(key, "one table [" + std::string(key) + "]");
  }
}

}  // namespace

VenueConfig parse_venue_config(std::string_view text, const std::string& name) {
  const toml::table table = parse_toml(text, name);
  Problems problems(name);
  TableReader root(table, "", problems);
  VenueConfig config;
  read_table(root, "gateway", &read_gateway, config.gateway);
  read_table(root, "engine", &read_engine, config.engine);
  read_table(root, "journal", &read_journal, config.journal);
  read_table(root, "log", &read_log, config.log);
  read_table(root, "admin", &read_admin, config.admin);
  read_table(root, "opening", &read_opening, config.opening);
  read_tls(root, config);
  read_instruments(root, config.instruments);
  read_parties(root, config);
  read_admin_users(root, config);
  root.finish();
  if (problems.empty()) {
    check_clordid_history(root, config);
    check_session_memory(root, config);
    check_max_connections(root, config);
  }
  if (problems.empty()) check_listeners(root, config);
  if (!problems.empty()) throw ConfigError(problems.text());
  return config;
}

VenueConfig read_venue_config(const std::string& path) {
  const auto fail = [&](const std::string& why) {
    throw ConfigError(path + ": cannot be read: " + why);
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(std::strerror(errno));
  std::string text(kMaxConfigBytes + 1, '\0');
  errno = 0;
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder opens but does not read.
  if (file.bad() || errno == EISDIR) fail(std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxConfigBytes) {
    fail("longer than " + std::to_string(kMaxConfigBytes) + " bytes");
  }
  return parse_venue_config(text, path);
}

}  // namespace sluice::gateway
