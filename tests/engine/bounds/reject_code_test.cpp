// Every reason for which the engine refuses, and one way to meet it.
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "engine/core/mass_cancels.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

/// Tells the venue something that ends with a refusal.
using Scenario = std::function<void(Venue&)>;

CommandBuilder replace_a(const char* clordid) {
  return replace(1, clordid).orig("A").side(Side::buy).qty(4).at(100);
}

Scenario with_order_a(const Command& last) {
  return [last](Venue& v) {
    v.submit(buy(1, "A").qty(5).at(100));
    v.submit(last);
  };
}

Scenario defect(RejectCode code) {
  return [code](Venue& v) { v.submit(buy(1, "D").at(100).defect(code)); };
}

void meet_deferred_capacity(Venue& v) {
  for (int i = 0; i < 50; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "B").qty(50).at(100));
  v.submit(buy(3, "W1").at(90));
  v.submit(buy(3, "W2").at(90));
}

Scenario in_state(InstrumentState state, const Command& last) {
  return [=](Venue& v) {
    v.submit(sell(1, "S").at(101));
    v.submit(set_state(state));
    v.submit(last);
  };
}

// Each has more to look at than the commands in between leave steps for.
void meet_mass_cancel_capacity(Venue& v) {
  for (int i = 0; i < 60; ++i) v.submit(buy(1, "D" + std::to_string(i)).at(100));
  for (std::uint32_t i = 0; i <= MassCancels::bound_for(CancelCause::mass_cancel); ++i) {
    v.submit(mass_cancel(ControlScope::session, 3));
  }
}

