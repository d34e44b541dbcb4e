#include "gateway/codec/framing/framer.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/gateway/codec/seed.hpp"
#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using testing::framed;
using testing::from_client;
using testing::message;
using testing::soh;
using Kind = Frame::Kind;

constexpr std::size_t kMax = 8'192;

struct Session {
  std::vector<std::string> messages;
  bool closed = false;
  bool garbled = false;
};

/// Feeds a stream in pieces of the sizes that `piece` gives, as a connection does after logon.
template <class PieceSize>
Session feed(std::string_view stream, PieceSize piece) {
  Session session;
  std::string buffer;
  while (!stream.empty() && !session.closed) {
    const std::size_t size = std::min<std::size_t>(piece(), stream.size());
    buffer += stream.substr(0, size);
    stream.remove_prefix(size);
    while (true) {
      const Frame frame = next_frame(buffer, kMax);
      if (frame.kind == Kind::need_more) break;
      if (frame.kind == Kind::hostile) {
        session.closed = true;
        break;
      }
      if (frame.kind == Kind::message) session.messages.emplace_back(frame.message);
      if (frame.kind == Kind::garbled) session.garbled = true;
      EXPECT_GT(frame.consumed, 0U);
      buffer.erase(0, frame.consumed);
      if (buffer.empty()) break;
    }
    EXPECT_LT(buffer.size(), kMax);
  }
  return session;
}

Session feed_whole(std::string_view stream) {
  return feed(stream, [&] { return stream.size(); });
}

TEST(Framer, GivesOneWholeMessage) {
  const std::string bytes = message("35=0|34=1|49=A|52=20260102-03:04:05|56=B|");
  const Frame frame = next_frame(bytes, kMax);
  EXPECT_EQ(frame.kind, Kind::message);
  EXPECT_EQ(frame.consumed, bytes.size());
  EXPECT_EQ(frame.message, bytes);
}

TEST(Framer, NeedsMoreForEachPrefixOfAMessage) {
  const std::string bytes = message("35=A|95=3|96=a|c|108=30|");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Frame frame = next_frame(std::string_view(bytes).substr(0, size), kMax);
    EXPECT_EQ(frame.kind, Kind::need_more) << size;
    EXPECT_EQ(frame.consumed, 0U);
  }
}

TEST(Framer, FindsMessagesHoweverTheStreamIsCut) {
  const std::string first = from_client("D", "11=a|");
  const std::string second = message("35=0|");
  const Session bytewise = feed(first + second + first, [] { return 1U; });
  EXPECT_EQ(bytewise.messages, (std::vector<std::string>{first, second, first}));
  EXPECT_FALSE(bytewise.garbled);
  EXPECT_EQ(feed_whole(first + second + first).messages, bytewise.messages);
}

TEST(Framer, TakesTheGoodMessageBeforeAMalformedOneOnce) {
  const std::string good = from_client("D", "11=a|");
  std::string bad = from_client("D", "11=b|");
  bad[bad.size() - 2] = bad[bad.size() - 2] == '0' ? '1' : '0';
  EXPECT_EQ(feed_whole(good + bad).messages, std::vector<std::string>{good});
  EXPECT_EQ(feed_whole(good + bad + good).messages, (std::vector<std::string>{good, good}));
}

TEST(Framer, SkipsExactlyTheMessageWhoseChecksumIsWrong) {
  std::string bad = message("35=0|58=x 8=FIX y|");
  bad[bad.size() - 2] = bad[bad.size() - 2] == '0' ? '1' : '0';
  const Frame frame = next_frame(bad + "8=F", kMax);
  EXPECT_EQ(frame.kind, Kind::garbled);
  EXPECT_EQ(frame.consumed, bad.size());
  EXPECT_STREQ(frame.why, "CheckSum(10) is wrong");
}

