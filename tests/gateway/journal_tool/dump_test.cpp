// Which records sluice journal dump prints, and what it says of those that it cannot.
#include "gateway/journal_tool/dump.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "engine/journal/round_log.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/journal_tool/journal_commands.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/stat.hpp"
#include "gateway/journal_tool/tool_error.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/gateway/journal_tool/made_journal.hpp"

namespace sluice::gateway {
namespace {

struct Dumped {
  int code = 0;
  std::vector<std::string> lines;
  std::string err;
};

class DumpTest : public testing::Test {
 protected:
  Dumped dumped(DumpOptions options) {
    options.folder = journal_.folder();
    std::ostringstream out;
    std::ostringstream err;
    Dumped found{dump(options, out, err), {}, ""};
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) found.lines.push_back(line);
    found.err = err.str();
    return found;
  }
  Dumped dumped(const FilterText& filter, bool events = false) {
    DumpOptions options;
    options.filter = filter;
    options.events = events;
    return dumped(options);
  }
  /// Their values of one field.
  std::vector<Json> values(const FilterText& filter, const char* field, bool events = false) {
    DumpOptions options;
    options.filter = filter;
    options.events = events;
    options.json = true;
    std::vector<Json> found;
    for (const std::string& line : dumped(options).lines) {
      found.push_back(Json::parse(line).at(field));
    }
    return found;
  }
  std::string refusal(const FilterText& filter) {
    try {
      (void)dumped(filter);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "";
  }

  /// An order of each of two sessions, a trade between them, a cancel that comes too late, at whole
  /// seconds after noon.
  void little_trade() {
    const auto put = [&](Command command, int second) {
      command.time = {test::kNoon.value + second * kNsPerSecond};
      command.msg_seq_num = static_cast<std::uint32_t>(second + 1);
      journal_.take(command);
    };
    put(test::sell(1, "S1").at(100).qty(5), 1);
    put(test::buy(2, "B1").at(100).qty(5), 2);
    put(test::buy(3, "OTHER").on(2).at(100).qty(5), 3);
    put(test::cancel(1, "C1").orig("S1"), 4);
    journal_.settle();
  }

  MadeJournal journal_;
};

TEST_F(DumpTest, PrintsEveryCommandOnceInOrderAsTextAndAsJson) {
  journal_.trade(150);
  const Dumped text = dumped(FilterText{});
  EXPECT_EQ(text.code, kToolGood) << text.err;
  ASSERT_EQ(text.lines.size(), 151U);
  EXPECT_EQ(text.lines[0].substr(0, 45), "sequence=1 record=run epoch=1 unit=3 time=202");
  const std::vector<Json> sequences = values({}, "sequence");
  ASSERT_EQ(sequences.size(), 151U);
  for (std::size_t n = 0; n < sequences.size(); ++n) EXPECT_EQ(sequences[n], n + 1);
  for (std::size_t n = 1; n < text.lines.size(); ++n) {
    EXPECT_TRUE(text.lines[n].starts_with("sequence=" + std::to_string(n + 1) + " record=command"))
        << text.lines[n];
  }
}

TEST_F(DumpTest, PrintsTheEventsAsTheyWere) {
  journal_.trade(150);
  DumpOptions options;
  options.events = true;
  options.json = true;
  const Dumped found = dumped(options);
  ASSERT_EQ(found.lines.size(), journal_.events());
  JournalNames names;
  names.learn({.config = {}, .names = kRunNames});
  for (std::uint64_t n = 1; n <= journal_.events(); ++n) {
    Json line = Json::parse(found.lines[n - 1]);
    const Json event = to_json(fields_of(journal_.log().written_event(n), names));
    EXPECT_EQ(line["sequence"], n);
    for (const auto& [name, value] : event.items()) EXPECT_EQ(line[name], value) << name;
  }
}

TEST_F(DumpTest, AllFieldsStandInALineOnlyWhereItIsAsked) {
  little_trade();
  DumpOptions options;
  options.filter.from = options.filter.to = "5";
  EXPECT_EQ(dumped(options).lines.at(0),
            "sequence=5 record=command epoch=1 unit=3 seq=5 time=2026-05-02T12:00:04.000000000Z "
            "session=CLIENT1 msg_seq_num=5 type=cancel clordid=C1 orig_clordid=S1");
  options.all = true;
  const std::string line = dumped(options).lines.at(0);
  EXPECT_NE(line.find(" price_ticks=0 qty_lots=0 type=cancel side=none "), std::string::npos)
      << line;
  EXPECT_NE(line.find(" flags=\"\" "), std::string::npos) << line;
}

TEST_F(DumpTest, BoundsCountThemselvesIn) {
  little_trade();
  const auto sequences = [&](const FilterText& filter) { return values(filter, "sequence"); };
  using List = std::vector<Json>;
  EXPECT_EQ(sequences({.from = "2", .to = "3"}), (List{2, 3}));
  EXPECT_EQ(sequences({.from = "5"}), (List{5}));
  EXPECT_EQ(sequences({.from = "6"}), List{});
  EXPECT_EQ(sequences({.to = "0"}), List{});
  EXPECT_EQ(sequences({.to = "1"}), (List{1}));
  const std::string two = "2026-05-02T12:00:02Z";
  const std::string ns = std::to_string(test::kNoon.value + 2 * kNsPerSecond);
  for (const std::string& time :
       {two, ns, std::string("2026-05-02T12:00:02.000000000Z"),
        std::string("2026-05-02t14:30:02+02:30"), std::string("2026-05-02T09:00:02-03:00")}) {
    EXPECT_EQ(sequences({.since = time, .until = time}), (List{3})) << time;
  }
  EXPECT_EQ(sequences({.since = "2026-05-02T12:00:02.000000001Z"}), (List{4, 5}));
  EXPECT_EQ(sequences({.until = "2026-05-02T12:00:01.999999999Z"}), (List{1, 2}));
}

TEST_F(DumpTest, FiltersByNamesNumbersAndKinds) {
  little_trade();
  const auto sequences = [&](const FilterText& filter) { return values(filter, "sequence"); };
  using List = std::vector<Json>;
  EXPECT_EQ(sequences({.session = "CLIENT1"}), (List{2, 5}));
  EXPECT_EQ(sequences({.session = "1"}), (List{2, 5}));
  EXPECT_EQ(sequences({.session = "MAKER 1"}), (List{4}));
  EXPECT_EQ(sequences({.instrument = "ETH-USDT"}), (List{4}));
  EXPECT_EQ(sequences({.clordid = "S1"}), (List{2, 5})) << "the order, and who names it";
  EXPECT_EQ(sequences({.clordid = "S"}), List{});
  EXPECT_EQ(sequences({.types = {"cancel"}}), (List{5}));
  EXPECT_EQ(sequences({.types = {"cancel", "run"}}), (List{1, 5}));
  EXPECT_EQ(sequences({.types = {"command"}}), (List{2, 3, 4, 5}));
  EXPECT_EQ(sequences({.types = {"3"}}), (List{1}));
  EXPECT_EQ(sequences({.types = {"trade"}}), List{}) << "events are no commands";
  EXPECT_EQ(sequences({.session = "CLIENT1", .types = {"new_order"}}), (List{2}));
  EXPECT_EQ(sequences({.stream = "1"}), List{});
  EXPECT_EQ(sequences({.stream = "0"}).size(), 5U);
}

TEST_F(DumpTest, FindsAnOrdersWholeLifeAmongTheEvents) {
  little_trade();
  const std::vector<Json> ids = values({.clordid = "S1", .types = {"accepted"}}, "order_id", true);
  ASSERT_EQ(ids.size(), 1U);
  const std::string id = ids[0];
  using List = std::vector<Json>;
  EXPECT_EQ(values({.order_id = id}, "type", true),
            (List{"accepted", "trade", "trade", "cancel_rejected"}));
  EXPECT_EQ(values({.order_id = "1"}, "type", true), List{});
  // Whose order it is, and who caused it.
  EXPECT_EQ(values({.session = "CLIENT2", .types = {"trade"}}, "session", true),
            (List{"CLIENT1", "CLIENT2"}));
  EXPECT_EQ(values({.from = "2", .to = "3"}, "sequence", true), (List{2, 3}));
}

TEST_F(DumpTest, StopsAtItsLimit) {
  journal_.trade(50);
  for (const std::uint64_t limit : {0U, 1U, 50U, 51U, 52U}) {
    DumpOptions options;
    options.limit = limit;
    const Dumped found = dumped(options);
    EXPECT_EQ(found.code, kToolGood);
    EXPECT_EQ(found.lines.size(), std::min<std::uint64_t>(limit, 51));
  }
}

TEST_F(DumpTest, SaysWhatIsWrongWithAFilterAndWhatWouldBeRight) {
  little_trade();
  EXPECT_EQ(refusal({.from = "x"}), "--from: found \"x\"; expected a whole number from 0 on");
  EXPECT_EQ(refusal({.to = "-1"}), "--to: found \"-1\"; expected a whole number from 0 on");
  EXPECT_EQ(refusal({.from = "3", .to = "2"}), "--from 3 is after --to 2: nothing can match");
  EXPECT_EQ(refusal({.order_id = "18446744073709551616"}),
            "--order-id: found \"18446744073709551616\"; expected a whole number from 0 on");
  EXPECT_EQ(refusal({.stream = "24"}), "--stream: found \"24\"; expected a number below 24");
  EXPECT_EQ(
      refusal({.session = "CLIENT9"}),
      "session \"CLIENT9\" is not in this journal; expected one of CLIENT1, CLIENT2, MAKER 1");
  EXPECT_EQ(refusal({.instrument = "BTC"}),
            "instrument \"BTC\" is not in this journal; expected one of BTC-USDT, ETH-USDT, ODD");
  for (const char* time : {"yesterday", "2026-05-02", "2026-05-02T12:00:02", "2026-13-02T12:00:02Z",
                           "2026-05-02T12:00:02+25:00", "2026-05-02 12:00:02Z", "Z", ""}) {
    if (*time == '\0') continue;
    EXPECT_EQ(refusal({.since = time}),
              "--since: found \"" + std::string(time) +
                  "\"; expected a time as 2026-11-26T01:20:00Z, or nanoseconds since 1970");
  }
  EXPECT_NE(refusal({.since = "2", .until = "1"}), "");
  const std::string type = refusal({.types = {"newOrder"}});
  EXPECT_EQ(type.substr(0, 24), "--type: found \"newOrder\"");
  EXPECT_NE(type.find("new_order, cancel, replace"), std::string::npos) << type;
  EXPECT_NE(type.find("accepted, rejected"), std::string::npos) << type;
}

TEST_F(DumpTest, PrintsWhatStandsBeforeDamageAndSaysWhereThatIs) {
  journal_.trade(100);
  journal_.kill();
  std::size_t round = 0;
  {
    ChangedFile file(journal_.file(kFirstRounds));
    round = file.find(RecordType::round, 4);
    file.flip(round + 400);
  }
  Dumped found = dumped(FilterText{});
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_GT(found.lines.size(), 1U);
  EXPECT_EQ(found.err, journal_.folder() + ": " + kFirstRounds + ", offset " +
                           std::to_string(round) + ", before command sequence " +
                           std::to_string(found.lines.size() + 1) + ": round 4 is not whole\n");

  ChangedFile(journal_.file(kFirstEvents)).flip(SegmentHeader::kBytes + 5 * stride_of(384) + 100);
  found = dumped(FilterText{}, true);
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_EQ(found.lines.size(), 5U);
  EXPECT_EQ(found.err, journal_.folder() + ": " + kFirstEvents +
                           ", event 6: length or CRC is wrong, offset 6336\n");
}

TEST_F(DumpTest, PrintsWhatStandsBeforeAMissingSegment) {
  for (int run = 0; run < 2; ++run) {
    journal_.trade(50);
    journal_.kill();
    journal_.start();
  }
  const std::uint64_t last = journal_.engine().last_seq().value;
  journal_.trade(1);
  journal_.kill();
  std::filesystem::remove(journal_.file("rounds-00000000000000000002.seg"));
  std::filesystem::remove(journal_.file("events-00000000000000000002.seg"));
  Dumped found = dumped(FilterText{});
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_EQ(found.lines.size(), 51U);
  EXPECT_NE(found.err.find("rounds-00000000000000000002.seg is missing"), std::string::npos);
  found = dumped(FilterText{}, true);
  EXPECT_EQ(found.code, kToolDamage);
  EXPECT_GT(found.lines.size(), 10U);
  EXPECT_NE(found.err.find("events-00000000000000000002.seg is missing"), std::string::npos);
  EXPECT_EQ(last, 103U);
}

TEST_F(DumpTest, KnowsTheNamesWhereOnlyASnapshotHasThem) {
  journal_.trade(50);
  journal_.snapshot();
  journal_.kill();
  journal_.start();
  little_trade();
  journal_.kill();
  std::filesystem::remove(journal_.file(kFirstRounds));
  EXPECT_EQ(values({.session = "MAKER 1"}, "instrument"), (std::vector<Json>{"ETH-USDT"}));
  // Also of events, which have no names themselves.
  std::filesystem::remove(journal_.file("rounds-00000000000000000002.seg"));
  EXPECT_GT(values({.session = "MAKER 1"}, "instrument", true).size(), 1U);
}

TEST_F(DumpTest, PrintsWhatIsInMemoryAloneAfterTheRest) {
  little_trade();
  journal_.take(test::buy(1, "IN MEMORY"));
  journal_.kill();
  EXPECT_EQ(dumped(FilterText{}).lines.size(), 5U);
  DumpOptions options;
  options.live = journal_.live();
  const Dumped found = dumped(options);
  ASSERT_EQ(found.lines.size(), 6U);
  EXPECT_NE(found.lines[5].find("clordid=\"IN MEMORY\""), std::string::npos) << found.lines[5];
  options.events = true;
  EXPECT_THROW((void)dumped(options), ToolError);
}

TEST(DumpOfStreams, PrintsRecordsOfAnyStreamWhoseTypeItDoesNotKnowByTheirHeader) {
  const test::TemporaryFolder folder;
  {
    PosixStorage disk(folder.path());
    PreparedSegments segments(disk, Journal::kMinSegmentBytes, 1, 1);
    RoundLog log(segments, {.kind = StreamKind::rounds, .unit = 0, .stream = 0, .epoch = 1}, {},
                 Journal::kRoundBytes);
    const std::vector<std::byte> payload(10);
    const auto add = [&](std::uint8_t stream, int type) {
      log.add({.kind = StreamKind::commands, .unit = 0, .stream = stream, .epoch = 1},
              {.type = static_cast<RecordType>(type), .time_ns = 5, .session = 2, .msg_seq_num = 9},
              payload);
    };
    add(5, 9);
    add(23, 60'000);
    log.commit(5);
    add(5, 10);
    log.commit(6);
  }
  const auto lines = [&](const FilterText& filter) {
    DumpOptions options;
    options.folder = folder.path();
    options.filter = filter;
    std::ostringstream out;
    EXPECT_EQ(dump(options, out, out), kToolGood);
    return out.str();
  };
  const std::string rest =
      " time=1970-01-01T00:00:00.000000005Z session=2 msg_seq_num=9 bytes=10\n";
  const std::string ninth = "stream=5 sequence=1 record=9 epoch=1" + rest;
  const std::string tenth = "stream=5 sequence=2 record=10 epoch=1" + rest;
  const std::string other = "stream=23 sequence=1 record=60000 epoch=1" + rest;
  EXPECT_EQ(lines({}), ninth + other + tenth);
  EXPECT_EQ(lines({.stream = "5"}), ninth + tenth);
  EXPECT_EQ(lines({.from = "2", .stream = "5"}), tenth);
  EXPECT_EQ(lines({.from = "1"}), "") << "of the commands";
  EXPECT_EQ(lines({.types = {"60000", "9"}}), ninth + other);
  EXPECT_EQ(lines({.session = "2", .types = {"10"}}), tenth);
  std::ostringstream out;
  EXPECT_EQ(stat(folder.path(), std::nullopt, true, out, out), kToolGood);
  const Json streams = Json::parse(out.str())["streams"];
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0]["stream"], 5);
  EXPECT_EQ(streams[0]["last_sequence"], 2);
  EXPECT_EQ(streams[1]["types"], (Json{{"60000", 1}}));
}

/// Whoever reads has gone, or the disk is full.
class BrokenPipe : public std::streambuf {
 public:
  explicit BrokenPipe(int error) : error_(error) {}

 protected:
  int_type overflow(int_type) override {
    errno = error_;
    return traits_type::eof();
  }

 private:
  int error_;
};

TEST_F(DumpTest, EndsQuietlyWhereItsReaderHasGoneAndSaysThatADiskIsFull) {
  journal_.trade(50);
  for (const auto& [error, code, told] :
       {std::tuple{EPIPE, kToolGood, ""},
        std::tuple{ENOSPC, kToolUsage,
                   "sluice: the output cannot be written: No space left on device\n"}}) {
    CLI::App app;
    JournalCommands commands(app);
    app.parse("journal dump " + journal_.folder());
    ASSERT_TRUE(commands.is_chosen());
    BrokenPipe pipe(error);
    std::ostream out(&pipe);
    std::ostringstream err;
    EXPECT_EQ(commands.run(out, err), code);
    EXPECT_EQ(err.str(), told);
  }
}

}  // namespace
}  // namespace sluice::gateway
