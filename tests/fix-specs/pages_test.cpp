// The rules of engagement say what the code says, and their examples are messages that it takes.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/codec/decoding/decoder.hpp"
#include "gateway/codec/encoding/refusal.hpp"
#include "gateway/codec/fields.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "gateway/session/quickfix.hpp"
#include "tests/fix-specs/spec_files.hpp"

namespace sluice::gateway {
namespace {

using testing::numbered_rows;
using testing::read_text;
using testing::specs_folder;

std::string page_of(std::string_view name) {
  return read_text(specs_folder() / "messages" / (std::string(name) + ".md"));
}

/// "tag name required values" of each row of a page's tables; ↳ marks a group's field.
std::vector<std::string> page_lines(const std::string& page) {
  std::vector<std::string> lines;
  for (const auto& cells : numbered_rows(page)) {
    if (cells.size() != 4) {
      lines.push_back("row of " + std::to_string(cells.size()) + " cells: " + cells.front());
      continue;
    }
    std::set<std::string> values;
    const std::string& meaning = cells[3];
    for (std::size_t end = meaning.find("` = "); end != std::string::npos;
         end = meaning.find("` = ", end + 1)) {
      const std::size_t begin = meaning.rfind('`', end - 1) + 1;
      values.insert(meaning.substr(begin, end - begin));
    }
    std::string line = cells[0] + " " + cells[1] + " " + cells[2];
    for (const std::string& each : values) line += " " + each;
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> code_lines(std::span<const FieldUse> uses) {
  std::vector<std::string> lines;
  for (const FieldUse& use : uses) {
    const FieldDef& field = *find_field(use.tag);
    std::set<std::string> values;
    std::istringstream stream{std::string(field.values)};
    for (std::string value; stream >> value;) values.insert(value);
    std::string line = std::to_string(use.tag) + " " + (use.group == 0 ? "" : "↳ ") +
                       std::string(field.name) + (use.required ? " Y" : " N");
    for (const std::string& each : values) line += " " + each;
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> examples_of(const std::string& page) {
  std::vector<std::string> examples;
  for (const std::string& line : testing::lines_of(page)) {
    if (!line.starts_with("8=FIX")) continue;
    examples.push_back(line);
    std::replace(examples.back().begin(), examples.back().end(), '|', '\x01');
  }
  return examples;
}

TEST(Pages, TablesSayWhatTheCodeSays) {
  for (const MessageDef& message : kMessages) {
    EXPECT_EQ(page_lines(page_of(message.name)), code_lines(message.fields)) << message.name;
  }
  std::vector<std::string> envelope = code_lines(kHeaderFields);
  const std::vector<std::string> trailer = code_lines(kTrailerFields);
  envelope.insert(envelope.end(), trailer.begin(), trailer.end());
  EXPECT_EQ(page_lines(page_of("StandardHeader")), envelope);
}

TEST(Pages, ThereIsOneForEachMessageAndTheStartPageLinksIt) {
  std::set<std::string> expected = {"StandardHeader.md"};
  for (const MessageDef& message : kMessages) expected.insert(std::string(message.name) + ".md");
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(specs_folder() / "messages")) {
    found.insert(entry.path().filename().string());
  }
  EXPECT_EQ(found, expected);
  const std::string start = read_text(specs_folder() / "README.md");
  for (const std::string& page : expected) {
    EXPECT_NE(start.find("(messages/" + page + ")"), std::string::npos) << page;
  }
  EXPECT_NE(start.find("(error-codes.md)"), std::string::npos);
  EXPECT_NE(start.find("(SLUICE44.xml)"), std::string::npos);
}

TEST(Pages, TitleAndDirectionAreTheMessages) {
  for (const MessageDef& message : kMessages) {
    const auto lines = testing::lines_of(page_of(message.name));
    ASSERT_GE(lines.size(), 3U);
    EXPECT_EQ(lines[0],
              "# " + std::string(message.name) + " (" + std::string(message.msg_type) + ")");
    const char* const direction = message.direction == Direction::out  ? "Venue to client."
                                  : message.direction == Direction::in ? "Client to venue."
                                  : message.msg_type == "A"            ? "Client to venue, and"
                                                                       : "Both ways.";
    EXPECT_TRUE(lines[2].starts_with(direction)) << message.name;
  }
}

TEST(Pages, ExamplesAreGoodMessagesOfTheirType) {
  const FIX::DataDictionary dictionary((specs_folder() / "SLUICE44.xml").string());
  const InstrumentDirectory instruments({{{1}, "BTC-USDT", {1, -2}, {1, -5}}});
  const SessionAccounts accounts({{{1}, "CLIENT1"}});
  for (const MessageDef& message : kMessages) {
    const auto examples = examples_of(page_of(message.name));
    EXPECT_FALSE(examples.empty()) << message.name;
    for (const std::string& example : examples) {
      EXPECT_EQ(next_frame(example, 8'192).kind, Frame::Kind::message) << example;
      HeaderView header;
      ASSERT_TRUE(read_header(example, header)) << example;
      EXPECT_EQ(header.msg_type, message.msg_type);
      EXPECT_EQ(header.sender_comp_id == "SLUICE",
                message.direction == Direction::out || header.target_comp_id != "SLUICE");
      EXPECT_NO_THROW(dictionary.validate(FIX::Message(example, dictionary, true))) << example;
      if (message.direction != Direction::in) continue;
      Command command{};
      const DecodeOutcome outcome =
          decode_command(example, {&instruments, &accounts, {1}}, command);
      EXPECT_EQ(outcome.kind, DecodeOutcome::Kind::ok) << example;
      EXPECT_EQ(command.defect, RejectCode::none) << example;
    }
  }
  EXPECT_EQ(examples_of(page_of("StandardHeader")).size(), 1U);
}

TEST(DropCopyPage, ExamplesAreALogonOfADropCopyAndCopiesInOrder) {
  const FIX::DataDictionary dictionary((specs_folder() / "SLUICE44.xml").string());
  const std::string page = read_text(specs_folder() / "drop-copy.md");
  EXPECT_NE(read_text(specs_folder() / "README.md").find("(drop-copy.md)"), std::string::npos);
  std::string types;
  std::uint64_t last = 0;
  for (const std::string& example : examples_of(page)) {
    EXPECT_EQ(next_frame(example, 8'192).kind, Frame::Kind::message) << example;
    FIX::Message message;
    ASSERT_NO_THROW(dictionary.validate(message = FIX::Message(example, dictionary, true)))
        << example;
    types += message.getHeader().getField(35);
    if (types.back() == 'A') {
      EXPECT_EQ(message.getField(9406), "Y");
      continue;
    }
    EXPECT_EQ(message.getField(797), "Y");
    EXPECT_FALSE(message.getField(1180).empty());
    const std::uint64_t number = std::stoull(message.getField(1181));
    EXPECT_TRUE(last == 0 || number == last + 1) << example;
    last = number;
  }
  EXPECT_EQ(types, "AA89");
}

TEST(ErrorCodes, SayWhatTheRefusalTableSays) {
  std::vector<std::vector<std::string>> expected;
  for (const Refusal& refusal : all_refusals()) {
    expected.push_back({std::to_string(static_cast<int>(refusal.code)), std::string(refusal.name),
                        std::to_string(refusal.ord_rej_reason),
                        std::to_string(refusal.cxl_rej_reason), std::string(refusal.order_text),
                        std::string(refusal.cancel_text)});
  }
  EXPECT_EQ(numbered_rows(read_text(specs_folder() / "error-codes.md")), expected);
}

TEST(ErrorCodes, UseOnlyReasonsThatTheDictionaryHas) {
  const auto allowed = [](int tag) {
    std::istringstream stream{std::string(find_field(tag)->values)};
    return std::set<int>{std::istream_iterator<int>(stream), {}};
  };
  std::set<int> order_reasons;
  std::set<int> cancel_reasons;
  for (const Refusal& refusal : all_refusals()) {
    order_reasons.insert(refusal.ord_rej_reason);
    cancel_reasons.insert(refusal.cxl_rej_reason);
  }
  EXPECT_EQ(order_reasons, allowed(103));
  EXPECT_EQ(cancel_reasons, allowed(102));
}

}  // namespace
}  // namespace sluice::gateway
