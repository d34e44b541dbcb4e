// Kill switches: whom they stop, what they cancel, and that nothing but their owner lifts them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engine/core/mass_cancels.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test::of_kill_switches {
namespace {

using ::testing::ElementsAre;
using enum ControlScope;

constexpr std::uint8_t kKeep = kKillOn | kKeepResting;

/// Sessions 1 and 2 are of firm 1, 3 of firm 2; session n trades for account 10n.
void enter_one_each(Venue& v, const std::string& prefix = "A") {
  for (std::uint32_t session = 1; session <= 3; ++session) {
    v.submit(buy(session, prefix).at(90 + session).account(session * 10));
  }
}

std::vector<std::uint32_t> sessions_in(const std::vector<Event>& events, EventType type) {
  std::vector<std::uint32_t> sessions;
  for (const Event& event : events) {
    if (event.type == type) sessions.push_back(event.session.value);
  }
  return sessions;
}

TEST(KillSwitch, CancelsWhatRestsInItsScopeAndSaysWhenThatIsDone) {
  Venue v;
  enter_one_each(v);
  EXPECT_THAT(v.tell(kill(firm, 1)),
              ElementsAre("venue: kill of firm 1 is 1", "2:A canceled by kill_switch cum 0",
                          "1:A canceled by kill_switch cum 0", "venue: 2 canceled"));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("A 1@93"));
}

TEST(KillSwitch, AnswersAtOnceAndItsCancelsAreNobodysAnswer) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(sell(2, "T").qty(2).at(100));
  Command command = kill(session, 1);
  command.msg_seq_num = 77;
  const std::vector<Event> events = v.submit(command);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].flags, kAnswer);
  EXPECT_EQ(events[0].control_scope, session);
  EXPECT_EQ(events[0].target, 1U);
  EXPECT_EQ(events[0].control_state, kKillOn);
  EXPECT_EQ(events[1].flags, 0U);
  EXPECT_EQ(events[1].clordid, name("A"));
  EXPECT_TRUE(events[1].orig_clordid.empty());
  EXPECT_EQ(events[1].ord_status, OrdStatus::canceled);
  EXPECT_EQ(events[1].restatement_reason, 8U);
  EXPECT_EQ(events[1].cancel_cause, CancelCause::kill_switch);
  EXPECT_EQ(events[1].cum_qty, Qty{2});
  EXPECT_EQ(events[1].leaves_qty, Qty{0});
  EXPECT_EQ(events[2].flags, 0U);
  EXPECT_EQ(events[2].orders, 1U);
  for (const Event& event : events) {
    EXPECT_EQ(event.source_session, SessionId{0});
    EXPECT_EQ(event.source_msg_seq_num, 77U);
  }
}

TEST(KillSwitch, StopsEntryInItsScopeAndNoOther) {
  struct Case {
    ControlScope scope;
    std::uint32_t target;
    std::vector<std::uint32_t> stopped;
  };
  for (const Case& one : std::vector<Case>{{venue, 0, {1, 2, 3}},
                                           {firm, 1, {1, 2}},
                                           {firm, 2, {3}},
                                           {account, 20, {2}},
                                           {session, 3, {3}}}) {
    Venue v;
    v.submit(kill(one.scope, one.target));
    enter_one_each(v);
    EXPECT_EQ(sessions_in(v.history(), EventType::order_rejected), one.stopped)
        << name_of(one.scope);
    for (const Event& event : v.history()) {
      if (event.type != EventType::order_rejected) continue;
      EXPECT_EQ(event.reject, RejectCode::kill_switch);
      EXPECT_EQ(event.reject_limit, static_cast<std::int64_t>(one.scope));
    }
  }
}

TEST(KillSwitch, NamesTheWidestScopeThatIsStopped) {
  Venue v;
  const auto limit_after = [&v](ControlScope scope, std::uint32_t target) {
    v.submit(kill(scope, target));
    return v.submit(buy(1, name_of(scope)).at(100).account(10)).front().reject_limit;
  };
  for (const auto& [scope, target] : std::vector<std::pair<ControlScope, std::uint32_t>>{
           {session, 1}, {account, 10}, {firm, 1}, {venue, 0}}) {
    EXPECT_EQ(limit_after(scope, target), static_cast<std::int64_t>(scope));
  }
}

TEST(KillSwitch, RefusesReplacesButNeverCancels) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100).account(10));
  v.submit(kill(account, 10, kKeep));
  // Its own account counts, though the request names none.
  for (const int qty : {4, 6}) {
    const std::string clordid = "R" + std::to_string(qty);
    EXPECT_THAT(v.tell(replace(1, clordid).orig("A").side(Side::buy).qty(qty).at(100)),
                ElementsAre("1:" + clordid + "<-A replace refused kill_switch limit 3 status new"));
  }
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")), ElementsAre("1:X<-A canceled cum 0"));
}

TEST(KillSwitch, ThatKeepsWhatRestsCancelsNothing) {
  Venue v;
  enter_one_each(v);
  EXPECT_THAT(v.tell(kill(venue, 0, kKeep)), ElementsAre("venue: kill of venue 0 is 3"));
  EXPECT_EQ(v.engine().open_orders(), 3U);
  EXPECT_FALSE(v.engine().has_pending_work());
  EXPECT_THAT(v.tell(buy(1, "B").at(100)), ElementsAre("1:B rejected kill_switch limit 1"));
}

TEST(KillSwitch, WhatItKeptTradesNoMoreThanOthersCanEnter) {
  Venue v;
  enter_one_each(v);
  v.submit(kill(firm, 1, kKeep));
  EXPECT_THAT(v.tell(sell(3, "S").at(92)),
              ElementsAre("3:S accepted sell 1@92", "3:A trade 1@93 cum 1 leaves 0 added",
                          "3:S trade 1@93 cum 1 leaves 0 removed"));
  EXPECT_THAT(v.tell(sell(3, "T").at(92)).size(), 3U) << "what rests may still be met";
}