TEST(Framer, CallsGarbledWhatIsNotFramedAsAMessage) {
  for (const char* bad : {
           "8=FIX.4.4|9=5|35=0|10=161|ZZZZZZZZZZZZ",    // checksum of other bytes
           "8=FIX.4.4|9=4|35=0|10=163|ZZZZZZZZZZZZ",    // length too small
           "8=FIX.4.4|9=6|35=0|10=165|ZZZZZZZZZZZZ",    // length too large
           "8=FIX.4.4|9=x|35=0|10=163|",                // length not digits
           "8=FIX.4.4|9=-5|35=0|10=163|",               // negative length
           "8=FIX.4.4|9=|35=0|10=163|",                 // no length
           "8=FIX.4.4|9=0|10=161|ZZZZZZ",               // no body
           "8=FIX.4.4|35=0|9=5|10=163|",                // length not second
           "8=FIX.4.4|9=8|34=1|35=0|10=163|",           // type not third
           "8=FIX.4.4.4.4.4.4.4.4.4.4|9=5|35=0|10=1|",  // begin string too long
           "9=5|35=0|8=FIX",                            // begin string not first
           "hello|",                                    // no FIX at all
           "GET / HTTP/1.1\r\n\r\n",
       }) {
    const Frame frame = next_frame(soh(bad), kMax);
    EXPECT_EQ(frame.kind, Kind::garbled) << bad;
    EXPECT_GT(frame.consumed, 0U) << bad;
    EXPECT_NE(frame.why, nullptr);
  }
}

TEST(Framer, RefusesWellSummedMessagesWithMalformedFields) {
  for (const char* body :
       {"35=0|58|", "35=0|58=x||", "35=0|=x|", "35=0|4294967331=D|", "35=|", "35=0|8=FIX.4.4|",
        "35=0|9=5|", "35=0|10=000|", "35=0|96=abc|", "35=A|95=-1|96=abc|", "35=A|95=9999|96=abc|",
        "35=A|95=2|96=abc|", "35=A|90=5|91=abc|", "35=A|93=1|89=abc|", "35=A|212=1|213=abc|",
        "35=A|348=1|349=abc|", "35=A|354=1|355=abc|", "35=A|95=3|"}) {
    const std::string bytes = message(body);
    const Frame frame = next_frame(bytes, kMax);
    EXPECT_EQ(frame.kind, Kind::garbled) << body;
    EXPECT_EQ(frame.consumed, bytes.size()) << body;
  }
}

TEST(Framer, ResynchronisesAtTheNextBeginString) {
  const std::string good = from_client("D", "11=a|");
  for (const char* junk : {"junk", "8=FIX.4.4|9=3|35=0|10=000|", "8=FIX.4.4|9=xx|", "8=FI",
                           "8=8=", "\r\n", "8=FIXX8=FIX.4.4|9=5|35"}) {
    const std::string stream = soh(junk) + good + good;
    EXPECT_EQ(feed_whole(stream).messages, (std::vector<std::string>{good, good})) << junk;
    EXPECT_EQ(feed(stream, [] { return 1U; }).messages, (std::vector<std::string>{good, good}))
        << junk;
  }
}

TEST(Framer, KeepsACutBeginStringWhenItSkips) {
  const Frame frame = next_frame("junk8=FI", kMax);
  EXPECT_EQ(frame.kind, Kind::garbled);
  EXPECT_EQ(frame.consumed, 4U);
}

TEST(Framer, ClosesWhenAMessageIsLongerThanTheLimit) {
  const std::string body(600, 'x');
  const std::string bytes = message("35=0|58=" + body + "|");
  EXPECT_EQ(next_frame(bytes, bytes.size()).kind, Kind::message);
  EXPECT_EQ(next_frame(bytes, bytes.size() - 1).kind, Kind::hostile);
  EXPECT_EQ(next_frame(std::string_view(bytes).substr(0, 20), bytes.size() - 1).kind, Kind::hostile)
      << "known from the first bytes: nothing is buffered";
}

TEST(Framer, ClosesOnABodyLengthThatNoMessageHas) {
  EXPECT_EQ(next_frame(soh("8=FIX.4.4|9=999999999|"), kMax).kind, Kind::hostile);
  EXPECT_EQ(next_frame(soh("8=FIX.4.4|9=4294967301|35=0|10=163|"), kMax).kind, Kind::hostile)
      << "5 + 2^32 must not wrap";
  EXPECT_EQ(next_frame(soh("8=FIX.4.4|9=18446744073709551621|"), kMax).kind, Kind::hostile);
  EXPECT_EQ(next_frame(soh("8=FIX.4.4|9=000000005|35=0|"), kMax).kind, Kind::need_more);
  EXPECT_EQ(next_frame(soh("8=FIX.4.4|9=0000000005|35=0|"), kMax).kind, Kind::hostile);
}

