// [admin], [[admin_user]] and [opening]: what is taken, and each mistake word for word.
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

/// Behind the good configuration: its first line is the 17th.
VenueConfig read_admin_tail(const std::string& tail) {
  return parse_venue_config(with_listener(good_config() + tail), "venue.toml");
}
std::string admin_complaint(const std::string& tail) { return complaint(good_config() + tail); }
std::string told(const std::string& at, const std::string& what) {
  return "venue.toml:" + at + ": " + what;
}

TEST(AdminSection, AVenueWithoutOneHasASocketForItsOwnUserAlone) {
  const VenueConfig config = read_admin_tail("");
  EXPECT_TRUE(config.admin.enabled);
  EXPECT_EQ(config.admin.socket, "");
  EXPECT_EQ(config.admin.socket_mode, 0600U);
  EXPECT_EQ(config.admin.max_connections, 16U);
  EXPECT_EQ(config.admin.max_line_bytes, 65'536U);
  EXPECT_EQ(config.admin.max_unsent_bytes, 4U << 20U);
  EXPECT_EQ(config.admin.tail_messages, 4'096U);
  EXPECT_TRUE(config.admin_users.empty());
  EXPECT_EQ(config.opening.after_unclean_stop, InstrumentState::cancel_only);
  EXPECT_EQ(config.opening.post_only_after_s, 0U);
  EXPECT_EQ(config.opening.continuous_after_s, 0U);
}

TEST(AdminSection, EachKeyIsRead) {
  const VenueConfig config = read_admin_tail(
      "[admin]\nenabled = false\nsocket = \"/run/x.sock\"\nsocket_mode = \"0660\"\n"
      "socket_group = \"desk\"\naudit_log = \"/var/a.log\"\nmax_connections = 3\n"
      "max_line_bytes = 2000\nmax_unsent_bytes = 300000\ntail_messages = 70\n");
  EXPECT_FALSE(config.admin.enabled);
  EXPECT_EQ(config.admin.socket, "/run/x.sock");
  EXPECT_EQ(config.admin.socket_mode, 0660U);
  EXPECT_EQ(config.admin.socket_group, "desk");
  EXPECT_EQ(config.admin.audit_log, "/var/a.log");
  EXPECT_EQ(config.admin.max_connections, 3U);
  EXPECT_EQ(config.admin.max_line_bytes, 2'000U);
  EXPECT_EQ(config.admin.max_unsent_bytes, 300'000U);
  EXPECT_EQ(config.admin.tail_messages, 70U);
}

TEST(AdminSection, ASocketsPathHasAtMost107Bytes) {
  const auto path = [](std::size_t size) {
    return "[admin]\nsocket = \"" + std::string(size, 's') + "\"\n";
  };
  EXPECT_EQ(admin_complaint(path(107)), "");
  EXPECT_EQ(
      admin_complaint(path(108)),
      told("18:10", "admin.socket: found \"" + std::string(48, 's') +
                        "...\"; expected a path of at most 107 bytes, or \"\" for admin.sock in "
                        "state_dir"));
}

TEST(AdminSection, AnAuditLogsPathHasAtMost1024Bytes) {
  const auto path = [](std::size_t size) {
    return admin_complaint("[admin]\naudit_log = \"" + std::string(size, 'a') + "\"\n");
  };
  EXPECT_EQ(path(1'024), "");
  EXPECT_TRUE(path(1'025).ends_with(
      "expected a path of at most 1024 bytes, or \"\" for audit.log in state_dir"))
      << path(1'025);
}

TEST(AdminSection, AModeIsFourOctalDigitsThatLetTheOwnerIn) {
  for (const char* good : {"0600", "0660", "0777", "0700"}) {
    EXPECT_EQ(admin_complaint("[admin]\nsocket_mode = \"" + std::string(good) + "\"\n"), "");
  }
  for (const char* bad :
       {"\"600\"", "\"0599\"", "\"0400\"", "\"1600\"", "\"0680\"", "\"00600\"", "\"\"", "600"}) {
    const std::string shown = bad;
    EXPECT_EQ(admin_complaint("[admin]\nsocket_mode = " + shown + "\n"),
              told("18:15", "admin.socket_mode: found " + shown +
                                "; expected four octal digits in quotes, from \"0600\" to "
                                "\"0777\""));
  }
}

TEST(AdminSection, AGroupIsANameOfTheSystemANumberOrNone) {
  for (const char* good : {"", "desk", "1000", "a_b-c.d$"}) {
    EXPECT_EQ(admin_complaint("[admin]\nsocket_group = \"" + std::string(good) + "\"\n"), "");
  }
  EXPECT_EQ(admin_complaint("[admin]\nsocket_group = \"a b\"\n"),
            told("18:16",
                 "admin.socket_group: found \"a b\"; expected the name or the number of a "
                 "group, or \"\""));
}

TEST(AdminSection, UnknownKeysAreTold) {
  EXPECT_EQ(admin_complaint("[admin]\nsocket_mod = \"0600\"\n"),
            told("18:1", "admin.socket_mod: unknown key; did you mean \"socket_mode\"?"));
  EXPECT_EQ(admin_complaint("[admin]\nenabled = 1\n"),
            told("18:11", "admin.enabled: found 1; expected true or false"));
}

struct AdminRange {
  const char* table;
  const char* key;
  std::int64_t min;
  std::int64_t max;
};

TEST(AdminSection, NumbersHoldBothEdgesAndNothingBeyond) {
  const AdminRange ranges[] = {{"admin", "max_connections", 1, 256},
                               {"admin", "max_line_bytes", 1'024, 1'048'576},
                               {"admin", "max_unsent_bytes", 262'144, 67'108'864},
                               {"admin", "tail_messages", 64, 65'536},
                               {"opening", "post_only_after_s", 0, 86'400},
                               {"opening", "continuous_after_s", 0, 86'400}};
  for (const AdminRange& range : ranges) {
    const auto with_value = [&](const std::string& value) {
      return admin_complaint("[" + std::string(range.table) + "]\n" + range.key + " = " + value +
                             "\n");
    };
    const std::string place = "18:" + std::to_string(std::string(range.key).size() + 4);
    const auto refused = [&](const std::string& value) {
      return told(place, std::string(range.table) + "." + range.key + ": found " + value +
                             "; expected an integer from " + std::to_string(range.min) + " to " +
                             std::to_string(range.max));
    };
    EXPECT_EQ(with_value(std::to_string(range.min)), "") << range.key;
    EXPECT_EQ(with_value(std::to_string(range.max)), "") << range.key;
    for (const std::string& value : {std::to_string(range.min - 1), std::to_string(range.max + 1),
                                     std::string("\"7\""), std::string("true")}) {
      EXPECT_EQ(with_value(value), refused(value));
    }
  }
}

const std::string kUserRule = "the name or the number of a user of this system";
const std::string kRoleRule = "one of \"viewer\", \"operator\", \"risk\", \"supervisor\"";

TEST(AdminUserSection, EachRoleIsReadWithOrWithoutAFirm) {
  const VenueConfig config = read_admin_tail(
      "[[admin_user]]\nuser = \"alice\"\nrole = \"viewer\"\n"
      "[[admin_user]]\nuser = \"1000\"\nrole = \"operator\"\nfirm = \"ALPHA\"\n"
      "[[admin_user]]\nuser = \"carol\"\nrole = \"risk\"\n"
      "[[admin_user]]\nuser = \"dave\"\nrole = \"supervisor\"\n");
  ASSERT_EQ(config.admin_users.size(), 4U);
  EXPECT_EQ(config.admin_users[0].user, "alice");
  EXPECT_EQ(config.admin_users[0].role, AdminRole::viewer);
  EXPECT_EQ(config.admin_users[0].firm, "");
  EXPECT_EQ(config.admin_users[1].role, AdminRole::operate);
  EXPECT_EQ(config.admin_users[1].firm, "ALPHA");
  EXPECT_EQ(config.admin_users[2].role, AdminRole::risk);
  EXPECT_EQ(config.admin_users[3].role, AdminRole::supervisor);
}

TEST(AdminUserSection, UserAndRoleAreNeeded) {
  EXPECT_EQ(admin_complaint("[[admin_user]]\n"),
            told("17:1", "admin_user.user: found nothing; expected " + kUserRule) + "\n" +
                told("17:1", "admin_user.role: found nothing; expected " + kRoleRule));
}

TEST(AdminUserSection, EachMistakeIsToldWithItsPlace) {
  const std::string good = "[[admin_user]]\nuser = \"alice\"\nrole = \"viewer\"\n";
  for (const std::string& user : {std::string(), std::string("a b"), std::string(33, 'a')}) {
    EXPECT_EQ(admin_complaint(with(good, "alice", user)),
              told("18:8", "admin_user.user: found \"" + user + "\"; expected " + kUserRule));
  }
  EXPECT_EQ(admin_complaint(with(good, "alice", std::string(32, 'a'))), "");
  EXPECT_EQ(admin_complaint(with(good, "viewer", "root")),
            told("19:8", "admin_user.role: found \"root\"; expected " + kRoleRule));
  EXPECT_EQ(admin_complaint(good + "firm = \"GAMMA\"\n"),
            told("20:8", "admin_user.firm: found \"GAMMA\"; expected the name of a [[firm]]"));
  EXPECT_EQ(admin_complaint(good + "frim = \"ALPHA\"\n"),
            told("20:1", "admin_user.frim: unknown key; did you mean \"firm\"?"));
  EXPECT_EQ(admin_complaint(good + good),
            told("21:8",
                 "admin_user.user: found \"alice\" again; expected another one, this one "
                 "is taken in line 18"));
}

TEST(AdminUserSection, ThereAreAtMost256) {
  std::string users;
  for (int i = 0; i < 256; ++i) {
    users += "[[admin_user]]\nuser = \"" + std::to_string(i) + "\"\nrole = \"viewer\"\n";
  }
  EXPECT_EQ(admin_complaint(users), "");
  EXPECT_EQ(admin_complaint(users + "[[admin_user]]\nuser = \"x\"\nrole = \"viewer\"\n"),
            told("17:1", "admin_user: found 257; expected 1 to 256 sections [[admin_user]]"));
}

TEST(OpeningSection, EachKeyIsRead) {
  const VenueConfig config = read_admin_tail(
      "[opening]\nafter_unclean_stop = \"continuous\"\npost_only_after_s = 60\n"
      "continuous_after_s = 60\n");
  EXPECT_EQ(config.opening.after_unclean_stop, InstrumentState::continuous);
  EXPECT_EQ(config.opening.post_only_after_s, 60U);
  EXPECT_EQ(config.opening.continuous_after_s, 60U);
}

TEST(OpeningSection, ContinuousIsNotBeforePostOnly) {
  EXPECT_EQ(admin_complaint("[opening]\npost_only_after_s = 60\ncontinuous_after_s = 59\n"),
            told("19:22",
                 "opening.continuous_after_s: found 59; expected 0, or at least "
                 "post_only_after_s, which is 60"));
  EXPECT_EQ(admin_complaint("[opening]\npost_only_after_s = 60\ncontinuous_after_s = 0\n"), "");
  EXPECT_EQ(admin_complaint("[opening]\ncontinuous_after_s = 59\n"), "");
}

TEST(OpeningSection, AfterAnUncleanStopThereAreTwoStates) {
  EXPECT_EQ(admin_complaint("[opening]\nafter_unclean_stop = \"halted\"\n"),
            told("18:22",
                 "opening.after_unclean_stop: found \"halted\"; expected one of "
                 "\"cancel_only\", \"continuous\""));
  EXPECT_EQ(
      admin_complaint("[opening]\npost_only_after = 60\n"),
      told("18:1", "opening.post_only_after: unknown key; did you mean \"post_only_after_s\"?"));
}

}  // namespace
}  // namespace sluice::gateway
