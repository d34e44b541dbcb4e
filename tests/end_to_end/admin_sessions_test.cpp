// What admins do to FIX sessions, seen from both sides.
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

Json of_session(const char* name) { return {{"session", name}}; }

TEST(AdminSessions, AreListedAsTheyAre) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto all = admin.ask("session.list");
  ASSERT_TRUE(all.ok()) << all.last;
  ASSERT_EQ(all.rows.size(), 3U);
  const Json& row = all.rows[0];
  EXPECT_EQ(row["session"], "CLIENT1");
  EXPECT_EQ(row["role"], "order_entry");
  EXPECT_EQ(row["firm"], "F1");
  EXPECT_EQ(row["state"], "logged_on");
  EXPECT_EQ(row["next_out"], 2);
  EXPECT_EQ(row["next_in"], 2);
  EXPECT_TRUE(row["address"].get<std::string>().starts_with("127.0.0.1:"));
  EXPECT_EQ(all.rows[1]["state"], "logged_out");
  EXPECT_EQ(all.rows[1]["address"], nullptr);
  const auto of_firm = admin.ask("session.list", {{"firm", "F2"}});
  ASSERT_EQ(of_firm.rows.size(), 1U);
  EXPECT_EQ(of_firm.rows[0]["session"], "OTHER");
  EXPECT_EQ(admin.ask("session.show", of_session("NOBODY")).code(), "unknown_session");
  EXPECT_EQ(admin.ask("session.list", {{"firm", "F3"}}).code(), "unknown_firm");
}

TEST(AdminSessions, ALogoutEndsWithTheConnectionAndTheClientHearsWhy) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  Bystander other{venue, "OTHER"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  admin.send("session.logout", {{"session", "CLIENT1"}, {"text", "back in an hour"}}, "a test");
  EXPECT_EQ(expect(client, "5").get(58), "back in an hour");
  client.send(FixBody("5"));
  expect_close(client);
  const auto answer = admin.receive_answer();
  ASSERT_TRUE(answer.ok()) << answer.last;
  EXPECT_EQ(answer.result()["before"]["state"], "logged_on");
  EXPECT_EQ(answer.result()["after"]["state"], "logged_out");
  other.trade();
  log_on(client, venue);  // nothing keeps it away
  EXPECT_EQ(client.gap(), 0U);
}

TEST(AdminSessions, ADisconnectDoesNotWaitForTheClient) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto answer = admin.change("session.disconnect", of_session("CLIENT1"));
  ASSERT_TRUE(answer.ok()) << answer.last;
  EXPECT_EQ(answer.result()["after"]["state"], "logged_out");
  expect_close(client);
  EXPECT_TRUE(client.skipped().empty());
  EXPECT_TRUE(admin.change("session.disconnect", of_session("CLIENT1")).ok());
}

TEST(AdminSessions, ADisconnectIsOverWhoeverComesBackAtOnce) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  for (int i = 0; i < 5; ++i) {
    admin.send("session.disconnect", of_session("CLIENT1"), "a test");
    expect_close(client);
    log_on(client, venue);
    ASSERT_TRUE(admin.receive_answer().ok());
  }
}

TEST(AdminSessions, ADisabledOneIsRefusedInWordsAlsoAfterARestart) {
  VenueProcess venue{options_of(admin_venue_text())};
  RawFixClient client{client_options("CLIENT1")};
  {
    AdminClient admin{admin_socket(venue)};
    log_on(client, venue);
    admin.send("session.disable", of_session("CLIENT1"), "unpaid");
    EXPECT_EQ(expect(client, "5").get(58), "the session is disabled");
    client.send(FixBody("5"));
    expect_close(client);
    EXPECT_TRUE(admin.receive_answer().ok());
  }
  for (int start = 0; start < 3; ++start) {
    client.connect(venue.host(), venue.port());
    const auto refusal = client.logon(false);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->type(), "5");
    EXPECT_EQ(refusal->get(58), "Rejected Logon Attempt: the session is disabled: ask the venue");
    expect_close(client);
    if (start == 0) {
      venue.stop();
    } else {
      venue.kill();
    }
    venue.start_again();
  }
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.ask("session.show", of_session("CLIENT1")).result()["enabled"], false);
  ASSERT_TRUE(admin.change("session.enable", of_session("CLIENT1")).ok());
  EXPECT_EQ(log_on(client, venue).type(), "A");
  // With 141=Y a refusing Logout would cost a number that the client cannot know.
  EXPECT_EQ(client.gap(), 0U);
}

