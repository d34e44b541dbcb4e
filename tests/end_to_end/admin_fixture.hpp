// A venue with three firms' sessions and an admin at its socket.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"
#include "tests/support/admin_client.hpp"

namespace sluice::testing {

inline std::string admin_socket(const VenueProcess& venue) {
  return venue.state_dir() + "/admin.sock";
}

/// CLIENT1 and CLIENT2 of firm F1, OTHER of firm F2 with the account ACC2.
inline VenueText admin_venue_text() {
  VenueText text = small_venue({"CLIENT1", "CLIENT2", "OTHER"});
  text.tail.clear();
  text.more_firms = {"F2"};
  text.more_accounts = {{"ACC2", "F2"}};
  text.sessions[2].more.emplace_back("firm", "\"F2\"");
  text.sessions[2].more.emplace_back("accounts", "[\"ACC2\"]");
  return text;
}

/// Waits until the answer to `command` has `value` in `member`; throws when it never does.
inline void wait_until(AdminClient& admin, const std::string& command, const Json& args,
                       const std::string& member, const Json& value) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto answer = admin.ask(command, args);
    if (answer.ok() && answer.result().value(member, Json()) == value) return;
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(command + ": " + answer.last.dump());
    }
  }
}

/// As instrument.list has it; empty for one that is not there.
inline std::string state_now(AdminClient& admin, const std::string& symbol) {
  for (const Json& row : admin.ask("instrument.list").rows) {
    if (row["instrument"] == symbol) return row["state"].get<std::string>();
  }
  return {};
}

}  // namespace sluice::testing
