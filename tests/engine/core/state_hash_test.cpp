// state_hash() holds all that a later event can come from: pairs of venues that differ in one thing
// alone, though as many commands and events went through both.
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using Told = std::function<void(Venue&)>;
using SetField = std::function<void(Command&)>;

void expect_hashes_differ(const EngineConfig& config, const Told& one, const Told& other) {
  Venue v(config);
  Venue w(config);
  one(v);
  other(w);
  EXPECT_NE(v.engine().state_hash(), w.engine().state_hash());
  EXPECT_EQ(v.engine().last_seq(), w.engine().last_seq());
  EXPECT_EQ(v.engine().now(), w.engine().now());
}

// Remembers one name of each session and one closed order: what is not said last is forgotten.
EngineConfig forgetful() {
  EngineConfig config = small_config();
  config.clordid_history = 1;
  config.order_history = 1;
  return config;
}

// One refused name for each session, and nothing else.
void forget_names(Venue& v) {
  for (std::uint32_t session = 1; session <= 3; ++session) v.submit(buy(session, "Z").at(-1));
}

EngineConfig in_steps_of_eight() {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  return config;
}

void offer_fifty(Venue& v) {
  for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
}

TEST(StateHashHolds, UnitAndEpoch) {
  const EngineConfig config = small_config();
  EngineConfig of_unit = config;
  EngineConfig of_epoch = config;
  ++of_unit.unit;
  ++of_epoch.epoch;
  EXPECT_NE(Engine(config).state_hash(), Engine(of_unit).state_hash());
  EXPECT_NE(Engine(config).state_hash(), Engine(of_epoch).state_hash());
}

TEST(StateHashHolds, TheCountOfEvents) {
  expect_hashes_differ(
      small_config(), [](Venue& v) { v.submit(cancel(1, "X").orig("nothing").time(kNoon)); },
      [](Venue& v) { v.submit(continue_work().time(kNoon)); });
}

TEST(StateHashHolds, TheCountOfOrders) {
  expect_hashes_differ(
      forgetful(),
      [](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(buy(1, "B").at(100).ioc());
        v.submit(cancel(1, "X").orig("A").order_id(v.id_of(1, "A")));
        v.submit(continue_work());
        forget_names(v);
      },
      [](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(cancel(1, "X").orig("nothing"));
        v.submit(cancel(1, "X").orig("nothing"));
        v.submit(cancel(1, "X").orig("A"));
        forget_names(v);
      });
}

TEST(StateHashHolds, TheCountOfMatches) {
  const auto then_forget = [](Venue& v) {
    v.submit(buy(1, "Q").at(1).ioc());
    forget_names(v);
  };
  expect_hashes_differ(
      forgetful(),
      [&](Venue& v) {
        v.submit(sell(1, "S").at(100));
        v.submit(sell(1, "T").at(101));
        v.submit(buy(2, "B").qty(2).at(101).ioc());
        v.submit(continue_work());
        then_forget(v);
      },
      [&](Venue& v) {
        v.submit(sell(1, "S").at(100));
        v.submit(sell(1, "T").at(101));
        v.submit(buy(2, "B").qty(2).at(100).ioc());
        v.submit(cancel(1, "X").orig("T").order_id(v.id_of(1, "T")));
        then_forget(v);
      });
}

TEST(StateHashHolds, WhoseAnOpenOrderIsThoughItsNameIsForgotten) {
  const auto order_of = [](std::uint32_t session) {
    return [session](Venue& v) {
      v.submit(buy(session, "A").at(100));
      forget_names(v);
    };
  };
  expect_hashes_differ(forgetful(), order_of(1), order_of(2));
}

TEST(StateHashHolds, TheIdOfAnOpenOrder) {
  const auto then_forget = [](Venue& v) {
    v.submit(buy(1, "Q").at(1).ioc());
    forget_names(v);
  };
  expect_hashes_differ(
      forgetful(),
      [&](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(buy(1, "I").at(1).ioc());
        then_forget(v);
      },
      [&](Venue& v) {
        v.submit(buy(1, "I").at(1).ioc());
        v.submit(buy(1, "A").at(100));
        then_forget(v);
      });
}

TEST(StateHashHolds, TheDayOfADayOrder) {
  // Over and not reported yet, or of today.
  expect_hashes_differ(
      small_config(),
      [](Venue& v) {
        v.submit(buy(1, "A").at(100).day());
        v.submit(continue_work().time(kMidnight));
      },
      [](Venue& v) {
        v.submit(continue_work().time(kMidnight));
        v.submit(buy(1, "A").at(100).day());
      });
}

