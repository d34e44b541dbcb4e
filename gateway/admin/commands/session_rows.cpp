#include "gateway/admin/commands/session_rows.hpp"

namespace sluice::gateway {
namespace {

std::string_view word_for(SessionPhase phase) {
  switch (phase) {
    case SessionPhase::logged_out:
      return "logged_out";
    case SessionPhase::logged_on:
      return "logged_on";
    case SessionPhase::leaving:
      return "leaving";
  }
  return {};
}

std::string_view word_for(Role role) {
  switch (role) {
    case Role::order_entry:
      return "order_entry";
    case Role::drop_copy:
      return "drop_copy";
    case Role::by_logon:
      return "by_logon";
  }
  return {};
}

}  // namespace

Json describe(const VenueNames& names, SessionId id, const SessionStatus& status) {
  const SessionConfig& config = names.at(id);
  const bool there = status.phase != SessionPhase::logged_out;
  return {{"session", config.comp_id},
          {"role", word_for(config.role)},
          {"firm", config.firm},
          {"state", word_for(status.phase)},
          {"enabled", status.enabled},
          {"address", there ? Json(status.address) : Json(nullptr)},
          {"since", there ? Json(iso_time(status.since)) : Json(nullptr)},
          {"next_out", status.next_out},
          {"next_in", status.next_in},
          {"unsent_bytes", status.unsent_bytes},
          {"in_flight", status.in_flight},
          {"owed", status.owed},
          {"resend_waits", status.resend_waits}};
}

AdminError no_such_session(const std::string& name) {
  return unknown_name("session", "session", name, "the CompID of a session, see session.list");
}

}  // namespace sluice::gateway
