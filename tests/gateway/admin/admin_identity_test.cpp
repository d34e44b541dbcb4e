// Who may do what at the admin socket.
#include "gateway/admin/admin_identity.hpp"

#include <gtest/gtest.h>

#include "gateway/admin/commands/command_table.hpp"
#include "gateway/admin/venue_names.hpp"

namespace sluice::gateway {
namespace {

TEST(AdminIdentity, TheVenuesOwnUserIsSupervisorUnlessAnEntrySaysOtherwise) {
  VenueConfig config;
  EXPECT_EQ(admin_of(7, "venue", 7, config)->role, AdminRole::supervisor);
  EXPECT_FALSE(admin_of(8, "alice", 7, config));
  config.admin_users.push_back({"venue", AdminRole::viewer, ""});
  config.admin_users.push_back({"8", AdminRole::risk, "ALPHA"});
  EXPECT_EQ(admin_of(7, "venue", 7, config)->role, AdminRole::viewer);
  const auto alice = admin_of(8, "alice", 7, config);
  ASSERT_TRUE(alice);
  EXPECT_EQ(alice->role, AdminRole::risk);
  EXPECT_EQ(alice->user, "alice");
  EXPECT_TRUE(alice->sees_firm("ALPHA"));
  EXPECT_FALSE(alice->sees_firm("BETA"));
}

TEST(AdminIdentity, RolesReachWhatTheProtocolSays) {
  const auto reach = [](AdminRole role) {
    std::string names;
    for (const AdminCommand& command : admin_commands()) {
      if (may_use(role, command.audience)) names += std::string(command.name) + " ";
    }
    return names;
  };
  const std::string viewer = reach(AdminRole::viewer);
  const std::string risk = reach(AdminRole::risk);
  const std::string oper = reach(AdminRole::operate);
  const auto may = [](const std::string& names, const std::string& name) {
    return names.find(name + " ") != std::string::npos;
  };
  EXPECT_TRUE(may(viewer, "session.list"));
  EXPECT_TRUE(may(viewer, "kill.status"));
  EXPECT_FALSE(may(viewer, "tail"));
  EXPECT_FALSE(may(viewer, "session.logout"));
  EXPECT_TRUE(may(risk, "kill.on"));
  EXPECT_TRUE(may(risk, "session.disable"));
  EXPECT_FALSE(may(risk, "session.enable"));
  EXPECT_FALSE(may(risk, "tail"));
  EXPECT_FALSE(may(risk, "notice.send"));
  EXPECT_FALSE(may(oper, "kill.on"));
  EXPECT_FALSE(may(oper, "session.reset"));
  EXPECT_TRUE(may(oper, "notice.send"));
  for (const AdminCommand& command : admin_commands()) {
    EXPECT_TRUE(may_use(AdminRole::supervisor, command.audience)) << command.name;
  }
}

}  // namespace
}  // namespace sluice::gateway
