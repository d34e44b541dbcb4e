// SLUICE44.xml says what gateway/codec/fields.hpp says: every message, field, group, type and
// value.
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "gateway/codec/fields.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/session/quickfix.hpp"
#include "tests/fix-specs/spec_files.hpp"

namespace sluice::gateway {
namespace {

std::filesystem::path dictionary_path() { return testing::specs_folder() / "SLUICE44.xml"; }

std::string type_name(FieldType type) {
  switch (type) {
    case FieldType::string:
      return "STRING";
    case FieldType::character:
      return "CHAR";
    case FieldType::integer:
      return "INT";
    case FieldType::boolean:
      return "BOOLEAN";
    case FieldType::price:
      return "PRICE";
    case FieldType::qty:
      return "QTY";
    case FieldType::seq_num:
      return "SEQNUM";
    case FieldType::length:
      return "LENGTH";
    case FieldType::data:
      return "DATA";
    case FieldType::num_in_group:
      return "NUMINGROUP";
    case FieldType::multiple_value:
      return "MULTIPLEVALUESTRING";
    case FieldType::utc_timestamp:
      return "UTCTIMESTAMP";
  }
  return {};
}

/// The dictionary as lines: one for each message, field of it, field definition and value.
std::vector<std::string> dictionary_lines() {
  std::vector<std::string> lines;
  std::string place;
  std::string group;
  for (const testing::XmlElement& element : testing::read_xml(dictionary_path())) {
    const auto get = [&](const char* key) {
      const auto found = element.attributes.find(key);
      return found == element.attributes.end() ? std::string() : found->second;
    };
    if (element.closes) {
      if (element.name == "group") group.clear();
      continue;
    }
    if (element.name == "header" || element.name == "trailer" || element.name == "fields") {
      place = element.name;
    } else if (element.name == "message") {
      place = get("msgtype");
      lines.push_back("message " + place + " " + get("name") + " " + get("msgcat"));
    } else if (element.name == "value") {
      lines.back() += " " + get("enum");
    } else if (place == "fields") {
      lines.push_back("define " + get("number") + " " + get("name") + " " + get("type"));
    } else if (element.name == "field" || element.name == "group") {
      lines.push_back(place + " " + group + get("name") + " " + get("required"));
      if (element.name == "group") group = get("name") + ">";
    }
  }
  return lines;
}

void add_uses(std::vector<std::string>& lines, const std::string& place,
              std::span<const FieldUse> uses) {
  for (const FieldUse& use : uses) {
    const std::string group = use.group == 0 ? "" : std::string(find_field(use.group)->name) + ">";
    lines.push_back(place + " " + group + std::string(find_field(use.tag)->name) +
                    (use.required ? " Y" : " N"));
  }
}

std::vector<std::string> code_lines() {
  std::vector<std::string> lines;
  add_uses(lines, "header", kHeaderFields);
  for (const MessageDef& message : kMessages) {
    const std::string type(message.msg_type);
    lines.push_back("message " + type + " " + std::string(message.name) +
                    (message.admin ? " admin" : " app"));
    add_uses(lines, type, message.fields);
  }
  add_uses(lines, "trailer", kTrailerFields);
  for (const FieldDef& field : kFields) {
    lines.push_back("define " + std::to_string(field.tag) + " " + std::string(field.name) + " " +
                    type_name(field.type) +
                    (field.values.empty() ? "" : " " + std::string(field.values)));
  }
  return lines;
}

TEST(Dictionary, SaysWhatTheCodeSays) { EXPECT_EQ(dictionary_lines(), code_lines()); }

TEST(Dictionary, IsReadByQuickFix) {
  const FIX::DataDictionary dictionary(dictionary_path().string());
  EXPECT_EQ(dictionary.getVersion(), "FIX.4.4");
  for (const MessageDef& message : kMessages) {
    const std::string type(message.msg_type);
    EXPECT_TRUE(dictionary.isMsgType(type));
    for (const FieldUse& use : message.fields) {
      if (use.group != 0) {
        int first = 0;
        const FIX::DataDictionary* entry = nullptr;
        ASSERT_TRUE(dictionary.getGroup(type, use.group, first, entry));
        EXPECT_TRUE(entry->isField(use.tag));
        continue;
      }
      EXPECT_TRUE(dictionary.isMsgField(type, use.tag)) << type << " " << use.tag;
      EXPECT_EQ(dictionary.isRequiredField(type, use.tag), use.required) << type << " " << use.tag;
    }
  }
}

TEST(Dictionary, DeclaresEveryDataFieldThatTheScannerKnows) {
  const FIX::DataDictionary dictionary(dictionary_path().string());
  std::set<int> data;
  for (const LengthDataPair& pair : kLengthDataPairs) {
    EXPECT_TRUE(dictionary.isDataField(pair.data_tag)) << pair.data_tag;
    EXPECT_EQ(find_field(pair.length_tag)->type, FieldType::length);
    data.insert(pair.data_tag);
  }
  for (const FieldDef& field : kFields) {
    EXPECT_EQ(field.type == FieldType::data, data.count(field.tag) == 1) << field.tag;
  }
}

TEST(Fields, AreAscendingAndEachUseIsDefinedOnce) {
  for (std::size_t i = 1; i < std::size(kFields); ++i) {
    EXPECT_LT(kFields[i - 1].tag, kFields[i].tag);
  }
  for (const MessageDef& message : kMessages) {
    std::set<int> seen;
    for (const FieldUse& use : message.fields) {
      EXPECT_NE(find_field(use.tag), nullptr) << message.name << " " << use.tag;
      EXPECT_TRUE(seen.insert(use.tag).second) << message.name << " " << use.tag;
      EXPECT_TRUE(use.group == 0 || seen.count(use.group) == 1) << message.name << " " << use.tag;
    }
  }
}

}  // namespace
}  // namespace sluice::gateway
