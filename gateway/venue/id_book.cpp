#include "gateway/venue/id_book.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "gateway/admin/json.hpp"
#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {
namespace {

const std::string& name_of(const InstrumentConfig& one) { return one.symbol; }
const std::string& name_of(const FirmConfig& one) { return one.name; }
const std::string& name_of(const AccountConfig& one) { return one.name; }
const std::string& name_of(const SessionConfig& one) { return one.comp_id; }

/// Moves the entry called `name` to place `to`, those between one place on. False: there is none.
template <class Entry>
bool move_to(std::vector<Entry>& entries, std::size_t to, const std::string& name) {
  const auto place = entries.begin() + static_cast<std::ptrdiff_t>(to);
  const auto found =
      std::find_if(place, entries.end(), [&](const Entry& one) { return name_of(one) == name; });
  if (found == entries.end()) return false;
  std::rotate(place, found, std::next(found));
  return true;
}

template <class Entry, class Check>
void sort_as(std::vector<Entry>& entries, const Json& names, const char* what, Check check) {
  for (std::size_t place = 0; place < names.size(); ++place) {
    const Json& known = names[place];
    const std::string name = known.at("name").get<std::string>();
    if (place >= entries.size() || !move_to(entries, place, name)) {
      throw ConfigError(std::string("the journal knows ") + what + " \"" + name +
                        "\", and the configuration does not: put it back, for its id is in every "
                        "record, or begin a new journal");
    }
    check(entries[place], known);
  }
}

void expect_same(const std::string& what, const std::string& is, const Json& was) {
  if (Json(is) == was) return;
  throw ConfigError(what + " is \"" + is + "\" in the configuration and " + was.dump() +
                    " in the journal, whose orders depend on it: put it back, or begin a new "
                    "journal");
}

}  // namespace

std::string names_of(const VenueConfig& config) {
  Json names = Json::object();
  for (const char* list : {"instruments", "firms", "accounts", "sessions"}) {
    names[list] = Json::array();
  }
  for (const InstrumentConfig& one : config.instruments) {
    names["instruments"].push_back(
        {{"name", one.symbol}, {"tick_size", one.tick_size}, {"lot_size", one.lot_size}});
  }
  for (const FirmConfig& one : config.firms) names["firms"].push_back({{"name", one.name}});
  for (const AccountConfig& one : config.accounts) {
    names["accounts"].push_back({{"name", one.name}, {"firm", one.firm}});
  }
  for (const SessionConfig& one : config.sessions) {
    names["sessions"].push_back({{"name", one.comp_id}, {"firm", one.firm}});
  }
  return names.dump();
}

void keep_ids(VenueConfig& config, const std::string& names) {
  const Json known = Json::parse(names, nullptr, false);
  try {
    sort_as(config.instruments, known.at("instruments"), "instrument",
            [](const InstrumentConfig& one, const Json& was) {
              expect_same("tick_size of " + one.symbol, one.tick_size, was.at("tick_size"));
              expect_same("lot_size of " + one.symbol, one.lot_size, was.at("lot_size"));
            });
    sort_as(config.firms, known.at("firms"), "firm", [](const FirmConfig&, const Json&) {});
    sort_as(config.accounts, known.at("accounts"), "account",
            [](const AccountConfig& one, const Json& was) {
              expect_same("firm of account " + one.name, one.firm, was.at("firm"));
            });
    sort_as(config.sessions, known.at("sessions"), "session",
            [](const SessionConfig&, const Json&) {});
  } catch (const Json::exception& error) {
    throw ConfigError(
        std::string("the journal's names of instruments and parties cannot be read: ") +
        error.what());
  }
}

}  // namespace sluice::gateway
