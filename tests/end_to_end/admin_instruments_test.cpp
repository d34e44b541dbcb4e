// Instrument states by command, by timer and after an unclean stop, and what clients hear of them.
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

Json state_of(const char* instrument, const char* state) {
  return {{"instruments", {instrument}}, {"state", state}};
}

/// The next message, a SecurityStatus(f) of that InstrumentState(25101).
FixMessage expect_status(RawFixClient& client, const char* symbol, const char* state) {
  FixMessage status = expect(client, "f");
  EXPECT_EQ(status.get(55), symbol);
  EXPECT_EQ(status.get(25101), state) << status.readable();
  return status;
}

TEST(AdminInstruments, AHaltIsToldAndRefusesEntryButNoCancel) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  client.send(limit_order("REST", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
  const auto answer = admin.change("instrument.set_state", state_of(kSymbol, "halted"));
  ASSERT_TRUE(answer.ok()) << answer.last;
  EXPECT_EQ(answer.result()["before"][kSymbol], "continuous");
  EXPECT_EQ(answer.result()["after"][kSymbol], "halted");
  EXPECT_EQ(expect_status(client, kSymbol, "6").get(326), "2");
  expect_status(other, kSymbol, "6");
  client.send(limit_order("NEW", kSymbol, '1', "1", "100"));
  const FixMessage refusal = expect_report(client, '8');
  EXPECT_EQ(refusal.get(103), "2");
  EXPECT_EQ(refusal.get(58), "BTC-USDT is halted: only cancels are accepted");
  client.send(replace_request("MORE", "REST", kSymbol, '1', "2", "100"));
  EXPECT_EQ(expect(client, "9").get(102), "2");
  client.send(limit_order("ELSEWHERE", kSideSymbol, '1', "1", "100"));
  expect_report(client, '0');
  client.send(cancel_request("GONE", "REST", kSymbol, '1'));
  expect_report(client, '4');
  ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, "continuous")).ok());
  EXPECT_EQ(expect_status(client, kSymbol, "2").get(326), "17");
  client.send(limit_order("AGAIN", kSymbol, '1', "1", "100"));
  expect_report(client, '0');
}

TEST(AdminInstruments, WhoLogsOnHearsOfAllThatAreNotContinuous) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient witness{client_options("CLIENT2")};
  log_on(witness, venue);
  ASSERT_TRUE(
      admin.change("instrument.set_state", {{"instruments", "*"}, {"state", "post_only"}}).ok());
  ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSideSymbol, "continuous")).ok());
  // The admin is answered when the engine did it; once the witness knows, its I/O thread does.
  expect_status(witness, kSymbol, "3");
  expect_status(witness, kSideSymbol, "3");
  expect_status(witness, kSideSymbol, "2");
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  expect_status(client, kSymbol, "3");
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_EQ(client.gap(), 0U);
}

TEST(AdminInstruments, EachStateTakesWhatThePageSays) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("OFFER", kSymbol, '2', "1", "100"));
  expect_report(client, '0');
  struct Case {
    const char* state;
    const char* number;
    char resting;
    const char* crossing_reason;
  };
  for (const Case& each : {Case{"pre_open", "1", '0', "2"}, Case{"post_only", "3", '0', "99"},
                           Case{"close_only", "4", '8', "2"}, Case{"cancel_only", "5", '8', "2"},
                           Case{"halted", "6", '8', "2"}}) {
    ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, each.state)).ok());
    expect_status(client, kSymbol, each.number);
    const std::string name = each.state;
    client.send(limit_order(name + "-REST", kSymbol, '1', "1", "99"));
    expect_report(client, each.resting);
    client.send(limit_order(name + "-CROSS", kSymbol, '1', "1", "100"));
    EXPECT_EQ(expect_report(client, '8').get(103), each.crossing_reason) << name;
    client.send(market_order(name + "-MARKET", kSymbol, '1', "1"));
    expect_report(client, '8');
    if (each.resting == '0') {
      client.send(cancel_request(name + "-CANCEL", name + "-REST", kSymbol, '1'));
      expect_report(client, '4');
    }
  }
}

TEST(AdminInstruments, AHaltHoldsOverARestartAndIsLiftedByHandAlone) {
  VenueProcess venue{options_of(admin_venue_text())};
  {
    AdminClient admin{admin_socket(venue)};
    ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, "halted")).ok());
  }
  venue.stop();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(state_now(admin, kSymbol), "halted");
  EXPECT_EQ(state_now(admin, kSideSymbol), "continuous");
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  expect_status(client, kSymbol, "6");
  client.send(limit_order("NEW", kSymbol, '1', "1", "100"));
  expect_report(client, '8');
}

