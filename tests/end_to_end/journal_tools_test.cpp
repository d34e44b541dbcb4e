// The journal of a real venue, looked at with the program's own tools: while it runs, after a kill,
// and after a bit of it has flipped.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/tool_run.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using ToolJson = nlohmann::json;

std::vector<ToolJson> json_lines(const ToolOutcome& outcome) {
  std::vector<ToolJson> lines;
  std::istringstream text(outcome.out);
  for (std::string line; std::getline(text, line);) lines.push_back(ToolJson::parse(line));
  return lines;
}

std::string value_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 1;
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

class JournalTools : public ::testing::Test {
 protected:
  [[nodiscard]] std::string journal() const { return venue_.state_dir() + "/journal"; }
  [[nodiscard]] std::string live() const { return venue_.state_dir() + "/live"; }

  void trade(int times, const std::string& comp_id = "CLIENT2") {
    Bystander bystander{venue_, comp_id};
    for (; times > 0; --times) bystander.trade();
    EXPECT_TRUE(bystander.client().logout());
  }

  VenueProcess venue_{options_of(small_venue())};
};

TEST_F(JournalTools, VerifyAgreesWithAVenueThatRunsIsKilledAndIsStopped) {
  trade(5);
  EXPECT_EQ(run_tool({"verify", journal()}).code, 0);
  const ToolOutcome busy = run_tool({"verify", journal(), "--live", live()});
  EXPECT_EQ(busy.code, 2);
  EXPECT_NE(busy.err.find(live() + ": a venue uses it"), std::string::npos) << busy.err;

  venue_.kill();
  const ToolOutcome killed = run_tool({"verify", journal(), "--live", live()});
  EXPECT_EQ(killed.code, 0) << killed.err;
  EXPECT_EQ(value_after(killed.out, "runs"), "1") << killed.out;
  EXPECT_EQ(value_after(killed.out, "last_event"), "20") << killed.out;

  venue_.start_again();
  trade(5, "CLIENT1");
  ASSERT_TRUE(venue_.stop(kPatience));
  const ToolOutcome stopped = run_tool({"verify", journal()});
  EXPECT_EQ(stopped.code, 0) << stopped.err;
  EXPECT_TRUE(stopped.out.starts_with("verified ")) << stopped.out;
  EXPECT_EQ(value_after(stopped.out, "runs"), "2") << stopped.out;
  EXPECT_EQ(value_after(stopped.out, "events_compared"), value_after(stopped.out, "events"));
  EXPECT_EQ(value_after(stopped.out, "snapshots"), "1") << "the one of the stop\n" << stopped.out;
  // What another build's output is compared with.
  EXPECT_EQ(run_tool({"verify", journal()}).out, stopped.out);
}

TEST_F(JournalTools, DumpTellsOrdersAndTradesInTheVenuesNames) {
  trade(3);
  venue_.kill();
  const std::vector<ToolJson> orders =
      json_lines(run_tool({"journal", "dump", journal(), "--live", live(), "--json", "--type",
                           "new_order", "--session", "CLIENT2"}));
  ASSERT_EQ(orders.size(), 6U);
  for (const ToolJson& order : orders) {
    EXPECT_EQ(order["instrument"], kSideSymbol);
    EXPECT_EQ(order["session"], "CLIENT2");
  }
  EXPECT_NE(orders[0]["side"], orders[1]["side"]);
  const std::string clordid = orders[2]["clordid"];

  venue_.start_again();
  ASSERT_TRUE(venue_.stop(kPatience));
  const std::vector<ToolJson> life = json_lines(
      run_tool({"journal", "dump", journal(), "--events", "--json", "--clordid", clordid}));
  ASSERT_EQ(life.size(), 2U);
  EXPECT_EQ(life[0]["type"], "accepted");
  EXPECT_EQ(life[0]["price"], orders[2]["price"]);
  EXPECT_EQ(life[1]["type"], "trade");
  EXPECT_EQ(life[1]["ord_status"], "filled");
  const std::string id = life[0]["order_id"];
  const ToolOutcome by_id =
      run_tool({"journal", "dump", journal(), "--events", "--order-id", id, "--limit", "1"});
  EXPECT_EQ(by_id.code, 0) << by_id.err;
  EXPECT_NE(by_id.out.find(" type=accepted "), std::string::npos) << by_id.out;
}

