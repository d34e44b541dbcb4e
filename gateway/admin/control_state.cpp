#include "gateway/admin/control_state.hpp"

#include <algorithm>
#include <utility>

namespace sluice::gateway {

namespace {

Json to_json(const OrderedBy& by) {
  return {{"user", by.user},
          {"firm", by.firm.empty() ? Json(nullptr) : Json(by.firm)},
          {"reason", by.reason}};
}

OrderedBy ordered_by(const Json& entry) {
  const Json& firm = entry.at("firm");
  return {entry.at("user").get<std::string>(),
          firm.is_null() ? std::string() : firm.get<std::string>(),
          entry.at("reason").get<std::string>()};
}

/// Thrown within from_file() only.
struct DamagedFile {
  std::string why;
};

}  // namespace

ControlState::ControlState(const VenueNames& names)
    : names_(names),
      states_(names.instruments(), InstrumentState::continuous),
      closed_(names.instruments(), false),
      disabled_(names.config().sessions.size()) {}

const KillSwitch* ControlState::find(ControlScope scope, std::uint32_t target) const {
  const auto found = std::find_if(kills_.begin(), kills_.end(), [&](const KillSwitch& kill) {
    return kill.scope == scope && kill.target == target;
  });
  return found == kills_.end() ? nullptr : &*found;
}

void ControlState::know_kill(ControlScope scope, std::uint32_t target, TimeNs since) {
  if (find(scope, target) != nullptr) return;
  kills_.push_back({scope, target, false, since, {"", "", "found in the journal"}});
}

void ControlState::set_disabled(SessionId session, std::optional<OrderedBy> by) {
  disabled_[session.value - 1] = std::move(by);
}

void ControlState::on_event(const Event& event) {
  if (event.type == EventType::instrument_state_changed) {
    states_[event.instrument.value - 1] = static_cast<InstrumentState>(event.control_state);
    return;
  }
  const auto author = authors_.find(event.source_msg_seq_num);
  OrderedBy by = author == authors_.end() ? OrderedBy{} : std::move(author->second);
  if (author != authors_.end()) authors_.erase(author);
  if (event.type != EventType::kill_changed) return;
  const bool on = (event.control_state & kKillOn) != 0;
  const auto same = [&](const KillSwitch& kill) {
    return kill.scope == event.control_scope && kill.target == event.target;
  };
  const auto found = std::find_if(kills_.begin(), kills_.end(), same);
  if (!on) {
    if (found != kills_.end()) kills_.erase(found);
    return;
  }
  const bool keep_resting = (event.control_state & kKeepResting) != 0;
  if (found == kills_.end()) {
    kills_.push_back({event.control_scope, event.target, keep_resting, event.time, std::move(by)});
  } else if (!found->by.firm.empty() || by.firm.empty()) {
    *found = {event.control_scope, event.target, keep_resting, event.time, std::move(by)};
  } else {
    found->keep_resting = keep_resting;  // the venue's own, which a firm's does not replace
  }
}

std::string ControlState::to_file() const {
  Json states = absent_instruments_;
  Json closed = absent_closed_;
  for (std::uint32_t id = 1; id <= states_.size(); ++id) {
    const std::string& symbol = names_.at(InstrumentId{id}).symbol;
    if (states_[id - 1] != InstrumentState::continuous) states[symbol] = name_of(states_[id - 1]);
    if (closed_[id - 1]) closed.push_back(symbol);
  }
  Json kills = absent_kills_;
  for (const KillSwitch& kill : kills_) {
    Json entry{{"scope", name_of(kill.scope)},
               {"name", names_.target(kill.scope, kill.target)},
               {"keep_resting", kill.keep_resting},
               {"since_ns", kill.since.value}};
    entry.update(to_json(kill.by));
    kills.push_back(std::move(entry));
  }
  Json disabled = absent_disabled_;
  for (std::uint32_t id = 1; id <= disabled_.size(); ++id) {
    if (!disabled_[id - 1]) continue;
    Json entry{{"session", names_.at(SessionId{id}).comp_id}};
    entry.update(to_json(*disabled_[id - 1]));
    disabled.push_back(std::move(entry));
  }
  const Json file{{"version", 1},
                  {"instruments", std::move(states)},
                  {"closed_by_unclean_stop", std::move(closed)},
                  {"kills", std::move(kills)},
                  {"disabled_sessions", std::move(disabled)}};
  return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ControlState::from_file(const std::string& content, std::vector<std::string>& missing) {
  const Json file = Json::parse(content, nullptr, false);
  if (!file.is_object() || file.value("version", Json()) != Json(1)) {
    return "expected a JSON object with \"version\": 1";
  }
  try {
    if (!file.at("instruments").is_object()) return "\"instruments\" is no object";
    for (const char* list : {"closed_by_unclean_stop", "kills", "disabled_sessions"}) {
      if (!file.at(list).is_array()) return "\"" + std::string(list) + "\" is no list";
    }
    read_instruments(file, missing);
    read_kills(file, missing);
    read_disabled(file, missing);
  } catch (const Json::exception& error) {
    return error.what();
  } catch (const DamagedFile& damage) {
    return damage.why;
  }
  return {};
}

void ControlState::read_instruments(const Json& file, std::vector<std::string>& missing) {
  for (const auto& [name, state] : file.at("instruments").items()) {
    const auto known = instrument_state_of(state.get<std::string>());
    if (!known) throw DamagedFile{"instrument " + name + " has an unknown state"};
    if (const auto id = names_.instrument(name)) {
      states_[id->value - 1] = *known;
    } else {
      absent_instruments_[name] = state;
      missing.push_back("instrument " + name);
    }
  }
  for (const Json& entry : file.at("closed_by_unclean_stop")) {
    if (const auto id = names_.instrument(entry.get<std::string>())) {
      closed_[id->value - 1] = true;
    } else {
      absent_closed_.push_back(entry);
    }
  }
}

void ControlState::read_kills(const Json& file, std::vector<std::string>& missing) {
  for (const Json& entry : file.at("kills")) {
    const auto scope = control_scope_of(entry.at("scope").get<std::string>());
    if (!scope) throw DamagedFile{"a kill switch has an unknown scope"};
    const std::string name = entry.at("name").get<std::string>();
    const KillSwitch kill{*scope, names_.target(*scope, name).value_or(0),
                          entry.at("keep_resting").get<bool>(),
                          TimeNs{entry.at("since_ns").get<std::int64_t>()}, ordered_by(entry)};
    if (*scope == ControlScope::venue || kill.target != 0) {
      kills_.push_back(kill);
    } else {
      absent_kills_.push_back(entry);
      missing.push_back("the kill switch of " + std::string(name_of(*scope)) + " " + name);
    }
  }
}

void ControlState::read_disabled(const Json& file, std::vector<std::string>& missing) {
  for (const Json& entry : file.at("disabled_sessions")) {
    const std::string name = entry.at("session").get<std::string>();
    OrderedBy by = ordered_by(entry);
    if (const auto id = names_.session(name, Admin{})) {
      set_disabled(*id, std::move(by));
    } else {
      absent_disabled_.push_back(entry);
      missing.push_back("session " + name);
    }
  }
}

}  // namespace sluice::gateway
