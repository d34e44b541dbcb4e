// The group NoPartyIDs(453) on D and G.
#include "tests/gateway/codec/decoder_fixture.hpp"

namespace sluice::gateway {
namespace {

using testing::Body;
using testing::ok;
using testing::session_reject;

class Parties : public testing::DecoderTest {
 protected:
  DecodeOutcome decode_group(const std::string& group, const std::string& type = "D") {
    const Body& body = type == "D" ? order_ : replace_;
    return decode_raw(testing::from_client(type, group + body.text()));
  }
};

TEST_F(Parties, AreStoredByRole) {
  for (const char* type : {"D", "G"}) {
    ASSERT_EQ(decode_group("453=3|448=18446744073709551615|447=P|452=122|2376=22|"
                           "448=101|447=P|452=3|2376=23|448=102|452=12|447=P|",
                           type),
              ok());
    EXPECT_EQ(command_.decision_maker, 18'446'744'073'709'551'615ULL);
    EXPECT_EQ(command_.decision_maker_qualifier, 22);
    EXPECT_EQ(command_.client, 101U);
    EXPECT_EQ(command_.client_qualifier, 23);
    EXPECT_EQ(command_.trader, 102U);
    EXPECT_EQ(command_.trader_qualifier, 0);
  }
}

TEST_F(Parties, MayBeNoneOrLast) {
  EXPECT_EQ(decode_group("453=0|"), ok());
  EXPECT_EQ(decode("D", order_.with(453, "1").with(448, "5").with(447, "P").with(452, "3")), ok());
  EXPECT_EQ(command_.client, 5U);
}

TEST_F(Parties, AreNotPartOfACancel) {
  EXPECT_EQ(decode_raw(testing::from_client("F", "453=1|448=1|447=P|452=3|" + cancel_.text())),
            session_reject(2, 453));
}

TEST_F(Parties, OutsideTheirGroupAreMisplacedAlsoWhereUnknownFieldsAreIgnored) {
  context_.allow_unknown = true;
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|1=MAIN|2376=22|"), session_reject(2, 2376));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|99=1|452=3|"), session_reject(1, 452));
  EXPECT_EQ(decode_raw(testing::from_client("F", "453=1|448=1|447=P|452=3|" + cancel_.text())),
            ok());
}

TEST_F(Parties, CountMustBeRight) {
  EXPECT_EQ(decode_group("453=2|448=1|447=P|452=3|"), session_reject(16, 453));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|448=2|447=P|452=12|"), session_reject(16, 453));
  EXPECT_EQ(decode_group("453=0|448=1|447=P|452=3|"), session_reject(16, 453));
  EXPECT_EQ(decode_group("453=4|448=1|447=P|452=3|"), session_reject(5, 453));
  EXPECT_EQ(decode_group("453=x|"), session_reject(6, 453));
  EXPECT_EQ(decode_group("453=-1|"), session_reject(6, 453));
  EXPECT_EQ(decode_group("453=4294967297|448=1|447=P|452=3|"), session_reject(6, 453));
}

TEST_F(Parties, EntriesBeginWithPartyIdAndHoldEachFieldOnce) {
  EXPECT_EQ(decode_group("453=1|447=P|448=1|452=3|"), session_reject(16, 453));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|447=P|452=3|"), session_reject(16, 453));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|"), session_reject(1, 452));
  EXPECT_EQ(decode_group("453=1|448=1|452=3|"), session_reject(1, 447));
  EXPECT_EQ(decode_group("453=2|448=1|447=P|448=2|447=P|452=3|"), session_reject(1, 452));
  EXPECT_EQ(decode_group("448=1|447=P|452=3|"), session_reject(2, 448));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|1=MAIN|2376=22|"), session_reject(2, 2376));
}

TEST_F(Parties, ValuesAreChecked) {
  for (const char* bad : {"0", "01", "-1", "x", "18446744073709551616", "1 ", "1.0"}) {
    EXPECT_EQ(decode_group(std::string("453=1|448=") + bad + "|447=P|452=3|"),
              session_reject(5, 448))
        << bad;
  }
  for (const char* bad : {"B", "D", "PP"}) {
    EXPECT_EQ(decode_group(std::string("453=1|448=1|447=") + bad + "|452=3|"),
              session_reject(5, 447))
        << bad;
  }
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=1|"), session_reject(5, 452));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=x|"), session_reject(6, 452));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=4294967299|"), session_reject(6, 452));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|2376=21|"), session_reject(5, 2376));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|2376=25|"), session_reject(5, 2376));
  EXPECT_EQ(decode_group("453=1|448=1|447=P|452=3|2376=x|"), session_reject(6, 2376));
  EXPECT_EQ(decode_group("453=1|448=|447=P|452=3|"), session_reject(4, 448));
}

TEST_F(Parties, ARoleIsGivenOnce) {
  EXPECT_EQ(decode_group("453=2|448=1|447=P|452=3|448=2|447=P|452=3|"), session_reject(5, 452));
}

}  // namespace
}  // namespace sluice::gateway
