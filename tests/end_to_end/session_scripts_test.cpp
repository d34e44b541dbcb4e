// The shipped session scripts, run against the real venue: what clients see of them.
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/end_to_end/script_runner.hpp"

namespace sluice::testing {
namespace {

// MatchingState(25101)
constexpr const char* kContinuous = "2";

/// What a client was told in one step of a script.
struct Told {
  std::vector<FixMessage> news;  ///< In order.
  std::string state;             ///< MatchingState(25101) of all SecurityStatus(f).
};

/// The next messages: so many News(B) and SecurityStatus(f). They come on different ways, so either
/// kind may overtake the other.
Told expect_told(RawFixClient& client, std::size_t news, int states) {
  Told told;
  while (told.news.size() < news || states > 0) {
    std::optional<FixMessage> message = client.receive();
    if (message && message->type() == "B") {
      told.news.push_back(*std::move(message));
    } else if (message && message->type() == "f") {
      --states;
      told.state = message->get(25101);
    } else {
      throw std::runtime_error("neither News nor SecurityStatus: " +
                               (message ? message->readable() : "nothing"));
    }
  }
  return told;
}
std::string headline_of(const Told& told, std::size_t at = 0) {
  return std::string(told.news.at(at).get(148));
}

/// A SecurityStatus(f) of each instrument; the state of the last.
std::string expect_states(RawFixClient& client, int instruments) {
  return expect_told(client, 0, instruments).state;
}

/// The venue's Logout, answered.
void expect_logout(RawFixClient& client) {
  expect(client, "5");
  client.send(FixBody("5"));
  expect_close(client);
}

void expect_trade(RawFixClient& client, const std::string& stem) {
  client.send(limit_order(stem + "-REST", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  client.send(limit_order(stem + "-TAKE", kSymbol, '2', "1", "50"));
  for (const char exec_type : {'0', 'F', 'F'}) expect_report(client, exec_type);
}

TEST(SessionScripts, AWeekStartsWithFreshNumbersForWhoAgreedAndEverythingOpen) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  ASSERT_TRUE(
      admin.change("instrument.set_state", {{"instruments", {kSymbol}}, {"state", "cancel_only"}})
          .ok());
  const std::string closed = expect_states(other, 1);
  const auto run = start_ctl(venue, run_words(venue, "start-of-week",
                                              {"RESET=CLIENT1", std::string("OPEN=") + kSymbol,
                                               "NOTICE=50ms", "POST_ONLY_FOR=50ms", "EVERY=20ms"}));
  EXPECT_EQ(headline_of(expect_told(client, 1, 1)), "Sequence numbers are reset in 50ms");
  expect_logout(client);
  const Ran ran = finish(*run);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string post_only = expect_states(other, 1);
  EXPECT_NE(post_only, closed);
  EXPECT_EQ(expect_states(other, 1), kContinuous);
  client.set_next_out(1);
  client.set_expected_in(1);
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
  expect_trade(client, "WEEK");
}

TEST(SessionScripts, AMaintenanceWindowCountsDownPausesAndComesBackAfterARestart) {
  VenueProcess venue{options_of(admin_venue_text())};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient kept_out{client_options("OTHER")};
  log_on(client, venue);
  log_on(kept_out, venue);
  const auto run = start_ctl(
      venue,
      run_words(venue, "maintenance-window",
                {"WINDOW=02:00 to 02:30 UTC", "COUNTDOWN=2 1", "COUNTDOWN_STEP=50ms",
                 "KEEP_OUT=OTHER", "CANCEL_ONLY_FOR=50ms", "POST_ONLY_FOR=50ms", "EVERY=20ms"}));
  std::string halted;
  for (RawFixClient* const each : {&kept_out, &client}) {
    const Told told = expect_told(*each, 3, 2);
    const std::string window = "Maintenance 02:00 to 02:30 UTC: ";
    EXPECT_EQ(headline_of(told, 0), window + "trading halts in 2 seconds");
    EXPECT_EQ(headline_of(told, 1), window + "trading halts in 1 seconds");
    EXPECT_EQ(headline_of(told, 2), window + "trading is halted");
    halted = told.state;
    expect_logout(*each);
  }
  const Ran paused = finish(*run);
  ASSERT_EQ(paused.code, 7) << paused.err;
  // Nothing trades for whoever comes back meanwhile, also after the restart; one may not.
  venue.stop();
  venue.start_again();
  log_on(client, venue);
  EXPECT_EQ(expect_states(client, 2), halted);
  client.send(limit_order("HALTED", kSymbol, '1', "1", "50"));
  EXPECT_EQ(expect_report(client, '8').get(103), "2");
  kept_out.connect(venue.host(), venue.port());
  const auto refusal = kept_out.logon(false);
  EXPECT_TRUE(!refusal || refusal->type() == "5");

  const auto resumed = start_ctl(venue, resume_words(venue, "maintenance-window"));
  const Ran done = finish(*resumed);
  ASSERT_EQ(done.code, 0) << done.err;
  const Told told = expect_told(client, 3, 6);
  EXPECT_EQ(headline_of(told, 0), "Maintenance is over: cancels only, for 50ms");
  EXPECT_EQ(headline_of(told, 1), "Post-only for 50ms, then continuous trading");
  EXPECT_EQ(headline_of(told, 2), "Trading is open");
  EXPECT_EQ(told.state, kContinuous);
  expect_trade(client, "OPEN");
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.ask("session.show", {{"session", "OTHER"}}).result()["enabled"], true);
}

TEST(SessionScripts, AFirmIsLetInAndWelcomed) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  ASSERT_TRUE(admin.change("session.disable", {{"session", "OTHER"}}).ok());
  ASSERT_TRUE(admin.change("session.set_seq", {{"session", "OTHER"}, {"next_in", 7}}).ok());
  ASSERT_TRUE(admin.change("kill.on", {{"scope", "firm"}, {"name", "F2"}}).ok());
  const auto run = start_ctl(venue, run_words(venue, "firm-onboarding",
                                              {"FIRM=F2", "SESSIONS=OTHER", "FRESH_NUMBERS=yes",
                                               "LOGON_WITHIN=60s", "EVERY=20ms"}));
  wait_until(admin, "session.show", {{"session", "OTHER"}}, "enabled", true);
  RawFixClient other{client_options("OTHER")};
  EXPECT_EQ(log_on(other, venue).seq(), 1U);
  const Ran ran = finish(*run);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(headline_of(expect_told(other, 1, 0)), "Welcome. Support is there around the clock.");
  EXPECT_TRUE(admin.ask("kill.status").rows.empty());
  other.send(limit_order("FIRST", kSymbol, '1', "1", "50"));
  expect_report(other, '0');
}

TEST(SessionScripts, ASlipOfTheFirmsNameLetsNobodyIn) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  ASSERT_TRUE(admin.change("session.disable", {{"session", "CLIENT1"}}).ok());
  const Ran ran = ctl(venue, run_words(venue, "firm-onboarding", {"FIRM=F2", "SESSIONS=CLIENT1"}));
  EXPECT_EQ(ran.code, 5) << ran.err;
  EXPECT_EQ(admin.ask("session.show", {{"session", "CLIENT1"}}).result()["enabled"], false);
}

