// States of an instrument: what each takes, and when a change of state has its turn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test::of_instrument_states {
namespace {

using ::testing::ElementsAre;
using enum InstrumentState;

/// A bid of 4 at 99 and an offer of 1 at 101, and then this state.
class InState {
 public:
  explicit InState(InstrumentState state) {
    v_.submit(buy(1, "B").qty(4).at(99));
    v_.submit(sell(1, "S").at(101));
    v_.submit(set_state(state));
  }
  Venue* operator->() { return &v_; }

 private:
  Venue v_;
};

TEST(InstrumentStates, AChangeIsAnsweredWithTheStateFromNowOn) {
  Venue v;
  Command halt = set_state(halted, 2);
  halt.msg_seq_num = 4'711;
  const std::vector<Event> events = v.submit(halt);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(brief(events[0]), "venue: state of 2 is halted");
  EXPECT_EQ(events[0].flags, kAnswer);
  EXPECT_EQ(events[0].session, SessionId{0});
  EXPECT_EQ(events[0].source_msg_seq_num, 4'711U);
  EXPECT_EQ(v.engine().state_of({1}), continuous);
  EXPECT_EQ(v.engine().state_of({2}), halted);
  EXPECT_EQ(v.engine().state_of({4}), none);
}

TEST(InstrumentStates, AChangeToTheStateThatIsAlreadyIsAnsweredTheSame) {
  Venue v;
  EXPECT_THAT(v.tell(set_state(continuous)), ElementsAre("venue: state of 1 is continuous"));
  EXPECT_THAT(v.tell(buy(1, "A").at(100)), ElementsAre("1:A accepted buy 1@100"));
}

TEST(InstrumentStates, AnUnknownInstrumentOrStateIsRefusedAndChangesNothing) {
  Venue v;
  EXPECT_THAT(v.tell(set_state(halted, 0)), ElementsAre("venue: refused unknown_instrument"));
  EXPECT_THAT(v.tell(set_state(halted, 4)), ElementsAre("venue: refused unknown_instrument"));
  EXPECT_THAT(v.tell(set_state(none)), ElementsAre("venue: refused unknown_control"));
  EXPECT_THAT(v.tell(set_state(static_cast<InstrumentState>(7))),
              ElementsAre("venue: refused unknown_control asked 7"));
  EXPECT_EQ(v.engine().state_of({1}), continuous);
}

TEST(InstrumentStates, ConcernNoOtherInstrument) {
  InState v(halted);
  EXPECT_THAT(v->tell(buy(1, "A").at(100).on(2)), ElementsAre("1:A accepted buy 1@100"));
}

TEST(InstrumentStates, TheConfiguredOneIsWhereAnInstrumentBegins) {
  EngineConfig config = small_config();
  config.instruments[0].initial_state = cancel_only;
  Venue v(config);
  EXPECT_EQ(v.engine().state_of({1}), cancel_only);
  EXPECT_THAT(v.tell(buy(1, "A").at(100)), ElementsAre("1:A rejected instrument_cancel_only"));
}

TEST(InstrumentStates, CancelsAlwaysPass) {
  for (const auto state : {pre_open, continuous, post_only, close_only, cancel_only, halted}) {
    InState v(state);
    EXPECT_THAT(v->tell(cancel(1, "X").orig("B")), ElementsAre("1:X<-B canceled cum 0"));
  }
}

TEST(InstrumentStates, WithoutEntryRefuseEveryOrderAndEveryReplace) {
  for (const auto& [state, code] :
       std::vector<std::pair<InstrumentState, std::string>>{{close_only, "instrument_close_only"},
                                                            {cancel_only, "instrument_cancel_only"},
                                                            {halted, "instrument_halted"}}) {
    InState v(state);
    EXPECT_THAT(v->tell(buy(2, "1").at(98)), ElementsAre("2:1 rejected " + code));
    EXPECT_THAT(v->tell(buy(2, "2").market()), ElementsAre("2:2 rejected " + code));
    EXPECT_THAT(v->tell(buy(2, "3").at(101).ioc()), ElementsAre("2:3 rejected " + code));
    EXPECT_THAT(v->tell(buy(2, "4").at(98).post_only()), ElementsAre("2:4 rejected " + code));
    // One that keeps its place is an entry too.
    for (const int qty : {3, 5}) {
      EXPECT_THAT(
          v->tell(replace(1, "R" + std::to_string(qty)).orig("B").side(Side::buy).qty(qty).at(99)),
          ElementsAre("1:R" + std::to_string(qty) + "<-B replace refused " + code + " status new"));
    }
    EXPECT_THAT(v->book(Side::buy), ElementsAre("B 4@99"));
  }
}

TEST(InstrumentStates, PreOpenAndPostOnlyTakeWhatRestsWithoutTrading) {
  for (const auto state : {pre_open, post_only}) {
    InState v(state);
    EXPECT_THAT(v->tell(buy(2, "G").at(100)), ElementsAre("2:G accepted buy 1@100"));
    EXPECT_THAT(v->tell(buy(2, "D").at(100).day()), ElementsAre("2:D accepted buy 1@100"));
    EXPECT_THAT(v->tell(buy(2, "P").at(98).post_only()), ElementsAre("2:P accepted buy 1@98"));
    EXPECT_THAT(v->tell(replace(1, "R").orig("B").side(Side::buy).qty(3).at(99)),
                ElementsAre("1:R<-B replaced 3@99 leaves 3 kept"));
    EXPECT_THAT(v->tell(replace(1, "Q").orig("R").side(Side::buy).qty(3).at(100)),
                ElementsAre("1:Q<-R replaced 3@100 leaves 3"));
  }
}

TEST(InstrumentStates, PreOpenAndPostOnlyRefuseWhatWouldTradeOrDoesNotRest) {
  for (const auto& [state, code] : std::vector<std::pair<InstrumentState, std::string>>{
           {pre_open, "instrument_pre_open"}, {post_only, "instrument_post_only"}}) {
    InState v(state);
    EXPECT_THAT(v->tell(buy(2, "1").at(102)),
                ElementsAre("2:1 rejected " + code + " limit 101 asked 102"));
    EXPECT_THAT(v->tell(buy(2, "2").market()), ElementsAre("2:2 rejected " + code));
    EXPECT_THAT(v->tell(buy(2, "3").at(98).ioc()), ElementsAre("2:3 rejected " + code));
    EXPECT_THAT(v->tell(buy(2, "4").at(98).fok()), ElementsAre("2:4 rejected " + code));
    EXPECT_THAT(v->tell(replace(1, "R").orig("B").side(Side::buy).qty(4).at(101)),
                ElementsAre("1:R<-B replace refused " + code + " limit 101 asked 101 status new"));
    // What holds of the order in every state is said first.
    EXPECT_THAT(v->tell(buy(2, "5").at(101).post_only()),
                ElementsAre("2:5 rejected post_only_would_take limit 101 asked 101"));
    EXPECT_THAT(v->book(Side::buy), ElementsAre("B 4@99"));
  }
}

TEST(InstrumentStates, PreOpenLooksBehindDayOrdersThatAreOver) {
  InState v(continuous);
  v->submit(sell(1, "D").at(100).day());
  v->submit(set_state(pre_open));
  EXPECT_THAT(v->tell(buy(2, "A").at(100).time(kMidnight)),
              ElementsAre("1:D expired cum 0", "2:A accepted buy 1@100"));
}

TEST(InstrumentStates, WhatIsWrongWithAnOrderItselfIsSaidBeforeTheState) {
  InState v(halted);
  EXPECT_THAT(v->tell(buy(2, "A").at(-1)), ElementsAre("2:A rejected price_out_of_range asked -1"));
  EXPECT_THAT(v->tell(replace(1, "R").orig("B").side(Side::sell).qty(3).at(99)),
              ElementsAre("1:R<-B replace refused side_differs status new"));
}

TEST(InstrumentStates, DayOrdersEndWhileAnInstrumentIsHalted) {
  InState v(continuous);
  v->submit(buy(1, "D").at(98).day());
  v->submit(set_state(halted));
  EXPECT_THAT(v->tell(tick(kMidnight)), ElementsAre("1:D expired cum 0"));
}

EngineConfig eight_at_once() {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  return config;
}

/// Instrument 1 is locked by a sweep of 60 orders.
void begin_sweep(Venue& v) {
  for (int i = 0; i < 60; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "sweep").qty(60).at(100));
  ASSERT_TRUE(v.engine().has_pending_work());
}

TEST(InstrumentStates, AHaltWaitsForTheSweepThatCameBeforeIt) {
  Venue v(eight_at_once());
  begin_sweep(v);
  v.submit(set_state(halted));
  EXPECT_EQ(v.audit().unanswered(), 1U);
  v.submit(buy(3, "later").at(90));
  EXPECT_EQ(v.audit().unanswered(), 2U) << "what came later stays behind it";
  const std::vector<std::string> rest = brief(v.drain());
  ASSERT_GE(rest.size(), 2U);
  EXPECT_EQ(rest[rest.size() - 2], "venue: state of 1 is halted");
  EXPECT_EQ(rest.back(), "3:later rejected instrument_halted");
  EXPECT_EQ(v.engine().open_orders(), 0U) << "the sweep took all there was";
}

TEST(InstrumentStates, AHaltOfAnotherInstrumentNeedNotWait) {
  Venue v(eight_at_once());
  begin_sweep(v);
  EXPECT_EQ(brief(v.submit(set_state(halted, 2)).front()), "venue: state of 2 is halted");
}

TEST(InstrumentStates, AHaltUsesThePlacesThatOrdersMayNotTakeWhileTheyWait) {
  EngineConfig config = eight_at_once();
  config.max_deferred = 8;
  Venue v(config);
  for (int i = 0; i < 400; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "sweep").qty(400).at(100));
  for (int i = 0; i < 7; ++i) v.submit(buy(3, "W" + std::to_string(i)).at(90));
  EXPECT_EQ(brief(v.submit(buy(3, "W7").at(90)).front()),
            "3:W7 rejected deferred_capacity limit 7");
  v.submit(set_state(halted));
  EXPECT_EQ(v.audit().unanswered(), 8U);
  EXPECT_EQ(brief(v.submit(set_state(halted)).front()), "venue: refused deferred_capacity limit 8");
  v.drain();
  EXPECT_EQ(v.engine().state_of({1}), halted);
  EXPECT_THAT(v.book(Side::buy).size(), 7U) << "they came before it";
}

}  // namespace
}  // namespace sluice::test::of_instrument_states
