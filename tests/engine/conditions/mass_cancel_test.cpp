// A mass cancel: whose orders end, in which order, and what anybody who meets them on the way sees.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test::of_mass_cancels {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

constexpr int kStep = 8;

EngineConfig in_steps() {
  EngineConfig config = small_config();
  config.work_per_command = kStep;
  return config;
}

/// `count` orders of `session` on instrument 1, named prefix0, prefix1 and so on.
void enter_many(Venue& v, std::uint32_t session, const std::string& prefix, int count,
                std::int64_t price, Side side = Side::sell) {
  for (int i = 0; i < count; ++i) {
    v.submit(new_order(side, session, prefix + std::to_string(i)).at(price));
  }
}

CommandBuilder cancel_session(std::uint32_t session) {
  return mass_cancel(ControlScope::session, session);
}

std::vector<std::string> told_since(const Venue& v, std::size_t first) {
  return brief(std::vector<Event>(v.history().begin() + static_cast<std::ptrdiff_t>(first),
                                  v.history().end()));
}

int count_trades(const Venue& v) {
  return static_cast<int>(std::count_if(v.history().begin(), v.history().end(),
                                        [](const Event& e) { return e.type == EventType::trade; }));
}

TEST(MassCancel, GoesThroughInstrumentsSidesPricesAndTimesInOrder) {
  Venue v;
  v.submit(sell(1, "s2").at(102).on(2));
  v.submit(buy(1, "b1").at(98));
  v.submit(sell(1, "s1").at(101));
  v.submit(sell(1, "s0").at(101));
  v.submit(buy(1, "b0").at(99));
  v.submit(buy(2, "other").at(97));
  v.submit(buy(1, "b2").at(99));
  v.submit(buy(1, "b3").at(99).on(2));
  EXPECT_THAT(
      v.tell(cancel_session(1)),
      ElementsAre("venue: mass cancel of session 1 on 0", "1:b0 canceled by mass_cancel cum 0",
                  "1:b2 canceled by mass_cancel cum 0", "1:b1 canceled by mass_cancel cum 0",
                  "1:s1 canceled by mass_cancel cum 0", "1:s0 canceled by mass_cancel cum 0",
                  "1:b3 canceled by mass_cancel cum 0", "1:s2 canceled by mass_cancel cum 0",
                  "venue: 7 canceled"));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("other 1@97"));
}

TEST(MassCancel, MayBeOfOneInstrumentOnly) {
  Venue v;
  for (std::uint32_t i = 1; i <= 3; ++i) v.submit(buy(1, "A" + std::to_string(i)).at(100).on(i));
  EXPECT_THAT(v.tell(mass_cancel(ControlScope::venue, 0).on(2)),
              ElementsAre("venue: mass cancel of venue 0 on 2",
                          "1:A2 canceled by mass_cancel cum 0", "venue: 1 canceled"));
}

TEST(MassCancel, IsOfAScopeLikeAKillSwitchButStopsNobody) {
  struct Case {
    ControlScope scope;
    std::uint32_t target;
    std::vector<std::string> left;
  };
  for (const Case& one : std::vector<Case>{{ControlScope::venue, 0, {}},
                                           {ControlScope::firm, 1, {"A 1@93"}},
                                           {ControlScope::account, 20, {"A 1@93", "A 1@91"}},
                                           {ControlScope::session, 3, {"A 1@92", "A 1@91"}}}) {
    Venue v;
    for (std::uint32_t session = 1; session <= 3; ++session) {
      v.submit(buy(session, "A").at(90 + session).account(session * 10));
    }
    v.submit(mass_cancel(one.scope, one.target));
    EXPECT_EQ(v.book(Side::buy), one.left);
    EXPECT_EQ(v.submit(buy(1, "B").at(100).account(20)).front().type, EventType::order_accepted);
  }
}

TEST(MassCancel, OfATargetOrInstrumentThatThereIsNotIsRefused) {
  Venue v;
  EXPECT_THAT(v.tell(mass_cancel(ControlScope::firm, 3)),
              ElementsAre("venue: refused unknown_target asked 3"));
  EXPECT_THAT(v.tell(mass_cancel(ControlScope::none, 0)),
              ElementsAre("venue: refused unknown_target"));
  EXPECT_THAT(v.tell(mass_cancel(ControlScope::venue, 0).on(4)),
              ElementsAre("venue: refused unknown_instrument"));
}

TEST(MassCancel, GoesOnInBoundedSteps) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 50, 100);
  const std::vector<Event> first = v.submit(cancel_session(1));
  // The answer; an operation for each side on the way, one for each order.
  EXPECT_EQ(first.size(), 1U + kStep - 2);
  while (v.engine().has_pending_work()) EXPECT_LE(v.submit(continue_work()).size(), kStep);
  EXPECT_EQ(brief(v.history().back()), "venue: 50 canceled");
}