TEST(StateHashHolds, EachTermThatALaterReportCarries) {
  const std::vector<std::pair<const char*, SetField>> terms{
      {"account", [](Command& c) { c.account = {1}; }},
      {"order_restrictions", [](Command& c) { c.order_restrictions = 1; }},
      {"position_effect", [](Command& c) { c.position_effect = 'C'; }},
      {"order_capacity", [](Command& c) { c.order_capacity = 'P'; }},
      {"client", [](Command& c) { c.client = 1; }},
      {"trader", [](Command& c) { c.trader = 1; }},
      {"decision_maker", [](Command& c) { c.decision_maker = 1; }},
      {"client_qualifier", [](Command& c) { c.client_qualifier = 1; }},
      {"trader_qualifier", [](Command& c) { c.trader_qualifier = 1; }},
      {"decision_maker_qualifier", [](Command& c) { c.decision_maker_qualifier = 1; }},
      {"trigger_price", [](Command& c) { c.trigger_price = {1}; }},
      {"trigger_source", [](Command& c) { c.trigger_source = 1; }},
      {"trigger_type", [](Command& c) { c.trigger_type = 1; }},
      {"display_qty", [](Command& c) { c.display_qty = {1}; }},
      {"valid_until", [](Command& c) { c.valid_until = {1}; }},
      {"expire_time", [](Command& c) { c.expire_time = {1}; }},
      {"self_match_prevention_id", [](Command& c) { c.self_match_prevention_id = 1; }},
      {"self_match_prevention_instruction",
       [](Command& c) { c.self_match_prevention_instruction = 1; }},
      {"quote_set", [](Command& c) { c.quote_set = 1; }},
      {"mmp_group", [](Command& c) { c.mmp_group = 1; }},
  };
  for (const auto& [term, set] : terms) {
    SCOPED_TRACE(term);
    Command with = buy(1, "A").at(100);
    set(with);
    expect_hashes_differ(
        small_config(), [&, &c = with](Venue& v) { v.submit(c); },
        [](Venue& v) { v.submit(buy(1, "A").at(100)); });
  }
}

TEST(StateHashHolds, TheOrderThatSweepsThoughItNeverRests) {
  const auto sweep_of = [](std::int64_t qty) {
    return [qty](Venue& v) {
      offer_fifty(v);
      v.submit(buy(2, "I").qty(qty).at(100).ioc());
      EXPECT_TRUE(v.engine().has_pending_work());
    };
  };
  expect_hashes_differ(in_steps_of_eight(), sweep_of(60), sweep_of(61));
}

TEST(StateHashHolds, HowFarAFillOrKillHasCounted) {
  const auto fill_or_kill = buy(2, "F").qty(50).at(100).fok();
  expect_hashes_differ(
      in_steps_of_eight(),
      [&](Venue& v) {
        offer_fifty(v);
        v.submit(fill_or_kill);
        v.submit(continue_work());
      },
      [&](Venue& v) {
        offer_fifty(v);
        v.submit(continue_work());
        v.submit(fill_or_kill);
      });
}

TEST(StateHashHolds, TheRequestThatALaterFillWillName) {
  const auto sweep_of = [](std::uint32_t ring_in_ns) {
    return [ring_in_ns](Venue& v) {
      offer_fifty(v);
      Command b = buy(2, "B").qty(50).at(100);
      b.ring_in_ns = ring_in_ns;
      v.submit(b);
      EXPECT_TRUE(v.engine().has_pending_work());
    };
  };
  expect_hashes_differ(in_steps_of_eight(), sweep_of(1), sweep_of(2));
}

TEST(StateHashHolds, EachFieldOfAWaitingCommand) {
  const std::vector<std::pair<const char*, SetField>> fields{
      {"msg_seq_num", [](Command& c) { c.msg_seq_num = 999; }},
      {"clordid", [](Command& c) { c.clordid = name("V"); }},
      {"price", [](Command& c) { c.price = {91}; }},
      {"trader_qualifier", [](Command& c) { c.trader_qualifier = 1; }},
      {"ring_in_ns", [](Command& c) { c.ring_in_ns = 1; }},
      {"engine_in_ns", [](Command& c) { c.engine_in_ns = 1; }},
      {"asked_mantissa", [](Command& c) { c.asked_mantissa = 1; }},
  };
  const auto wait = [](const Command& waiting) {
    return [waiting](Venue& v) {
      offer_fifty(v);
      v.submit(buy(2, "B").qty(50).at(100));
      v.submit(waiting);
      EXPECT_EQ(v.audit().unanswered(), 1U);
    };
  };
  for (const auto& [field, set] : fields) {
    SCOPED_TRACE(field);
    Command with = buy(3, "W").at(90);
    set(with);
    expect_hashes_differ(in_steps_of_eight(), wait(with), wait(buy(3, "W").at(90)));
  }
}

