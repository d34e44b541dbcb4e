// The admin server turn by turn: whose request is answered when, and where its bounds are.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/gateway/admin/admin_harness.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

using sluice::testing::TemporaryFolder;

std::string request(int id, const std::string& command, const Json& args = Json::object(),
                    const std::string& reason = {}) {
  Json line{{"id", id}, {"command", command}, {"args", args}};
  if (!reason.empty()) line["reason"] = reason;
  return line.dump() + "\n";
}

Json halt(const char* symbol) { return {{"instruments", {symbol}}, {"state", "halted"}}; }

class AdminServerTest : public ::testing::Test {
 protected:
  AdminHarness& start(AdminHarnessOptions options = {}) {
    options.folder = folder_.path();
    harness_ = std::make_unique<AdminHarness>(std::move(options));
    return *harness_;
  }
  /// A client that has read its greeting.
  std::unique_ptr<AdminSocketClient> connect() {
    auto client = std::make_unique<AdminSocketClient>(folder_.path());
    harness_->turns(2);
    EXPECT_EQ(client->take_lines().size(), 1U);
    return client;
  }
  std::vector<Json> lines_after(AdminSocketClient& client, int turns) {
    std::vector<Json> lines;
    for (int i = 0; i < turns; ++i) {
      harness_->turns(1);
      for (const std::string& line : client.take_lines()) lines.push_back(Json::parse(line));
    }
    return lines;
  }
  std::vector<Json> ask(AdminSocketClient& client, const std::string& bytes) {
    EXPECT_EQ(client.send(bytes), bytes.size());
    return lines_after(client, 12);
  }
  std::vector<Json> audit_lines() const {
    std::ifstream in(folder_.path() + "/audit.log");
    std::vector<Json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
  }
  static std::string code(const Json& line) { return line["error"].value("code", ""); }

  TemporaryFolder folder_;
  std::unique_ptr<AdminHarness> harness_;
};

TEST_F(AdminServerTest, RequestsOfOneClientAreAnsweredInOrderOneAtATime) {
  AdminHarness& harness = start();
  harness.services.silent = true;
  const auto client = connect();
  client->send(request(1, "session.show", {{"session", "CLIENT1"}}) + request(2, "stat") +
               request(3, "session.show", {{"session", "MAKER1"}}));
  EXPECT_TRUE(lines_after(*client, 5).empty());
  // The second and third wait for the first, so the third has not been asked for.
  for (const SessionOrder& order : harness.services.orders) EXPECT_NE(order.session, SessionId{3});
  harness.services.silent = false;
  for (const SessionOrder& order : std::vector(harness.services.orders)) {
    harness.services.answer(order);
  }
  const std::vector<Json> lines = lines_after(*client, 12);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["id"], 1);
  EXPECT_EQ(lines[0]["result"]["session"], "CLIENT1");
  EXPECT_EQ(lines[1]["id"], 2);
  EXPECT_EQ(lines[2]["result"]["session"], "MAKER1");
}

TEST_F(AdminServerTest, OneClientDoesNotWaitForAnother) {
  AdminHarness& harness = start();
  harness.services.silent = true;
  const auto waiting = connect();
  const auto other = connect();
  waiting->send(request(1, "session.show", {{"session", "CLIENT1"}}));
  harness.turns(3);
  EXPECT_EQ(ask(*other, request(7, "instrument.list")).size(), 4U);
  EXPECT_TRUE(waiting->take_lines().empty());
}

