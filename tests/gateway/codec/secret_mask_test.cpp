#include "gateway/codec/framing/secret_mask.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using testing::soh;

TEST(SecretMask, HidesPasswordsSignaturesAndRawData) {
  EXPECT_EQ(mask_secrets(soh("8=FIX.4.4|9=1|35=A|95=7|96=pass|yz|553=me|554=secret|925=new|"
                             "90=3|91=a|b|93=2|89=x||10=1|")),
            "8=FIX.4.4|9=1|35=A|95=7|96=***|553=me|554=***|925=***|90=3|91=***|93=2|89=***|10=1|");
}

TEST(SecretMask, ShowsControlBytesAndOthersEscaped) {
  EXPECT_EQ(mask_secrets(soh("58=a\tb\n\x7F\xC3\\ ~|")), "58=a\\x09b\\x0A\\x7F\\xC3\\\\ ~|");
}

TEST(SecretMask, ShowsNothingBehindAGarbledField) {
  EXPECT_EQ(mask_secrets(soh("35=A|58|554=secret|")), "35=A|<garbled, 14 bytes>");
  EXPECT_EQ(mask_secrets(soh("35=A|95=99|96=secret|554=secret|")),
            "35=A|95=99|<garbled, 21 bytes>");
  EXPECT_EQ(mask_secrets(soh("0554=secret|")), "<garbled, 12 bytes>");
  EXPECT_EQ(mask_secrets(soh("35=A|554=secr")), "35=A|<garbled, 8 bytes>");
  EXPECT_EQ(mask_secrets(""), "");
}

}  // namespace
}  // namespace sluice::gateway