// A second tick comes while the first one's orders are still ending: it changes nothing but what
// the time is.
void end_days(Venue& v, TimeNs first_tick, std::uint32_t ring_in_ns) {
  for (int i = 0; i < 50; ++i) v.submit(buy(1, "D" + std::to_string(i)).at(100).day());
  Command first = tick(first_tick);
  first.ring_in_ns = ring_in_ns;
  v.submit(first);
  v.submit(tick({kMidnight.value + kNsPerDay}));
  EXPECT_TRUE(v.engine().has_pending_work());
}

TEST(StateHashHolds, TheDayUpToWhichAnExpiryGoes) {
  expect_hashes_differ(
      in_steps_of_eight(), [](Venue& v) { end_days(v, kMidnight, 0); },
      [](Venue& v) { end_days(v, {kMidnight.value + kNsPerDay}, 0); });
}

TEST(StateHashHolds, TheTickThatAnExpiryWillName) {
  expect_hashes_differ(
      in_steps_of_eight(), [](Venue& v) { end_days(v, kMidnight, 1); },
      [](Venue& v) { end_days(v, kMidnight, 2); });
}

TEST(StateHashHolds, TheStateOfAnInstrument) {
  const auto state_after = [](InstrumentState first, InstrumentState second) {
    return [=](Venue& v) {
      v.submit(set_state(first));
      v.submit(set_state(second));
    };
  };
  using State = InstrumentState;
  expect_hashes_differ(small_config(), state_after(State::halted, State::continuous),
                       state_after(State::continuous, State::halted));
  expect_hashes_differ(small_config(), state_after(State::halted, State::pre_open),
                       state_after(State::halted, State::post_only));
}

TEST(StateHashHolds, WhomAKillSwitchStops) {
  using Scope = ControlScope;
  const auto stop = [](ControlScope scope, std::uint32_t target) {
    return [=](Venue& v) { v.submit(kill(scope, target, kKillOn | kKeepResting)); };
  };
  const auto stop_none = [](Venue& v) { v.submit(lift_kill(Scope::session, 1)); };
  const std::vector<Told> all{stop_none,
                              stop(Scope::venue, 0),
                              stop(Scope::firm, 1),
                              stop(Scope::firm, 2),
                              stop(Scope::account, 1),
                              stop(Scope::session, 1),
                              stop(Scope::session, 2)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) expect_hashes_differ(small_config(), all[i], all[k]);
  }
}

TEST(StateHashHolds, TheFirmsAndTheInitialStates) {
  const std::uint64_t plain = Engine(small_config()).state_hash();
  const auto hash_of = [](const std::function<void(EngineConfig&)>& change) {
    EngineConfig config = small_config();
    change(config);
    return Engine(config).state_hash();
  };
  EXPECT_NE(hash_of([](EngineConfig& c) { ++c.firms; }), plain);
  EXPECT_NE(hash_of([](EngineConfig& c) { ++c.accounts; }), plain);
  EXPECT_NE(hash_of([](EngineConfig& c) { c.session_firm[1] = {2}; }), plain);
  EXPECT_NE(hash_of([](EngineConfig& c) { c.session_firm.clear(); }), plain);
}

TEST(StateHashHolds, AMassCancelThatIsUnderWay) {
  const auto under_way = [](const CommandBuilder& one) {
    return [command = Command(one)](Venue& v) {
      for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100).account(1));
      v.submit(command);
      EXPECT_TRUE(v.engine().has_pending_work());
    };
  };
  const auto of = [](ControlScope scope, std::uint32_t target) {
    return mass_cancel(scope, target).on(1);
  };
  Command later_clock = of(ControlScope::session, 1);
  later_clock.ring_in_ns = 1;
  const std::vector<Told> all{under_way(of(ControlScope::session, 1)),
                              under_way(of(ControlScope::account, 1)),
                              under_way(of(ControlScope::firm, 1)),
                              under_way(of(ControlScope::session, 2)),
                              under_way(mass_cancel(ControlScope::session, 1)),
                              [&](Venue& v) {
                                for (int i = 0; i < 50; ++i)
                                  v.submit(sell(1, "S" + std::to_string(i)).at(100).account(1));
                                v.submit(later_clock);
                              }};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) expect_hashes_differ(in_steps_of_eight(), all[i], all[k]);
  }
}

