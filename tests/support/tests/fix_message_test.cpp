#include "tests/support/fix_message.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace sluice::testing {
namespace {

// Counted by hand: the body "35=0|34=2|49=A|52=20260502-02:36:20.000000|56=B|" has 48 bytes.
const std::string kHeartbeat =
    "8=FIX.4.4\x01"
    "9=48\x01"
    "35=0\x01"
    "34=2\x01"
    "49=A\x01"
    "52=20260502-02:36:20.000000\x01"
    "56=B\x01";

FixHeader heartbeat_header() {
  FixHeader header;
  header.sender = "A";
  header.target = "B";
  header.seq = 2;
  header.sending_time = "20260502-02:36:20.000000";
  return header;
}

TEST(FixMessage, EncodeWritesHeaderLengthAndChecksum) {
  const std::string bytes = encode(FixBody{"0"}, heartbeat_header());
  unsigned sum = 0;
  for (const char byte : kHeartbeat) sum += static_cast<unsigned char>(byte);
  std::string digits = std::to_string(sum % 256);
  digits.insert(0, 3 - digits.size(), '0');
  EXPECT_EQ(bytes, kHeartbeat + "10=" + digits + "\x01");
}

TEST(FixMessage, EncodeWritesWrongPartsAsTold) {
  FixHeader header = heartbeat_header();
  header.body_length = "7";
  header.checksum = "xyz";
  header.leave_out = {49};
  const std::string bytes = encode(FixBody{"0"}, header);
  EXPECT_NE(bytes.find("\x01"
                       "9=7\x01"),
            std::string::npos);
  EXPECT_TRUE(bytes.ends_with("10=xyz\x01"));
  EXPECT_EQ(bytes.find("49="), std::string::npos);
}

TEST(FixMessage, FieldsKeepTheirOrderAndRepeat) {
  FixMessage message;
  ASSERT_TRUE(
      message.assign("35=8\x01"
                     "448=a\x01"
                     "448=\x01"
                     "34=17\x01"));
  EXPECT_EQ(message.size(), 4U);
  EXPECT_EQ(message.type(), "8");
  EXPECT_EQ(message.seq(), 17U);
  EXPECT_EQ(message.count(448), 2U);
  EXPECT_EQ(message.find(448, 0), "a");
  EXPECT_EQ(message.find(448, 1), "");
  EXPECT_EQ(message.find(448, 2), std::nullopt);
  EXPECT_EQ(message.get_int(448), std::nullopt);
}

TEST(FixMessage, BytesThatAreNoFieldsAreRefused) {
  FixMessage message;
  EXPECT_FALSE(message.assign("35=8\x01nonsense\x01"));
  EXPECT_FALSE(message.assign("35=8"));
  EXPECT_FALSE(message.assign("35\x01"));
  EXPECT_EQ(message.size(), 0U);
}

TEST(FixMessage, FrameIsFoundOnlyWhenItIsWhole) {
  const std::string bytes = encode(FixBody{"0"}, heartbeat_header());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(frame_size(bytes.substr(0, cut)), 0U) << cut;
  }
  EXPECT_EQ(frame_size(bytes), bytes.size());
  EXPECT_EQ(frame_size(bytes + bytes), bytes.size());
}

TEST(FixMessage, FrameWithAWrongPartIsAnError) {
  FixHeader header = heartbeat_header();
  header.checksum = "000";
  EXPECT_THROW((void)frame_size(encode(FixBody{"0"}, header)), std::runtime_error);
  header = heartbeat_header();
  header.body_length = "47";
  EXPECT_THROW((void)frame_size(encode(FixBody{"0"}, header)), std::runtime_error);
  EXPECT_THROW((void)frame_size("GET / HTTP/1.1"), std::runtime_error);
}

TEST(FixMessage, TimestampHasMicroseconds) {
  EXPECT_EQ(utc_timestamp(1'777'689'380'521'321'999), "20260502-02:36:20.521321");
}

}  // namespace
}  // namespace sluice::testing
