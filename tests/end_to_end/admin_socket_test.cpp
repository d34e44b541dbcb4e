// The admin socket itself: who may connect, what hostile clients get, and what is written down.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

std::vector<Json> audit_lines(const VenueProcess& venue) {
  std::ifstream in(venue.state_dir() + "/audit.log");
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

VenueText text_for(const std::string& more) {
  VenueText text = admin_venue_text();
  text.tail += more;
  return text;
}

/// An [[admin_user]] of whoever runs the test.
std::string own_role(const std::string& role, const std::string& firm = {}) {
  return "[[admin_user]]\nuser = \"" + std::to_string(::getuid()) + "\"\nrole = \"" + role +
         "\"\n" + (firm.empty() ? "" : "firm = \"" + firm + "\"\n");
}

TEST(AdminSocket, GreetsAndIsClosedToOthersByItsPermissions) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.greeting()["protocol"], 1);
  EXPECT_EQ(admin.greeting()["venue"], "SLUICE");
  EXPECT_EQ(admin.greeting()["role"], "supervisor");
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(admin_socket(venue)).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  venue.stop();
  EXPECT_FALSE(fs::exists(admin_socket(venue)));
}

TEST(AdminSocket, OneThatAKilledVenueLeftIsReplaced) {
  VenueProcess venue{options_of(admin_venue_text())};
  venue.kill();
  EXPECT_TRUE(std::filesystem::exists(admin_socket(venue)));
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_TRUE(admin.ask("stat").ok());
}

TEST(AdminSocket, ASecondVenueTakesItFromNobody) {
  VenueProcess first{options_of(admin_venue_text())};
  const std::string shared = "[admin]\nsocket = \"" + admin_socket(first) + "\"\n";
  try {
    VenueProcess second{options_of(text_for(shared))};
    FAIL() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("is in use by another process"), std::string::npos)
        << error.what();
  }
  AdminClient admin{admin_socket(first)};
  EXPECT_TRUE(admin.ask("stat").ok());
}

TEST(AdminSocket, AFileInItsPlaceIsNotTouched) {
  VenueProcess venue{options_of(admin_venue_text())};
  venue.stop();
  std::ofstream(admin_socket(venue)) << "mine";
  try {
    venue.start_again();
    FAIL() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("cannot be made: a file is there"), std::string::npos)
        << error.what();
  }
  std::string content;
  std::ifstream(admin_socket(venue)) >> content;
  EXPECT_EQ(content, "mine");
}

TEST(AdminSocket, IsNotThereWhereTheConfigurationSaysSo) {
  VenueProcess venue{options_of(text_for("[admin]\nenabled = false\n"))};
  EXPECT_FALSE(std::filesystem::exists(admin_socket(venue)));
  Bystander other{venue, "OTHER"};
  other.trade();
}

TEST(AdminSocket, ARoleReachesSoFarAndRefusalsAreWrittenDown) {
  VenueProcess venue{options_of(text_for(own_role("viewer")))};
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.greeting()["role"], "viewer");
  EXPECT_TRUE(admin.ask("session.list").ok());
  const auto refused = admin.change("kill.on", {{"scope", "venue"}});
  EXPECT_EQ(refused.code(), "not_allowed");
  EXPECT_EQ(admin.ask("tail").code(), "not_allowed");
  const auto lines = audit_lines(venue);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["phase"], "refused");
  EXPECT_EQ(lines[0]["command"], "kill.on");
  EXPECT_EQ(lines[0]["role"], "viewer");
}