TEST(MassCancel, EndsWithAnOperationOfItsOwn) {
  // A side begun costs one, so does an order looked at; 6 sides, the end, and these orders.
  for (const int orders : {kStep - 7, kStep - 6}) {
    Venue v(in_steps());
    enter_many(v, 1, "A", orders, 100);
    v.submit(cancel_session(1));
    EXPECT_EQ(v.engine().has_pending_work(), orders == kStep - 6);
  }
}

TEST(MassCancel, WhatComesLaterNeedNotSeeItsEnd) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 600, 100);
  v.submit(cancel_session(1));
  EXPECT_EQ(brief(v.submit(buy(2, "B").at(90)).front()), "2:B accepted buy 1@90");
  // A sweep that begins later has its turn between two steps.
  enter_many(v, 3, "S", 20, 99);
  v.submit(buy(2, "long").qty(20).at(99));
  for (int i = 0; i < 8; ++i) v.submit(continue_work());
  EXPECT_EQ(brief(v.history().back()).substr(0, 3), "1:A");
  EXPECT_EQ(count_trades(v), 40);
  EXPECT_GT(v.engine().open_orders(), 100U);
}

TEST(MassCancel, DoesNotConcernOrdersThatComeWhileItGoesOn) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 50, 100);
  v.submit(cancel_session(1));
  v.submit(sell(1, "new").at(100));
  v.drain();
  EXPECT_THAT(v.book(Side::sell), ElementsAre("new 1@100"));
  EXPECT_EQ(brief(v.history().back()), "venue: 50 canceled");
}

TEST(MassCancel, LetsRequestsBeThatStillWaitForALongSweep) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 60, 100);
  v.submit(buy(2, "sweep").qty(60).at(100));
  v.submit(buy(3, "waits").at(90));
  v.submit(cancel_session(3));
  v.drain();
  EXPECT_THAT(v.book(Side::buy), ElementsAre("waits 1@90")) << "it is accepted after it";
}

TEST(MassCancel, NoOrderThatItConcernsTradesAnyMore) {
  const std::vector<Command> aggressors{
      buy(2, "L").qty(50).at(100), buy(2, "I").qty(50).at(100).ioc(),
      buy(2, "F").qty(50).at(100).fok(), buy(2, "M").qty(50).market()};
  for (const Command& aggressor : aggressors) {
    Venue v(in_steps());
    enter_many(v, 1, "A", 50, 100);
    v.submit(cancel_session(1));
    v.submit(aggressor);
    v.drain();
    EXPECT_EQ(count_trades(v), 0);
    EXPECT_THAT(v.book(Side::sell), ElementsAre());
    EXPECT_THAT(told_since(v, 0), Contains("venue: 50 canceled")) << "whoever met them";
  }
}

TEST(MassCancel, FillOrKillCountsOnlyWhatIsNotCondemned) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 30, 100);
  enter_many(v, 3, "B", 20, 101);
  v.submit(cancel_session(1));
  v.submit(buy(2, "F").qty(20).at(101).fok());
  v.submit(buy(2, "G").fok().qty(1).at(101));
  v.drain();
  EXPECT_EQ(count_trades(v), 40);
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(MassCancel, PostOnlyDoesNotSeeWhatIsCondemned) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 50, 100);
  v.submit(cancel_session(1));
  v.submit(buy(2, "P").at(100).post_only());
  v.drain();
  EXPECT_THAT(v.book(Side::buy), ElementsAre("P 1@100"));
}

TEST(MassCancel, ARequestForAnOrderThatItIsAboutToTakeComesTooLate) {
  for (const bool is_replace : {false, true}) {
    Venue v(in_steps());
    enter_many(v, 1, "A", 50, 100);
    v.submit(cancel_session(1));
    const std::string said = is_replace ? "replace" : "cancel";
    const Command request =
        is_replace ? Command(replace(1, "X").orig("A49").side(Side::sell).qty(1).at(101))
                   : Command(cancel(1, "X").orig("A49"));
    const std::vector<std::string> events = v.tell(request);
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events[0], "1:A49 canceled by mass_cancel cum 0");
    EXPECT_EQ(events[1], "1:X<-A49 " + said + " refused too_late_filled status canceled");
    EXPECT_EQ(brief(v.drain().back()), "venue: 50 canceled");
  }
}

TEST(MassCancel, ASweepThatBeganBeforeItMeetsWhatItWouldHaveMet) {
  for (const bool is_fok : {false, true}) {
    Venue v(in_steps());
    enter_many(v, 1, "A", 50, 100);
    CommandBuilder order = buy(2, "B").qty(50).at(100);
    v.submit(is_fok ? order.fok() : order);
    ASSERT_TRUE(v.engine().has_pending_work());
    EXPECT_EQ(brief(v.submit(cancel_session(1)).front()), "venue: mass cancel of session 1 on 0");
    v.drain();
    EXPECT_EQ(count_trades(v), 100);
    EXPECT_EQ(brief(v.history().back()), "venue: 0 canceled");
  }
}

