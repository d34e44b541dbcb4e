// Every RejectCode and the Text(58) that a client reads.
#include "gateway/codec/encoding/refusal.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <vector>

namespace sluice::gateway {
namespace {

const InstrumentSpec kInstrument{{1}, "BTC-USDT", {1, -2}, {1, -5}};

Event refused(RejectCode code, std::int64_t limit = 0, std::int64_t asked = 0, int exponent = 0) {
  Event event{};
  event.type = EventType::order_rejected;
  event.reject = code;
  event.reject_limit = limit;
  event.reject_asked = asked;
  event.asked_exponent = static_cast<std::int8_t>(exponent);
  event.clordid = *ClOrdId::from("order-2");
  event.orig_clordid = *ClOrdId::from("order-1");
  return event;
}

std::string text(const Event& event, const InstrumentSpec* instrument = &kInstrument) {
  char room[kRefusalTextRoom];
  return std::string(refusal_text(event, instrument, room));
}

std::string to_cancel(RejectCode code) {
  Event event = refused(code);
  event.type = EventType::cancel_rejected;
  return text(event);
}

TEST(Refusal, TextsNameTheLimitItsValueAndWhatWasAsked) {
  using Code = RejectCode;
  EXPECT_EQ(text(refused(Code::duplicate_clordid)),
            "ClOrdID(11) order-2 was used before in this session");
  EXPECT_EQ(text(refused(Code::price_off_tick, 0, 65'000'015, -3)),
            "Price(44) 65000.015 is not a multiple of the tick 0.01 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::price_below_band, 100, 99)),
            "Price(44) 0.99 is below the lowest price 1 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::price_above_band, 100'000, 100'001)),
            "Price(44) 1000.01 is above the highest price 1000 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::price_out_of_range, 0, -1, 0)),
            "Price(44) -1 is negative or larger than the venue can hold for BTC-USDT");
  EXPECT_EQ(text(refused(Code::no_opposite_price)),
            "Market order in BTC-USDT, but the other side of its book is empty");
  EXPECT_EQ(text(refused(Code::qty_off_lot, 0, 1, -6)),
            "OrderQty(38) 0.000001 is not a multiple of the lot 0.00001 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::qty_below_min, 50'000, 10'000)),
            "OrderQty(38) 0.1 is below the minimum 0.5 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::qty_above_max, 100'000'000, 100'000'001)),
            "OrderQty(38) 1000.00001 is above the maximum 1000 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::qty_out_of_range, 0, 0, 0)),
            "OrderQty(38) 0 is not above zero or larger than the venue can hold for BTC-USDT");
  EXPECT_EQ(
      text(refused(Code::post_only_would_take, 6'500'000, 6'500'001)),
      "Post-only order at 65000.01 would trade with the best opposite price 65000 of BTC-USDT");
  EXPECT_EQ(text(refused(Code::unsupported_terms)),
            "OrdType(40), TimeInForce(59), ExecInst(18) and Price(44) do not go together");
  EXPECT_EQ(text(refused(Code::order_capacity, 1'000)),
            "The venue holds its maximum of 1000 open orders");
  EXPECT_EQ(text(refused(Code::level_capacity, 200)),
            "The venue holds its maximum of 200 price levels");
  EXPECT_EQ(text(refused(Code::level_page_capacity, 20)),
            "The venue holds its maximum of 20 pages of price levels");
  EXPECT_EQ(text(refused(Code::deferred_capacity, 4'096)),
            "BTC-USDT is busy with a long sweep and 4096 requests wait already; send again later");
}

TEST(Refusal, UnknownNamesAreToldToOrdersOnly) {
  EXPECT_EQ(text(refused(RejectCode::unknown_instrument), nullptr),
            "Symbol(55) order-1 is not traded here");
  EXPECT_EQ(text(refused(RejectCode::unknown_account)),
            "Account(1) order-1 is not one of this session's accounts");
  EXPECT_EQ(to_cancel(RejectCode::unknown_instrument), "Symbol(55) is not traded here");
  EXPECT_EQ(to_cancel(RejectCode::unknown_account),
            "Account(1) is not one of this session's accounts");
}

TEST(Refusal, CancelAndReplaceTexts) {
  EXPECT_EQ(to_cancel(RejectCode::unknown_order), "No such order of this session");
  EXPECT_EQ(to_cancel(RejectCode::too_late_filled), "Too late: the order is closed");
  EXPECT_EQ(to_cancel(RejectCode::too_late_replaced),
            "Too late: OrigClOrdID(41) order-1 was replaced");
  EXPECT_EQ(to_cancel(RejectCode::ids_name_different_orders),
            "OrderID(37) and OrigClOrdID(41) name different orders");
  EXPECT_EQ(to_cancel(RejectCode::side_differs), "Side(54) differs from the order's");
  EXPECT_EQ(to_cancel(RejectCode::instrument_differs), "Symbol(55) differs from the order's");
  EXPECT_EQ(to_cancel(RejectCode::terms_cannot_change),
            "OrdType(40), TimeInForce(59) and ExecInst(18) of an order cannot change");
  EXPECT_EQ(to_cancel(RejectCode::account_differs), "Account(1) differs from the order's");
  Event event = refused(RejectCode::qty_not_above_filled, 30'000, 20'000);
  event.type = EventType::cancel_rejected;
  EXPECT_EQ(text(event), "OrderQty(38) 0.2 is not above the 0.3 already filled");
}

TEST(Refusal, OfAStateNameTheStateAndWhatWouldBeAccepted) {
  const std::string resting = "takes cancels and Day or GTC limit orders that would not trade";
  struct Case {
    RejectCode code;
    int ord_rej_reason;
    std::string text;
  };
  for (const Case& one : std::initializer_list<Case>{
           {RejectCode::instrument_halted, 2, "BTC-USDT is halted: only cancels are accepted"},
           {RejectCode::instrument_cancel_only, 2,
            "BTC-USDT is cancel-only: only cancels are accepted"},
           {RejectCode::instrument_close_only, 2,
            "BTC-USDT is close-only and the venue keeps no positions: only cancels are accepted"},
           {RejectCode::instrument_pre_open, 2, "BTC-USDT is pre-open: " + resting},
           {RejectCode::instrument_post_only, 99, "BTC-USDT is post-only: " + resting}}) {
    EXPECT_EQ(text(refused(one.code)), one.text);
    EXPECT_EQ(to_cancel(one.code), one.text);
    EXPECT_EQ(refusal_of(one.code).ord_rej_reason, one.ord_rej_reason);
    EXPECT_EQ(refusal_of(one.code).cxl_rej_reason, 2);
  }
}

TEST(Refusal, OfAKillSwitchSaysWhomItStops) {
  const std::vector<std::string> whom{
      "?", "the whole venue", "this firm", "this account", "this session", "?"};
  for (std::size_t scope = 0; scope < whom.size(); ++scope) {
    EXPECT_EQ(
        text(refused(RejectCode::kill_switch, static_cast<std::int64_t>(scope))),
        "Entry is stopped for " + whom[scope] + " by a kill switch: only cancels are accepted");
  }
  EXPECT_EQ(refusal_of(RejectCode::kill_switch).ord_rej_reason, 0);
  EXPECT_EQ(refusal_of(RejectCode::kill_switch).cxl_rej_reason, 2);
}

TEST(Refusal, OfTheVenuesOwnCommandsNameWhatWasAskedAndTheLimit) {
  EXPECT_EQ(text(refused(RejectCode::unknown_target, 0, 7)),
            "No firm, account or session 7 in that scope");
  EXPECT_EQ(text(refused(RejectCode::unknown_control, 0, 9)),
            "9 is no state of an instrument and no action of a kill switch");
  EXPECT_EQ(text(refused(RejectCode::mass_cancel_capacity, 28)),
            "28 mass cancels are under way already: send again later");
}

TEST(Refusal, NumbersWithoutAnInstrumentAreLeftOpen) {
  EXPECT_EQ(text(refused(RejectCode::qty_below_min, 5, 1), nullptr),
            "OrderQty(38) ? is below the minimum ? of ?");
}

TEST(Refusal, EachCodeStandsOnceInTheTable) {
  for (const Refusal& refusal : all_refusals()) {
    EXPECT_EQ(&refusal_of(refusal.code), &refusal);
    EXPECT_NE(refusal.code, RejectCode::none);
    EXPECT_FALSE(refusal.order_text.empty());
  }
  EXPECT_EQ(refusal_of(static_cast<RejectCode>(65'535)).ord_rej_reason, 99);
  EXPECT_EQ(text(refused(static_cast<RejectCode>(65'535))), "Refused by the venue");
}

/// The compiler's list of the codes: a new one that is forgotten here is a warning, that is, an
/// error.
std::string_view name_of(RejectCode code) {
  switch (code) {
#define SLUICE_CODE(name) \
  case RejectCode::name:  \
    return #name
    SLUICE_CODE(none);
    SLUICE_CODE(unknown_instrument);
    SLUICE_CODE(unknown_account);
    SLUICE_CODE(duplicate_clordid);
    SLUICE_CODE(price_off_tick);
    SLUICE_CODE(price_below_band);
    SLUICE_CODE(price_above_band);
    SLUICE_CODE(price_out_of_range);
    SLUICE_CODE(no_opposite_price);
    SLUICE_CODE(qty_off_lot);
    SLUICE_CODE(qty_below_min);
    SLUICE_CODE(qty_above_max);
    SLUICE_CODE(qty_out_of_range);
    SLUICE_CODE(post_only_would_take);
    SLUICE_CODE(unsupported_terms);
    SLUICE_CODE(order_capacity);
    SLUICE_CODE(level_capacity);
    SLUICE_CODE(level_page_capacity);
    SLUICE_CODE(deferred_capacity);
    SLUICE_CODE(instrument_halted);
    SLUICE_CODE(instrument_cancel_only);
    SLUICE_CODE(instrument_close_only);
    SLUICE_CODE(instrument_pre_open);
    SLUICE_CODE(instrument_post_only);
    SLUICE_CODE(kill_switch);
    SLUICE_CODE(unknown_order);
    SLUICE_CODE(too_late_filled);
    SLUICE_CODE(too_late_replaced);
    SLUICE_CODE(qty_not_above_filled);
    SLUICE_CODE(ids_name_different_orders);
    SLUICE_CODE(side_differs);
    SLUICE_CODE(instrument_differs);
    SLUICE_CODE(terms_cannot_change);
    SLUICE_CODE(account_differs);
    SLUICE_CODE(unknown_target);
    SLUICE_CODE(unknown_control);
    SLUICE_CODE(mass_cancel_capacity);
#undef SLUICE_CODE
  }
  return {};
}

TEST(Refusal, TheTableHasEveryCodeUnderItsName) {
  std::size_t codes = 0;
  for (int number = 1; number <= 65'535; ++number) {
    const auto code = static_cast<RejectCode>(number);
    if (name_of(code).empty()) continue;
    ++codes;
    EXPECT_EQ(refusal_of(code).name, name_of(code));
  }
  EXPECT_EQ(codes, all_refusals().size());
}

}  // namespace
}  // namespace sluice::gateway