TEST_F(JournalTools, StatCountsRunsAndHealth) {
  trade(3);
  venue_.kill();
  venue_.start_again();
  const ToolOutcome text = run_tool({"journal", "stat", journal()});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("\nruns: epoch=2 "), std::string::npos) << text.out;
  ASSERT_TRUE(venue_.stop(kPatience));
  const ToolOutcome found = run_tool({"journal", "stat", journal(), "--json", "--live", live()});
  EXPECT_EQ(found.code, 0) << found.err;
  const ToolJson parts = ToolJson::parse(found.out);
  EXPECT_EQ(parts["runs"].size(), 2U);
  EXPECT_EQ(parts["events"]["records"], 12);
  EXPECT_EQ(parts["snapshots"][0]["good"], true);
  EXPECT_EQ(parts["live"]["records"], 0);
}

TEST_F(JournalTools, ABitThatFlippedIsFoundAndCutDoesNotTouchIt) {
  trade(3);
  ASSERT_TRUE(venue_.stop(kPatience));
  const std::string segment = journal() + "/rounds-00000000000000000001.seg";
  {
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(4'300);
    const int byte = file.get();
    file.seekp(4'300);
    file.put(static_cast<char>(byte ^ 1));
  }
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"verify", journal()},
                                                    {"journal", "dump", journal()},
                                                    {"journal", "stat", journal()},
                                                    {"journal", "cut", journal(), "--yes"}}) {
    const ToolOutcome found = run_tool(arguments);
    EXPECT_EQ(found.code, 1);
    EXPECT_NE(found.err.find("rounds-00000000000000000001.seg, offset 4096"), std::string::npos)
        << arguments.back() << ": " << found.err;
  }
}

TEST_F(JournalTools, WrongUseExitsWithTwoAndSaysWhatWouldBeRight) {
  for (const auto& [arguments, told] :
       {std::pair<std::vector<std::string>, std::string>{{"verify"}, "DIR is required"},
        {{"journal"}, "A subcommand is required"},
        {{"journal", "dump"}, "DIR is required"},
        {{"journal", "sweep", journal()}, ""},
        {{"verify", venue_.folder() + "/nothing"}, "STATE_DIR/journal"},
        {{"verify", venue_.folder()}, "nothing in it is of a journal"},
        {{"journal", "dump", journal(), "--session", ""}, "--session: found nothing"},
        {{"verify", journal(), "--live", ""}, "--live: found nothing"},
        {{"verify", ""}, "DIR: found nothing"},
        {{"journal", "cut", journal(), "--yes"}, "a venue uses it"},
        {{"journal", "dump", journal(), "--type", "order"}, "new_order"},
        {{"journal", "dump", journal(), "--limit", "few"}, "--limit: found \"few\""},
        {{"--check", "x", "verify", journal()}, "a command stands alone"}}) {
    const ToolOutcome found = run_tool(arguments);
    EXPECT_EQ(found.code, 2) << found.out;
    EXPECT_NE(found.err.find(told), std::string::npos) << told << ": " << found.err;
  }
  const ToolOutcome help = run_tool({"journal", "dump", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("--order-id"), std::string::npos) << help.out;
}

TEST_F(JournalTools, AReaderThatGoesAwayEndsADumpQuietly) {
  trade(60);
  ASSERT_TRUE(venue_.stop(kPatience));
  ProcessOptions options;
  options.argv = {"/bin/bash", "-c",
                  "set -o pipefail; '" + default_venue_binary() + "' journal dump --all '" +
                      journal() + "' | true"};
  ChildProcess process{options};
  const auto status = process.wait(kPatience);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
  EXPECT_EQ(process.standard_error(), "");
}

}  // namespace
}  // namespace sluice::testing