TEST(Framer, NeverAsksForMoreThanTheLimit) {
  constexpr std::size_t kSmall = 512;
  const std::string endless[] = {std::string(kSmall, '8'), "8=FIX" + std::string(kSmall, '4'),
                                 soh("8=FIX.4.4|9=") + std::string(kSmall, '1'),
                                 soh("8=FIX.4.4|9=100|") + std::string(600, 'x'),
                                 soh("8=FIX.4.4|9=400|35=") + std::string(600, 'x')};
  for (const std::string& bytes : endless) {
    EXPECT_NE(next_frame(std::string_view(bytes).substr(0, kSmall), kSmall).kind, Kind::need_more)
        << bytes.substr(0, 20);
  }
}

TEST(Framer, RandomStreamsGiveTheSameMessagesHoweverTheyAreCut) {
  const unsigned seed = testing::random_seed();
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 300; ++round) {
    std::string stream;
    for (std::size_t i = 0, n = 1 + below(6); i < n; ++i) {
      std::string part = from_client("D", "11=a" + std::to_string(below(1000)) + "|");
      if (below(2) == 0) {
        for (std::size_t k = 0, hits = 1 + below(3); k < hits; ++k) {
          switch (below(3)) {
            case 0:
              part[below(part.size())] =
                  "8=FIX\x01"
                  "9071."[below(12)];
              break;
            case 1:
              part.erase(below(part.size()), 1 + below(5));
              break;
            default:
              part.insert(below(part.size()), soh("8=FIX"), 0, 1 + below(5));
          }
        }
      }
      stream += part;
    }
    const Session whole = feed_whole(stream);
    const Session bytewise = feed(stream, [] { return 1U; });
    const Session cut = feed(stream, [&] { return 1 + below(40); });
    EXPECT_EQ(bytewise.messages, whole.messages) << testing::bars(stream);
    EXPECT_EQ(cut.messages, whole.messages) << testing::bars(stream);
    EXPECT_EQ(bytewise.closed, whole.closed) << testing::bars(stream);
  }
}

TEST(ReadHeader, GivesTheRoutingFields) {
  const std::string bytes = from_client("D", "11=a|", "43=Y|");
  HeaderView header;
  ASSERT_TRUE(read_header(bytes, header));
  EXPECT_EQ(header.begin_string, "FIX.4.4");
  EXPECT_EQ(header.msg_type, "D");
  EXPECT_EQ(header.sender_comp_id, "CLIENT1");
  EXPECT_EQ(header.target_comp_id, "SLUICE");
  EXPECT_EQ(header.msg_seq_num, "7");
  EXPECT_EQ(header.sending_time, "20260102-03:04:05.678");
  EXPECT_EQ(header.poss_dup, "Y");
  ASSERT_TRUE(read_header(from_client("D", "11=a|"), header));
  EXPECT_TRUE(header.poss_dup.empty());
}

TEST(ReadHeader, RefusesMissingEmptyAndRepeatedFields) {
  const std::string fields[] = {"35=D|", "34=7|", "49=CLIENT1|", "52=20260102-03:04:05|",
                                "56=SLUICE|"};
  for (std::size_t at = 0; at < std::size(fields); ++at) {
    std::string without;
    std::string empty;
    std::string twice;
    for (std::size_t i = 0; i < std::size(fields); ++i) {
      if (i != at) without += fields[i];
      empty += i == at ? fields[i].substr(0, 3) + "|" : fields[i];
      twice += fields[i];
    }
    twice += "11=a|" + fields[at];
    HeaderView header;
    EXPECT_FALSE(read_header(message(without), header)) << without;
    EXPECT_FALSE(read_header(message(empty), header)) << empty;
    EXPECT_FALSE(read_header(message(twice), header)) << twice;
  }
  HeaderView header;
  EXPECT_FALSE(read_header(from_client("D", "", "43=Y|43=N|"), header));
  EXPECT_FALSE(read_header(from_client("D", "", "43=|43=N|"), header));
}

}  // namespace
}  // namespace sluice::gateway
