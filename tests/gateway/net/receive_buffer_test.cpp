#include "gateway/net/receive_buffer.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/net/socket_pair.hpp"

namespace sluice::gateway {
namespace {

TEST(ReceiveBuffer, ShowsWhatCameAndForgetsWhatWasConsumed) {
  const SocketPair pair;
  ReceiveBuffer buffer(64);
  EXPECT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::would_block);

  pair.they_send("first|second|");
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  EXPECT_EQ(buffer.view(), "first|second|");
  buffer.consume(6);
  EXPECT_EQ(buffer.view(), "second|");

  pair.they_send("third|");
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  EXPECT_EQ(buffer.view(), "second|third|");
  buffer.consume(13);
  EXPECT_TRUE(buffer.view().empty());
}

TEST(ReceiveBuffer, IsFullAtExactlyItsCapacityAndReadsOnAfterwards) {
  const SocketPair pair;
  ReceiveBuffer buffer(8);
  pair.they_send("123456789");
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  EXPECT_EQ(buffer.view(), "12345678");
  EXPECT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::full);
  EXPECT_EQ(buffer.size(), buffer.capacity());

  buffer.consume(1);
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  EXPECT_EQ(buffer.view(), "23456789");
}

TEST(ReceiveBuffer, KeepsAllBytesWhileItMovesThemToTheFrontAgainAndAgain) {
  const SocketPair pair;
  ReceiveBuffer buffer(16);
  std::string sent;
  std::string seen;
  for (int i = 0; i < 500; ++i) {
    const std::string part = std::to_string(i) + ";";
    sent += part;
    pair.they_send(part);
    while (buffer.read_from(pair.ours.get()) == ReadStatus::data) {
      const std::size_t take = buffer.size() > 3 ? buffer.size() - 3 : 0;
      seen += buffer.view().substr(0, take);
      buffer.consume(take);
    }
  }
  seen += buffer.view();
  EXPECT_EQ(seen, sent);
}

TEST(ReceiveBuffer, ConsumingMoreThanThereIsEmptiesIt) {
  const SocketPair pair;
  ReceiveBuffer buffer(8);
  pair.they_send("abc");
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  buffer.consume(4);
  EXPECT_EQ(buffer.size(), 0U);
}

TEST(ReceiveBuffer, KeepsTheLastBytesOfAPeerThatHungUp) {
  SocketPair pair;
  ReceiveBuffer buffer(64);
  pair.they_send("bye");
  pair.theirs.reset();
  ASSERT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::data);
  EXPECT_EQ(buffer.read_from(pair.ours.get()), ReadStatus::closed);
  EXPECT_EQ(buffer.view(), "bye");
}

TEST(ReceiveBuffer, ReportsABrokenDescriptor) {
  ReceiveBuffer buffer(8);
  EXPECT_EQ(buffer.read_from(-1), ReadStatus::error);
}

}  // namespace
}  // namespace sluice::gateway
