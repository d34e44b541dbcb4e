// What the tools say of records of sessions, and which of them a filter lets through.
#include <cstring>
#include <gtest/gtest.h>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_folder.hpp"
#include "gateway/journal_tool/dump.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"
#include "gateway/session/journal/session_records.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/gateway/journal_tool/made_journal.hpp"

namespace sluice::gateway {
namespace {

template <class Head>
std::vector<std::byte> payload_of(const Head& head, std::span<const std::byte> rest = {}) {
  const auto bytes = std::as_bytes(std::span(&head, 1));
  std::vector<std::byte> payload(bytes.begin(), bytes.end());
  payload.insert(payload.end(), rest.begin(), rest.end());
  return payload;
}

std::vector<std::byte> payload_of(const SessionMessageHead& head, std::string_view message) {
  return payload_of(head, std::as_bytes(std::span(message)));
}

constexpr SessionCounts kCounts{.session_epoch = 2,
                                .next_sender = 11,
                                .next_target = 7,
                                .taken_end = 10,
                                .since_ns = 1'777'723'200'000'000'001,
                                .last_report = 30,
                                .last_copy = 40,
                                .told_before = 20,
                                .refused = 2,
                                .reserved0 = 0};
constexpr std::uint32_t kRefused[] = {8, 9};

/// A record on its own, of session 2 ("CLIENT2"), one second after 1970 began.
Fields fields_of_record(RecordType type, const std::vector<std::byte>& payload,
                        std::uint32_t number = 0, std::uint32_t session = 2) {
  RecordHeader header{};
  header.type = static_cast<std::uint16_t>(type);
  header.sequence = 5;
  header.stream = 1;
  header.epoch = 4;
  header.time_ns = 1'000'000'000;
  header.session = session;
  header.msg_seq_num = number;
  JournalNames names;
  names.learn({.config = {}, .names = kRunNames});
  return fields_of(RecordView{&header, payload}, names);
}

std::string text_of(RecordType type, const std::vector<std::byte>& payload,
                    std::uint32_t number = 0, std::uint32_t session = 2) {
  return to_text(fields_of_record(type, payload, number, session), false);
}

const std::string kTime = " epoch=4 time=1970-01-01T00:00:01.000000000Z";

TEST(SessionFields, ShowAllThatASessionCounts) {
  const auto payload = payload_of(kCounts, std::as_bytes(std::span(kRefused)));
  EXPECT_EQ(text_of(RecordType::session_state, payload),
            "stream=1 sequence=5 record=session_state" + kTime +
                " session=CLIENT2 session_epoch=2 next_sender=11 next_target=7 taken_end=10 "
                "reset_at=2026-05-02T12:00:00.000000001Z last_event=30 last_appl_seq_num=40 "
                "told_before=20 no_commands=[8,9]");
  const Json json = to_json(
      fields_of_record(RecordType::session_state, payload_of(SessionCounts{.session_epoch = 1,
                                                                           .next_sender = 1,
                                                                           .next_target = 1,
                                                                           .taken_end = 1,
                                                                           .since_ns = 0,
                                                                           .last_report = 0,
                                                                           .last_copy = 0,
                                                                           .told_before = 0,
                                                                           .refused = 0,
                                                                           .reserved0 = 0})));
  EXPECT_EQ(json["no_commands"], Json::array());
  EXPECT_EQ(json["last_event"], 0);
}

TEST(SessionFields, ShowAMessageOnOneLineAndWhatItTellsOf) {
  const auto told = [](const Told& what, std::string_view message) {
    return text_of(RecordType::session_message,
                   payload_of(SessionMessageHead{what.word(), 3, 0}, message), 17);
  };
  const std::string head = "stream=1 sequence=5 record=session_message" + kTime +
                           " session=CLIENT2 msg_seq_num=17 session_epoch=3 ";
  EXPECT_EQ(told({.report = 30},
                 "8=FIX.4.4\x01"
                 "35=8\x01"
                 "58=a \"b\"\\\n\x01"),
            head + R"(event=30 bytes=26 message="8=FIX.4.4|35=8|58=a \"b\"\\\\\\x0A|")");
  EXPECT_EQ(told({.copy = 31}, "35=8\x01"), head + R"(appl_seq_num=31 bytes=5 message="35=8|")");
  EXPECT_EQ(told({}, "35=0\x01"), head + R"(bytes=5 message="35=0|")");
  // Neither a secret nor bytes that are no fields come through.
  EXPECT_EQ(told({}, "554=secret\x01\x02"),
            head + R"(bytes=12 message="554=***|<garbled, 1 bytes>")");
  EXPECT_EQ(told({}, ""), head.substr(0, head.size() - 1));
}

TEST(SessionFields, ShowWhatWasTakenWhereCopiesStandAndWhatIsVoid) {
  EXPECT_EQ(text_of(RecordType::session_taken, payload_of(SessionTaken{3, 0}), 9),
            "stream=1 sequence=5 record=session_taken" + kTime +
                " session=CLIENT2 msg_seq_num=9 session_epoch=3");
  const std::string_view group = "ALPHA ALL";
  EXPECT_EQ(text_of(RecordType::copy_numbers,
                    payload_of(CopyNumbersHead{12, 34}, std::as_bytes(std::span(group))), 0, 0),
            "stream=1 sequence=5 record=copy_numbers" + kTime +
                " group=\"ALPHA ALL\" appl_seq_num=12 event=34");
  const std::string_view odd = "A\x01";
  EXPECT_NE(text_of(RecordType::copy_numbers,
                    payload_of(CopyNumbersHead{12, 34}, std::as_bytes(std::span(odd))))
                .find(" group=\"bytes 4101\" "),
            std::string::npos);
  EXPECT_EQ(text_of(RecordType::sessions_void, {}, 0, 0),
            "stream=1 sequence=5 record=sessions_void" + kTime);
}

TEST(SessionFields, AreThoseOfTheHeaderWhereThePayloadIsNotWhatItsTypeSays) {
  auto state = payload_of(kCounts, std::as_bytes(std::span(kRefused)));
  state.pop_back();
  for (const auto& [type, payload] :
       {std::pair{RecordType::session_state, state},
        {RecordType::session_state, std::vector<std::byte>(sizeof(SessionCounts) - 1)},
        {RecordType::session_message, std::vector<std::byte>(sizeof(SessionMessageHead) - 1)},
        {RecordType::session_taken, std::vector<std::byte>(sizeof(SessionTaken) + 1)},
        {RecordType::copy_numbers, std::vector<std::byte>(sizeof(CopyNumbersHead) - 1)},
        {RecordType::sessions_void, std::vector<std::byte>(1)}}) {
    const std::string text = text_of(type, payload);
    EXPECT_TRUE(text.ends_with(" session=CLIENT2 bytes=" + std::to_string(payload.size()))) << text;
  }
}

/// An order of session 1 and what its session and another one recorded of it, in two rounds.
class DumpOfSessions : public testing::Test {
 protected:
  DumpOfSessions() {
    PosixStorage disk(folder_.path());
    PreparedSegments segments(disk, Journal::kMinSegmentBytes, 1, 1);
    RoundLog log(segments, {.kind = StreamKind::rounds, .unit = 0, .stream = 0, .epoch = 1}, {},
                 Journal::kRoundBytes);
    const auto add = [&](std::uint8_t stream, const RecordMeta& meta,
                         std::span<const std::byte> payload) {
      log.add({.kind = StreamKind::sessions, .unit = 0, .stream = stream, .epoch = 1}, meta,
              payload);
    };
    Command order = test::buy(1, "B1").at(100).qty(5);
    order.seq = {1};
    order.order_id = {7};
    add(0, {.type = RecordType::command, .time_ns = 1, .session = 1, .msg_seq_num = 2},
        std::as_bytes(std::span(&order, 1)));
    log.commit(1);
    const auto message = payload_of(SessionMessageHead{1, 1, 0},
                                    "35=8\x01"
                                    "11=B1\x01");
    add(1, {.type = RecordType::session_message, .time_ns = 2, .session = 1, .msg_seq_num = 2},
        message);
    add(1, {.type = RecordType::session_taken, .time_ns = 3, .session = 2, .msg_seq_num = 7},
        payload_of(SessionTaken{1, 0}));
    add(2, {.type = RecordType::session_message, .time_ns = 4, .session = 3, .msg_seq_num = 5},
        message);
    log.commit(4);
  }

