#include "gateway/session/fix_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>
#include <string>

#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecrets[] = "553=someone|554=hunter2|95=9|96=top|ecret|925=hunter3|";

std::string logon() {
  return testing::message("35=A|34=1|49=CLIENT1|52=20260105-12:00:00|56=SLUICE|98=0|108=30|" +
                          std::string(kSecrets));
}

class FixLogTest : public ::testing::Test {
 protected:
  FixLogTest() { logger_->set_pattern("%v"); }

  [[nodiscard]] FixLog log(bool messages) { return FixLog(logger_, "CLIENT1", messages); }
  [[nodiscard]] std::string written() const { return out_.str(); }
  void expect_no_secret() const {
    EXPECT_THAT(written(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(written(), Not(HasSubstr("hunter3")));
    EXPECT_THAT(written(), Not(HasSubstr("ecret")));
  }

  std::ostringstream out_;
  std::shared_ptr<spdlog::logger> logger_ = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out_));
};

TEST_F(FixLogTest, MessagesAreLoggedInBothDirectionsWhenAsked) {
  FixLog on = log(true);
  on.onIncoming(testing::message("35=0|34=2|"));
  on.onOutgoing(testing::message("35=1|34=3|112=TEST|"));
  EXPECT_THAT(written(), HasSubstr("CLIENT1 < 8=FIX.4.4|"));
  EXPECT_THAT(written(), HasSubstr("CLIENT1 > 8=FIX.4.4|"));
  EXPECT_THAT(written(), HasSubstr("|112=TEST|"));
}

TEST_F(FixLogTest, MessagesAreNotLoggedUnlessAsked) {
  FixLog off = log(false);
  off.onIncoming(testing::message("35=0|34=2|"));
  off.onOutgoing(testing::message("35=0|34=2|"));
  EXPECT_EQ(written(), "");
}

TEST_F(FixLogTest, SecretsInMessagesAreMasked) {
  FixLog on = log(true);
  on.onIncoming(logon());
  on.onOutgoing(logon());
  expect_no_secret();
  EXPECT_THAT(written(), HasSubstr("|553=someone|554=***|"));
  EXPECT_THAT(written(), HasSubstr("|96=***|"));
}

TEST_F(FixLogTest, PlainEventsAreLoggedAsTheyAre) {
  for (const bool messages : {false, true}) {
    log(messages).onEvent("MsgSeqNum too low, expecting 5 but received 3");
  }
  EXPECT_EQ(written(),
            "CLIENT1 MsgSeqNum too low, expecting 5 but received 3\n"
            "CLIENT1 MsgSeqNum too low, expecting 5 but received 3\n");
}

TEST_F(FixLogTest, AMessageQuotedInAnEventIsMasked) {
  log(false).onEvent("Invalid message: " + logon());
  expect_no_secret();
  EXPECT_THAT(written(), HasSubstr("CLIENT1 Invalid message: 8=FIX.4.4|"));
  EXPECT_THAT(written(), HasSubstr("|554=***|"));
}

TEST_F(FixLogTest, AnEventThatQuotesBytesWithoutABeginStringShowsNone) {
  log(false).onEvent("Field not found in " + testing::soh(kSecrets));
  expect_no_secret();
  EXPECT_THAT(written(), HasSubstr("an event that quotes"));
}

TEST_F(FixLogTest, BytesBeforeAQuotedMessageAreMaskedToo) {
  log(false).onEvent("Tail " + testing::soh("554=hunter2|") + " of " + logon());
  expect_no_secret();
}

TEST_F(FixLogTest, WhatQuickFixSaysOfABadLogonHoldsNoSecret) {
  std::string cut = logon();
  cut.resize(cut.size() - 7);  // no CheckSum(10)
  try {
    const FIX::Message message(cut, true);
    FAIL() << "QuickFIX took a message without CheckSum(10)";
  } catch (const FIX::Exception& error) {
    log(false).onEvent(error.what());
  }
  expect_no_secret();
  EXPECT_NE(written(), "");
}

TEST_F(FixLogTest, EventsBelowTheLevelCostNothingAndSayNothing) {
  logger_->set_level(spdlog::level::warn);
  log(true).onEvent("Created session");
  EXPECT_EQ(written(), "");
}

TEST_F(FixLogTest, ALineForEachMessageSentAgainIsForWhoDebugs) {
  log(false).onEvent("Resending Message: 17");
  EXPECT_EQ(written(), "");
  logger_->set_level(spdlog::level::debug);
  log(false).onEvent("Resending Message: 18");
  EXPECT_NE(written().find("Resending Message: 18"), std::string::npos);
}

TEST_F(FixLogTest, TheFactoryNamesALogByTheClient) {
  FixLogFactory factory(logger_, false);
  const FIX::SessionID id(FIX::BeginString("FIX.4.4"), FIX::SenderCompID("SLUICE"),
                          FIX::TargetCompID("CLIENT2"));
  FIX::Log* made = factory.create(id);
  made->onEvent("hello");
  factory.destroy(made);
  FIX::Log* global = factory.create();
  global->onEvent("global");
  factory.destroy(global);
  EXPECT_EQ(written(), "CLIENT2 hello\n- global\n");
}

}  // namespace
}  // namespace sluice::gateway