TEST(MassCancel, ASweepWhoseOwnOrderItConcernsIsFinishedFirst) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 50, 100);
  v.submit(buy(2, "B").qty(60).at(100));
  v.submit(cancel_session(2));
  v.drain();
  EXPECT_EQ(count_trades(v), 100);
  EXPECT_EQ(brief(v.history().end()[-2]), "2:B canceled by mass_cancel cum 50");
  EXPECT_EQ(brief(v.history().back()), "venue: 1 canceled");
}

TEST(MassCancel, TwoAtOnceShareTheOrdersOfBothByWhichCameFirst) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 40, 100);
  enter_many(v, 2, "B", 40, 100);
  v.submit(cancel_session(1));
  v.submit(kill(ControlScope::firm, 1));
  v.drain();
  std::vector<std::string> ends;
  for (const Event& event : v.history()) {
    if (event.type == EventType::cancels_done) ends.push_back(brief(event));
    if (event.type != EventType::order_canceled) continue;
    EXPECT_EQ(event.cancel_cause,
              event.session.value == 1 ? CancelCause::mass_cancel : CancelCause::kill_switch);
  }
  EXPECT_THAT(ends, ElementsAre("venue: 40 canceled", "venue: 40 canceled"));
}

// It stands at the ninth order, which goes away by every way there is.
TEST(MassCancel, GoesOnWhereTheOrderThatItStandsAtGoesAway) {
  const std::vector<Command> takers{cancel(2, "X").orig("N"),
                                    replace(2, "X").orig("N").side(Side::sell).qty(1).at(200),
                                    replace(2, "X").orig("N").side(Side::sell).qty(2).at(100),
                                    cancel(3, "X").orig("nothing"), buy(3, "T").qty(1).at(100)};
  for (const Command& taker : takers) {
    Venue v(in_steps());
    // Six operations are left for orders after two sides.
    enter_many(v, 1, "A", 6, 100);
    v.submit(sell(2, "N").at(100));
    enter_many(v, 1, "B", 20, 100);
    v.submit(cancel_session(1));
    ASSERT_EQ(v.engine().open_orders(), 21U) << "it stands at N";
    v.submit(taker);
    v.drain();
    EXPECT_EQ(v.audit().cancels_under_way(), 0U);
    EXPECT_THAT(told_since(v, 0), Contains("venue: 26 canceled"));
  }
}

TEST(MassCancel, TheExpiryOfADayMayTakeTheOrderThatItStandsAt) {
  Venue v(in_steps());
  enter_many(v, 1, "A", 6, 100);
  for (int i = 0; i < 30; ++i) v.submit(sell(2, "D" + std::to_string(i)).at(100).day());
  enter_many(v, 1, "B", 20, 100);
  v.submit(cancel_session(1));
  v.submit(tick(kMidnight));
  v.drain();
  EXPECT_EQ(v.engine().open_orders(), 0U);
  EXPECT_THAT(told_since(v, 0), Contains("venue: 26 canceled"));
}

TEST(MassCancel, LetsDayOrdersExpireThatWereOverBeforeIt) {
  Venue v;
  v.submit(buy(1, "D").at(100).day());
  v.submit(buy(1, "G").at(100));
  EXPECT_THAT(v.tell(cancel_session(1).time(kMidnight)),
              ElementsAre("venue: mass cancel of session 1 on 0", "1:D expired cum 0",
                          "1:G canceled by mass_cancel cum 0", "venue: 1 canceled"));
}

TEST(MassCancel, CancelsDayOrdersThatWereNotOverBeforeItThoughTheirDayEndsMeanwhile) {
  Venue v(in_steps());
  for (int i = 0; i < 40; ++i) v.submit(sell(1, "D" + std::to_string(i)).at(100).day());
  v.submit(cancel_session(1));
  v.submit(tick(kMidnight));
  v.submit(buy(2, "B").qty(40).at(100));
  v.drain();
  EXPECT_EQ(brief(v.history().back()).substr(0, 6), "venue:");
  EXPECT_THAT(told_since(v, 0), Contains("venue: 40 canceled"));
  EXPECT_EQ(count_trades(v), 0);
}

TEST(MassCancel, OfAVenueWithoutInstrumentsEndsAtOnce) {
  EngineConfig config = small_config();
  config.instruments.clear();
  Venue v(config);
  EXPECT_THAT(v.tell(mass_cancel(ControlScope::venue, 0)),
              ElementsAre("venue: mass cancel of venue 0 on 0", "venue: 0 canceled"));
}

}  // namespace
}  // namespace sluice::test::of_mass_cancels