TEST(KillSwitch, StaysOnUntilItIsLiftedAndIsLiftedByItsOwnScopeOnly) {
  Venue v;
  v.submit(kill(firm, 1));
  v.submit(kill(session, 1));
  EXPECT_THAT(v.tell(lift_kill(firm, 1)), ElementsAre("venue: kill of firm 1 is 0"));
  EXPECT_THAT(v.tell(buy(2, "B").at(100)), ElementsAre("2:B accepted buy 1@100"));
  EXPECT_THAT(v.tell(buy(1, "A").at(100)), ElementsAre("1:A rejected kill_switch limit 4"));
  v.submit(lift_kill(session, 1));
  EXPECT_THAT(v.tell(buy(1, "C").at(100)), ElementsAre("1:C accepted buy 1@100"));
}

TEST(KillSwitch, OnTwiceIsOffAfterOneLift) {
  Venue v;
  v.submit(kill(session, 1));
  EXPECT_THAT(v.tell(kill(session, 1)),
              ElementsAre("venue: kill of session 1 is 1", "venue: 0 canceled"));
  v.submit(lift_kill(session, 1));
  EXPECT_THAT(v.tell(lift_kill(session, 1)), ElementsAre("venue: kill of session 1 is 0"));
  EXPECT_THAT(v.tell(buy(1, "A").at(100)), ElementsAre("1:A accepted buy 1@100"));
}

TEST(KillSwitch, OfATargetThatThereIsNotIsRefused) {
  Venue v;
  for (const auto& [scope, target] :
       std::vector<std::pair<ControlScope, std::uint32_t>>{{venue, 1},
                                                           {firm, 0},
                                                           {firm, 3},
                                                           {account, 0},
                                                           {account, 41},
                                                           {session, 0},
                                                           {session, 4},
                                                           {none, 0},
                                                           {static_cast<ControlScope>(5), 1}}) {
    const std::vector<Event> events = v.submit(kill(scope, target));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].reject, RejectCode::unknown_target);
    EXPECT_EQ(events[0].reject_asked, target);
  }
  enter_one_each(v);
  EXPECT_EQ(v.engine().open_orders(), 3U);
}

TEST(KillSwitch, WithFlagsThatMakeNoSenseIsRefused) {
  Venue v;
  for (const std::uint8_t flags : {std::uint8_t{kKeepResting}, std::uint8_t{4}, std::uint8_t{5}}) {
    EXPECT_THAT(v.tell(kill(venue, 0, flags)),
                ElementsAre("venue: refused unknown_control asked " + std::to_string(flags)));
  }
}

TEST(KillSwitch, AnAccountBeyondTheConfiguredOnesHasNone) {
  EngineConfig config = small_config();
  config.accounts = 1;
  Venue v(config);
  EXPECT_THAT(v.tell(kill(account, 2)), ElementsAre("venue: refused unknown_target asked 2"));
  v.submit(kill(account, 1));
  EXPECT_THAT(v.tell(buy(1, "A").at(100).account(2)), ElementsAre("1:A accepted buy 1@100"));
}

TEST(KillSwitch, OfAFirmStopsNoSessionThatHasNone) {
  EngineConfig config = small_config();
  config.session_firm.clear();
  Venue v(config);
  v.submit(kill(firm, 1));
  EXPECT_THAT(v.tell(buy(1, "A").at(100)), ElementsAre("1:A accepted buy 1@100"));
}

TEST(KillSwitch, RefusesWhatStillWaitsForALongSweep) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  Venue v(config);
  for (int i = 0; i < 60; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "sweep").qty(60).at(100));
  v.submit(buy(3, "waits").at(90));
  EXPECT_EQ(brief(v.submit(kill(session, 3)).front()), "venue: kill of session 3 is 1");
  v.drain();
  EXPECT_EQ(brief(v.history().end()[-2]), "3:waits rejected kill_switch limit 4");
  EXPECT_EQ(brief(v.history().back()), "venue: 0 canceled");
}

TEST(KillSwitch, HasRoomWhereAMassCancelHasNone) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  Venue v(config);
  for (int i = 0; i < 2'000; ++i) v.submit(buy(3, "D" + std::to_string(i)).at(100));
  const std::uint32_t all = kMaxMassCancels;
  for (std::uint32_t i = 0; i < MassCancels::bound_for(CancelCause::mass_cancel); ++i) {
    v.submit(mass_cancel(session, 1));
  }
  EXPECT_EQ(brief(v.submit(mass_cancel(session, 1)).front()),
            "venue: refused mass_cancel_capacity limit " + std::to_string(all - all / 8));
  for (std::uint32_t i = 0; i < all / 8; ++i) {
    EXPECT_EQ(v.submit(kill(session, 1)).front().type, EventType::kill_changed);
  }
  EXPECT_EQ(brief(v.submit(kill(session, 2)).front()),
            "venue: refused mass_cancel_capacity limit " + std::to_string(all));
  EXPECT_EQ(v.submit(buy(2, "still").at(90)).front().type, EventType::order_accepted)
      << "what is refused changes nothing";
  EXPECT_EQ(v.submit(kill(session, 2, kKeep)).front().type, EventType::kill_changed)
      << "one that cancels nothing needs no room";
  v.drain();
  EXPECT_EQ(v.audit().cancels_under_way(), 0U);
  EXPECT_EQ(v.submit(mass_cancel(session, 1)).front().type, EventType::mass_cancel_started);
}

}  // namespace
}  // namespace sluice::test::of_kill_switches
