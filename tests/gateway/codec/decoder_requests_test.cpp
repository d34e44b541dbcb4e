// OrderCancelRequest(F) and OrderCancelReplaceRequest(G).
#include "tests/gateway/codec/decoder_fixture.hpp"

namespace sluice::gateway {
namespace {

using testing::business_reject;
using testing::ok;
using testing::session_reject;

class Requests : public testing::DecoderTest {};

TEST_F(Requests, CancelNamesItsOrder) {
  ASSERT_EQ(decode("F", cancel_.with(37, "1234")), ok());
  EXPECT_EQ(command_.type, CommandType::cancel);
  EXPECT_EQ(command_.session, SessionId{9});
  EXPECT_EQ(command_.msg_seq_num, 7U);
  EXPECT_EQ(command_.instrument, InstrumentId{1});
  EXPECT_EQ(command_.side, Side::buy);
  EXPECT_EQ(command_.clordid.view(), "cancel-1");
  EXPECT_EQ(command_.orig_clordid.view(), "order-1");
  EXPECT_EQ(command_.order_id.value, 1'234U);
  EXPECT_EQ(command_.account, AccountId{0});
  EXPECT_EQ(command_.defect, RejectCode::none);
}

TEST_F(Requests, EitherReferenceIsEnoughAndOneIsNeeded) {
  ASSERT_EQ(decode("F", cancel_.without(41).with(37, "9223372036854775807")), ok());
  EXPECT_EQ(command_.order_id.value, 9'223'372'036'854'775'807U);
  EXPECT_TRUE(command_.orig_clordid.empty());
  EXPECT_EQ(decode("F", cancel_), ok());
  EXPECT_EQ(decode("F", cancel_.without(41)), business_reject(5, 41));
  EXPECT_EQ(decode("G", replace_.without(41)), business_reject(5, 41));
  EXPECT_EQ(decode("G", replace_.without(41).with(37, "5")), ok());
}

TEST_F(Requests, OrderIdIsTheNumberThatWeGave) {
  for (const char* bad : {"0", "01", "-1", "NONE", "9223372036854775808", "18446744073709551617"}) {
    EXPECT_EQ(decode("F", cancel_.with(37, bad)), session_reject(5, 37)) << bad;
  }
}

TEST_F(Requests, RequireTheirFields) {
  for (const int tag : {11, 55, 54, 60}) {
    EXPECT_EQ(decode("F", cancel_.without(tag)), session_reject(1, tag));
    EXPECT_EQ(decode("G", replace_.without(tag)), session_reject(1, tag));
  }
  for (const int tag : {38, 40}) {
    EXPECT_EQ(decode("G", replace_.without(tag)), session_reject(1, tag));
  }
  EXPECT_EQ(decode("G", replace_.without(44)), business_reject(5, 44));
}

TEST_F(Requests, CheckTheirNames) {
  const std::string too_long(37, 'x');
  for (const int tag : {11, 41}) {
    EXPECT_EQ(decode("F", cancel_.with(tag, too_long)), session_reject(5, tag));
    EXPECT_EQ(decode("G", replace_.with(tag, "a b")), session_reject(5, tag));
  }
}

TEST_F(Requests, RefuseFieldsThatTheyDoNotHave) {
  for (const int tag : {40, 44, 59, 18, 528, 529}) {
    EXPECT_EQ(decode("F", cancel_.with(tag, "1")), session_reject(2, tag));
  }
  for (const int tag : {528, 529, 150}) {
    EXPECT_EQ(decode("G", replace_.with(tag, "1")), session_reject(2, tag));
  }
}

TEST_F(Requests, QuantityNeverKeepsAnybodyFromCancelling) {
  for (const char* quantity :
       {"1", "0", "-5", "0.000000001", "1000000000000000000000000", "1.000000000000000000000001"}) {
    ASSERT_EQ(decode("F", cancel_.with(38, quantity)), ok()) << quantity;
    EXPECT_EQ(command_.defect, RejectCode::none) << quantity;
  }
  EXPECT_EQ(decode("F", cancel_.with(38, "x")), session_reject(6, 38));
}

TEST_F(Requests, NamesNeverKeepAnybodyFromCancelling) {
  for (const auto& [tag, name] : {std::pair{55, "DOGE"}, std::pair{1, "OTHER"}}) {
    for (const std::string& value : {std::string(name), std::string(100, 'x')}) {
      ASSERT_EQ(decode("F", cancel_.with(tag, value)), ok()) << tag;
      EXPECT_EQ(command_.defect, RejectCode::none) << tag;
      EXPECT_EQ(command_.orig_clordid.view(), "order-1");
    }
  }
  EXPECT_EQ(command_.account, AccountId{0});
  ASSERT_EQ(decode("F", cancel_.with(55, "DOGE")), ok());
  EXPECT_EQ(command_.instrument, InstrumentId{0});
}

TEST_F(Requests, UnknownNamesOfAReplaceAreDefectsAndLeaveTheReferenceAlone) {
  ASSERT_EQ(decode("G", replace_.with(55, "DOGE")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_instrument);
  EXPECT_EQ(command_.orig_clordid.view(), "order-1");
  ASSERT_EQ(decode("G", replace_.with(1, "OTHER")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unknown_account);
  EXPECT_EQ(command_.orig_clordid.view(), "order-1");
  ASSERT_EQ(decode("F", cancel_.with(1, "HEDGE")), ok());
  EXPECT_EQ(command_.account, AccountId{4});
}

TEST_F(Requests, ReplaceCarriesTheNewTerms) {
  ASSERT_EQ(decode("G", replace_.with(37, "1234").with(18, "6").with(59, "0").with(1, "MAIN")),
            ok());
  EXPECT_EQ(command_.type, CommandType::replace);
  EXPECT_EQ(command_.price, Price{6'500'002});
  EXPECT_EQ(command_.qty, Qty{60'000});
  EXPECT_EQ(command_.ord_type, OrdType::limit);
  EXPECT_EQ(command_.tif, TimeInForce::day);
  EXPECT_EQ(command_.exec_inst, ExecInst::post_only);
  EXPECT_EQ(command_.account, AccountId{3});
  EXPECT_EQ(command_.order_id.value, 1'234U);
  EXPECT_EQ(command_.orig_clordid.view(), "order-1");
}

TEST_F(Requests, ReplaceWithoutTimeInForceSaysSo) {
  ASSERT_EQ(decode("G", replace_), ok());
  EXPECT_EQ(command_.tif, TimeInForce::none);
}

TEST_F(Requests, ReplaceHasTheDefectsOfAnOrder) {
  ASSERT_EQ(decode("G", replace_.with(44, "65000.005")), ok());
  EXPECT_EQ(command_.defect, RejectCode::price_off_tick);
  EXPECT_EQ(command_.asked_mantissa, 65'000'005);
  EXPECT_EQ(command_.asked_exponent, -3);
  ASSERT_EQ(decode("G", replace_.with(38, "0")), ok());
  EXPECT_EQ(command_.defect, RejectCode::qty_out_of_range);
  ASSERT_EQ(decode("G", replace_.with(40, "1")), ok());
  EXPECT_EQ(command_.defect, RejectCode::unsupported_terms);
}

}  // namespace
}  // namespace sluice::gateway
