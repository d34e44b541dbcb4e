// What counts as an orderly end of the last run: instruments come up cancel-only after any other.
#include <filesystem>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

std::string state_at_start(VenueProcess& venue) {
  AdminClient admin{admin_socket(venue)};
  for (const Json& row : admin.ask("instrument.list").rows) {
    if (row["instrument"] == kSymbol) return row["state"];
  }
  return {};
}

VenueText at_port(std::uint16_t port) {
  VenueText text = admin_venue_text();
  text.gateway.emplace_back("port", std::to_string(port));
  return text;
}

TEST(CleanStop, AStartThatFailsDoesNotUseItsMarkUp) {
  VenueProcess other{options_of(admin_venue_text())};
  VenueProcess venue{options_of(admin_venue_text())};
  ASSERT_TRUE(venue.stop(kPatience));
  EXPECT_THROW(venue.start_again(at_port(other.port())), std::runtime_error);
  VenueText no_audit = admin_venue_text();
  no_audit.tail += "[admin]\naudit_log = " + quoted(venue.folder()) + "\n";
  EXPECT_THROW(venue.start_again(no_audit), std::runtime_error);
  venue.start_again(admin_venue_text());
  EXPECT_EQ(state_at_start(venue), "continuous");
}

TEST(CleanStop, AFirstStartThatFailsLeavesANewFolderAsGoodAsNew) {
  VenueProcess venue{options_of(admin_venue_text())};
  VenueProcess other{options_of(admin_venue_text())};
  ASSERT_TRUE(venue.stop(kPatience));
  std::filesystem::remove_all(venue.state_dir());
  EXPECT_THROW(venue.start_again(at_port(other.port())), std::runtime_error);
  ASSERT_TRUE(std::filesystem::exists(venue.state_dir() + "/epoch"));
  venue.start_again(admin_venue_text());
  EXPECT_EQ(state_at_start(venue), "continuous");
}

TEST(CleanStop, AKillAfterAnOrderlyStopIsNotOneWhateverFailedInBetween) {
  VenueProcess other{options_of(admin_venue_text())};
  VenueProcess venue{options_of(admin_venue_text())};
  ASSERT_TRUE(venue.stop(kPatience));
  venue.start_again();
  venue.kill();
  EXPECT_THROW(venue.start_again(at_port(other.port())), std::runtime_error);
  venue.start_again(admin_venue_text());
  EXPECT_EQ(state_at_start(venue), "cancel_only");
}

}  // namespace
}  // namespace sluice::testing