TEST(AdminSocket, AFirmsRoleSeesAndStopsOnlyItsOwn) {
  VenueProcess venue{options_of(text_for(own_role("supervisor", "F2")))};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  client.send(limit_order("A", kSymbol, '1', "1", "99"));
  const std::string foreign(expect_report(client, '0').get(37));
  other.send(limit_order("B", kSymbol, '2', "1", "101"));
  const std::string own(expect_report(other, '0').get(37));
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.greeting()["firm"], "F2");
  const auto sessions = admin.ask("session.list");
  ASSERT_EQ(sessions.rows.size(), 1U);
  EXPECT_EQ(sessions.rows[0]["session"], "OTHER");
  EXPECT_EQ(admin.ask("session.show", {{"session", "CLIENT1"}}).code(), "unknown_session");
  EXPECT_EQ(admin.change("session.logout", {{"session", "CLIENT1"}}).code(), "unknown_session");
  EXPECT_EQ(admin.ask("order.list").rows.size(), 1U);
  EXPECT_EQ(admin.ask("order.list", {{"firm", "F1"}}).code(), "unknown_firm");
  EXPECT_EQ(admin.change("order.cancel", {{"order_id", foreign}}).code(), "unknown_order");
  EXPECT_EQ(admin.change("order.cancel", {{"all", true}}).code(), "not_allowed");
  EXPECT_EQ(admin.change("order.cancel", {{"instrument", kSymbol}}).code(), "not_allowed");
  EXPECT_EQ(admin.change("kill.on", {{"scope", "venue"}}).code(), "not_allowed");
  EXPECT_EQ(admin.change("kill.on", {{"scope", "firm"}, {"name", "F1"}}).code(), "unknown_firm");
  EXPECT_EQ(admin.change("kill.on", {{"scope", "session"}, {"name", "CLIENT1"}}).code(),
            "unknown_session");
  EXPECT_EQ(admin.change("instrument.set_state", {{"instruments", {kSymbol}}, {"state", "halted"}})
                .code(),
            "not_allowed");
  EXPECT_EQ(admin.change("notice.send", {{"all", true}, {"headline", "x"}}).code(), "not_allowed");
  EXPECT_EQ(admin.change("certificates.reload").code(), "not_allowed");
  EXPECT_EQ(admin.change("order.cancel", {{"order_id", own}}).result()["canceled"], 1);
  EXPECT_TRUE(admin.change("kill.on", {{"scope", "firm"}, {"name", "F2"}}).ok());
  EXPECT_EQ(expect_report(other, '4').get(11), "B");
  EXPECT_TRUE(until_heartbeat(client).empty());
}

TEST(AdminSocket, AFirmsRoleDoesNotLiftWhatTheVenueOrdered) {
  VenueText text = text_for("");
  VenueProcess venue{options_of(text)};
  const Json firm{{"scope", "firm"}, {"name", "F2"}};
  const Json account{{"scope", "account"}, {"name", "ACC2"}};
  {
    AdminClient admin{admin_socket(venue)};
    ASSERT_TRUE(admin.change("kill.on", firm).ok());
    ASSERT_TRUE(admin.change("session.disable", {{"session", "OTHER"}}).ok());
  }
  venue.stop();
  text.tail += own_role("supervisor", "F2");
  venue.start_again(text);
  {
    AdminClient admin{admin_socket(venue)};
    EXPECT_EQ(admin.change("kill.off", firm).code(), "not_allowed");
    EXPECT_TRUE(admin.change("kill.on", firm).ok());
    EXPECT_EQ(admin.change("kill.off", firm).code(), "not_allowed");
    EXPECT_TRUE(admin.change("session.disable", {{"session", "OTHER"}}).ok());
    EXPECT_EQ(admin.change("session.enable", {{"session", "OTHER"}}).code(), "not_allowed");
    EXPECT_TRUE(admin.change("kill.on", account).ok());
    EXPECT_TRUE(admin.change("kill.off", account).ok());
    EXPECT_EQ(admin.ask("stat").code(), "not_allowed");
  }
  venue.stop();
  venue.start_again(text_for(""));
  AdminClient admin{admin_socket(venue)};
  EXPECT_TRUE(admin.change("kill.off", firm).ok());
  EXPECT_TRUE(admin.change("session.enable", {{"session", "OTHER"}}).ok());
}

TEST(AdminSocket, RiskMayOnlyCloseInstruments) {
  VenueProcess venue{options_of(text_for(own_role("risk")))};
  AdminClient admin{admin_socket(venue)};
  const auto set = [&](const char* state) {
    return admin.change("instrument.set_state", {{"instruments", {kSymbol}}, {"state", state}});
  };
  EXPECT_TRUE(set("post_only").ok());
  EXPECT_TRUE(set("halted").ok());
  EXPECT_EQ(set("cancel_only").code(), "not_allowed");
  EXPECT_EQ(set("continuous").code(), "not_allowed");
  EXPECT_TRUE(set("halted").ok());
}

TEST(AdminSocket, EveryChangeIsInTheAuditLogBeforeItsAnswer) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  ASSERT_TRUE(admin.change("kill.on", {{"scope", "firm"}, {"name", "F2"}}).ok());
  const auto lines = audit_lines(venue);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["phase"], "asked");
  EXPECT_EQ(lines[0]["args"], (Json{{"scope", "firm"}, {"name", "F2"}}));
  EXPECT_EQ(lines[0]["reason"], "a test");
  EXPECT_EQ(lines[0]["before"]["on"], false);
  EXPECT_EQ(lines[1]["phase"], "done");
  EXPECT_EQ(lines[1]["of"], lines[0]["n"]);
  EXPECT_EQ(lines[1]["after"]["on"], true);
  (void)admin.ask("kill.on", {{"scope", "venue"}}, "a test", true);
  (void)admin.ask("kill.status");
  EXPECT_EQ(audit_lines(venue).size(), 2U);
}