TEST(AdminSessions, ADisabledOneThatResetsIsClosedWithoutAWord) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  ASSERT_TRUE(admin.change("session.disable", of_session("CLIENT1")).ok());
  RawFixClient client{client_options("CLIENT1")};
  client.connect(venue.host(), venue.port());
  EXPECT_FALSE(client.logon(true));
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(AdminSessions, NumbersAreSetOnlyWhileItIsAway) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  EXPECT_EQ(admin.change("session.reset", of_session("CLIENT1")).code(), "wrong_state");
  EXPECT_EQ(admin.change("session.set_seq", {{"session", "CLIENT1"}, {"next_in", 9}}).code(),
            "wrong_state");
  ASSERT_TRUE(client.logout());
  expect_close(client);
  wait_until(admin, "session.show", of_session("CLIENT1"), "state", "logged_out");
  const auto set =
      admin.change("session.set_seq", {{"session", "CLIENT1"}, {"next_in", 40}, {"next_out", 50}});
  ASSERT_TRUE(set.ok()) << set.last;
  EXPECT_EQ(set.result()["after"]["next_in"], 40);
  EXPECT_EQ(set.result()["after"]["next_out"], 50);
  client.set_next_out(40);
  client.set_expected_in(50);
  EXPECT_EQ(log_on(client, venue).seq(), 50U);
  ASSERT_TRUE(client.logout());
  expect_close(client);
  wait_until(admin, "session.show", of_session("CLIENT1"), "state", "logged_out");
  const auto back = admin.change("session.set_seq", {{"session", "CLIENT1"}, {"next_out", 51}});
  EXPECT_EQ(back.code(), "bad_request");
  EXPECT_EQ(back.last["error"]["expected"], "from 52, or session.reset");
  const auto reset = admin.change("session.reset", of_session("CLIENT1"));
  ASSERT_TRUE(reset.ok()) << reset.last;
  EXPECT_EQ(reset.result()["after"]["next_out"], 1);
  client.set_next_out(1);
  client.set_expected_in(1);
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
}

TEST(AdminSessions, ADryRunForeseesThatANumberIsTooFarAhead) {
  VenueText text = admin_venue_text();
  text.gateway.emplace_back("store_messages", "64");
  VenueProcess venue{options_of(text)};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("KEPT", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  ASSERT_TRUE(client.logout());
  expect_close(client);
  wait_until(admin, "session.show", of_session("CLIENT1"), "state", "logged_out");
  const auto now = admin.ask("session.show", of_session("CLIENT1")).result()["next_out"];
  const auto set_to = [&](std::uint32_t ahead, bool dry_run) {
    return admin.ask("session.set_seq",
                     {{"session", "CLIENT1"}, {"next_out", now.get<std::uint32_t>() + ahead}},
                     "a test", dry_run);
  };
  const auto foreseen = set_to(64, true);
  EXPECT_EQ(foreseen.code(), "wrong_state");
  const auto refused = set_to(64, false);
  EXPECT_EQ(refused.last["error"], foreseen.last["error"]);
  EXPECT_EQ(admin.ask("session.show", of_session("CLIENT1")).result()["next_out"], now);
  EXPECT_TRUE(set_to(63, true).ok());
  EXPECT_TRUE(set_to(63, false).ok());
}

TEST(AdminSessions, ADryRunSaysWhatWouldBeAndDoesNothing) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  const auto dry = admin.ask("session.disable", of_session("CLIENT1"), "a test", true);
  ASSERT_TRUE(dry.ok()) << dry.last;
  EXPECT_EQ(dry.result()["before"]["enabled"], true);
  EXPECT_EQ(dry.result()["would"]["enabled"], false);
  EXPECT_EQ(admin.ask("session.show", of_session("CLIENT1")).result()["enabled"], true);
  EXPECT_EQ(admin.ask("session.disable", of_session("CLIENT1")).code(), "reason_required");
}

TEST(AdminSessions, LockOutsAreListedAndEnded) {
  VenueText text = admin_venue_text();
  text.sessions[0].password = "secret";
  text.gateway.emplace_back("logon_failures_max", "2");
  text.gateway.emplace_back("logon_lockout_s", "0");
  VenueProcess venue{options_of(text)};
  AdminClient admin{admin_socket(venue)};
  for (int i = 0; i < 2; ++i) {
    RawFixClient stranger{client_options("CLIENT1", "wrong")};
    stranger.connect(venue.host(), venue.port());
    EXPECT_FALSE(stranger.logon(false));
  }
  const auto locks = admin.ask("session.locks");
  ASSERT_EQ(locks.rows.size(), 1U) << locks.last;
  EXPECT_EQ(locks.rows[0]["comp_id"], "CLIENT1");
  EXPECT_EQ(locks.rows[0]["address"], "127.0.0.1");
  EXPECT_EQ(locks.rows[0]["remaining_s"], nullptr);
  EXPECT_EQ(admin.ask("session.show", of_session("CLIENT1")).result()["locked"], true);
  EXPECT_EQ(admin.ask("session.list").rows.at(1)["locked"], false);
  RawFixClient client{client_options("CLIENT1", "secret")};
  client.connect(venue.host(), venue.port());
  EXPECT_FALSE(client.logon(true));
  const auto unlock = admin.change("session.unlock", of_session("CLIENT1"));
  ASSERT_TRUE(unlock.ok()) << unlock.last;
  EXPECT_EQ(unlock.result()["unlocked"], 1);
  EXPECT_TRUE(admin.ask("session.locks").rows.empty());
  RawFixClient again{client_options("CLIENT1", "secret")};
  EXPECT_EQ(log_on(again, venue).type(), "A");
  EXPECT_EQ(admin.change("session.unlock", {{"address", "nowhere"}}).code(), "bad_request");
}

}  // namespace
}  // namespace sluice::testing
