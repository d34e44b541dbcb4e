// QuickFIX parses each message again after us. If the two saw different fields, a client could pass
// one thing by our checks and have QuickFIX act on another.
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "tests/gateway/codec/decoder_fixture.hpp"
#include "tests/gateway/codec/dictionary.hpp"
#include "tests/gateway/codec/seed.hpp"

namespace sluice::gateway {
namespace {

using Fields = std::vector<std::pair<int, std::string>>;

void collect(const FIX::FieldMap& map, Fields& fields) {
  for (const auto& field : map) fields.emplace_back(field.getTag(), field.getString());
  for (auto group = map.g_begin(); group != map.g_end(); ++group) {
    for (const FIX::FieldMap* entry : group->second) collect(*entry, fields);
  }
}

Fields as_quickfix_sees(const std::string& bytes) {
  const FIX::Message message(bytes, testing::dictionary(), true);
  Fields fields;
  collect(message.getHeader(), fields);
  collect(message, fields);
  collect(message.getTrailer(), fields);
  std::sort(fields.begin(), fields.end());
  return fields;
}

Fields as_we_see(std::string_view bytes) {
  FieldScanner scanner(bytes);
  FieldView field{};
  Fields fields;
  while (scanner.next(field) == FieldScanner::Step::field) {
    fields.emplace_back(field.tag, std::string(field.value));
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

class QuickFixAgreement : public testing::DecoderTest {};

TEST_F(QuickFixAgreement, OnTheFieldsOfEachDataPair) {
  for (const LengthDataPair& pair : kLengthDataPairs) {
    const std::string bytes = testing::message("35=D|34=7|49=A|52=20260102-03:04:05|56=B|" +
                                               std::to_string(pair.length_tag) + "=9|" +
                                               std::to_string(pair.data_tag) + "=x|35=A|1=|11=z|");
    ASSERT_EQ(next_frame(bytes, 8'192).kind, Frame::Kind::message) << pair.data_tag;
    EXPECT_EQ(as_quickfix_sees(bytes), as_we_see(bytes)) << pair.data_tag;
  }
}

TEST_F(QuickFixAgreement, OnTheFieldsOfRandomlyDamagedMessages) {
  const unsigned seed = testing::random_seed();
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string pieces[] = {"95=3|",  "96=a|b|",         "354=2|", "355=zz|",       "35=8|",
                                "49=X|",  "034=9|",          "-35=A|", "4294967331=A|", "453=1|",
                                "448=5|", "447=P|",          "452=3|", "10=000|",       "=|",
                                "|",      "212=4|213=1|2=|", "90=1|",  "91=|"};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body = testing::soh(
        "35=D|34=7|49=A|52=20260102-03:04:05|56=B|453=1|448=5|447=P|452=3|" + order_.text());
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
      switch (below(3)) {
        case 0:
          body[5 + below(body.size() - 5)] = "0123456789=-\x01|"[below(14)];
          break;
        case 1: {
          const std::size_t at = body.find('\x01', 5 + below(body.size() - 5));
          if (at != std::string::npos) body.insert(at + 1, testing::soh(pieces[below(19)]));
          break;
        }
        default:
          body.erase(5 + below(body.size() - 5), 1);
      }
      if (body.size() < 20) break;
    }
    const std::string bytes = testing::framed(body);
    const Frame frame = next_frame(bytes, 8'192);
    if (frame.kind != Frame::Kind::message) continue;
    ++accepted;
    ASSERT_EQ(as_quickfix_sees(std::string(frame.message)), as_we_see(frame.message))
        << testing::bars(bytes);
  }
  EXPECT_GT(accepted, 1'000);
}

TEST_F(QuickFixAgreement, WhatTheDecoderTakesIsValidToQuickFix) {
  const unsigned seed = testing::random_seed();
  SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string values[] = {"",
                                "0",
                                "1",
                                "2",
                                "3",
                                "6",
                                "A",
                                "P",
                                "-1",
                                "0.5",
                                "1e5",
                                "x",
                                "1 2",
                                "Y",
                                "N",
                                "65000.01",
                                "+1",
                                "1.",
                                ".5",
                                "9 A",
                                "BTC-USDT",
                                "MAIN",
                                "20260102-03:04:05"};
  const int tags[] = {1,  11, 18, 37, 38, 40,  41,  44,  54, 55,
                      59, 60, 77, 97, 99, 150, 453, 528, 529};
  const std::pair<const char*, const testing::Body*> kinds[] = {
      {"D", &order_}, {"F", &cancel_}, {"G", &replace_}};
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto& [type, good] = kinds[below(3)];
    testing::Body body = *good;
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
      const int tag = tags[below(std::size(tags))];
      body = below(6) == 0 ? body.without(tag) : body.with(tag, values[below(std::size(values))]);
    }
    const std::string bytes = testing::from_client(type, body.text());
    const DecodeOutcome outcome = decode_raw(bytes);
    if (outcome.kind != DecodeOutcome::Kind::ok) continue;
    ++taken;
    ASSERT_EQ(testing::quickfix_fault(bytes), "") << testing::bars(bytes);
  }
  EXPECT_GT(taken, 500);
}

}  // namespace
}  // namespace sluice::gateway
