// Reject(3) and BusinessMessageReject(j): messages that are whole but not right.
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

class SessionRejects : public ::testing::Test {
 protected:
  SessionRejects() { log_on(client_, venue_); }
  ~SessionRejects() override {
    // The session goes on, under the next number, and nothing else was said or done.
    client_.send(good());
    const std::uint32_t number = expect_report(client_, '0').seq();
    EXPECT_EQ(number + 1, client_.expected_in());
    EXPECT_TRUE(until_heartbeat(client_).empty());
    EXPECT_EQ(client_.gap(), 0U);
  }

  [[nodiscard]] FixBody good() {
    return limit_order(numbered("ORDER", ++orders_), kSymbol, '1', "1", "100");
  }
  /// A D of 11, 55, 54, 60, 38, 40, 44 and 59 with one value changed, or left out when null.
  [[nodiscard]] FixBody with(int tag, const char* value) {
    FixBody body{"D"};
    const std::string clordid = numbered("ORDER", ++orders_);
    const std::string now = utc_now();
    const std::pair<int, const char*> fields[] = {{11, clordid.c_str()}, {55, kSymbol}, {54, "1"},
                                                  {60, now.c_str()},     {38, "1"},     {40, "2"},
                                                  {44, "100"},           {59, "1"}};
    for (const auto& [one, usual] : fields) {
      if (one != tag) body.add(one, usual);
      if (one == tag && value != nullptr) body.add(one, value);
    }
    return body;
  }
  using HeaderFields = std::vector<std::pair<int, std::string>>;
  [[nodiscard]] FixHeader header_with(HeaderFields extra) {
    FixHeader header = client_.next_header();
    header.extra = std::move(extra);
    return header;
  }
  static std::int64_t now_ns() {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  void rejected(const FixBody& body, const char* reason, const char* tag, HeaderFields extra = {}) {
    const std::uint32_t seq = client_.send(body, header_with(std::move(extra)));
    const FixMessage reject = expect(client_, "3");
    EXPECT_EQ(reject.get(373), reason) << reject.readable();
    EXPECT_EQ(reject.get(371), tag) << reject.readable();
    EXPECT_EQ(reject.get(372), body.msg_type()) << reject.readable();
    EXPECT_EQ(reject.get_int(45), seq) << reject.readable();
    EXPECT_FALSE(reject.get(58).empty()) << reject.readable();
  }

  VenueProcess venue_{options_of(small_venue())};
  RawFixClient client_{client_options("CLIENT1")};
  std::uint64_t orders_ = 0;
};

TEST_F(SessionRejects, RequiredTagMissing) {
  for (const char* tag : {"11", "55", "54", "60", "38", "40"}) {
    rejected(with(std::stoi(tag), nullptr), "1", tag);
  }
}

TEST_F(SessionRejects, TagNotDefinedForThisMessage) { rejected(good().add(36, 7), "2", "36"); }

TEST_F(SessionRejects, UndefinedTag) {
  const std::uint32_t seq = client_.send(good().add(4999, "x"));
  const FixMessage reject = expect(client_, "3");
  EXPECT_TRUE(reject.get(373) == "0" || reject.get(373) == "3") << reject.readable();
  EXPECT_EQ(reject.get(371), "4999");
  EXPECT_EQ(reject.get_int(45), seq);
}

TEST_F(SessionRejects, UserDefinedTagThatWeDoNotKnow) {
  client_.send(good().add(7777, "x"));
  EXPECT_EQ(expect(client_, "3").get(371), "7777");
}

TEST_F(SessionRejects, TagWithoutAValue) { rejected(with(11, ""), "4", "11"); }

TEST_F(SessionRejects, ValueOutOfRange) {
  rejected(with(54, "9"), "5", "54");
  rejected(with(40, "7"), "5", "40");
  rejected(with(59, "8"), "5", "59");
}

TEST_F(SessionRejects, ValueOfTheWrongFormat) {
  rejected(with(38, "abc"), "6", "38");
  rejected(with(44, "1e5"), "6", "44");
  rejected(with(54, "12"), "6", "54");
  rejected(with(60, "today"), "6", "60");
}

TEST_F(SessionRejects, TagThatAppearsTwice) { rejected(good().add(38, "2"), "13", "38"); }

TEST_F(SessionRejects, HeaderFieldInTheBody) { rejected(good().add(97, 'N'), "14", "97"); }

TEST_F(SessionRejects, GroupWithAnotherCountThanItsEntries) {
  FixBody order = good();
  order.add(453, 2).add(448, 1).add(447, 'P').add(452, 3);
  rejected(order, "16", "453");
}

TEST_F(SessionRejects, PartyThatIsNoShortCode) {
  rejected(good().add(453, 1).add(448, 1).add(447, 'D').add(452, 3), "5", "447");
}

// Also of those that FIX.4.4 has: QuickFIX knows a type by the dictionary alone.
TEST_F(SessionRejects, MessageTypeThatTheDictionaryDoesNotHave) {
  for (const char* type : {"ZZ", "H", "q", "V", "AF"}) {
    const std::uint32_t seq = client_.send(FixBody{type}.add(58, "hello"));
    const FixMessage reject = expect(client_, "3");
    EXPECT_EQ(reject.get(373), "11") << reject.readable();
    EXPECT_EQ(reject.get(372), type) << reject.readable();
    EXPECT_EQ(reject.get_int(45), seq);
  }
}

TEST_F(SessionRejects, MessageTypeThatOnlyWeSend) {
  // A report that is right in every field, but the wrong way.
  FixBody report{"8"};
  report.add(37, "1").add(17, "1").add(150, '0').add(39, '0').add(55, kSymbol).add(54, '1');
  report.add(151, 0).add(14, 0).add(6, 0).add(60, utc_now());
  const std::uint32_t seq = client_.send(report);
  const FixMessage reject = expect(client_, "j");
  EXPECT_EQ(reject.get(380), "3") << reject.readable();
  EXPECT_EQ(reject.get(372), "8");
  EXPECT_EQ(reject.get_int(45), seq);
}

TEST_F(SessionRejects, PossDupWithoutTheTimeOfItsFirstSending) {
  rejected(good(), "1", "122", {{43, "Y"}});
  rejected(good(), "10", "122",
           {{43, "Y"}, {122, utc_timestamp(std::chrono::nanoseconds(1h).count() + now_ns())}});
  client_.send(good(), header_with({{43, "Y"}, {122, utc_timestamp(now_ns())}}));
  expect_report(client_, '0');
}

TEST_F(SessionRejects, RequestsOfOrToAThirdParty) {
  rejected(good(), "9", "115", {{115, "OTHER"}});
  rejected(good(), "9", "128", {{128, "OTHER"}});
}

TEST_F(SessionRejects, EncryptedFields) { rejected(good(), "7", "90", {{90, "1"}, {91, "x"}}); }

TEST_F(SessionRejects, HandlingThatIsNotAutomated) {
  rejected(good().add(21, '3'), "5", "21");
  client_.send(good().add(21, '1'));
  expect_report(client_, '0');
}

TEST_F(SessionRejects, HarmlessHeaderFieldsAreIgnored) {
  client_.send(good(), header_with({{50, "DESK"}, {57, "MATCHER"}, {142, "HERE"}, {369, "1"}}));
  expect_report(client_, '0');
}

TEST_F(SessionRejects, RejectOfTheClientIsTakenNoteOf) {
  client_.send(FixBody{"3"}.add(45, 1).add(58, "I did not like that"));
  EXPECT_TRUE(until_heartbeat(client_).empty());
}

}  // namespace
}  // namespace sluice::testing
