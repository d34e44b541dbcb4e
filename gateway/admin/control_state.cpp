#include "gateway/admin/control_state.hpp"

#include <algorithm>
#include <utility>

namespace sluice::gateway {

ControlState::ControlState(const VenueNames& names)
    : names_(names),
      states_(names.instruments(), InstrumentState::continuous),
      disabled_(names.config().sessions.size(), false) {}

const KillSwitch* ControlState::find(ControlScope scope, std::uint32_t target) const {
  const auto found = std::find_if(kills_.begin(), kills_.end(), [&](const KillSwitch& kill) {
    return kill.scope == scope && kill.target == target;
  });
  return found == kills_.end() ? nullptr : &*found;
}

void ControlState::note_author(ControlScope scope, std::uint32_t target, std::string user,
                               std::string reason) {
  author_ = Author{scope, target, std::move(user), std::move(reason)};
}

void ControlState::set_disabled(SessionId session, bool disabled) {
  disabled_[session.value - 1] = disabled;
}

void ControlState::on_event(const Event& event) {
  if (event.type == EventType::instrument_state_changed) {
    states_[event.instrument.value - 1] = static_cast<InstrumentState>(event.control_state);
    return;
  }
  if (event.type != EventType::kill_changed) return;
  KillSwitch kill{event.control_scope, event.target, (event.control_state & kKeepResting) != 0,
                  event.time,          {},           {}};
  if (author_ && author_->scope == kill.scope && author_->target == kill.target) {
    kill.user = author_->user;
    kill.reason = author_->reason;
    author_.reset();
  }
  std::erase_if(kills_, [&](const KillSwitch& old) {
    return old.scope == kill.scope && old.target == kill.target;
  });
  if ((event.control_state & kKillOn) != 0) kills_.push_back(std::move(kill));
}

std::string ControlState::to_file() const {
  Json file;
  file["version"] = 1;
  Json& states = file["instruments"] = Json::object();
  for (std::uint32_t id = 1; id <= states_.size(); ++id) {
    if (states_[id - 1] == InstrumentState::continuous) continue;
    states[names_.at(InstrumentId{id}).symbol] = name_of(states_[id - 1]);
  }
  Json& kills = file["kills"] = Json::array();
  for (const KillSwitch& kill : kills_) {
    kills.push_back({{"scope", name_of(kill.scope)},
                     {"name", names_.target(kill.scope, kill.target)},
                     {"keep_resting", kill.keep_resting},
                     {"since_ns", kill.since.value},
                     {"user", kill.user},
                     {"reason", kill.reason}});
  }
  Json& disabled = file["disabled_sessions"] = Json::array();
  for (std::uint32_t id = 1; id <= disabled_.size(); ++id) {
    if (disabled_[id - 1]) disabled.push_back(names_.at(SessionId{id}).comp_id);
  }
  return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ControlState::from_file(const std::string& content, std::vector<std::string>& missing) {
  const Json file = Json::parse(content, nullptr, false);
  if (!file.is_object() || file.value("version", Json()) != Json(1)) {
    return "expected a JSON object with \"version\": 1";
  }
  const Admin everybody;
  try {
    for (const auto& [name, state] : file.at("instruments").items()) {
      const auto known = instrument_state_of(state.get<std::string>());
      if (!known) return "instrument " + name + " has an unknown state";
      if (const auto id = names_.instrument(name)) {
        states_[id->value - 1] = *known;
      } else {
        missing.push_back("instrument " + name);
      }
    }
    for (const Json& entry : file.at("kills")) {
      const auto scope = control_scope_of(entry.at("scope").get<std::string>());
      if (!scope) return "a kill switch has an unknown scope";
      const std::string name = entry.at("name").get<std::string>();
      if (const auto target = names_.target(*scope, name)) {
        kills_.push_back({*scope, *target, entry.at("keep_resting").get<bool>(),
                          TimeNs{entry.at("since_ns").get<std::int64_t>()},
                          entry.at("user").get<std::string>(),
                          entry.at("reason").get<std::string>()});
      } else {
        missing.push_back("the kill switch of " + std::string(name_of(*scope)) + " " + name);
      }
    }
    for (const Json& entry : file.at("disabled_sessions")) {
      const std::string name = entry.get<std::string>();
      if (const auto id = names_.session(name, everybody)) {
        set_disabled(*id, true);
      } else {
        missing.push_back("session " + name);
      }
    }
  } catch (const Json::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace sluice::gateway
