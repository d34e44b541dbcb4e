// [[drop_copy]] and the sessions that read one: what is taken, and each mistake word for word.
#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

using Scope = DropCopyConfig::Scope;

/// A second firm with an account and a session, and a reader of the first firm, in lines 17 to 35.
const std::string kMore =
    "[[firm]]\n"
    "name = \"BETA\"\n"
    "[[account]]\n"
    "name = \"B1\"\n"
    "firm = \"BETA\"\n"
    "[[session]]\n"
    "comp_id = \"C2\"\n"
    "firm = \"BETA\"\n"
    "accounts = [\"B1\"]\n"
    "password_hash = \"" +
    std::string(kHash) +
    "\"\n"
    "[[session]]\n"
    "comp_id = \"DROP1\"\n"
    "firm = \"ALPHA\"\n"
    "password_hash = \"" +
    std::string(kHash) + "\"\n";
const std::string kReader = "role = \"drop_copy\"\ndrop_copy = \"RISK\"\n";

/// Good but for what `group` (from line 33 on) and `reader` (from line 31 on) say.
std::string with_group(const std::string& group, const std::string& reader = kReader) {
  return good_config() + kMore + reader + group;
}
VenueConfig read_group(const std::string& group, const std::string& reader = kReader) {
  return parse_venue_config(with_listener(with_group(group, reader)), "venue.toml");
}
const std::string kGroup = "[[drop_copy]]\nname = \"RISK\"\n";

TEST(DropCopySection, AVenueWithoutOneHasNoFeedThread) {
  const VenueConfig config = parse_venue_config(with_listener(good_config()), "venue.toml");
  EXPECT_TRUE(config.drop_copies.empty());
  EXPECT_EQ(config.thread_count(), 2U);
  EXPECT_EQ(config.sessions[0].role, Role::order_entry);
  EXPECT_EQ(config.gateway.feed_cpu, -1);
  EXPECT_EQ(config.gateway.drop_copy_stall_ms, 10'000U);
}

TEST(DropCopySection, EachScopeIsReadAndTheReaderBelongsToTheFeedThread) {
  const VenueConfig firm = read_group(kGroup + "firm = \"ALPHA\"\n");
  ASSERT_EQ(firm.drop_copies.size(), 1U);
  EXPECT_EQ(firm.drop_copies[0].name, "RISK");
  EXPECT_EQ(firm.drop_copies[0].scope, Scope::firm);
  EXPECT_EQ(firm.drop_copies[0].firm, "ALPHA");
  EXPECT_EQ(firm.thread_count(), 3U);
  const SessionConfig& reader = firm.sessions.back();
  EXPECT_EQ(reader.role, Role::drop_copy);
  EXPECT_EQ(reader.drop_copy, "RISK");
  EXPECT_TRUE(reader.accounts.empty());
  EXPECT_EQ(firm.thread_of(reader), 1U);
  EXPECT_EQ(firm.thread_of(firm.sessions[0]), 0U);

  const VenueConfig accounts = read_group(kGroup + "accounts = [\"A1\"]\n");
  EXPECT_EQ(accounts.drop_copies[0].scope, Scope::accounts);
  EXPECT_EQ(accounts.drop_copies[0].accounts, std::vector<std::string>{"A1"});
  const VenueConfig sessions = read_group(kGroup + "sessions = [\"C1\"]\n");
  EXPECT_EQ(sessions.drop_copies[0].scope, Scope::sessions);
  EXPECT_EQ(sessions.drop_copies[0].sessions, std::vector<std::string>{"C1"});
  const VenueConfig venue = read_group(kGroup + "venue = true\n", kReader + "venue_wide = true\n");
  EXPECT_EQ(venue.drop_copies[0].scope, Scope::venue);
  EXPECT_TRUE(venue.sessions.back().venue_wide);
}

TEST(DropCopySection, ASessionThatChoosesByItsLogonHasAccountsAndAnIoThread) {
  const VenueConfig config =
      read_group(kGroup + "firm = \"ALPHA\"\n",
                 "role = \"by_logon\"\ndrop_copy = \"RISK\"\naccounts = [\"A1\"]\nio_thread = 0\n");
  EXPECT_EQ(config.sessions.back().role, Role::by_logon);
  EXPECT_EQ(config.thread_of(config.sessions.back()), 0U);
}

TEST(DropCopySection, AReaderMayReachBeyondItsFirmWhenItSaysSo) {
  EXPECT_EQ(complaint(with_group(kGroup + "accounts = [\"A1\", \"B1\"]\n",
                                 kReader + "venue_wide = true\n")),
            "");
}

TEST(DropCopySection, OneFirmsReportsAreNotGivenToAnother) {
  const auto refused = [](const std::string& beyond) {
    return "venue.toml:32:13: session.drop_copy: found \"RISK\"; expected a group within firm "
           "\"ALPHA\", this one has reports of " +
           beyond + "; or venue_wide = true";
  };
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"BETA\"\n")), refused("BETA"));
  EXPECT_EQ(complaint(with_group(kGroup + "accounts = [\"A1\", \"B1\"]\n")), refused("BETA"));
  EXPECT_EQ(complaint(with_group(kGroup + "sessions = [\"C2\"]\n")), refused("BETA"));
  EXPECT_EQ(complaint(with_group(kGroup + "venue = true\n")), refused("all firms"));
}

