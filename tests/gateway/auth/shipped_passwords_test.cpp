#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/auth/password_hash.hpp"
#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {
namespace {

TEST(ShippedVenue, LogsEachSessionOnWithTheDemoPasswordAtTodaysCost) {
  const std::filesystem::path root =
      std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "..";
  const VenueConfig config = read_venue_config((root / "gateway" / "venue.toml").string());
  EXPECT_THAT(sessions_with_demo_password(config),
              testing::ElementsAre("CLIENT1", "CLIENT2", "MAKER1", "DROP1"));
  for (const SessionConfig& session : config.sessions) {
    EXPECT_EQ(session.password_hash.rfind("$argon2id$v=19$m=12288,t=3,p=1$", 0), 0U);
  }
}

}  // namespace
}  // namespace sluice::gateway
