// What an admin has done comes before what he says about it.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

TEST(NoticeOrder, TheStateComesBeforeTheNewsThatExplainsIt) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const char* const state = i % 2 == 0 ? "halted" : "continuous";
    ASSERT_TRUE(admin
                    .change("instrument.set_state",
                            {{"instruments", Json::array({kSymbol})}, {"state", state}})
                    .ok());
    ASSERT_TRUE(
        admin.change("notice.send", {{"sessions", {"CLIENT1"}}, {"headline", numbered("N", i)}})
            .ok());
    ASSERT_EQ(expect(client, "f").get(326), i % 2 == 0 ? "2" : "17");
    ASSERT_EQ(expect(client, "B").get(148), numbered("N", i));
  }
}

}  // namespace
}  // namespace sluice::testing