  /// "STREAM.SEQUENCE" of each record.
  std::vector<std::string> places(const FilterText& filter) const {
    DumpOptions options;
    options.folder = folder_.path();
    options.filter = filter;
    options.json = true;
    std::stringstream out;
    std::ostringstream err;
    EXPECT_EQ(dump(options, out, err), kToolGood) << err.str();
    std::vector<std::string> found;
    for (std::string line; std::getline(out, line);) {
      const Json record = Json::parse(line);
      found.push_back(to_line(record["stream"]) + "." + to_line(record["sequence"]));
    }
    return found;
  }

  test::TemporaryFolder folder_;
};

TEST_F(DumpOfSessions, AreFoundBySessionStreamSequenceTimeAndType) {
  using List = std::vector<std::string>;
  EXPECT_EQ(places({}), (List{"0.1", "1.1", "1.2", "2.1"}));
  EXPECT_EQ(places({.session = "1"}), (List{"0.1", "1.1"}));
  EXPECT_EQ(places({.session = "2"}), (List{"1.2"}));
  EXPECT_EQ(places({.from = "2", .stream = "1"}), (List{"1.2"}));
  EXPECT_EQ(places({.to = "1", .stream = "1"}), (List{"1.1"}));
  EXPECT_EQ(places({.since = "2", .until = "3"}), (List{"1.1", "1.2"}));
  EXPECT_EQ(places({.types = {"session_message"}}), (List{"1.1", "2.1"}));
  EXPECT_EQ(places({.session = "3", .types = {"session_message", "session_taken"}}), (List{"2.1"}));
}

TEST_F(DumpOfSessions, AreNotAmongWhatIsAskedForByOrder) {
  using List = std::vector<std::string>;
  EXPECT_EQ(places({.clordid = "B1"}), (List{"0.1"}));
  EXPECT_EQ(places({.instrument = "1"}), (List{"0.1"}));
  EXPECT_EQ(places({.order_id = "7"}), (List{"0.1"}));
}

TEST(DumpOfSessionsInMemory, ComeAfterTheCommandsThere) {
  const test::TemporaryFolder folder;
  const std::string live = folder.path() + "/live";
  const auto clock = [] { return TimeNs{1'777'723'200'000'000'000}; };
  {
    Journal journal(std::make_unique<PosixStorage>(folder.path() + "/journal"),
                    Journal::Options{.live_folder = live,
                                     .segment_bytes = Journal::kMinSegmentBytes,
                                     .segments_ahead = 1,
                                     .live_segment_bytes = std::size_t{256} << 10U,
                                     .live_segments = 2,
                                     .session_streams = 2},
                    clock);
    const std::uint64_t before = journal.open(1'024);
    ExecutionLog log(live + "/execution.log", 1'024, 256, 0, 1, before);
    (void)journal.recover(log);
    RunStart run{.config = test::random_flow_config(), .names = kRunNames};
    run.config.epoch = 1;
    (void)journal.begin_run(run);
    const auto record = [&](std::uint32_t number, std::string_view message) {
      const RecordMeta meta{.type = RecordType::session_message,
                            .time_ns = clock().value,
                            .session = 1,
                            .msg_seq_num = number};
      return journal.sessions(1).append(meta, payload_of(SessionMessageHead{0, 1, 0}, message));
    };
    ASSERT_TRUE(record(1, "35=A\x01"));
    while (journal.sync_turn()) continue;
    ASSERT_TRUE(record(2, "35=0\x01"));
  }
  DumpOptions options;
  options.folder = folder.path() + "/journal";
  options.filter.session = "CLIENT1";
  const auto lines = [&] {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(dump(options, out, err), kToolGood) << err.str();
    return out.str();
  };
  const auto line = [](int sequence, const std::string& type) {
    const std::string number = std::to_string(sequence);
    return "stream=2 sequence=" + number +
           " record=session_message epoch=1 time=2026-05-02T12:00:00.000000000Z session=CLIENT1 "
           "msg_seq_num=" +
           number + " session_epoch=1 bytes=5 message=\"35=" + type + "|\"\n";
  };
  EXPECT_EQ(lines(), line(1, "A"));
  options.live = live;
  EXPECT_EQ(lines(), line(1, "A") + line(2, "0"));
}

}  // namespace
}  // namespace sluice::gateway
