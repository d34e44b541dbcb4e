// [[drop_copy]] and what a session says of its group: whose reports may be read by whom.
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/config/config_sections.hpp"
#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {
namespace {

using Scope = DropCopyConfig::Scope;

template <class Item>
const Item* find_named(const std::vector<Item>& items, const std::string Item::*name,
                       std::string_view wanted) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.*name == wanted; });
  return found == items.end() ? nullptr : &*found;
}

/// Complains about a key that the session's role has no use for.
void refuse_key(TableReader& reader, std::string_view key, const std::string& why) {
  if (reader.find(key) != nullptr) reader.complain(key, why);
}

/// Reads the list at `key`, each of whose members must be known to `is_known` and stand there once.
template <class IsKnown>
void read_members(TableReader& reader, std::string_view key, std::string_view what,
                  std::vector<std::string>& members, const IsKnown& is_known) {
  const toml::array* list = reader.list(key, kMaxDropCopyMembers, Presence::required);
  if (list == nullptr) return;
  for (const toml::node& node : *list) {
    std::string name = node.value_exact<std::string>().value_or("");
    const bool again = std::find(members.begin(), members.end(), name) != members.end();
    if (again || !is_known(name)) {
      reader.problems().add_found(node.source(), reader.path_of(key), shown(node),
                                  again ? std::string_view("each once") : what);
    } else {
      members.push_back(std::move(name));
    }
  }
}

void read_scope(TableReader& reader, const VenueConfig& config, DropCopyConfig& group) {
  static constexpr std::array<std::pair<std::string_view, Scope>, 4> kScopes{{
      {"firm", Scope::firm},
      {"accounts", Scope::accounts},
      {"sessions", Scope::sessions},
      {"venue", Scope::venue},
  }};
  std::string given;
  for (const auto& [key, scope] : kScopes) {
    if (reader.find(key) == nullptr) continue;
    given += (given.empty() ? "" : " and ") + std::string(key);
    group.scope = scope;
  }
  if (given.empty() || given.find(' ') != std::string::npos) {
    reader.problems().add_found(reader.where("name"), "drop_copy", given.empty() ? "none" : given,
                                "exactly one of firm, accounts, sessions and venue");
    return;
  }
  switch (group.scope) {
    case Scope::firm:
      if (reader.text("firm", group.firm, kName) &&
          find_named(config.firms, &FirmConfig::name, group.firm) == nullptr) {
        reader.complain("firm", "the name of a [[firm]]");
      }
      break;
    case Scope::accounts:
      read_members(reader, "accounts", "the name of an [[account]]", group.accounts,
                   [&](const std::string& name) {
                     return find_named(config.accounts, &AccountConfig::name, name) != nullptr;
                   });
      break;
    case Scope::sessions:
      read_members(reader, "sessions", "the comp_id of a [[session]] that may enter orders",
                   group.sessions, [&](const std::string& name) {
                     const auto* session =
                         find_named(config.sessions, &SessionConfig::comp_id, name);
                     return session != nullptr && session->role != Role::drop_copy;
                   });
      break;
    case Scope::venue: {
      bool all = false;
      reader.boolean("venue", all);
      if (!all) reader.complain("venue", "true");
      break;
    }
  }
}

/// A firm other than `own` whose reports the group has; empty when there is none.
std::string foreign_firm(const VenueConfig& config, const DropCopyConfig& group,
                         const std::string& own) {
  if (group.scope == Scope::firm) return group.firm == own ? "" : group.firm;
  if (group.scope == Scope::venue) return "all firms";
  for (const std::string& name : group.accounts) {
    const std::string& firm = find_named(config.accounts, &AccountConfig::name, name)->firm;
    if (firm != own) return firm;
  }
  for (const std::string& name : group.sessions) {
    const std::string& firm = find_named(config.sessions, &SessionConfig::comp_id, name)->firm;
    if (firm != own) return firm;
  }
  return {};
}

}  // namespace

void read_role(TableReader& reader, SessionConfig& session, GroupPlaces& places) {
  static constexpr std::array<std::pair<std::string_view, Role>, 3> kRoles{{
      {"order_entry", Role::order_entry},
      {"drop_copy", Role::drop_copy},
      {"by_logon", Role::by_logon},
  }};
  reader.choice<Role>("role", session.role, kRoles);
  places.push_back(reader.where("drop_copy"));
  if (session.role == Role::order_entry) {
    refuse_key(reader, "drop_copy", "none without role = \"drop_copy\" or \"by_logon\"");
    refuse_key(reader, "venue_wide", "none without role = \"drop_copy\" or \"by_logon\"");
    return;
  }
  reader.text("drop_copy", session.drop_copy, kName, Presence::required);
  reader.boolean("venue_wide", session.venue_wide);
  if (session.role == Role::drop_copy) {
    refuse_key(reader, "accounts", "none with role = \"drop_copy\": it enters no orders");
    refuse_key(reader, "io_thread", "none with role = \"drop_copy\": the feed thread serves it");
  }
}

void read_drop_copies(TableReader& root, VenueConfig& config, const GroupPlaces& places) {
  NameLines names;
  const auto read_group = [&](TableReader& reader) {
    DropCopyConfig group;
    if (reader.text("name", group.name, kName, Presence::required)) {
      check_unique(reader, "name", group.name, names);
    }
    read_scope(reader, config, group);
    reader.finish();
    config.drop_copies.push_back(std::move(group));
  };
  for_each_section(root, "drop_copy", kMaxDropCopies, read_group, Presence::optional);
  for (std::size_t i = 0; i < config.sessions.size(); ++i) {
    const SessionConfig& session = config.sessions[i];
    if (session.drop_copy.empty()) continue;
    const auto complain = [&](std::string_view expected) {
      root.problems().add_found(places[i], "session.drop_copy", quoted(session.drop_copy),
                                expected);
    };
    const auto* group = find_named(config.drop_copies, &DropCopyConfig::name, session.drop_copy);
    if (group == nullptr) {
      complain("the name of a [[drop_copy]]");
    } else if (!session.venue_wide) {
      const std::string beyond = foreign_firm(config, *group, session.firm);
      if (!beyond.empty()) {
        complain("a group within firm " + quoted(session.firm) + ", this one has reports of " +
                 beyond + "; or venue_wide = true");
      }
    }
  }
}

}  // namespace sluice::gateway