TEST_F(AdminServerTest, ARequestThatComesInPiecesIsOne) {
  start();
  const auto client = connect();
  const std::string line = request(5, "stat");
  for (const char byte : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(ask(*client, std::string(1, byte)).empty());
  }
  const auto lines = ask(*client, "\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["id"], 5);
}

TEST_F(AdminServerTest, ALineOfTheBoundIsTakenAndOneByteMoreEndsTheConnection) {
  AdminHarnessOptions options;
  options.admin.max_line_bytes = 1'024;
  start(options);
  const std::string head = R"({"id":1,"command":"stat")";
  const auto of_size = [&](std::size_t size) {
    return head + std::string(size - head.size() - 1, ' ') + "}";
  };
  const auto good = connect();
  const auto lines = ask(*good, of_size(1'024) + "\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0]["ok"]);
  EXPECT_FALSE(good->closed());
  for (const char* ending : {"\n", ""}) {
    const auto bad = connect();
    const auto refused = ask(*bad, of_size(1'025) + ending);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0]["id"], nullptr);
    EXPECT_EQ(refused[0]["error"]["message"], "a line is longer than 1024 bytes");
    EXPECT_TRUE(bad->closed());
  }
}

TEST_F(AdminServerTest, WhatWasAskedBeforeTheClientFellSilentIsAnswered) {
  start();
  const auto client = connect();
  client->send(request(1, "instrument.set_state", halt("BTC-USDT"), "why") + request(2, "stat"));
  client->end_of_requests();
  const auto lines = lines_after(*client, 12);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["result"]["after"]["BTC-USDT"], "halted");
  EXPECT_EQ(lines[1]["id"], 2);
  EXPECT_TRUE(client->closed());
}

TEST_F(AdminServerTest, AChangeWhoseClientWentAwayIsCarriedToItsEnd) {
  AdminHarness& harness = start();
  const auto client = connect();
  client->send(request(1, "instrument.set_state", halt("BTC-USDT"), "why"));
  harness.turn();
  client->close();
  harness.turn();
  harness.turns(6);
  EXPECT_EQ(harness.controls.state({1}), InstrumentState::halted);
  const auto audit = audit_lines();
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_EQ(audit[0]["phase"], "asked");
  EXPECT_EQ(audit[1]["phase"], "done");
}

TEST_F(AdminServerTest, RowsWaitForAClientThatDoesNotReadAndNoneIsLost) {
  AdminHarnessOptions options;
  options.admin.max_unsent_bytes = 262'144;
  AdminHarness& harness = start(options);
  const auto client = connect();
  client->send(request(1, "tail", {{"sessions", {"CLIENT1"}}}));
  harness.turns(3);
  // Far more than the socket and the server keep together, but not more than may wait for a tail.
  constexpr int kMessages = 3'000;
  for (int i = 0; i < kMessages; ++i) {
    harness.services.tapped.push_back(
        {TimeNs{0}, SessionId{1}, false, std::to_string(i) + std::string(1'000, 'x')});
  }
  harness.turns(40);
  std::vector<Json> rows;
  for (int i = 0; i < 200 && rows.size() < kMessages; ++i) {
    for (const Json& line : lines_after(*client, 1)) rows.push_back(line["row"]);
  }
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kMessages));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i]["message"].get<std::string>().starts_with(std::to_string(i) + "x"));
    EXPECT_EQ(rows[i]["dropped"], 0);
  }
}

TEST_F(AdminServerTest, ATailDropsAndCountsWhatFindsNoRoom) {
  AdminHarnessOptions options;
  options.admin.tail_messages = 64;
  AdminHarness& harness = start(options);
  const auto client = connect();
  ask(*client, request(1, "tail"));
  EXPECT_TRUE(harness.services.tapped_sessions[1]);
  for (int i = 0; i < 100; ++i) {
    harness.services.tapped.push_back({TimeNs{0}, SessionId{1}, true, std::to_string(i)});
  }
  harness.services.dropped_by_tap = 5;  // before the hub took them
  auto lines = lines_after(*client, 3);
  ASSERT_EQ(lines.size(), 64U);
  EXPECT_EQ(lines[0]["row"]["message"], "0");
  EXPECT_EQ(lines[63]["row"]["message"], "63");
  EXPECT_EQ(lines[63]["row"]["dropped"], 41);
  lines = ask(*client, request(2, "stat"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["result"], Json({{"messages", 64}, {"dropped", 41}}));
  EXPECT_FALSE(harness.services.tapped_sessions[1]);
}

TEST_F(AdminServerTest, AClientThatReadsNoAnswersMeetsItsBoundAndIsLeft) {
  AdminHarnessOptions options;
  options.admin.max_unsent_bytes = 262'144;
  AdminHarness& harness = start(options);
  const auto client = connect();
  harness.services.certificates = std::string(8'000, 'x');
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += request(i, "certificates.reload", Json::object(), "why");
  // Each answer is 8,000 bytes: 400 of them are more than the socket and the bound hold.
  for (int round = 0; round < 20; ++round) {
    client->send(bytes);
    harness.turn();
  }
  harness.turns(4);
  client->read();
  EXPECT_TRUE(client->closed());
  const auto other = connect();
  EXPECT_EQ(ask(*other, request(1, "stat")).size(), 1U);
}

TEST_F(AdminServerTest, OneMoreThanTheConnectionsTakesThePlaceOfTheLongestSilent) {
  AdminHarnessOptions options;
  options.admin.max_connections = 2;
  AdminHarness& harness = start(options);
  const auto first = connect();
  const auto second = connect();
  EXPECT_EQ(ask(*first, request(1, "stat")).size(), 1U);
  const auto third = connect();
  harness.turns(2);
  const auto lines = second->take_lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(code(Json::parse(lines[0])), "busy");
  EXPECT_TRUE(second->closed());
  EXPECT_EQ(ask(*first, request(2, "stat")).size(), 1U);
  EXPECT_EQ(ask(*third, request(1, "stat")).size(), 1U);
}

TEST_F(AdminServerTest, AChangeWithoutAReasonIsRefusedAndWrittenNowhere) {
  AdminHarness& harness = start();
  const auto client = connect();
  const auto lines = ask(*client, request(1, "instrument.set_state", halt("BTC-USDT")));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(code(lines[0]), "reason_required");
  EXPECT_EQ(lines[0]["error"]["field"], "reason");
  EXPECT_EQ(harness.controls.state({1}), InstrumentState::continuous);
  EXPECT_TRUE(audit_lines().empty());
}

TEST_F(AdminServerTest, WhatIsNotAllowedIsOneRefusedLineOfTheAuditLog) {
  AdminHarnessOptions options;
  options.users = {{std::to_string(::getuid()), AdminRole::supervisor, "BETA"}};
  start(options);
  const auto client = connect();
  auto lines = ask(*client, request(1, "instrument.set_state", halt("BTC-USDT"), "curious"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(code(lines[0]), "not_allowed");
  // A name that it may not see is a mistake as any other, and no line.
  lines = ask(*client, request(2, "kill.on", {{"scope", "session"}, {"name", "CLIENT1"}}, "why"));
  EXPECT_EQ(code(lines.at(0)), "unknown_session");
  const auto audit = audit_lines();
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit[0]["phase"], "refused");
  EXPECT_EQ(audit[0]["command"], "instrument.set_state");
  EXPECT_EQ(audit[0]["firm"], "BETA");
  EXPECT_EQ(audit[0]["reason"], "curious");
}

TEST_F(AdminServerTest, ACommandBeyondTheRoleIsOneRefusedLineOfTheAuditLog) {
  AdminHarnessOptions options;
  options.users = {{std::to_string(::getuid()), AdminRole::viewer, ""}};
  start(options);
  const auto client = connect();
  const auto lines = ask(*client, request(1, "kill.on", {{"scope", "venue"}}, "curious"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["error"]["message"], "the role viewer may not use kill.on");
  const auto audit = audit_lines();
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit[0]["phase"], "refused");
  EXPECT_EQ(audit[0]["role"], "viewer");
}

TEST_F(AdminServerTest, ACancelThatFindsTheEnginesRingFullIsBusyAndFailedInTheAuditLog) {
  AdminHarnessOptions options;
  options.command_ring = 8;
  AdminHarness& harness = start(options);
  const auto client = connect();
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(harness.lane.try_push(
        sluice::test::set_state(InstrumentState::continuous).time(admin_harness_clock())));
  }
  client->send(request(1, "kill.on", {{"scope", "session"}, {"name", "MAKER1"}}, "why"));
  std::vector<Json> lines;
  for (int i = 0; i < 6; ++i) {
    harness.turn();  // the engine does not run
    for (const std::string& line : client->take_lines()) lines.push_back(Json::parse(line));
  }
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(code(lines[0]), "busy");
  EXPECT_EQ(harness.pushed.load(), 0U);
  const auto audit = audit_lines();
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_EQ(audit[1]["phase"], "failed");
  EXPECT_TRUE(harness.controls.kills().empty());
}

TEST_F(AdminServerTest, ManyInstrumentsGoThroughARingThatHoldsFewerOfThem) {
  AdminHarnessOptions options;
  options.command_ring = 1;
  AdminHarness& harness = start(options);
  const auto client = connect();
  client->send(
      request(1, "instrument.set_state", {{"instruments", "*"}, {"state", "halted"}}, "why"));
  harness.turn();
  ASSERT_EQ(harness.lane.commands.waiting(), 1U);
  harness.run_engine();
  // The first is done, and the ring is full again: the others are not forgotten.
  ASSERT_TRUE(harness.lane.try_push(
      sluice::test::set_state(InstrumentState::continuous, 3).time(admin_harness_clock())));
  harness.turn();
  EXPECT_TRUE(client->take_lines().empty());
  const auto lines = lines_after(*client, 12);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["result"]["after"],
            Json({{"BTC-USDT", "halted"}, {"ETH-USDT", "halted"}, {"SOL-USDT", "halted"}}));
  ASSERT_EQ(harness.services.saved.size(), 1U);
  EXPECT_TRUE(harness.engine_desk.idle());
}

TEST_F(AdminServerTest, WhatIsUnderWayWhenTheVenueStopsIsToldAndFailedInTheAuditLog) {
  AdminHarness& harness = start();
  harness.services.silent = true;
  const auto waiting = connect();
  const auto looking = connect();
  waiting->send(request(1, "notice.send", {{"headline", "h"}, {"all", true}}, "why"));
  looking->send(request(2, "session.show", {{"session", "CLIENT1"}}));
  harness.turns(4);
  harness.server.start();
  harness.server.stop();
  const auto told = waiting->take_lines();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(code(Json::parse(told[0])), "stopping");
  EXPECT_NE(told[0].find("its end was not seen"), std::string::npos) << told[0];
  EXPECT_TRUE(waiting->closed());
  const auto other = looking->take_lines();
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(Json::parse(other[0])["id"], 2);
  EXPECT_EQ(code(Json::parse(other[0])), "stopping");
  const auto audit = audit_lines();
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_EQ(audit[0]["phase"], "asked");
  EXPECT_EQ(audit[1]["phase"], "failed");
  EXPECT_EQ(audit[1]["of"], audit[0]["n"]);
}

TEST_F(AdminServerTest, ALookThatWasNotBegunWhenTheVenueStopsIsNoLineOfTheAuditLog) {
  AdminHarness& harness = start();
  harness.services.silent = true;
  const auto client = connect();
  client->send(request(1, "session.logout", {{"session", "CLIENT1"}}, "why"));
  harness.turns(4);  // it looks at the session, who does not answer
  harness.server.start();
  harness.server.stop();
  const auto told = client->take_lines();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("nothing was done"), std::string::npos) << told[0];
  EXPECT_TRUE(audit_lines().empty());
}

TEST_F(AdminServerTest, TheSocketIsGoneWithItsServer) {
  start();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() + "/admin.sock"));
  harness_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/admin.sock"));
}

}  // namespace
}  // namespace sluice::gateway
