// NewOrderSingle(D): each field's good and bad values.
#include "tests/gateway/codec/decoder_fixture.hpp"

namespace sluice::gateway {
namespace {

using testing::business_reject;
using testing::ok;
using testing::session_reject;

class NewOrder : public testing::DecoderTest {};

TEST_F(NewOrder, FillsEveryFieldOfTheCommand) {
  ASSERT_EQ(
      decode("D", order_.with(1, "HEDGE").with(18, "6").with(528, "P").with(529, "1 5 A"), "97=Y|"),
      ok());
  EXPECT_EQ(command_.type, CommandType::new_order);
  EXPECT_EQ(command_.session, SessionId{9});
  EXPECT_EQ(command_.msg_seq_num, 7U);
  EXPECT_EQ(command_.instrument, InstrumentId{1});
  EXPECT_EQ(command_.order_id, OrderId{});
  EXPECT_EQ(command_.price, Price{6'500'001});
  EXPECT_EQ(command_.qty, Qty{50'000});
  EXPECT_EQ(command_.side, Side::buy);
  EXPECT_EQ(command_.ord_type, OrdType::limit);
  EXPECT_EQ(command_.tif, TimeInForce::good_till_cancel);
  EXPECT_EQ(command_.flags, kPossResend);
  EXPECT_EQ(command_.order_capacity, 'P');
  EXPECT_EQ(command_.order_restrictions, 1U << 0U | 1U << 4U | 1U << 9U);
  EXPECT_EQ(command_.account, AccountId{4});
  EXPECT_EQ(command_.exec_inst, ExecInst::post_only);
  EXPECT_EQ(command_.defect, RejectCode::none);
  EXPECT_EQ(command_.clordid.view(), "order-1");
  EXPECT_TRUE(command_.orig_clordid.empty());
  EXPECT_EQ(command_.seq.value, 0U);
  EXPECT_EQ(command_.time.value, 0);
}

TEST_F(NewOrder, LeavesNothingOfTheCommandBefore) {
  ASSERT_EQ(decode("D", order_.with(18, "6").with(1, "HEDGE"), "97=Y|"), ok());
  ASSERT_EQ(decode("D", order_.without(59), "97=N|"), ok());
  EXPECT_EQ(command_.exec_inst, ExecInst::none);
  EXPECT_EQ(command_.flags, 0);
  EXPECT_EQ(command_.account, AccountId{3}) << "the session's default";
  EXPECT_EQ(command_.tif, TimeInForce::day) << "absent means Day";
}

TEST_F(NewOrder, RequiresItsFields) {
  for (const int tag : {11, 55, 54, 60, 38, 40}) {
    EXPECT_EQ(decode("D", order_.without(tag)), session_reject(1, tag));
  }
}

TEST_F(NewOrder, RefusesEmptyFields) {
  for (const int tag : {11, 55, 54, 60, 38, 40, 44, 59, 1, 18, 528, 529}) {
    EXPECT_EQ(decode("D", order_.with(tag, "")), session_reject(4, tag));
  }
}

TEST_F(NewOrder, RefusesRepeatedFields) {
  for (const int tag : {11, 55, 54, 60, 38, 40, 44, 59}) {
    EXPECT_EQ(decode("D", order_.twice(tag, "1")), session_reject(13, tag));
  }
  EXPECT_EQ(decode("D", order_, "49=CLIENT2|"), session_reject(13, 49));
}

TEST_F(NewOrder, RefusesFieldsThatOtherMessagesHave) {
  for (const int tag : {41, 37, 150, 112, 434, 553, 25016, 448, 447, 452, 2376}) {
    EXPECT_EQ(decode("D", order_.with(tag, "1")), session_reject(2, tag));
  }
}

TEST_F(NewOrder, RefusesFieldsThatNothingActsOn) {
  for (const int tag : {99, 111, 1138, 62, 126, 77, 2362, 2964, 110, 9999, 25000, 999'999'999}) {
    EXPECT_EQ(decode("D", order_.with(tag, "1")), session_reject(0, tag));
  }
}

TEST_F(NewOrder, IgnoresUserDefinedFieldsOnlyWhereTheSessionAsksForIt) {
  context_.check_user_defined = false;
  EXPECT_EQ(decode("D", order_.with(5000, "x").with(7777, "1")), ok());
  EXPECT_EQ(decode("D", order_.with(4999, "x")), session_reject(0, 4999));
  EXPECT_EQ(decode("D", order_.with(5000, "")), session_reject(4, 5000));
  // One of ours, whose type QuickFIX checks all the same.
  EXPECT_EQ(decode("D", order_.with(25016, "t")), session_reject(2, 25016));
}

TEST_F(NewOrder, IgnoresOtherUnknownFieldsOnlyWhereTheSessionAsksForIt) {
  context_.allow_unknown = true;
  EXPECT_EQ(decode("D", order_.with(99, "1").with(4999, "x").with(58, "hello").with(41, "a")),
            ok());
  EXPECT_EQ(command_.orig_clordid, ClOrdId{});
  EXPECT_EQ(decode("D", order_.with(5000, "x")), session_reject(0, 5000));
  EXPECT_EQ(decode("D", order_.with(99, "")), session_reject(4, 99));
  EXPECT_EQ(decode("D", order_.without(11).with(99, "1")), session_reject(1, 11));
  EXPECT_EQ(decode("D", order_.twice(38, "2")), session_reject(13, 38));
  // In the header and behind the trailer it is where no field of the body may stand.
  EXPECT_EQ(decode("D", order_, "99=1|97=N|"), session_reject(14, 97));
  EXPECT_EQ(decode("D", order_.with(93, "1").with(89, "x").with(99, "1")), session_reject(14, 99));
}

TEST_F(NewOrder, RefusesHeaderFieldsInTheBodyUnlessTheSessionAllowsThem) {
  EXPECT_EQ(decode("D", order_.with(97, "Y")), session_reject(14, 97));
  context_.check_order = false;
  EXPECT_EQ(decode("D", order_.with(97, "Y")), ok());
  EXPECT_EQ(command_.flags, kPossResend);
}

TEST_F(NewOrder, TakesAnyHeaderAndTrailerOfFix44) {
  EXPECT_EQ(decode("D", order_.with(93, "3").with(89, "a|b"),
                   "43=Y|122=20260102-03:04:05|50=x|57=y|116=z|212=3|213=a|b|627=2|628=h|629="
                   "20260102-03:04:05|628=i|"),
            ok());
}

TEST_F(NewOrder, RefusesHeaderFieldsThatNameAThirdPartyOrHideSomething) {
  EXPECT_EQ(decode("D", order_, "115=x|"), session_reject(9, 115));
  EXPECT_EQ(decode("D", order_, "128=x|"), session_reject(9, 128));
  EXPECT_EQ(decode("D", order_, "90=3|91=a|b|"), session_reject(7, 90));
  EXPECT_EQ(decode("F", cancel_, "115=x|"), session_reject(9, 115));
  EXPECT_EQ(decode("G", replace_, "128=x|"), session_reject(9, 128));
}

TEST_F(NewOrder, SentAgainSaysWhenItWasSentFirst) {
  EXPECT_EQ(decode("D", order_, "43=N|"), ok());
  EXPECT_EQ(decode("D", order_, "43=Y|"), session_reject(1, 122));
  EXPECT_EQ(decode("D", order_, "43=X|122=20260102-03:04:05|"), session_reject(5, 43));
  EXPECT_EQ(decode("D", order_, "43=Y|122=yesterday|"), session_reject(6, 122));
  EXPECT_EQ(decode("D", order_, "43=Y|122=20991231-23:59:59|"), session_reject(10, 122));
  EXPECT_EQ(decode("F", cancel_, "43=Y|"), session_reject(1, 122));
}

TEST_F(NewOrder, ClOrdIdIsUpTo36CharactersWithoutSpaces) {
  const std::string longest = "123456789012345678901234567890123456";
  ASSERT_EQ(decode("D", order_.with(11, longest)), ok());
  EXPECT_EQ(command_.clordid.view(), longest);
  EXPECT_EQ(decode("D", order_.with(11, "!~")), ok());
  for (const std::string& bad :
       {longest + "7", std::string("a b"), std::string("a\tb"), std::string("\x7F"),
        std::string("\xC3\xA4"), std::string("a\0b", 3)}) {
    EXPECT_EQ(decode("D", order_.with(11, bad)), session_reject(5, 11)) << bad;
  }
}

TEST_F(NewOrder, SideIsBuyOrSell) {
  ASSERT_EQ(decode("D", order_.with(54, "2")), ok());
  EXPECT_EQ(command_.side, Side::sell);
  for (const char* bad : {"0", "3", "5", "B"}) {
    EXPECT_EQ(decode("D", order_.with(54, bad)), session_reject(5, 54)) << bad;
  }
  EXPECT_EQ(decode("D", order_.with(54, "12")), session_reject(6, 54));
}

TEST_F(NewOrder, TransactTimeIsAMoment) {
  EXPECT_EQ(decode("D", order_.with(60, "20260102-03:04:05")), ok());
  EXPECT_EQ(decode("D", order_.with(60, "20260230-03:04:05")), session_reject(6, 60));
  EXPECT_EQ(decode("D", order_.with(60, "now")), session_reject(6, 60));
}

TEST_F(NewOrder, HandlInstIsAutomatedOrNothing) {
  EXPECT_EQ(decode("D", order_.with(21, "1")), ok());
  EXPECT_EQ(decode("G", replace_.with(21, "1")), ok());
  for (const char* bad : {"2", "3", "0", "A"}) {
    EXPECT_EQ(decode("D", order_.with(21, bad)), session_reject(5, 21)) << bad;
    EXPECT_EQ(decode("G", replace_.with(21, bad)), session_reject(5, 21)) << bad;
  }
  EXPECT_EQ(decode("D", order_.with(21, "11")), session_reject(6, 21));
  EXPECT_EQ(decode("F", cancel_.with(21, "1")), session_reject(2, 21));
}

TEST_F(NewOrder, OrdTypeIsMarketOrLimit) {
  ASSERT_EQ(decode("D", order_.with(40, "1").without(44)), ok());
  EXPECT_EQ(command_.ord_type, OrdType::market);
  EXPECT_EQ(command_.price, Price{0});
  EXPECT_EQ(command_.defect, RejectCode::none);
  for (const char* bad : {"3", "4", "K", "P"}) {
    EXPECT_EQ(decode("D", order_.with(40, bad)), session_reject(5, 40)) << bad;
  }
}

TEST_F(NewOrder, LimitNeedsAPrice) {
  EXPECT_EQ(decode("D", order_.without(44)), business_reject(5, 44));
  EXPECT_EQ(decode("D", order_.without(44).with(55, "DOGE")), business_reject(5, 44));
}

TEST_F(NewOrder, MarketWithAPriceIsADefect) {
  ASSERT_EQ(decode("D", order_.with(40, "1")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unsupported_terms);
}

TEST_F(NewOrder, TimeInForceIsOneOfFour) {
  for (const char good : {'0', '1', '3', '4'}) {
    ASSERT_EQ(decode("D", order_.with(59, std::string(1, good))), ok());
    EXPECT_EQ(static_cast<char>(command_.tif), good);
  }
  for (const char* bad : {"2", "5", "6", "7", "A"}) {
    EXPECT_EQ(decode("D", order_.with(59, bad)), session_reject(5, 59)) << bad;
  }
}

TEST_F(NewOrder, ExecInstIsPostOnly) {
  for (const char* bad : {"E", "G", "6 E", "6 6", "66", "6 ", " 6"}) {
    EXPECT_EQ(decode("D", order_.with(18, bad)), session_reject(5, 18)) << bad;
  }
}

TEST_F(NewOrder, CapacityAndRestrictionsAreStored) {
  for (const char good : {'A', 'G', 'I', 'P', 'R', 'W'}) {
    ASSERT_EQ(decode("D", order_.with(528, std::string(1, good))), ok());
    EXPECT_EQ(command_.order_capacity, good);
  }
  EXPECT_EQ(decode("D", order_.with(528, "X")), session_reject(5, 528));
  ASSERT_EQ(decode("D", order_.with(529, "9 2")), ok());
  EXPECT_EQ(command_.order_restrictions, 1U << 1U | 1U << 8U);
  for (const char* bad : {"0", "B", "12", "1  2", "1 1", "1 "}) {
    EXPECT_EQ(decode("D", order_.with(529, bad)), session_reject(5, 529)) << bad;
  }
}

TEST_F(NewOrder, UnknownSymbolIsADefectThatKeepsItsText) {
  ASSERT_EQ(decode("D", order_.with(55, "DOGE-USDT").with(44, "0.123456789")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_instrument);
  EXPECT_EQ(command_.instrument, InstrumentId{0});
  EXPECT_EQ(command_.orig_clordid.view(), "DOGE-USDT");
  EXPECT_EQ(command_.price, Price{0});
  EXPECT_EQ(command_.qty, Qty{0});
  EXPECT_EQ(decode("D", order_.with(55, std::string(36, 'x'))), ok());
  EXPECT_EQ(decode("D", order_.with(55, std::string(37, 'x'))), session_reject(5, 55));
  EXPECT_EQ(decode("D", order_.with(55, "BTC\x02")), session_reject(5, 55));
  EXPECT_EQ(decode("D", order_.with(55, "DOGE").with(38, "x")), session_reject(6, 38));
  EXPECT_EQ(decode("D", order_.with(55, "DOGE").with(44, "x")), session_reject(6, 44));
}

TEST_F(NewOrder, UnknownAccountIsADefectThatKeepsItsText) {
  ASSERT_EQ(decode("D", order_.with(1, "OTHER")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_account);
  EXPECT_EQ(command_.account, AccountId{0});
  EXPECT_EQ(command_.orig_clordid.view(), "OTHER");
  EXPECT_EQ(decode("D", order_.with(1, std::string(37, 'x'))), session_reject(5, 1));
}

TEST_F(NewOrder, TheFirstDefectStands) {
  ASSERT_EQ(decode("D", order_.with(55, "DOGE").with(1, "OTHER")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_instrument);
  EXPECT_EQ(command_.orig_clordid.view(), "DOGE");
  ASSERT_EQ(decode("D", order_.with(1, "OTHER").with(44, "1.001").with(38, "0")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_account);
  ASSERT_EQ(decode("D", order_.with(44, "1.001").with(38, "-1")), ok());
  EXPECT_EQ(command_.defect, RejectCode::price_off_tick);
}

struct Number {
  int tag;
  const char* text;
  RejectCode defect;
  std::int64_t mantissa;
  int exponent;
};

TEST_F(NewOrder, PriceAndQuantityAreExactOrADefectWithTheWiresNumber) {
  for (const Number& number : {
           Number{44, "65000.010", RejectCode::none, 0, 0},
           Number{44, "00065000", RejectCode::none, 0, 0},
           Number{44, "0", RejectCode::none, 0, 0},
           Number{44, "65000.015", RejectCode::price_off_tick, 65'000'015, -3},
           Number{44, "-1", RejectCode::price_out_of_range, -1, 0},
           Number{44, "43980465111.03", RejectCode::none, 0, 0},
           Number{44, "43980465111.04", RejectCode::price_out_of_range, 4'398'046'511'104, -2},
           Number{44, "1000000000000000000000", RejectCode::price_out_of_range, 1, 21},
           Number{38, "0.00001", RejectCode::none, 0, 0},
           Number{38, "0.000001", RejectCode::qty_off_lot, 1, -6},
           Number{38, "0", RejectCode::qty_out_of_range, 0, 0},
           Number{38, "-0.00", RejectCode::qty_out_of_range, 0, 0},
           Number{38, "-0.5", RejectCode::qty_out_of_range, -5, -1},
           Number{38, "99999999999999", RejectCode::qty_out_of_range, 99'999'999'999'999, 0},
       }) {
    ASSERT_EQ(decode("D", order_.with(number.tag, number.text)), ok()) << number.text;
    EXPECT_EQ(command_.defect, number.defect) << number.text;
    EXPECT_EQ(command_.asked_mantissa, number.mantissa) << number.text;
    EXPECT_EQ(command_.asked_exponent, number.exponent) << number.text;
  }
}

TEST_F(NewOrder, NumbersThatAreNoneAreASessionMatter) {
  for (const int tag : {38, 44}) {
    for (const char* bad : {"x", "+1", "1e5", "1,5", "1 ", "0x1", "1.2.3", "-"}) {
      EXPECT_EQ(decode("D", order_.with(tag, bad)), session_reject(6, tag)) << bad;
    }
    EXPECT_EQ(decode("D", order_.with(tag, "1.000000000000000001")), session_reject(5, tag));
    EXPECT_EQ(decode("D", order_.with(tag, std::string(65, '0'))), session_reject(5, tag));
  }
}

TEST_F(NewOrder, AQuantityDefectDoesNotHideTheGoodPrice) {
  ASSERT_EQ(decode("D", order_.with(38, "0.000001")), ok());
  EXPECT_EQ(command_.price, Price{6'500'001});
  EXPECT_EQ(command_.qty, Qty{-1}) << "could not be held";
}

TEST_F(NewOrder, ANumberThatCannotBeHeldIsNoZero) {
  ASSERT_EQ(decode("D", order_.with(1, "OTHER").with(44, "65000.015").with(38, "-5")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_account);
  EXPECT_EQ(command_.price, Price{-1});
  EXPECT_EQ(command_.qty, Qty{-1});
  ASSERT_EQ(decode("D", order_.with(44, "0").with(38, "0")), ok());
  EXPECT_EQ(command_.price, Price{0});
  EXPECT_EQ(command_.qty, Qty{0});
}

TEST_F(NewOrder, UnitsOtherThanPowersOfTenConvert) {
  ASSERT_EQ(decode("D", order_.with(55, "ETH-USDT-PERP").with(44, "2500.5").with(38, "3")), ok());
  EXPECT_EQ(command_.price, Price{5'001});
  EXPECT_EQ(command_.qty, Qty{3});
  ASSERT_EQ(decode("D", order_.with(55, "ETH-USDT-PERP").with(44, "2500.25").with(38, "3")), ok());
  EXPECT_EQ(command_.defect, RejectCode::price_off_tick);
}

TEST_F(NewOrder, SequenceNumberMustFitAFixInt) {
  const auto numbered = [&](const std::string& number) {
    return testing::message("35=D|34=" + number + "|49=CLIENT1|52=20260102-03:04:05|56=SLUICE|" +
                            order_.text());
  };
  EXPECT_EQ(decode_raw(numbered("2147483647")), ok());
  EXPECT_EQ(command_.msg_seq_num, 2'147'483'647U);
  for (const char* bad : {"2147483648", "4294967303", "18446744073709551623", "-7", "x"}) {
    EXPECT_EQ(decode_raw(numbered(bad)), session_reject(6, 34)) << bad;
  }
}

TEST_F(NewOrder, PossResendIsABoolean) {
  EXPECT_EQ(decode("D", order_, "97=X|"), session_reject(5, 97));
  EXPECT_EQ(decode("D", order_, "97=YY|"), session_reject(6, 97));
}

TEST_F(NewOrder, OtherMessageTypesAreNotDecoded) {
  for (const char* type : {"8", "A", "0", "E", "DD", "x"}) {
    EXPECT_EQ(decode(type, order_), session_reject(11, 35)) << type;
  }
}

}  // namespace
}  // namespace sluice::gateway