TEST(StateHashHolds, HowFarAMassCancelHasCome) {
  // Nothing of its scope is there: it only walks.
  const auto walk = [](bool step_first) {
    return [=](Venue& v) {
      for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
      if (step_first) v.submit(continue_work());
      v.submit(mass_cancel(ControlScope::session, 2));
      if (!step_first) v.submit(continue_work());
    };
  };
  expect_hashes_differ(in_steps_of_eight(), walk(true), walk(false));
}

TEST(StateHashHolds, WhomAMassCancelIsFor) {
  // None of their orders is there, and as far as they came nothing else differs.
  const auto walk = [](std::uint32_t session) {
    return [=](Venue& v) {
      for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
      v.submit(mass_cancel(ControlScope::session, session));
    };
  };
  expect_hashes_differ(in_steps_of_eight(), walk(2), walk(3));
}

TEST(StateHashHolds, WhichSideAMassCancelBeginsNext) {
  EngineConfig config = in_steps_of_eight();
  config.instruments.resize(20);
  const auto walk = [](bool step_first) {
    return [=](Venue& v) {
      if (step_first) v.submit(continue_work());
      v.submit(mass_cancel(ControlScope::venue, 0));
      if (!step_first) v.submit(continue_work());
      EXPECT_TRUE(v.engine().has_pending_work());
    };
  };
  expect_hashes_differ(config, walk(true), walk(false));
}

TEST(StateHashHolds, WhichOrdersCameBeforeAMassCancel) {
  const auto tell = [](bool order_first) {
    return [=](Venue& v) {
      for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
      Command order = buy(3, "O").at(100).on(3);
      order.msg_seq_num = 1'001;
      Command cancels = mass_cancel(ControlScope::session, 2);
      cancels.msg_seq_num = 1'002;
      // Two steps of it in either, after as many commands.
      if (!order_first) v.submit(continue_work());
      v.submit(order_first ? order : cancels);
      v.submit(order_first ? cancels : order);
      if (order_first) v.submit(continue_work());
    };
  };
  expect_hashes_differ(in_steps_of_eight(), tell(true), tell(false));
}

TEST(StateHashHolds, TheOrderInWhichClOrdIdsWillBeForgotten) {
  const auto refuse = [](const char* first, const char* second) {
    return [=](Venue& v) {
      v.submit(buy(1, first).at(-1));
      v.submit(buy(1, second).at(-1));
    };
  };
  expect_hashes_differ(small_config(), refuse("A", "B"), refuse("B", "A"));
}

TEST(StateHashHolds, HowAClosedOrderEnded) {
  expect_hashes_differ(
      small_config(),
      [](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(cancel(1, "X").orig("A"));
      },
      [](Venue& v) {
        v.submit(buy(1, "A").at(100).ioc());
        v.submit(continue_work());
      });
}

TEST(StateHashHolds, WhatOfAClosedOrderWasFilled) {
  const auto filled = [](std::int64_t qty, std::int64_t price, std::int64_t asked) {
    return [=](Venue& v) {
      v.submit(sell(2, "S").qty(qty).at(price));
      v.submit(buy(1, "A").qty(asked).at(100).ioc());
      if (qty < asked) v.submit(continue_work());
      v.submit(cancel(2, "C").orig("S"));
      forget_names(v);
    };
  };
  expect_hashes_differ(forgetful(), filled(3, 100, 9), filled(4, 100, 9));
  expect_hashes_differ(forgetful(), filled(3, 100, 9), filled(3, 99, 9));
  expect_hashes_differ(forgetful(), filled(3, 100, 9), filled(3, 100, 8));
}

TEST(StateHashHolds, WhoseAClosedOrderWas) {
  const auto closed_of = [](std::uint32_t session, std::uint32_t account) {
    return [=](Venue& v) {
      v.submit(buy(session, "A").at(100).ioc().account(account));
      forget_names(v);
    };
  };
  expect_hashes_differ(forgetful(), closed_of(1, 7), closed_of(2, 7));
  expect_hashes_differ(forgetful(), closed_of(1, 7), closed_of(1, 8));
}

}  // namespace
}  // namespace sluice::test
