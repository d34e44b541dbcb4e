#include "gateway/net/send_buffer.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/net/socket_pair.hpp"

namespace sluice::gateway {
namespace {

TEST(SendBuffer, SendsInOrderWhatWasAppended) {
  const SocketPair pair;
  SendBuffer buffer(1'024);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  ASSERT_TRUE(buffer.append("one"));
  ASSERT_TRUE(buffer.append(""));
  ASSERT_TRUE(buffer.append("two"));
  EXPECT_EQ(buffer.size(), 6U);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(pair.they_read(), "onetwo");
}

TEST(SendBuffer, HoldsWhatMayNotLeaveYet) {
  const SocketPair pair;
  SendBuffer buffer(1'024);
  buffer.let_through(0);
  ASSERT_TRUE(buffer.append("one"));
  ASSERT_TRUE(buffer.append("two"));
  EXPECT_EQ(buffer.appended_bytes(), 6U);
  EXPECT_EQ(buffer.sendable(), 0U);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  EXPECT_EQ(pair.they_read(), "");
  buffer.let_through(4);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  EXPECT_EQ(pair.they_read(), "onet");
  EXPECT_EQ(buffer.size(), 2U);
  ASSERT_TRUE(buffer.append("three"));
  EXPECT_EQ(buffer.sendable(), 0U);
  EXPECT_EQ(buffer.appended_bytes(), 11U);
  buffer.let_through(11);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  EXPECT_EQ(pair.they_read(), "wothree");
  EXPECT_TRUE(buffer.empty());
}

TEST(SendBuffer, TakesBytesUpToItsBoundAndNotOneMore) {
  const SocketPair pair;
  SendBuffer buffer(8);
  EXPECT_FALSE(buffer.append("123456789"));
  EXPECT_TRUE(buffer.append("12345"));
  EXPECT_FALSE(buffer.append("6789"));
  EXPECT_TRUE(buffer.append("678"));
  EXPECT_FALSE(buffer.append("9"));
  EXPECT_EQ(buffer.size(), 8U);
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::done);
  EXPECT_EQ(pair.they_read(), "12345678");
  EXPECT_TRUE(buffer.append("12345678"));
}

TEST(SendBuffer, KeepsWhatASlowReaderDoesNotTakeAndLosesNothing) {
  const SocketPair pair;
  constexpr std::size_t kBound = std::size_t{1} << 20U;
  SendBuffer buffer(kBound);
  std::string sent;
  std::string seen;
  // The reader is always behind, so that the buffer grows, moves and drains many times.
  for (int round = 0; round < 400; ++round) {
    const std::string part(4'096, static_cast<char>('a' + round % 26));
    for (int i = 0; i < 8; ++i) {
      if (buffer.append(part)) sent += part;
    }
    const FlushStatus status = buffer.flush(pair.ours.get());
    ASSERT_NE(status, FlushStatus::error);
    EXPECT_EQ(status == FlushStatus::done, buffer.empty());
    EXPECT_LE(buffer.size(), kBound);
    EXPECT_LE(buffer.capacity(), 2 * kBound);
    if (round % 10 == 9) seen += pair.they_read();
  }
  while (!buffer.empty()) {
    ASSERT_NE(buffer.flush(pair.ours.get()), FlushStatus::error);
    seen += pair.they_read();
  }
  seen += pair.they_read();
  EXPECT_GT(sent.size(), kBound);
  EXPECT_TRUE(seen == sent);
  EXPECT_EQ(buffer.sent_bytes(), sent.size());
}

TEST(SendBuffer, GivesItsMemoryBackOnceDrained) {
  const SocketPair pair;
  SendBuffer buffer(std::size_t{4} << 20U);
  ASSERT_TRUE(buffer.append(std::string(std::size_t{3} << 20U, 'x')));
  EXPECT_GT(buffer.capacity(), SendBuffer::kKeptBytes);
  std::size_t seen = 0;
  while (!buffer.empty()) {
    ASSERT_NE(buffer.flush(pair.ours.get()), FlushStatus::error);
    seen += pair.they_read().size();
  }
  EXPECT_EQ(seen, std::size_t{3} << 20U);
  EXPECT_LE(buffer.capacity(), SendBuffer::kKeptBytes);
}

TEST(SendBuffer, ReportsAPeerThatIsGoneWithoutASignal) {
  SocketPair pair;
  SendBuffer buffer(64);
  pair.theirs.reset();
  ASSERT_TRUE(buffer.append("anyone?"));
  EXPECT_EQ(buffer.flush(pair.ours.get()), FlushStatus::error);
  EXPECT_EQ(buffer.size(), 7U);
}

}  // namespace
}  // namespace sluice::gateway