TEST(AdminSocket, AClientThatLeavesBeforeItsAnswerLeavesAFinishedChange) {
  VenueProcess venue{options_of(admin_venue_text())};
  { AdminClient(admin_socket(venue)).send("kill.on", {{"scope", "venue"}}, "then gone"); }
  AdminClient admin{admin_socket(venue)};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (audit_lines(venue).size() < 2 && std::chrono::steady_clock::now() < deadline) {
    (void)admin.ask("kill.status");
  }
  EXPECT_EQ(audit_lines(venue).at(1)["phase"], "done");
  EXPECT_EQ(admin.ask("kill.status").rows.size(), 1U);
}

TEST(AdminSocket, AnswersAreGivenToOneWhoHasSaidAll) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  admin.send("session.list");
  admin.send("stat");
  admin.end_of_requests();
  EXPECT_EQ(admin.receive_answer().rows.size(), 3U);
  EXPECT_TRUE(admin.receive_answer().ok());
  EXPECT_TRUE(admin.closed());
}

TEST(AdminSocket, HostileClientsHarmOnlyThemselves) {
  VenueText text = text_for("[admin]\nmax_connections = 2\nmax_line_bytes = 1024\n");
  VenueProcess venue{options_of(text)};
  Bystander other{venue, "OTHER"};
  AdminClient admin{admin_socket(venue)};
  {
    AdminClient hostile{admin_socket(venue)};
    hostile.send_raw("not JSON\n");
    EXPECT_EQ(hostile.receive()->at("error").at("code"), "bad_request");
    EXPECT_TRUE(hostile.closed());
  }
  {
    AdminClient hostile{admin_socket(venue)};
    hostile.send_raw(std::string(1'025, 'x'));
    EXPECT_NE(hostile.receive()->at("error").at("message").get<std::string>().find("1024 bytes"),
              std::string::npos);
    EXPECT_TRUE(hostile.closed());
  }
  {
    AdminClient exact{admin_socket(venue)};
    std::string line = R"({"id":1,"command":"stat"})";
    line += std::string(1'024 - line.size(), ' ') + "\n";
    exact.send_raw(line);
    EXPECT_TRUE(exact.receive_answer().ok());
    // One too many takes the place of who has been silent longest; here that is `admin`.
    AdminClient third{admin_socket(venue)};
    EXPECT_EQ(third.greeting().at("protocol"), 1);
    EXPECT_EQ(admin.receive()->at("error").at("code"), "busy");
    EXPECT_TRUE(admin.closed());
    EXPECT_TRUE(exact.ask("stat").ok());
    // Who waits for something keeps his place.
    exact.send("tail");
    third.send("tail");
    AdminClient fourth{admin_socket(venue)};
    EXPECT_EQ(fourth.greeting().at("error").at("code"), "busy");
    EXPECT_TRUE(fourth.closed());
  }
  {
    // Two thousand requests in one go, answered in order, none lost.
    AdminClient eager{admin_socket(venue)};
    std::string burst;
    for (int i = 0; i < 2'000; ++i) {
      burst += R"({"id":)" + std::to_string(i) + R"(,"command":"kill.status"})" + "\n";
    }
    std::jthread sender([&] { eager.send_raw(burst); });
    for (int i = 0; i < 2'000; ++i) {
      const auto answer = eager.receive_answer();
      ASSERT_TRUE(answer.ok()) << i << " " << eager.greeting();
      ASSERT_EQ(answer.last["id"], i);
    }
  }
  other.trade();
  EXPECT_TRUE(AdminClient(admin_socket(venue)).ask("stat").ok());
}

TEST(AdminSocket, AFullAuditDiskStopsChangesButNoKillSwitch) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  // What the venue has open can be made too small to grow: its limit on file sizes.
  const rlimit none{0, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(venue.process().pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  const auto refused = admin.change("session.enable", {{"session", "CLIENT1"}});
  EXPECT_EQ(refused.code(), "audit_unavailable");
  const auto kill = admin.change("kill.on", {{"scope", "firm"}, {"name", "F2"}});
  // Done, and said that it is not in its file; or the venue, whose journal cannot be written
  // either, goes down before its answer.
  EXPECT_TRUE(kill.code() == "not_kept" || kill.code() == "stopping") << kill.last;
  const auto ended = venue.process().wait(kPatience);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 8) << "the journal";
  // It was in memory, and so it holds.
  venue.start_again();
  AdminClient next{admin_socket(venue)};
  EXPECT_EQ(next.ask("kill.status").rows.size(), 1U);
  EXPECT_TRUE(next.change("kill.off", {{"scope", "firm"}, {"name", "F2"}}).ok());
}

}  // namespace
}  // namespace sluice::testing
