#include "gateway/codec/framing/field_scanner.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using testing::bars;
using testing::soh;
using Step = FieldScanner::Step;

/// "tag=value" of each field, then "end" or "garbled@offset".
std::vector<std::string> scan(std::string_view bytes) {
  FieldScanner scanner(bytes);
  FieldView field{};
  std::vector<std::string> seen;
  while (true) {
    switch (scanner.next(field)) {
      case Step::field:
        seen.push_back(std::to_string(field.tag) + "=" + bars(field.value));
        break;
      case Step::end:
        seen.emplace_back("end");
        return seen;
      case Step::garbled:
        seen.push_back("garbled@" + std::to_string(scanner.position()));
        return seen;
    }
  }
}

using Seen = std::vector<std::string>;

TEST(FieldScanner, WalksFieldsInOrder) {
  EXPECT_EQ(scan(soh("35=D|11=a=b|58=|")), (Seen{"35=D", "11=a=b", "58=", "end"}));
  EXPECT_EQ(scan(""), Seen{"end"});
}

TEST(FieldScanner, RefusesWhatIsNoTag) {
  for (const char* bad : {"=x|", "a=x|", "-1=x|", "+1=x|", "01=x|", "0=x|", "1 =x|", "35|", "|",
                          "35", "35=", "35=D", " 35=D|", "3.5=x|"}) {
    EXPECT_EQ(scan(soh(bad)), Seen{"garbled@0"}) << bad;
  }
}

TEST(FieldScanner, TakesNineTagDigitsAndNoTenth) {
  EXPECT_EQ(scan(soh("999999999=x|")), (Seen{"999999999=x", "end"}));
  EXPECT_EQ(scan(soh("1000000000=x|")), Seen{"garbled@0"});
  // 35 + 2^32: a 32-bit tag that wraps would make a MsgType of it.
  EXPECT_EQ(scan(soh("4294967331=x|")), Seen{"garbled@0"});
}

TEST(FieldScanner, DataMayHoldSeparatorsForEachPair) {
  for (const LengthDataPair& pair : kLengthDataPairs) {
    const std::string length = std::to_string(pair.length_tag);
    const std::string data = std::to_string(pair.data_tag);
    EXPECT_EQ(scan(soh(length + "=5|" + data + "=a|b=c|58=x|")),
              (Seen{length + "=5", data + "=a|b=c", "58=x", "end"}));
    EXPECT_EQ(scan(soh(data + "=abc|")), Seen{"garbled@0"}) << "data without its length";
  }
}

TEST(FieldScanner, DataLengthMustBeADirectlyPrecedingNumberThatLeadsToTheEndOfTheField) {
  EXPECT_EQ(scan(soh("95=0|96=|")), (Seen{"95=0", "96=", "end"}));
  EXPECT_EQ(scan(soh("95=3|96=abc|")), (Seen{"95=3", "96=abc", "end"}));
  for (const char* bad : {"95=2|96=abc|", "95=4|96=abc|", "95=5|96=abc|", "95=999999999|96=abc|",
                          "95=3|58=x|96=abc|", "95=3|", "95=3|58=abc|"}) {
    EXPECT_EQ(scan(soh(bad)), (Seen{std::string(bad).substr(0, std::string(bad).find('|')),
                                    "garbled@" + std::to_string(std::string(bad).find('|') + 1)}))
        << bad;
  }
  for (const char* bad : {"95=-3|96=abc|", "95=|96=abc|", "95=3x|96=abc|", "95=+3|96=abc|",
                          "95=0000000003|96=abc|", "95=4294967299|96=abc|"}) {
    EXPECT_EQ(scan(soh(bad)), Seen{"garbled@0"}) << bad;
  }
}

}  // namespace
}  // namespace sluice::gateway
