#include "gateway/codec/encoding/encoder.hpp"

#include <array>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "gateway/codec/encoding/refusal.hpp"
#include "gateway/codec/encoding/synthetic.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "tests/gateway/codec/dictionary.hpp"
#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using testing::bars;
using testing::quickfix_fault;

constexpr TimeNs kSent{1'767'323'045'678'901'234};

ClOrdId name(std::string_view text) { return *ClOrdId::from(text); }

class Encoder : public ::testing::Test {
 protected:
  /// A limit order of 0.5 BTC at 65000.01, 0.3 of it filled at 65000 and 64999.99.
  static Event order(EventType type) {
    Event event{};
    event.type = type;
    event.exec_id = ExecId::make(0, 1, 77);
    event.order_id = OrderId::make(0, 1, 5);
    event.time = kSent;
    event.session = {1};
    event.instrument = {1};
    event.account = {2};
    event.side = Side::buy;
    event.ord_type = OrdType::limit;
    event.tif = TimeInForce::good_till_cancel;
    event.ord_status = OrdStatus::partially_filled;
    event.price = {6'500'001};
    event.qty = {50'000};
    event.cum_qty = {30'000};
    event.leaves_qty = {20'000};
    event.cum_notional =
        static_cast<Notional>(6'500'000) * 20'000 + static_cast<Notional>(6'499'999) * 10'000;
    event.clordid = name("order-1");
    return event;
  }

  /// What follows the header, with '|'; the whole is checked by our framer and by QuickFIX first.
  std::string body(const Event& event) {
    return checked(encoder_.encode_event(event, 42, kSent, out_));
  }

  std::string checked(std::string_view bytes) {
    const Frame frame = next_frame(bytes, kMaxOutgoingBytes);
    EXPECT_EQ(frame.kind, Frame::Kind::message) << bars(bytes);
    EXPECT_EQ(frame.consumed, bytes.size());
    EXPECT_EQ(quickfix_fault(bytes), "") << bars(bytes);
    const std::string text = bars(bytes);
    const std::string header = "|34=42|49=SLUICE|52=20260102-03:04:05.678901|56=CLIENT1|";
    const std::size_t at = text.find(header);
    EXPECT_NE(at, std::string::npos) << text;
    return text.substr(at + header.size(), text.size() - at - header.size() - 7);
  }

  const InstrumentDirectory instruments_{
      {{{1}, "BTC-USDT", {1, -2}, {1, -5}}, {{2}, "ETH-USDT-PERP", {5, -1}, {1, 0}}}};
  const AccountDirectory accounts_{{{{1}, "OTHER"}, {{2}, "MAIN"}}};
  const ReportEncoder encoder_{{"FIX.4.4", "SLUICE", "CLIENT1"}, &instruments_, &accounts_, 6};
  std::array<char, kMaxOutgoingBytes> out_{};
};

TEST_F(Encoder, WritesAnAcceptedOrder) {
  Event event = order(EventType::order_accepted);
  event.ord_status = OrdStatus::fresh;
  event.cum_qty = {0};
  event.leaves_qty = {50'000};
  event.cum_notional = 0;
  event.exec_inst = ExecInst::post_only;
  EXPECT_EQ(body(event),
            "37=8796093022213|11=order-1|17=8796093022285|150=0|39=0|1=MAIN|55=BTC-USDT|54=1|"
            "38=0.5|40=2|44=65000.01|59=1|18=6|151=0.5|14=0|6=0|60=20260102-03:04:05.678901|");
}

TEST_F(Encoder, WritesBothSidesOfAFill) {
  Event event = order(EventType::trade);
  event.last_qty = {10'000};
  event.last_price = {6'499'999};
  event.liquidity = Liquidity::added;
  event.match_id = MatchId::make(0, 1, 9);
  EXPECT_EQ(body(event),
            "37=8796093022213|11=order-1|17=8796093022285|150=F|39=1|1=MAIN|55=BTC-USDT|54=1|"
            "38=0.5|40=2|44=65000.01|59=1|32=0.1|31=64999.99|151=0.2|14=0.3|6=64999.996667|"
            "60=20260102-03:04:05.678901|851=1|880=8796093022217|1057=N|");
  event.liquidity = Liquidity::removed;
  event.flags = kAggressor;
  event.ord_status = OrdStatus::filled;
  event.leaves_qty = {0};
  const std::string text = body(event);
  EXPECT_NE(text.find("|39=2|"), std::string::npos);
  EXPECT_NE(text.find("|851=2|"), std::string::npos);
  EXPECT_NE(text.find("|1057=Y|"), std::string::npos);
}

TEST_F(Encoder, WritesCancelAndReplaceWithBothNames) {
  for (const auto& [type, exec_type] : {std::pair{EventType::order_canceled, "150=4|39=4|"},
                                        std::pair{EventType::order_replaced, "150=5|39=1|"}}) {
    Event event = order(type);
    event.clordid = name("request-2");
    event.orig_clordid = name("order-1");
    if (type == EventType::order_canceled) {
      event.ord_status = OrdStatus::canceled;
      event.leaves_qty = {0};
    }
    const std::string text = body(event);
    EXPECT_NE(text.find("|11=request-2|41=order-1|"), std::string::npos) << text;
    EXPECT_NE(text.find(exec_type), std::string::npos) << text;
    EXPECT_EQ(text.find("378="), std::string::npos) << text;
  }
}

TEST_F(Encoder, SaysByWhatTheVenueCancelledAnOrder) {
  for (const auto& [cause, by] : {std::pair{CancelCause::kill_switch, "a kill switch was set"},
                                  std::pair{CancelCause::mass_cancel, "a mass cancel"},
                                  std::pair{CancelCause::venue_cancel, "this order"}}) {
    Event event = order(EventType::order_canceled);
    event.ord_status = OrdStatus::canceled;
    event.leaves_qty = {0};
    event.restatement_reason = 8;
    event.cancel_cause = cause;
    EXPECT_EQ(body(event),
              "37=8796093022213|11=order-1|17=8796093022285|150=4|39=4|378=8|1=MAIN|55=BTC-USDT|"
              "54=1|38=0.5|40=2|44=65000.01|59=1|151=0|14=0.3|6=64999.996667|"
              "60=20260102-03:04:05.678901|58=Cancelled by the venue: " +
                  std::string(by) + "|");
  }
}

TEST_F(Encoder, LeavesTheVenuesOwnEventsToOthers) {
  for (const EventType type :
       {EventType::instrument_state_changed, EventType::kill_changed,
        EventType::mass_cancel_started, EventType::cancels_done, EventType::control_rejected}) {
    EXPECT_TRUE(encoder_.encode_event(order(type), 42, kSent, out_).empty());
  }
}

TEST_F(Encoder, SaysWhyAnOrderExpired) {
  Event event = order(EventType::order_expired);
  event.ord_status = OrdStatus::expired;
  event.leaves_qty = {0};
  const auto text_of = [&](OrdType type, TimeInForce tif) {
    event.ord_type = type;
    event.tif = tif;
    const std::string text = body(event);
    EXPECT_NE(text.find("|150=C|39=C|"), std::string::npos) << text;
    return text.substr(text.find("|58=") + 4);
  };
  EXPECT_EQ(text_of(OrdType::limit, TimeInForce::immediate_or_cancel),
            "Immediate-or-cancel: nothing more to trade with at its price|");
  EXPECT_EQ(text_of(OrdType::limit, TimeInForce::fill_or_kill),
            "Fill-or-kill: could not be filled whole|");
  EXPECT_EQ(text_of(OrdType::market, TimeInForce::immediate_or_cancel),
            "Market order: nothing more to trade with within its protection price|");
  EXPECT_EQ(text_of(OrdType::limit, TimeInForce::day), "Day order: ended at 00:00 UTC|");
}

TEST_F(Encoder, DoesNotShowAMarketOrdersProtectionPrice) {
  Event event = order(EventType::order_accepted);
  event.ord_type = OrdType::market;
  EXPECT_EQ(body(event).find("|44="), std::string::npos);
}

TEST_F(Encoder, EchoesPartiesAndCapacity) {
  Event event = order(EventType::order_accepted);
  event.client = 7;
  event.client_qualifier = 23;
  event.decision_maker = 18'446'744'073'709'551'615ULL;
  event.order_capacity = 'P';
  event.order_restrictions = 1U << 0U | 1U << 4U | 1U << 9U;
  const std::string text = body(event);
  EXPECT_NE(
      text.find("|453=2|448=7|447=P|452=3|2376=23|448=18446744073709551615|447=P|452=122|17="),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("|528=P|529=1 5 A|"), std::string::npos) << text;
}

TEST_F(Encoder, NamesWhatWasUnknownInARefusedOrder) {
  Event event = order(EventType::order_rejected);
  event.order_id = {};
  event.cum_qty = event.leaves_qty = {0};
  event.cum_notional = 0;
  event.reject = RejectCode::unknown_instrument;
  event.instrument = {0};
  event.orig_clordid = name("DOGE-USDT");
  EXPECT_EQ(body(event),
            "37=NONE|11=order-1|17=8796093022285|150=8|39=8|103=1|1=MAIN|55=DOGE-USDT|54=1|40=2|"
            "59=1|151=0|14=0|6=0|60=20260102-03:04:05.678901|"
            "58=Symbol(55) DOGE-USDT is not traded here|25016=1|");
  event.reject = RejectCode::unknown_account;
  event.instrument = {1};
  event.account = {0};
  event.orig_clordid = name("X");
  const std::string text = body(event);
  EXPECT_NE(text.find("|103=15|1=X|55=BTC-USDT|"), std::string::npos) << text;
  EXPECT_EQ(text.find("|41="), std::string::npos) << text;
}

TEST_F(Encoder, SendsBackNumbersThatItCouldNotHoldAsTheyCame) {
  Event event = order(EventType::order_rejected);
  event.price = {0};
  event.reject = RejectCode::price_off_tick;
  event.reject_asked = 65'000'015;
  event.asked_exponent = -3;
  EXPECT_NE(body(event).find("|38=0.5|40=2|44=65000.015|"), std::string::npos);
  event.reject = RejectCode::qty_out_of_range;
  event.qty = {0};
  event.price = {100};
  event.reject_asked = -5;
  event.asked_exponent = -1;
  EXPECT_NE(body(event).find("|38=-0.5|40=2|44=1|"), std::string::npos);
}

TEST_F(Encoder, EchoesWhatARefusedOrderSaidAndNothingElse) {
  Event event = order(EventType::order_rejected);
  // The reason lies elsewhere, and the numbers could not be held.
  event.reject = RejectCode::duplicate_clordid;
  event.qty = {-1};
  EXPECT_NE(body(event).find("|54=1|40=2|44=65000.01|59=1|"), std::string::npos);
  event.price = {-1};
  EXPECT_NE(body(event).find("|54=1|40=2|59=1|"), std::string::npos);
  // Zero is a number like others.
  event.qty = {0};
  event.price = {0};
  EXPECT_NE(body(event).find("|54=1|38=0|40=2|44=0|59=1|"), std::string::npos);
  // A market order with a price is refused for it.
  event.ord_type = OrdType::market;
  event.reject = RejectCode::unsupported_terms;
  event.price = {6'500'001};
  EXPECT_NE(body(event).find("|38=0|40=1|44=65000.01|59=1|"), std::string::npos);
}

TEST_F(Encoder, EchoesAnUnknownNameWhateverTheReason) {
  Event event = order(EventType::order_rejected);
  event.reject = RejectCode::duplicate_clordid;
  event.orig_clordid = name("X");
  event.account = {0};
  EXPECT_NE(body(event).find("|1=X|55=BTC-USDT|"), std::string::npos);
  event.instrument = {0};
  event.account = {2};
  EXPECT_NE(body(event).find("|1=MAIN|55=X|"), std::string::npos);
}

TEST_F(Encoder, WritesTheStateOfAnOrderThatCameAgain) {
  Event event = order(EventType::order_status);
  EXPECT_EQ(
      body(event),
      "37=8796093022213|11=order-1|17=8796093022285|150=I|39=1|1=MAIN|55=BTC-USDT|54=1|38=0.5|"
      "40=2|44=65000.01|59=1|151=0.2|14=0.3|6=64999.996667|60=20260102-03:04:05.678901|");
  // It was refused, and named an instrument that there is not.
  event = order(EventType::order_rejected);
  event.type = EventType::order_status;
  event.order_id = {};
  event.ord_status = OrdStatus::rejected;
  event.instrument = {0};
  event.cum_qty = event.leaves_qty = {0};
  event.orig_clordid = name("DOGE");
  EXPECT_EQ(
      body(event),
      "37=NONE|11=order-1|17=8796093022285|150=I|39=8|1=MAIN|55=DOGE|54=1|40=2|59=1|151=0|14=0|"
      "6=0|60=20260102-03:04:05.678901|");
}

TEST_F(Encoder, WritesARefusedCancelAndReplace) {
  Event event = order(EventType::cancel_rejected);
  event.clordid = name("cancel-1");
  event.orig_clordid = name("order-1");
  event.reject = RejectCode::too_late_filled;
  event.ord_status = OrdStatus::filled;
  EXPECT_EQ(body(event),
            "37=8796093022213|11=cancel-1|41=order-1|39=2|1=MAIN|60=20260102-03:04:05.678901|434=1|"
            "102=0|58=Too late: the order is closed|25016=61|");
  event.flags = kAnswersReplace;
  event.reject = RejectCode::unknown_order;
  event.order_id = {};
  event.account = {0};
  event.orig_clordid = {};
  event.ord_status = OrdStatus::none;
  EXPECT_EQ(body(event),
            "37=NONE|11=cancel-1|41=NONE|39=8|60=20260102-03:04:05.678901|434=2|102=1|"
            "58=No such order of this session|25016=60|");
}

TEST_F(Encoder, EveryRefusalIsAValidMessageWithItsReasonTextAndCode) {
  for (const Refusal& refusal : all_refusals()) {
    for (const EventType type : {EventType::order_rejected, EventType::cancel_rejected}) {
      Event event = order(type);
      event.reject = refusal.code;
      event.reject_limit = 50'000;
      event.reject_asked = 10'000;
      event.orig_clordid = name("a-name");
      const std::string text = body(event);
      char room[kRefusalTextRoom];
      const std::string expected = std::string("|58=") +
                                   std::string(refusal_text(event, &instruments_.at({1}), room)) +
                                   "|25016=" + std::to_string(static_cast<int>(refusal.code)) + "|";
      EXPECT_NE(text.find(expected), std::string::npos) << text;
      const std::string reason = type == EventType::order_rejected
                                     ? "|103=" + std::to_string(refusal.ord_rej_reason) + "|"
                                     : "|102=" + std::to_string(refusal.cxl_rej_reason) + "|";
      EXPECT_NE(text.find(reason), std::string::npos) << text;
    }
  }
}

TEST_F(Encoder, WritesABusinessReject) {
  EXPECT_EQ(checked(encoder_.encode_business_reject(
                {7, "D", "order-1", 4, "busy: send again later"}, 42, kSent, out_)),
            "45=7|372=D|379=order-1|380=4|58=busy: send again later|");
  EXPECT_EQ(checked(encoder_.encode_business_reject({7, "D", "", 8, ""}, 42, kSent, out_)),
            "45=7|372=D|380=8|");
}

TEST_F(Encoder, BoundsAndCleansTheTextOfABusinessReject) {
  const std::string fits(kMaxTextBytes, 'x');
  EXPECT_EQ(checked(encoder_.encode_business_reject({7, "D", "", 0, fits}, 42, kSent, out_)),
            "45=7|372=D|380=0|58=" + fits + "|");
  EXPECT_EQ(checked(encoder_.encode_business_reject({7, "D", "", 0, fits + "y"}, 42, kSent, out_)),
            "45=7|372=D|380=0|58=" + std::string(kMaxTextBytes - 3, 'x') + "...|");
  EXPECT_EQ(
      checked(encoder_.encode_business_reject({7, "D", std::string(kMaxRefIdBytes + 1, 'i'), 0,
                                               "a\x01"
                                               "10=0\n"},
                                              42, kSent, out_)),
      "45=7|372=D|380=0|58=a?10=0?|");
  EXPECT_EQ(checked(encoder_.encode_business_reject({7, "D", "a\x01", 0, "t"}, 42, kSent, out_)),
            "45=7|372=D|380=0|58=t|");
}

TEST_F(Encoder, LongestFieldsStayInTheBound) {
  const std::string longest(kMaxCompIdBytes, 'C');
  const InstrumentDirectory instruments(
      {{{1}, std::string(kMaxSymbolBytes, 'S'), {999'999'999, 9}, {999'999'999, -18}}});
  const AccountDirectory accounts({{{1}, std::string(kMaxAccountBytes, 'A')}});
  const ReportEncoder encoder({"FIX.4.4.45678901", longest, longest}, &instruments, &accounts, 9);
  Event event = order(EventType::trade);
  event.exec_id.value = event.order_id.value = event.match_id.value = ~0ULL;
  event.account = {1};
  event.restatement_reason = 255;
  event.exec_inst = ExecInst::post_only;
  event.order_restrictions = 0xFFFF;
  event.order_capacity = 'P';
  event.price = event.last_price = {INT64_MIN};
  event.qty = event.last_qty = event.leaves_qty = {INT64_MAX};
  event.cum_qty = {1};
  event.cum_notional = INT64_MAX;
  event.clordid = event.orig_clordid = name(std::string(36, 'n'));
  event.client = event.trader = event.decision_maker = ~0ULL;
  event.client_qualifier = event.trader_qualifier = event.decision_maker_qualifier = 255;
  const std::string copy_name(kMaxCopyNameBytes, 'N');
  std::array<char, kMaxOutgoingBytes + 1> out;
  const std::span<char> room(out.data(), kMaxOutgoingBytes);
  for (int type = 1; type <= 7; ++type) {
    for (const Refusal& refusal : all_refusals()) {
      event.type = static_cast<EventType>(type);
      event.reject = refusal.code;
      event.reject_asked = event.reject_limit = INT64_MIN;
      for (const int exponent : {-64, 0, 64, -128, 127}) {
        event.asked_exponent = static_cast<std::int8_t>(exponent);
        out.back() = '#';
        std::string_view bytes = encoder.encode_event(event, ~0U, {INT64_MAX}, room);
        ASSERT_EQ(next_frame(bytes, kMaxOutgoingBytes).kind, Frame::Kind::message) << bars(bytes);
        bytes = encoder.encode_copy(event, {copy_name, ~0ULL, copy_name, copy_name}, ~0U,
                                    {INT64_MAX}, room);
        ASSERT_EQ(next_frame(bytes, kMaxOutgoingBytes).kind, Frame::Kind::message) << bars(bytes);
        ASSERT_EQ(out.back(), '#');
      }
    }
  }
}

TEST_F(Encoder, ACopyIsTheReportWithItsMarksAndItsSourceAsParties) {
  Event event = order(EventType::trade);
  event.orig_clordid = name("order-0");
  event.trader = 7;
  event.trader_qualifier = 24;
  event.last_price = {6'500'000};
  event.last_qty = {20'000};
  const std::string own = body(event);
  const std::string copy =
      checked(encoder_.encode_copy(event, {"RISK", 9, "CLIENT7", "ALPHA"}, 42, kSent, out_));
  const std::string party = "448=7|447=P|452=12|2376=24|";
  const std::string parties = "453=1|" + party;
  const std::size_t at = own.find(parties);
  ASSERT_NE(at, std::string::npos) << own;
  EXPECT_EQ(copy, "1180=RISK|1181=9|797=Y|" + own.substr(0, at) + "453=3|" + party +
                      "448=CLIENT7|447=D|452=55|448=ALPHA|447=D|452=1|" +
                      own.substr(at + parties.size()));
}

TEST_F(Encoder, ACopyOfARefusedCancelHasPartiesThatTheOriginalHasNot) {
  Event event = order(EventType::cancel_rejected);
  event.clordid = name("cancel-1");
  event.orig_clordid = name("order-1");
  event.reject = RejectCode::unknown_order;
  event.trader = 7;
  const std::string own = body(event);
  EXPECT_EQ(own.find("453="), std::string::npos);
  const std::string head = "37=8796093022213|11=cancel-1|41=order-1|";
  ASSERT_EQ(own.substr(0, head.size()), head);
  EXPECT_EQ(checked(encoder_.encode_copy(event, {"RISK", 9, "CLIENT7", "ALPHA"}, 42, kSent, out_)),
            "1180=RISK|1181=9|797=Y|" + head +
                "453=3|448=7|447=P|452=12|448=CLIENT7|447=D|452=55|448=ALPHA|447=D|452=1|" +
                own.substr(head.size()));
}

TEST_F(Encoder, ACopyOfWhatNoClientHearsOrWithATooLongNameIsNone) {
  const std::string longest(kMaxCopyNameBytes, 'N');
  const std::string longer(kMaxCopyNameBytes + 1, 'N');
  const Event event = order(EventType::trade);
  const auto copy = [&](const ReportEncoder::CopyMarks& marks) {
    return encoder_.encode_copy(event, marks, 1, kSent, out_);
  };
  EXPECT_FALSE(copy({longest, ~0ULL, longest, longest}).empty());
  EXPECT_TRUE(copy({longer, 1, "C", "F"}).empty());
  EXPECT_TRUE(copy({"G", 1, longer, "F"}).empty());
  EXPECT_TRUE(copy({"G", 1, "C", longer}).empty());
  EXPECT_TRUE(
      encoder_.encode_copy(order(EventType::none), {"G", 1, "C", "F"}, 1, kSent, out_).empty());
}

TEST_F(Encoder, RefusesASmallBufferAndAnEventThatIsNone) {
  std::array<char, kMaxOutgoingBytes - 1> small;
  EXPECT_TRUE(encoder_.encode_event(order(EventType::trade), 1, kSent, small).empty());
  EXPECT_TRUE(encoder_.encode_business_reject({1, "D", "", 0, ""}, 1, kSent, small).empty());
  EXPECT_TRUE(encoder_.encode_event(order(EventType::none), 1, kSent, out_).empty());
}

TEST_F(Encoder, WritesTheTimestampDigitsAskedFor) {
  for (const auto& [digits, text] : {std::pair{3, "|52=20260102-03:04:05.678|"},
                                     std::pair{9, "|52=20260102-03:04:05.678901234|"}}) {
    const ReportEncoder encoder({"FIX.4.4", "SLUICE", "CLIENT1"}, &instruments_, &accounts_,
                                digits);
    const std::string_view bytes =
        encoder.encode_event(order(EventType::order_accepted), 1, kSent, out_);
    EXPECT_NE(bars(bytes).find(text), std::string::npos);
    EXPECT_EQ(quickfix_fault(bytes), "");
  }
}

TEST_F(Encoder, RefusesBadNamesAndDigitsAtStart) {
  const auto make = [&](const SessionNames& names, int digits) {
    return ReportEncoder(names, &instruments_, &accounts_, digits);
  };
  EXPECT_THROW(make({"", "S", "T"}, 3), std::invalid_argument);
  EXPECT_THROW(make({"FIX.4.4", "", "T"}, 3), std::invalid_argument);
  EXPECT_THROW(make({"FIX.4.4", "S", "a\x01"}, 3), std::invalid_argument);
  EXPECT_THROW(make({"FIX.4.4", std::string(kMaxCompIdBytes + 1, 'S'), "T"}, 3),
               std::invalid_argument);
  EXPECT_NO_THROW(make({"FIX.4.4", std::string(kMaxCompIdBytes, 'S'), "T"}, 3));
  for (const int digits : {0, 1, 4, 10, -3}) {
    EXPECT_THROW(make({"FIX.4.4", "S", "T"}, digits), std::invalid_argument);
  }
}

TEST(Synthetic, AnotherEndSeqNoChangesNothingElseOfTheRequest) {
  const std::string request = testing::from_client("2", "7=1|16=0|", "43=N|90=3|91=a\x01z|");
  const std::string bytes = with_end_seq_no(request, 250);
  EXPECT_EQ(bytes, testing::from_client("2", "7=1|16=250|", "43=N|90=3|91=a\x01z|"));
  EXPECT_EQ(with_end_seq_no(bytes, 250), bytes);
  EXPECT_EQ(next_frame(bytes, 8'192).kind, Frame::Kind::message);
}

TEST(Synthetic, ResendRequestReadsAsIfTheClientHadSentIt) {
  const std::string bytes =
      make_resend_request({"FIX.4.4", "CLIENT1", "SLUICE"}, 4'294'967'295U, 100, 0, kSent);
  EXPECT_EQ(next_frame(bytes, 8'192).kind, Frame::Kind::message);
  EXPECT_EQ(quickfix_fault(bytes), "");
  EXPECT_EQ(bars(bytes).substr(15),
            "35=2|34=4294967295|49=CLIENT1|52=20260102-03:04:05.678901|56=SLUICE|7=100|16=0|" +
                bars(bytes).substr(bytes.size() - 7));
}

}  // namespace
}  // namespace sluice::gateway
