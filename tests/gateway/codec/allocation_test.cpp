// The codec's hot path takes no memory from the heap.
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "tests/gateway/codec/decoder_fixture.hpp"
#include "tests/support/heap/heap_use.hpp"

namespace sluice::gateway {
namespace {

class Allocation : public testing::DecoderTest {};

TEST_F(Allocation, TheCounterCounts) {
  const test::HeapUse before = test::heap_use_of_this_thread();
  const std::string text(100, 'x');
  EXPECT_GT((test::heap_use_of_this_thread() - before).allocations, 0U) << text;
}

TEST_F(Allocation, TenThousandMessagesAreFramedDecodedAndAnsweredWithoutAny) {
  const std::string parties = "453=2|448=7|447=P|452=3|448=8|447=P|452=12|2376=24|";
  const std::vector<std::string> messages = {
      testing::from_client("D", parties + order_.with(18, "6").text()),
      testing::from_client("F", cancel_.text()),
      testing::from_client("G", replace_.text()),
      testing::from_client("D", order_.with(55, "DOGE").text()),
      testing::from_client("D", order_.with(99, "1").text()),
      testing::from_client("D", order_.with(44, "0.001").text()),
  };
  const AccountDirectory accounts({{{1}, "A"}, {{2}, "B"}, {{3}, "MAIN"}, {{4}, "HEDGE"}});
  const ReportEncoder encoder({"FIX.4.4", "SLUICE", "CLIENT1"}, &instruments_, &accounts, 6);
  Event event{};
  event.type = EventType::order_rejected;
  event.reject = RejectCode::qty_below_min;
  event.instrument = {1};
  event.account = {3};
  std::array<char, kMaxOutgoingBytes> out;
  std::size_t decoded = 0;
  std::size_t bytes = 0;

  const test::HeapUse before = test::heap_use_of_this_thread();
  for (std::size_t i = 0; i < 10'000; ++i) {
    const std::string& wire = messages[i % messages.size()];
    HeaderView header;
    const Frame frame = next_frame(wire, 8'192);
    if (frame.kind != Frame::Kind::message || !read_header(frame.message, header)) break;
    static_cast<void>(decode_command(frame.message, context_, command_));
    bytes += encoder.encode_event(event, 1, {0}, out).size();
    bytes += encoder.encode_business_reject({1, "D", "order-1", 4, "busy"}, 1, {0}, out).size();
    ++decoded;
  }
  EXPECT_EQ(test::heap_use_of_this_thread() - before, test::HeapUse{});
  EXPECT_EQ(decoded, 10'000U);
  EXPECT_GT(bytes, decoded * 200);
}

}  // namespace
}  // namespace sluice::gateway
