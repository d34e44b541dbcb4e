#include "engine/journal/crc32c.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {
namespace {

using Bytes = std::vector<unsigned char>;

// RFC 3720, appendix B.4, and the check value of the CRC catalogues.
TEST(Crc32c, IsThatOfThePublishedExamples) {
  Bytes ascending(32);
  std::iota(ascending.begin(), ascending.end(), static_cast<unsigned char>(0));
  const Bytes descending(ascending.rbegin(), ascending.rend());
  const Bytes zeros(32, 0x00);
  const Bytes ones(32, 0xFF);
  for (const auto crc : {&crc32c, &crc32c_by_table}) {
    EXPECT_EQ(crc(zeros.data(), zeros.size(), 0), 0x8A91'36AAU);
    EXPECT_EQ(crc(ones.data(), ones.size(), 0), 0x62A8'AB43U);
    EXPECT_EQ(crc(ascending.data(), ascending.size(), 0), 0x46DD'794EU);
    EXPECT_EQ(crc(descending.data(), descending.size(), 0), 0x113F'DB5CU);
    EXPECT_EQ(crc("123456789", 9, 0), 0xE306'9283U);
    EXPECT_EQ(crc("", 0, 0), 0U);
  }
}

TEST(Crc32c, InstructionAndTableAgreeOnEverySizeAndAlignment) {
  std::mt19937 random(17);
  Bytes bytes(4'200);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
  for (std::size_t size = 0; size + 8 <= bytes.size(); size += size < 700 ? 1 : 61) {
    const std::size_t from = size % 8;
    const auto before = static_cast<std::uint32_t>(random());
    ASSERT_EQ(crc32c(bytes.data() + from, size, before),
              crc32c_by_table(bytes.data() + from, size, before))
        << size;
  }
}

TEST(Crc32c, GoesOnWhereAnEarlierPartEnded) {
  const std::string_view text =
      "The journal is the only truth; everything else is derived from it.";
  const std::uint32_t whole = crc32c(text.data(), text.size());
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.data() + cut, text.size() - cut, crc32c(text.data(), cut)), whole);
  }
}

}  // namespace
}  // namespace sluice
