// Requests that name what an earlier request, which still waits, is about to bring.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Instrument 1 is locked by a sweep of 50 orders at 8 a step, and session 3's order "W" waits.
class WaitingNames : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 50; ++i) v_.submit(sell(1, "S" + std::to_string(i)).at(100));
    v_.submit(buy(2, "sweep").qty(50).at(100));
    v_.submit(buy(3, "W").at(90));
    ASSERT_EQ(v_.audit().unanswered(), 1U);
  }

  static EngineConfig stepwise() {
    EngineConfig config = small_config();
    config.work_per_command = 8;
    return config;
  }

  [[nodiscard]] std::string answer(std::string_view clordid, RejectCode code) const {
    const auto found = std::ranges::find_if(v_.history(), [&](const Event& event) {
      return event.clordid == name(clordid) && event.reject == code && (event.flags & kAnswer) != 0;
    });
    return found == v_.history().end() ? "none" : brief(*found);
  }

  Venue v_{stepwise()};
};

TEST_F(WaitingNames, CancelGoesBehindItsOrderWhateverSymbolItGives) {
  for (const std::uint32_t instrument : {0U, 1U, 2U, 99U}) {
    Venue v(stepwise());
    for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
    v.submit(buy(2, "sweep").qty(50).at(100));
    v.submit(buy(3, "W").at(90));
    v.submit(cancel(3, "X").orig("W").on(instrument));
    // It came after the cancel, so it finds nothing.
    v.submit(sell(1, "late").at(90));
    v.drain();
    EXPECT_THAT(v.book(Side::buy), IsEmpty()) << "Symbol " << instrument;
    EXPECT_THAT(v.book(Side::sell), ElementsAre("late 1@90"));
  }
}

TEST_F(WaitingNames, NothingOvertakesACancelWhereverTheStepsEnd) {
  for (int sells = 40; sells < 60; ++sells) {
    Venue v(stepwise());
    for (int i = 0; i < sells; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
    v.submit(buy(2, "sweep").qty(sells).at(100));
    v.submit(buy(3, "W").at(90));
    v.submit(cancel(3, "X").orig("W").on(0));
    for (int i = 0; v.engine().has_pending_work(); ++i) {
      v.submit(sell(1, "late" + std::to_string(i)).ioc().at(90));
    }
    const auto met = std::ranges::count_if(
        v.history(), [](const Event& e) { return e.last_price == Price{90}; });
    EXPECT_EQ(met, 0) << sells << " sells: one that came after the cancel met W";
    EXPECT_EQ(v.engine().open_orders(), 0U);
  }
}

TEST_F(WaitingNames, CancelOfSomethingUnknownWaitsForNobodyElse) {
  EXPECT_EQ(brief(v_.submit(cancel(3, "X").orig("nothing").on(2)).front()),
            "3:X<-nothing cancel refused unknown_order status rejected");
  // Nor does another session's name of the same text count.
  EXPECT_EQ(brief(v_.submit(cancel(2, "Y").orig("W").on(2)).front()),
            "2:Y<-W cancel refused unknown_order status rejected");
}

TEST_F(WaitingNames, ReplaceOfAWaitingOrderAndItsCancelGoBehindIt) {
  v_.submit(replace(3, "R").orig("W").on(0).side(Side::buy).qty(5).at(91));
  v_.submit(cancel(3, "X").orig("R"));
  v_.drain();
  EXPECT_EQ(answer("X", RejectCode::none), "3:X<-R canceled cum 0");
  EXPECT_THAT(v_.book(Side::buy), IsEmpty());
}

TEST_F(WaitingNames, OfTwoOrdersWithOneNameTheFirstIsTaken) {
  v_.submit(buy(3, "W").at(90).on(2));
  v_.drain();
  EXPECT_THAT(v_.book(Side::buy, 1), ElementsAre("W 1@90"));
  EXPECT_THAT(v_.book(Side::buy, 2), IsEmpty());
  EXPECT_EQ(answer("W", RejectCode::duplicate_clordid), "3:W rejected duplicate_clordid");
}

TEST_F(WaitingNames, AnOpenOrderIsNotHeldUpByASecondOneOfItsName) {
  v_.submit(buy(2, "open").on(2).at(50));
  v_.submit(buy(2, "open").on(1).at(50));
  EXPECT_EQ(brief(v_.submit(cancel(2, "X").orig("open")).front()), "2:X<-open canceled cum 0");
}

TEST_F(WaitingNames, RequestsThatNameEachOtherDoNotWaitForEver) {
  v_.submit(replace(3, "A").orig("W").side(Side::buy).qty(2).at(90));
  v_.submit(replace(3, "W").orig("A").side(Side::buy).qty(3).at(90));
  v_.submit(cancel(3, "X").orig("W"));
  v_.drain();
  EXPECT_EQ(v_.audit().unanswered(), 0U);
  EXPECT_THAT(v_.book(Side::buy), ElementsAre("A 2@90"));
}

TEST_F(WaitingNames, AFloodOfOneNameIsRefusedAllButTheFirst) {
  // Long enough to wait for: each command gives the sweep 8 operations.
  for (int i = 0; i < 200; ++i) v_.submit(sell(1, "T" + std::to_string(i)).at(100).on(3));
  v_.submit(buy(2, "long").qty(200).at(100).on(3));
  for (int i = 0; i < 5; ++i) v_.submit(buy(3, "same").at(80).on(3));
  v_.submit(cancel(3, "X").orig("same").on(0));
  v_.submit(buy(3, "same").at(80).on(3));
  v_.drain();
  EXPECT_EQ(answer("X", RejectCode::none), "3:X<-same canceled cum 0");
  EXPECT_EQ(
      std::ranges::count_if(
          v_.history(), [](const Event& e) { return e.reject == RejectCode::duplicate_clordid; }),
      5);
}

TEST_F(WaitingNames, TheirBoundIsThatOfTheCommandsThatWait) {
  EngineConfig config = stepwise();
  config.max_deferred = 8;
  Venue v(config);
  for (int round = 0; round < 5; ++round) {
    const std::string r = std::to_string(round);
    for (int i = 0; i < 100; ++i) v.submit(sell(1, r + "S" + std::to_string(i)).at(100));
    v.submit(buy(2, r + "sweep").qty(100).at(100));
    for (int i = 0; i < 7; ++i) v.submit(buy(3, r + "W" + std::to_string(i)).at(90));
    v.submit(cancel(3, r + "X").orig(r + "W6"));
    EXPECT_EQ(v.audit().unanswered(), 8U);
    v.drain();
    EXPECT_EQ(v.book(Side::buy).size(), 6U * static_cast<unsigned>(round + 1));
  }
}

}  // namespace
}  // namespace sluice::test