std::map<RejectCode, Scenario> scenarios() {
  using enum RejectCode;
  return {
      {unknown_instrument, [](Venue& v) { v.submit(buy(1, "D").at(100).on(4)); }},
      {unknown_account, defect(unknown_account)},
      {duplicate_clordid, with_order_a(buy(1, "A").at(100))},
      {price_off_tick, defect(price_off_tick)},
      {price_below_band, [](Venue& v) { v.submit(buy(1, "D").qty(2).at(89).on(2)); }},
      {price_above_band, [](Venue& v) { v.submit(buy(1, "D").qty(2).at(111).on(2)); }},
      {price_out_of_range, [](Venue& v) { v.submit(buy(1, "D").at(-1)); }},
      {no_opposite_price, [](Venue& v) { v.submit(buy(1, "D").market()); }},
      {qty_off_lot, defect(qty_off_lot)},
      {qty_below_min, [](Venue& v) { v.submit(buy(1, "D").qty(1).at(100).on(2)); }},
      {qty_above_max, [](Venue& v) { v.submit(buy(1, "D").qty(11).at(100).on(2)); }},
      {qty_out_of_range, [](Venue& v) { v.submit(buy(1, "D").qty(0).at(100)); }},
      {post_only_would_take, with_order_a(sell(2, "P").at(100).post_only())},
      {unsupported_terms, [](Venue& v) { v.submit(buy(1, "D").at(100).post_only().ioc()); }},
      {order_capacity,
       [](Venue& v) {
         for (int i = 0; i < 71; ++i) v.submit(buy(1, "D" + std::to_string(i)).at(100));
       }},
      {level_capacity,
       [](Venue& v) {
         for (int i = 0; i < 33; ++i) v.submit(buy(1, "D" + std::to_string(i)).at(100 + i));
       }},
      {level_page_capacity,
       [](Venue& v) {
         for (int i = 0; i < 31; ++i) {
           v.submit(buy(1, "D" + std::to_string(i)).at(std::int64_t{i} * 100'000'000'000));
         }
       }},
      {deferred_capacity, meet_deferred_capacity},
      {instrument_halted, in_state(InstrumentState::halted, buy(1, "A").at(100))},
      {instrument_cancel_only, in_state(InstrumentState::cancel_only, buy(1, "A").at(100))},
      {instrument_close_only, in_state(InstrumentState::close_only, buy(1, "A").at(100))},
      {instrument_pre_open, in_state(InstrumentState::pre_open, buy(1, "A").at(101))},
      {instrument_post_only, in_state(InstrumentState::post_only, buy(1, "A").at(101))},
      {kill_switch,
       [](Venue& v) {
         v.submit(kill(ControlScope::session, 1));
         v.submit(buy(1, "A").at(100));
       }},
      {unknown_target, [](Venue& v) { v.submit(kill(ControlScope::session, 4)); }},
      {unknown_control, [](Venue& v) { v.submit(set_state(InstrumentState::none)); }},
      {mass_cancel_capacity, meet_mass_cancel_capacity},
      {unknown_order, [](Venue& v) { v.submit(cancel(1, "X").orig("nothing")); }},
      {too_late_filled,
       [](Venue& v) {
         v.submit(buy(1, "A").at(100).ioc());
         v.submit(cancel(1, "X").orig("A"));
       }},
      {too_late_replaced,
       [](Venue& v) {
         v.submit(buy(1, "A").qty(5).at(100));
         v.submit(replace_a("B"));
         v.submit(replace_a("C"));
       }},
      {qty_not_above_filled,
       [](Venue& v) {
         v.submit(buy(1, "A").qty(5).at(100));
         v.submit(sell(2, "S").qty(4).at(100));
         v.submit(replace_a("B"));
       }},
      {ids_name_different_orders,
       [](Venue& v) {
         v.submit(buy(1, "A").at(100));
         v.submit(buy(1, "B").at(100));
         v.submit(cancel(1, "X").orig("A").order_id(v.id_of(1, "B")));
       }},
      {side_differs, with_order_a(replace_a("B").side(Side::sell))},
      {instrument_differs, with_order_a(replace_a("B").on(2))},
      {terms_cannot_change, with_order_a(replace_a("B").day())},
      {account_differs, with_order_a(replace_a("B").account(7))},
  };
}

EngineConfig tight_config() {
  EngineConfig config = small_config();
  config.max_orders = 70;
  config.max_levels = 32;
  config.max_level_pages = 40;
  config.max_deferred = 1;
  config.work_per_command = 8;
  config.instruments[1] = {.min_qty = {2},
                           .max_qty = {10},
                           .band_low = {90},
                           .band_high = {110},
                           .market_protection = {0}};
  return config;
}

// A new RejectCode does not compile without a name, and fails here without a scenario.
TEST(RejectCode, EachOneHasAScenarioThatMeetsIt) {
  const std::map<RejectCode, Scenario> all = scenarios();
  int codes = 0;
  for (int number = 1; number <= 0xFFFF; ++number) {
    const auto code = static_cast<RejectCode>(number);
    if (name_of(code).empty()) continue;
    ++codes;
    const auto scenario = all.find(code);
    if (scenario == all.end()) {
      ADD_FAILURE() << "no test meets " << name_of(code);
      continue;
    }
    Venue v(tight_config());
    scenario->second(v);
    std::size_t met = 0;
    for (const Event& event : v.history()) {
      if (event.reject == code) ++met;
      EXPECT_TRUE(event.reject == code || event.reject == RejectCode::none) << brief(event);
    }
    EXPECT_GE(met, 1U) << name_of(code);
    v.drain();
    EXPECT_EQ(v.audit().unanswered(), 0U);
  }
  EXPECT_EQ(codes, 36);
}

TEST(RejectCode, DefectsOfTheDecoderPassThroughWithWhatWasAsked) {
  for (const RejectCode code :
       {RejectCode::price_off_tick, RejectCode::qty_off_lot, RejectCode::price_out_of_range,
        RejectCode::qty_out_of_range, RejectCode::unsupported_terms}) {
    Venue v;
    Command command = buy(1, "D").defect(code);
    command.asked_mantissa = -123'456'789;
    command.asked_exponent = -5;
    const std::vector<Event> events = v.submit(command);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events.front().reject, code);
    EXPECT_EQ(events.front().reject_asked, -123'456'789);
    EXPECT_EQ(events.front().asked_exponent, -5);
  }
}

TEST(RejectCode, UnknownNamesAreRepeatedInTheRefusal) {
  Venue v;
  const std::vector<Event> events =
      v.submit(buy(1, "D").on(0).defect(RejectCode::unknown_instrument).orig("DOGE-USD"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().reject, RejectCode::unknown_instrument);
  EXPECT_EQ(events.front().orig_clordid, name("DOGE-USD"));
  EXPECT_EQ(events.front().instrument, InstrumentId{0});
}

TEST(RejectCode, InstrumentNumbersEndWithTheConfiguration) {
  Venue v;
  EXPECT_EQ(v.submit(buy(1, "A").at(100).on(3)).front().type, EventType::order_accepted);
  EXPECT_EQ(v.submit(buy(1, "B").at(100).on(4)).front().reject, RejectCode::unknown_instrument);
  EXPECT_EQ(v.submit(buy(1, "C").at(100).on(0)).front().reject, RejectCode::unknown_instrument);
}

}  // namespace
}  // namespace sluice::test
