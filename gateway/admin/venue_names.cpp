#include "gateway/admin/venue_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::gateway {
namespace {

/// The place plus one of the first for which `is_it` holds; 0 for none.
template <class List, class IsIt>
std::uint32_t id_of(const List& list, IsIt is_it) {
  const auto found = std::find_if(list.begin(), list.end(), is_it);
  return found == list.end() ? 0 : static_cast<std::uint32_t>(found - list.begin() + 1);
}

constexpr std::array<std::pair<InstrumentState, std::string_view>, 6> kStates{{
    {InstrumentState::pre_open, "pre_open"},
    {InstrumentState::continuous, "continuous"},
    {InstrumentState::post_only, "post_only"},
    {InstrumentState::close_only, "close_only"},
    {InstrumentState::cancel_only, "cancel_only"},
    {InstrumentState::halted, "halted"},
}};

constexpr std::array<std::pair<ControlScope, std::string_view>, 4> kScopes{{
    {ControlScope::venue, "venue"},
    {ControlScope::firm, "firm"},
    {ControlScope::account, "account"},
    {ControlScope::session, "session"},
}};

template <class Table, class Key>
std::string_view name_in(const Table& table, Key key) noexcept {
  for (const auto& [value, name] : table) {
    if (value == key) return name;
  }
  return {};
}

template <class Key, class Table>
std::optional<Key> value_in(const Table& table, std::string_view name) noexcept {
  for (const auto& [value, known] : table) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(InstrumentState state) noexcept { return name_in(kStates, state); }
std::optional<InstrumentState> instrument_state_of(std::string_view name) noexcept {
  return value_in<InstrumentState>(kStates, name);
}
std::string_view name_of(ControlScope scope) noexcept { return name_in(kScopes, scope); }
std::optional<ControlScope> control_scope_of(std::string_view name) noexcept {
  return value_in<ControlScope>(kScopes, name);
}

std::optional<SessionId> VenueNames::session(std::string_view name, const Admin& admin) const {
  const std::uint32_t id =
      id_of(config_.sessions, [&](const SessionConfig& s) { return s.comp_id == name; });
  if (id == 0 || !admin.sees_firm(at(SessionId{id}).firm)) return std::nullopt;
  return SessionId{id};
}

std::optional<AccountId> VenueNames::account(std::string_view name, const Admin& admin) const {
  const std::uint32_t id =
      id_of(config_.accounts, [&](const AccountConfig& a) { return a.name == name; });
  if (id == 0 || !admin.sees_firm(at(AccountId{id}).firm)) return std::nullopt;
  return AccountId{id};
}

std::optional<FirmId> VenueNames::firm(std::string_view name, const Admin& admin) const {
  const std::uint32_t id =
      id_of(config_.firms, [&](const FirmConfig& f) { return f.name == name; });
  if (id == 0 || !admin.sees_firm(name)) return std::nullopt;
  return FirmId{id};
}

std::optional<InstrumentId> VenueNames::instrument(std::string_view name) const {
  const std::uint32_t id =
      id_of(config_.instruments, [&](const InstrumentConfig& i) { return i.symbol == name; });
  return id == 0 ? std::nullopt : std::optional(InstrumentId{id});
}

FirmId VenueNames::firm_of(SessionId id) const {
  const std::string& firm = at(id).firm;
  return {id_of(config_.firms, [&](const FirmConfig& f) { return f.name == firm; })};
}

std::string VenueNames::target(ControlScope scope, std::uint32_t id) const {
  const auto inside = [id](std::size_t size) { return id != 0 && id <= size; };
  if (scope == ControlScope::firm && inside(config_.firms.size())) return at(FirmId{id});
  if (scope == ControlScope::account && inside(config_.accounts.size())) {
    return at(AccountId{id}).name;
  }
  if (scope == ControlScope::session && inside(config_.sessions.size())) {
    return at(SessionId{id}).comp_id;
  }
  return {};
}

std::optional<std::uint32_t> VenueNames::target(ControlScope scope, std::string_view name) const {
  const Admin everybody;
  switch (scope) {
    case ControlScope::venue:
      return 0;
    case ControlScope::firm:
      if (const auto id = firm(name, everybody)) return id->value;
      return std::nullopt;
    case ControlScope::account:
      if (const auto id = account(name, everybody)) return id->value;
      return std::nullopt;
    case ControlScope::session:
      if (const auto id = session(name, everybody)) return id->value;
      return std::nullopt;
    case ControlScope::none:
      break;
  }
  return std::nullopt;
}

bool VenueNames::sees_target(ControlScope scope, std::uint32_t id, const Admin& admin) const {
  if (admin.firm.empty()) return true;
  switch (scope) {
    case ControlScope::firm:
      return at(FirmId{id}) == admin.firm;
    case ControlScope::account:
      return at(AccountId{id}).firm == admin.firm;
    case ControlScope::session:
      return at(SessionId{id}).firm == admin.firm;
    default:
      return false;
  }
}

std::vector<SessionId> VenueNames::sessions(const Admin& admin) const {
  std::vector<SessionId> seen;
  for (std::uint32_t id = 1; id <= config_.sessions.size(); ++id) {
    if (admin.sees_firm(at(SessionId{id}).firm)) seen.push_back(SessionId{id});
  }
  return seen;
}

}  // namespace sluice::gateway