TEST(AdminInstruments, AfterAKillTheyComeUpCancelOnlyAndAreOpenedInSteps) {
  VenueProcess venue{options_of(admin_venue_text())};
  {
    AdminClient admin{admin_socket(venue)};
    ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSideSymbol, "halted")).ok());
  }
  venue.kill();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(state_now(admin, kSymbol), "cancel_only");
  EXPECT_EQ(state_now(admin, kSideSymbol), "halted");
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  expect_status(client, kSymbol, "5");
  expect_status(client, kSideSymbol, "6");
  client.send(limit_order("NEW", kSymbol, '1', "1", "100"));
  EXPECT_EQ(expect_report(client, '8').get(103), "2");
  ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, "post_only")).ok());
  expect_status(client, kSymbol, "3");
  ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, "continuous")).ok());
  expect_status(client, kSymbol, "2");
  venue.stop();
  venue.start_again();
  AdminClient again{admin_socket(venue)};
  EXPECT_EQ(state_now(again, kSymbol), "continuous");
}

TEST(AdminInstruments, WhatAnUncleanStopHasClosedStaysClosedUntilSomebodyOpensIt) {
  VenueProcess venue{options_of(admin_venue_text())};
  {
    AdminClient admin{admin_socket(venue)};
    ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSideSymbol, "post_only")).ok());
  }
  venue.kill();
  venue.start_again();
  venue.stop();
  venue.start_again();
  {
    AdminClient admin{admin_socket(venue)};
    EXPECT_EQ(state_now(admin, kSymbol), "cancel_only");
    // It took more than cancels as well; only by hand does it take more again.
    EXPECT_EQ(state_now(admin, kSideSymbol), "cancel_only");
    ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSymbol, "continuous")).ok());
  }
  venue.stop();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(state_now(admin, kSymbol), "continuous");
  EXPECT_EQ(state_now(admin, kSideSymbol), "cancel_only");
}

TEST(AdminInstruments, ATimerGoesOnAfterACrashOnTheWay) {
  VenueText slow = admin_venue_text();
  slow.tail += "[opening]\npost_only_after_s = 1\ncontinuous_after_s = 86400\n";
  VenueProcess venue{options_of(slow)};
  venue.kill();
  venue.start_again();
  {
    AdminClient admin{admin_socket(venue)};
    while (state_now(admin, kSymbol) != "post_only") {
    }
    // The order of events: seen, written down, told.
    ASSERT_TRUE(admin.change("kill.on", {{"scope", "firm"}, {"name", "F2"}}).ok());
  }
  venue.kill();
  VenueText fast = admin_venue_text();
  fast.tail += "[opening]\ncontinuous_after_s = 1\n";
  venue.start_again(fast);
  AdminClient admin{admin_socket(venue)};
  while (state_now(admin, kSymbol) != "continuous") {
  }
}

TEST(AdminInstruments, ATimerOpensThemAndLeavesAloneWhatSomebodyChanged) {
  VenueText text = admin_venue_text();
  text.tail += "[opening]\npost_only_after_s = 1\ncontinuous_after_s = 2\n";
  VenueProcess venue{options_of(text)};
  venue.kill();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  ASSERT_TRUE(admin.change("instrument.set_state", state_of(kSideSymbol, "halted")).ok());
  log_on(client, venue);
  // How far it is by now is not said, nor whether its I/O thread knows of the halt; the end is.
  std::string last;
  std::string side;
  while (last != "2" || side != "6") {
    const FixMessage status = expect(client, "f");
    if (status.get(55) == kSymbol) last = status.get(25101);
    if (status.get(55) == kSideSymbol) {
      EXPECT_NE(side, "6") << "somebody changed what an admin had halted: " << status.readable();
      side = status.get(25101);
    }
  }
  // The admin hears of it as the client does, not before.
  while (state_now(admin, kSymbol) != "continuous") {
  }
  EXPECT_EQ(state_now(admin, kSideSymbol), "halted");
}

TEST(AdminInstruments, AVenueMayBeToldToOpenAtOnceAfterAnUncleanStop) {
  VenueText text = admin_venue_text();
  text.tail += "[opening]\nafter_unclean_stop = \"continuous\"\n";
  VenueProcess venue{options_of(text)};
  venue.kill();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(state_now(admin, kSymbol), "continuous");
}

TEST(AdminInstruments, WrongNamesAndStatesAreRefusedWhole) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(
      admin
          .change("instrument.set_state", {{"instruments", {kSymbol, "NONE"}}, {"state", "halted"}})
          .code(),
      "unknown_instrument");
  EXPECT_EQ(admin.change("instrument.set_state", state_of(kSymbol, "open")).code(), "bad_request");
  EXPECT_EQ(state_now(admin, kSymbol), "continuous");
}

}  // namespace
}  // namespace sluice::testing
