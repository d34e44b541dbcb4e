// That nothing of a record is left out, and how its values are written.
#include "gateway/journal_tool/record_fields.hpp"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "engine/message/message_fields.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/gateway/journal_tool/made_journal.hpp"

namespace sluice::gateway {
namespace {

JournalNames made_names() {
  JournalNames names;
  names.learn({.config = {}, .names = kRunNames});
  return names;
}

Json value_in(const Fields& fields, const std::string& name) {
  for (const Field& field : fields) {
    if (field.name == name) return field.value;
  }
  return "no field " + name;
}

/// Every byte another one.
template <class Message>
Message distinct_bytes() {
  Message message;
  std::vector<std::byte> bytes(sizeof message);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(1 + i % 251);
  std::memcpy(&message, bytes.data(), sizeof message);
  return message;
}

template <class Message>
class WholeMessage : public testing::Test {};
using Messages = testing::Types<Command, Event>;
TYPED_TEST_SUITE(WholeMessage, Messages);

TYPED_TEST(WholeMessage, HasEveryByteInOneFieldUnderANameOfItsOwn) {
  TypeParam message = distinct_bytes<TypeParam>();
  std::vector<bool> seen(sizeof message);
  std::set<std::string> names;
  for_each_field(message, [&](const char* name, auto& field) {
    EXPECT_TRUE(names.insert(name).second) << name;
    const auto offset = static_cast<std::size_t>(reinterpret_cast<std::byte*>(&field) -
                                                 reinterpret_cast<std::byte*>(&message));
    for (std::size_t i = 0; i < sizeof field; ++i) {
      EXPECT_FALSE(seen.at(offset + i)) << name << " overlaps another field";
      seen.at(offset + i) = true;
    }
  });
  EXPECT_EQ(std::count(seen.begin(), seen.end(), false), 0);
}

TYPED_TEST(WholeMessage, IsAnotherOneWhereverAByteChanges) {
  const TypeParam message{};
  const Fields plain = fields_of(message, {});
  for (std::size_t at = 0; at < sizeof message; ++at) {
    std::vector<std::byte> bytes(sizeof message);
    bytes[at] = std::byte{1};
    TypeParam changed;
    std::memcpy(&changed, bytes.data(), sizeof changed);
    const Fields fields = fields_of(changed, {});
    ASSERT_EQ(fields.size(), plain.size());
    int differences = 0;
    int given = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      differences += fields[i].value == plain[i].value ? 0 : 1;
      given += fields[i].is_given ? 1 : 0;
    }
    EXPECT_GE(differences, 1) << "byte " << at;
    EXPECT_EQ(given, 1) << "byte " << at;
  }
}

TYPED_TEST(WholeMessage, ComesBackFromJsonWithAllItsFields) {
  const Fields fields = fields_of(distinct_bytes<TypeParam>(), made_names());
  const Json parsed = Json::parse(to_line(to_json(fields)));
  ASSERT_EQ(parsed.size(), fields.size()) << "two have one name";
  std::size_t at = 0;
  for (const auto& [name, value] : parsed.items()) {
    EXPECT_EQ(name, fields[at].name);
    EXPECT_EQ(value, fields[at].value) << name;
    ++at;
  }
}

TEST(RecordFields, WritesAnOrderInTheWordsOfItsVenue) {
  Command command = test::buy(2, "A 1").at(6'000'050).qty(1'500);
  command.seq = {17};
  command.time = test::kNoon;
  command.account = {1};
  command.flags = kPossResend;
  command.exec_inst = ExecInst::post_only;
  command.position_effect = 'O';
  EXPECT_EQ(to_text(fields_of(command, made_names()), false),
            "seq=17 time=2026-05-02T12:00:00.000000000Z session=CLIENT2 instrument=BTC-USDT "
            "price=60000.5 qty=1.5 type=new_order side=buy ord_type=limit time_in_force=gtc "
            "flags=poss_resend position_effect=O account=A-1 exec_inst=post_only "
            "clordid=\"A 1\"");
  // Where the journal does not tell what a tick is, and of a session without a name.
  command.instrument = {3};
  command.session = {9};
  const std::string text = to_text(fields_of(command, made_names()), false);
  EXPECT_NE(text.find(" session=9 instrument=ODD price_ticks=6000050 qty_lots=1500 "),
            std::string::npos)
      << text;
}

TEST(RecordFields, NamesTheTargetOfAControlByItsScope) {
  const JournalNames names = made_names();
  Command command = test::kill(ControlScope::firm, 2, kKillOn | kKeepResting);
  EXPECT_EQ(value_in(fields_of(command, names), "target"), "BETA");
  EXPECT_EQ(value_in(fields_of(command, names), "control_action"), "on|keep_resting");
  command.control_scope = ControlScope::session;
  EXPECT_EQ(value_in(fields_of(command, names), "target"), "CLIENT2");
  command.control_scope = ControlScope::account;
  EXPECT_EQ(value_in(fields_of(command, names), "target"), 2) << "it has no name";
  command = test::set_state(InstrumentState::halted);
  EXPECT_EQ(value_in(fields_of(command, names), "control_action"), "halted");
  command.control_action = 200;
  EXPECT_EQ(value_in(fields_of(command, names), "control_action"), 200);
}

TEST(RecordFields, WritesWhatHasNoNameAsItsNumber) {
  Command command{};
  command.type = static_cast<CommandType>(99);
  command.side = static_cast<Side>(7);
  command.flags = 0x41;
  command.defect = static_cast<RejectCode>(999);
  command.order_capacity = 3;
  const Fields fields = fields_of(command, {});
  EXPECT_EQ(value_in(fields, "type"), 99);
  EXPECT_EQ(value_in(fields, "side"), 7);
  EXPECT_EQ(value_in(fields, "flags"), "poss_resend|64");
  EXPECT_EQ(value_in(fields, "defect"), 999);
  EXPECT_EQ(value_in(fields, "order_capacity"), 3);
}

TEST(RecordFields, HidesNoByteOfATextNorRoundsALargeNumber) {
  Event event{};
  event.clordid.bytes[0] = 'A';
  event.clordid.bytes[2] = 'B';
  event.orig_clordid.bytes[0] = '\n';
  event.cum_notional = (Notional{1} << 100U);
  event.order_id = {UINT64_MAX};
  event.time = {-5};
  const Fields fields = fields_of(event, {});
  EXPECT_EQ(value_in(fields, "clordid").get<std::string>().substr(0, 12), "bytes 410042");
  EXPECT_EQ(value_in(fields, "orig_clordid").get<std::string>().substr(0, 10), "bytes 0a00");
  EXPECT_EQ(value_in(fields, "cum_notional_ticks_lots"), "1267650600228229401496703205376");
  EXPECT_EQ(value_in(fields, "order_id"), "18446744073709551615");
  EXPECT_EQ(value_in(fields, "time"), -5);
}

TEST(RecordFields, WritesARecordOfAnyTypeAndStream) {
  Memory memory(8'192);
  SegmentWriter writer(memory.span(), {.unit = 3, .stream = 7, .epoch = 4}, 1, {}, 0);
  const std::vector<std::byte> payload(100);
  writer.append({.type = static_cast<RecordType>(9),
                 .time_ns = 1'000'000'000,
                 .session = 2,
                 .msg_seq_num = 11},
                payload);
  writer.append({.type = RecordType::command, .time_ns = 5}, payload);  // no command fits there
  SegmentReader reader(memory.view(),
                       read_segment_start(memory.view(), StreamKind::commands).header);
  RecordView record;
  ASSERT_EQ(reader.next(record), SegmentReader::Status::record);
  EXPECT_EQ(to_text(fields_of(record, made_names()), false),
            "stream=7 sequence=1 record=9 epoch=4 unit=3 time=1970-01-01T00:00:01.000000000Z "
            "session=CLIENT2 msg_seq_num=11 bytes=100");
  ASSERT_EQ(reader.next(record), SegmentReader::Status::record);
  EXPECT_EQ(to_text(fields_of(record, made_names()), false),
            "stream=7 sequence=2 record=command epoch=4 unit=3 time=1970-01-01T00:00:00.000000005Z "
            "bytes=100");
}

TEST(RecordFields, ShowsWhatARunIsBoundByButNotTheKeyOfItsNames) {
  RunStart run{.config = test::random_flow_config(), .names = kRunNames};
  run.config.name_key = {0x0123'4567'89ab'cdefULL, 987'654'321'012'345'678ULL};
  const std::string line = to_line(to_json(fields_of(run)));
  EXPECT_NE(line.find("\"max_orders\":1024"), std::string::npos) << line;
  EXPECT_NE(line.find("\"name\":\"BTC-USDT\""), std::string::npos) << line;
  EXPECT_EQ(line.find("name_key"), std::string::npos) << line;
  EXPECT_EQ(line.find(std::to_string(run.config.name_key.low)), std::string::npos) << line;
  EXPECT_EQ(line.find(std::to_string(run.config.name_key.high)), std::string::npos) << line;
}

}  // namespace
}  // namespace sluice::gateway
