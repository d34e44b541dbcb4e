// What sluice journal stat counts, and what sluice journal cut takes away.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include "engine/journal/snapshot_file.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/journal_tool/cut.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/stat.hpp"
#include "gateway/journal_tool/tool_error.hpp"
#include "gateway/journal_tool/verify.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/gateway/journal_tool/made_journal.hpp"

namespace sluice::gateway {
namespace {

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

class StatAndCut : public testing::Test {
 protected:
  Said counted(bool as_json, const std::optional<std::string>& live = {}) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = stat(journal_.folder(), live, as_json, out, err);
    return {code, out.str(), err.str()};
  }
  Said cut_off(bool yes) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = cut(journal_.folder(), yes, out, err);
    return {code, out.str(), err.str()};
  }
  Said verified() {
    std::ostringstream out;
    std::ostringstream err;
    const int code = verify(journal_.folder(), std::nullopt, out, err);
    return {code, out.str(), err.str()};
  }
  std::string bytes_of(const std::string& name) {
    std::ifstream file(journal_.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Returns where the last round begins.
  std::size_t tear() {
    ChangedFile file(journal_.file(kFirstRounds));
    const std::size_t at = file.last_round();
    file.flip(at + 200);
    return at;
  }

  MadeJournal journal_;
};

TEST_F(StatAndCut, CountsWhatThereIs) {
  journal_.trade(100);
  journal_.snapshot();
  const std::string snapshot = snapshot_name(101);
  const std::uint64_t before = journal_.events();
  const std::string hash = hex(journal_.engine().state_hash(), 16);
  journal_.kill();
  journal_.start();
  journal_.trade(20);
  const Said found = counted(true);
  EXPECT_EQ(found.code, kToolGood) << found.err;
  const Json parts = Json::parse(found.out);
  const std::size_t file_bytes = Journal::kMinSegmentBytes;
  EXPECT_EQ(parts["rounds"], (Json{{"segments", 2},
                                   {"first_index", 1},
                                   {"last_index", 2},
                                   {"prepared", 1},
                                   {"bytes", 3 * file_bytes}}));
  ASSERT_EQ(parts["streams"].size(), 1U);
  const Json& commands = parts["streams"][0];
  EXPECT_EQ(commands["stream"], 0);
  EXPECT_EQ(commands["records"], 122);
  EXPECT_EQ(commands["first_sequence"], 1);
  EXPECT_EQ(commands["last_sequence"], 122);
  EXPECT_EQ(commands["types"]["run"], 2);
  int sum = 0;
  for (const auto& [type, number] : commands["types"].items()) sum += number.get<int>();
  EXPECT_EQ(sum, 122);
  EXPECT_EQ(parts["runs"][1]["epoch"], 2);
  EXPECT_EQ(parts["runs"][1]["sequence"], 102);
  EXPECT_EQ(parts["events"]["records"], journal_.events());
  EXPECT_EQ(parts["events"]["segments"], 2);
  ASSERT_EQ(parts["snapshots"].size(), 1U);
  EXPECT_EQ(parts["snapshots"][0]["file"], snapshot);
  EXPECT_EQ(parts["snapshots"][0]["events"], before);
  EXPECT_EQ(parts["snapshots"][0]["state_hash"], hash);
  EXPECT_EQ(parts["snapshots"][0]["good"], true);
  EXPECT_EQ(parts["damage"], Json::array());

  const std::string text = counted(false).out;
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "rounds: segments=2 first_index=1 last_index=2 prepared=1 bytes=6291456");
  EXPECT_NE(text.find("\nstreams: stream=0 records=122 "), std::string::npos) << text;
  EXPECT_NE(text.find("\nruns: epoch=2 sequence=102 "), std::string::npos) << text;
}

TEST_F(StatAndCut, TellsDamageAndTornEndsApart) {
  journal_.trade(100);
  journal_.snapshot();
  journal_.kill();
  const std::size_t torn = tear();
  Said found = counted(true);
  EXPECT_EQ(found.code, kToolGood) << found.err;
  EXPECT_EQ(Json::parse(found.out)["rounds"]["torn"].get<std::string>().find(
                kFirstRounds + ", offset " + std::to_string(torn) + ": round "),
            0U)
      << found.out;

  ChangedFile(journal_.file(snapshot_name(101))).flip(2'000);
  ChangedFile(journal_.file(kFirstEvents)).flip(SegmentHeader::kBytes + 100);
  ChangedFile(journal_.file(kFirstRounds)).flip(SegmentHeader::kBytes + 100);
  found = counted(true);
  EXPECT_EQ(found.code, kToolDamage);
  const Json parts = Json::parse(found.out);
  EXPECT_EQ(parts["damage"].size(), 3U) << found.err;
  EXPECT_EQ(parts["snapshots"][0]["good"], false);
  EXPECT_NE(found.err.find(kFirstRounds + ", offset 4096"), std::string::npos) << found.err;
  EXPECT_NE(found.err.find(kFirstEvents + ", event 1: length or CRC is wrong, offset 4096"),
            std::string::npos)
      << found.err;
  EXPECT_NE(found.err.find(snapshot_name(101) + ": its length or its CRC"), std::string::npos)
      << found.err;
}

TEST_F(StatAndCut, CountsWhatIsInMemoryAlone) {
  journal_.trade(10);
  journal_.take(test::buy(1, "A"));
  journal_.take(test::buy(1, "B"));
  EXPECT_THROW((void)counted(true, journal_.live()), ToolError);
  journal_.kill();
  const Json parts = Json::parse(counted(true, journal_.live()).out);
  EXPECT_EQ(parts["live"]["records"], 2);
  EXPECT_EQ(parts["live"]["first_sequence"], 12);
  EXPECT_EQ(parts["streams"][0]["last_sequence"], 11);
}

TEST_F(StatAndCut, CutsOnlyWhereItIsToldToAndAStartGoesOnThere) {
  journal_.trade(100);
  journal_.kill();
  std::filesystem::remove(journal_.file(kFirstEvents));
  const std::size_t torn = tear();
  const std::string before = bytes_of(kFirstRounds);
  Said said = cut_off(false);
  EXPECT_EQ(said.code, kToolGood) << said.err;
  EXPECT_TRUE(said.out.starts_with(kFirstRounds + ", offset " + std::to_string(torn) + ": round "))
      << said.out;
  EXPECT_NE(said.out.find("nothing was changed; --yes cuts them off"), std::string::npos);
  EXPECT_TRUE(bytes_of(kFirstRounds) == before);

  said = cut_off(true);
  EXPECT_EQ(said.code, kToolGood) << said.err;
  EXPECT_NE(said.out.find("\ncut off\n"), std::string::npos) << said.out;
  const std::string after = bytes_of(kFirstRounds);
  EXPECT_TRUE(after.substr(0, torn) == before.substr(0, torn));
  EXPECT_EQ(after.find_first_not_of('\0', torn), std::string::npos);
  said = verified();
  EXPECT_EQ(said.code, kToolGood) << said.err;
  EXPECT_EQ(said.out.find("offset"), std::string::npos) << said.out;
  said = cut_off(true);
  EXPECT_TRUE(said.out.starts_with("nothing to cut: the journal ends with command ")) << said.out;
  journal_.start();
  journal_.trade(10);
  EXPECT_EQ(verified().code, kToolGood);
}

TEST_F(StatAndCut, NeverCutsWhatIsDamage) {
  journal_.trade(100);
  journal_.kill();
  ChangedFile(journal_.file(kFirstRounds)).flip(SegmentHeader::kBytes + 100);
  const std::string before = bytes_of(kFirstRounds);
  const Said said = cut_off(true);
  EXPECT_EQ(said.code, kToolDamage);
  EXPECT_NE(said.err.find(kFirstRounds + ", offset 4096, before command sequence 1"),
            std::string::npos)
      << said.err;
  EXPECT_NE(said.err.find("\"When the journal is damaged\""), std::string::npos) << said.err;
  EXPECT_TRUE(bytes_of(kFirstRounds) == before);
}

TEST_F(StatAndCut, CutsNothingUnderAVenueAndMakesNoFolder) {
  journal_.trade(10);
  for (const bool yes : {false, true}) EXPECT_THROW((void)cut_off(yes), ToolError);
  const test::TemporaryFolder other;
  std::ostringstream out;
  EXPECT_THROW((void)cut(other.path() + "/nothing", true, out, out), ToolError);
  EXPECT_THROW((void)cut(other.path(), true, out, out), ToolError);
  EXPECT_TRUE(std::filesystem::is_empty(other.path()));
}

}  // namespace
}  // namespace sluice::gateway