TEST(DropCopySection, ExactlyOneScopeIsGiven) {
  EXPECT_EQ(complaint(with_group(kGroup)),
            "venue.toml:34:8: drop_copy: found none; expected exactly one of firm, accounts, "
            "sessions and venue");
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"ALPHA\"\nsessions = [\"C1\"]\n")),
            "venue.toml:34:8: drop_copy: found firm and sessions; expected exactly one of firm, "
            "accounts, sessions and venue");
}

TEST(DropCopySection, NamesInAScopeAreThoseOfTheFile) {
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"GAMMA\"\n", kReader + "venue_wide = true\n")),
            "venue.toml:36:8: drop_copy.firm: found \"GAMMA\"; expected the name of a [[firm]]");
  EXPECT_EQ(complaint(with_group(kGroup + "accounts = [\"A1\", \"A9\", \"A1\"]\n")),
            "venue.toml:35:19: drop_copy.accounts: found \"A9\"; expected the name of an "
            "[[account]]\n"
            "venue.toml:35:25: drop_copy.accounts: found \"A1\"; expected each once");
  EXPECT_EQ(
      complaint(with_group(kGroup + "accounts = []\n")),
      "venue.toml:35:12: drop_copy.accounts: found an empty list; expected a list of 1 to 4096");
  EXPECT_EQ(complaint(with_group(kGroup + "sessions = [\"DROP1\", 7]\n")),
            "venue.toml:35:13: drop_copy.sessions: found \"DROP1\"; expected the comp_id of a "
            "[[session]] that may enter orders\n"
            "venue.toml:35:22: drop_copy.sessions: found 7; expected the comp_id of a [[session]] "
            "that may enter orders");
  EXPECT_EQ(complaint(with_group(kGroup + "venue = false\n", kReader + "venue_wide = true\n")),
            "venue.toml:36:9: drop_copy.venue: found false; expected true");
}

TEST(DropCopySection, GroupsHaveNamesOfTheirOwn) {
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"ALPHA\"\n" + kGroup + "firm = \"ALPHA\"\n")),
            "venue.toml:37:8: drop_copy.name: found \"RISK\" again; expected another one, this one "
            "is taken in line 34");
}

TEST(DropCopySection, TheGroupOfASessionIsOneOfTheFile) {
  EXPECT_EQ(complaint(with_group("")),
            "venue.toml:32:13: session.drop_copy: found \"RISK\"; expected the name of a "
            "[[drop_copy]]");
  EXPECT_EQ(complaint(with_group("", "role = \"drop_copy\"\n")),
            "venue.toml:27:1: session.drop_copy: found nothing; expected 1 to 32 printable ASCII "
            "characters without '=' and without a space at either end");
}

TEST(DropCopySection, ARoleLeavesOutWhatItHasNoUseFor) {
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"ALPHA\"\n",
                                 kReader + "accounts = [\"A1\"]\nio_thread = 0\n")),
            "venue.toml:33:12: session.accounts: found a list of 1; expected none with role = "
            "\"drop_copy\": it enters no orders\n"
            "venue.toml:34:13: session.io_thread: found 0; expected none with role = "
            "\"drop_copy\": the feed thread serves it");
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"ALPHA\"\n",
                                 "accounts = [\"A1\"]\ndrop_copy = \"RISK\"\nvenue_wide = true\n")),
            "venue.toml:32:13: session.drop_copy: found \"RISK\"; expected none without role = "
            "\"drop_copy\" or \"by_logon\"\n"
            "venue.toml:33:14: session.venue_wide: found true; expected none without role = "
            "\"drop_copy\" or \"by_logon\"");
  EXPECT_EQ(complaint(with_group(kGroup + "firm = \"ALPHA\"\n", "role = \"reader\"\n")),
            "venue.toml:27:1: session.accounts: found nothing; expected a list of 1 to 256\n"
            "venue.toml:31:8: session.role: found \"reader\"; expected one of \"order_entry\", "
            "\"drop_copy\", \"by_logon\"");
}

TEST(DropCopySection, TheBoundsAreTakenAtTheirEdgesAndNotPastThem) {
  const auto gateway = [](const std::string& line) {
    return complaint("[gateway]\n" + line + "\n" + good_config());
  };
  for (const char* good : {"feed_cpu = -1", "feed_cpu = 1023", "drop_copy_stall_ms = 100",
                           "drop_copy_stall_ms = 600000"}) {
    EXPECT_EQ(gateway(good), "") << good;
  }
  for (const char* bad : {"feed_cpu = -2", "feed_cpu = 1024", "drop_copy_stall_ms = 99",
                          "drop_copy_stall_ms = 600001"}) {
    EXPECT_TRUE(gateway(bad).starts_with("venue.toml:2:")) << bad << gateway(bad);
  }
  std::string groups;
  for (std::size_t i = 0; i < kMaxDropCopies; ++i) {
    groups += "[[drop_copy]]\nname = \"G" + std::to_string(i) + "\"\nfirm = \"ALPHA\"\n";
  }
  EXPECT_EQ(complaint(good_config() + groups), "");
  EXPECT_EQ(complaint(good_config() + groups + kGroup + "firm = \"ALPHA\"\n"),
            "venue.toml:17:1: drop_copy: found 65; expected 1 to 64 sections [[drop_copy]]");
}

}  // namespace
}  // namespace sluice::gateway