TEST(SessionScripts, AnIncidentHaltsShutsOffAndTellsEveryone) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  client.send(limit_order("STAYS", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  other.send(limit_order("GOES", kSymbol, '1', "1", "49"));
  expect_report(other, '0');
  const auto run = start_ctl(
      venue, run_words(venue, "incident-halt",
                       {"INCIDENT=7", "TELL=We look into prices of BTC-USDT.",
                        std::string("INSTRUMENTS=") + kSymbol, "KILL_FIRMS=F2", "EVERY=20ms"}));
  const FixMessage news = expect_told(client, 1, 1).news.at(0);
  EXPECT_EQ(news.get(148), "Trading is halted: incident 7");
  EXPECT_EQ(news.get(61), "1");
  EXPECT_EQ(*news.find(58, 0), "We look into prices of BTC-USDT.");
  const Ran ran = finish(*run);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto canceled = other.receive_type("8");
  ASSERT_TRUE(canceled);
  EXPECT_EQ(canceled->get(150), "4");
  until_heartbeat(other);
  EXPECT_EQ(state_now(admin, kSymbol), "halted");
  EXPECT_EQ(state_now(admin, kSideSymbol), "continuous");
  EXPECT_EQ(admin.ask("order.list").result()["orders"], 1);
  // Shut off where trading goes on, too.
  other.send(limit_order("LATE", kSideSymbol, '1', "1", "50"));
  expect_report(other, '8');
}

TEST(SessionScripts, ARunThatWasKilledGoesOnAndOutlastsACrashOfTheVenue) {
  constexpr const char* kWaits = "wait-until session show OTHER: state == logged_on";
  VenueProcess venue{options_of(admin_venue_text())};
  auto admin = std::make_unique<AdminClient>(admin_socket(venue));
  ASSERT_TRUE(admin->change("session.disable", {{"session", "OTHER"}}).ok());
  const auto killed = start_ctl(venue, run_words(venue, "firm-onboarding",
                                                 {"FIRM=F2", "SESSIONS=OTHER", "FRESH_NUMBERS=yes",
                                                  "LOGON_WITHIN=60s", "EVERY=20ms"}));
  wait_until_said(*killed, kWaits);
  killed->send_signal(SIGKILL);
  EXPECT_EQ(finish(*killed).code, -SIGKILL);
  const auto resumed = start_ctl(venue, resume_words(venue, "firm-onboarding"));
  wait_until_said(*resumed, kWaits);
  venue.kill();
  EXPECT_TRUE(resumed->running());
  venue.start_again();
  admin = std::make_unique<AdminClient>(admin_socket(venue));
  RawFixClient other{client_options("OTHER")};
  EXPECT_EQ(log_on(other, venue).seq(), 1U);
  const Ran ran = finish(*resumed);
  ASSERT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_EQ(headline_of(expect_told(other, 1, 2)), "Welcome. Support is there around the clock.");
  EXPECT_EQ(state_now(*admin, kSymbol), "cancel_only");
  const Ran log = ctl(venue, {"audit", "verify", venue.state_dir() + "/audit.log"});
  EXPECT_EQ(log.code, 0) << log.err;
}

}  // namespace
}  // namespace sluice::testing
