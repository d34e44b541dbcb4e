// Terms that the engine does not act on: every report of an order says them as its entry did, but
// for the parties, which a replace may name anew.
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

/// A field of a command and the field of a report that says the same.
struct Term {
  std::string name;
  std::function<void(Command&, std::uint8_t)> set;
  std::function<std::int64_t(const Event&)> get;
};

template <class Field>
Term term(const char* name, Field Command::*asked, Field Event::*said) {
  if constexpr (requires(Field field) { field.value; }) {
    return {name, [asked](Command& c, std::uint8_t value) { (c.*asked).value = value; },
            [said](const Event& e) { return static_cast<std::int64_t>((e.*said).value); }};
  } else {
    return {name, [asked](Command& c, std::uint8_t value) { c.*asked = value; },
            [said](const Event& e) { return static_cast<std::int64_t>(e.*said); }};
  }
}

#define SLUICE_TERM(field) term(#field, &Command::field, &Event::field)

const std::vector<Term>& parties() {
  static const std::vector<Term> all{
      SLUICE_TERM(client),         SLUICE_TERM(client_qualifier),
      SLUICE_TERM(trader),         SLUICE_TERM(trader_qualifier),
      SLUICE_TERM(decision_maker), SLUICE_TERM(decision_maker_qualifier),
  };
  return all;
}

const std::vector<Term>& other_terms() {
  static const std::vector<Term> all{
      SLUICE_TERM(account),
      SLUICE_TERM(order_restrictions),
      SLUICE_TERM(position_effect),
      SLUICE_TERM(order_capacity),
      SLUICE_TERM(trigger_price),
      SLUICE_TERM(display_qty),
      SLUICE_TERM(expire_time),
      SLUICE_TERM(self_match_prevention_id),
      SLUICE_TERM(self_match_prevention_instruction),
      SLUICE_TERM(quote_set),
      SLUICE_TERM(mmp_group),
      SLUICE_TERM(trigger_source),
  };
  return all;
}

#undef SLUICE_TERM

/// Gives each term another value, from `first` on.
Command with_terms(const Command& given, std::uint8_t first) {
  Command command = given;
  for (const auto* terms : {&parties(), &other_terms()}) {
    for (const Term& t : *terms) t.set(command, first++);
  }
  return command;
}

void expect_terms(const Event& event, std::uint8_t first) {
  SCOPED_TRACE(brief(event));
  for (const auto* terms : {&parties(), &other_terms()}) {
    for (const Term& t : *terms) EXPECT_EQ(t.get(event), first++) << t.name;
  }
}

constexpr std::uint8_t kOfMaker = 10;
constexpr std::uint8_t kOfTaker = 40;

class CarriedTerms : public ::testing::Test {
 protected:
  void SetUp() override {
    entry_ = venue_.submit(with_terms(sell(1, "S").qty(5).at(100), kOfMaker)).front();
  }
  Event last(const Command& command) { return venue_.submit(command).back(); }

  Venue venue_;
  Event entry_;
};

TEST_F(CarriedTerms, AreSaidWhenAnOrderIsAccepted) {
  EXPECT_EQ(entry_.type, EventType::order_accepted);
  expect_terms(entry_, kOfMaker);
}

TEST_F(CarriedTerms, OfBothSidesAreSaidInATrade) {
  const auto events = venue_.submit(with_terms(buy(2, "B").qty(2).at(100), kOfTaker));
  ASSERT_EQ(events.size(), 3U);
  expect_terms(events[0], kOfTaker);
  EXPECT_EQ(events[1].liquidity, Liquidity::added);
  expect_terms(events[1], kOfMaker);
  EXPECT_EQ(events[2].liquidity, Liquidity::removed);
  expect_terms(events[2], kOfTaker);
}

TEST_F(CarriedTerms, AreSaidOfAnOrderThatIsRefused) {
  const Event refused = last(with_terms(buy(2, "R").at(-1), kOfTaker));
  EXPECT_EQ(refused.type, EventType::order_rejected);
  expect_terms(refused, kOfTaker);
}

TEST_F(CarriedTerms, AreSaidWhenAnOrderIsCanceledWhateverTheCancelSays) {
  const Event canceled = last(with_terms(cancel(1, "X").orig("S"), kOfTaker));
  EXPECT_EQ(canceled.type, EventType::order_canceled);
  expect_terms(canceled, kOfMaker);
}

TEST_F(CarriedTerms, AreSaidWhenAnOrderExpires) {
  const Event expired = last(with_terms(sell(2, "I").at(101).ioc(), kOfTaker));
  EXPECT_EQ(expired.type, EventType::order_expired);
  expect_terms(expired, kOfTaker);
}

TEST_F(CarriedTerms, AreKeptByAReplaceThatSaysNothingOfThem) {
  expect_terms(last(replace(1, "T").orig("S").side(Side::sell).qty(4).at(100)), kOfMaker);
  expect_terms(last(replace(1, "U").orig("T").side(Side::sell).qty(9).at(101)), kOfMaker);
  expect_terms(venue_.submit(buy(2, "B").at(101))[1], kOfMaker);
}

TEST_F(CarriedTerms, ThatAreNoPartiesAreKeptWhateverAReplaceSays) {
  Command g = replace(1, "T").orig("S").side(Side::sell).qty(4).at(100);
  for (const Term& t : other_terms()) {
    if (t.name != "account") t.set(g, 99);
  }
  const Event replaced = last(g);
  ASSERT_EQ(replaced.type, EventType::order_replaced);
  expect_terms(replaced, kOfMaker);
}

TEST_F(CarriedTerms, OfOnePartyChangeWithAReplaceThatNamesItAndTheOthersStay) {
  for (std::size_t role = 0; role < parties().size(); role += 2) {
    Venue v;
    v.submit(with_terms(sell(1, "S").qty(5).at(100), kOfMaker));
    Command g = replace(1, "T").orig("S").side(Side::sell).qty(4).at(100);
    parties()[role].set(g, 98);
    parties()[role + 1].set(g, 99);
    const Event replaced = v.submit(g).back();
    const Event traded = v.submit(buy(2, "B").at(100))[1];
    for (const Event& event : {replaced, traded}) {
      SCOPED_TRACE(brief(event) + " with another " + parties()[role].name);
      for (std::size_t i = 0; i < parties().size(); ++i) {
        const std::int64_t kept = kOfMaker + static_cast<std::int64_t>(i);
        const std::int64_t expected = i == role ? 98 : i == role + 1 ? 99 : kept;
        EXPECT_EQ(parties()[i].get(event), expected) << parties()[i].name;
      }
    }
  }
}

TEST_F(CarriedTerms, OfAPartyStayWhenAReplaceGivesOnlyItsQualifier) {
  Command g = replace(1, "T").orig("S").side(Side::sell).qty(4).at(100);
  g.client_qualifier = g.trader_qualifier = g.decision_maker_qualifier = 99;
  expect_terms(last(g), kOfMaker);
}

TEST_F(CarriedTerms, AreTheOrdersWhenAReplaceIsRefused) {
  const Event refused = last(
      with_terms(replace(1, "T").orig("S").side(Side::buy).qty(4).at(100).account(0), kOfTaker));
  EXPECT_EQ(refused.type, EventType::cancel_rejected);
  expect_terms(refused, kOfMaker);
  // Nothing of the refused replace stays.
  expect_terms(venue_.submit(buy(2, "B").at(100))[1], kOfMaker);
}

}  // namespace
}  // namespace sluice::test
