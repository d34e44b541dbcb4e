// A venue with order-entry clients of two firms and drop copies of them.
#pragma once

#include <string>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {

/// A drop-copy session of firm F1.
[[nodiscard]] inline VenueSession drop_session(const std::string& comp_id,
                                               const std::string& group) {
  return {.comp_id = comp_id,
          .password = {},
          .more = {{"role", quoted("drop_copy")}, {"drop_copy", quoted(group)}},
          .has_accounts = false};
}

/// Orders: C1 and C2 of F1, C3 of F2. Groups FIRM (F1), SESSION (C2), VENUE.
[[nodiscard]] inline VenueText drop_copy_venue(const std::vector<VenueSession>& drop_copies) {
  VenueText text = small_venue({"C1", "C2", "C3"});
  text.more_firms = {"F2"};
  text.more_accounts = {{"BACC", "F2"}};
  text.sessions[2].more = {{"firm", quoted("F2")}, {"accounts", "[" + quoted("BACC") + "]"}};
  for (const VenueSession& each : drop_copies) {
    text.sessions.push_back(each);
    if (each.more[1].second == quoted("VENUE")) {
      text.sessions.back().more.emplace_back("venue_wide", "true");
    }
  }
  text.tail =
      "[[drop_copy]]\nname = \"FIRM\"\nfirm = \"F1\"\n"
      "[[drop_copy]]\nname = \"SESSION\"\nsessions = [\"C2\"]\n"
      "[[drop_copy]]\nname = \"VENUE\"\nvenue = true\n";
  return text;
}

}  // namespace sluice::testing
