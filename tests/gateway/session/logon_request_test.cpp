#include "gateway/session/logon_request.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "engine/types/durations.hpp"
#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {
namespace {

using testing::message;

constexpr TimeNs kNoon{1'767'614'400 * kNsPerSecond};  // 2026-01-05 12:00:00

constexpr std::string_view kHeader = "35=A|34=7|49=CLIENT1|52=20260105-12:00:00.123456|56=SLUICE|";

std::optional<LogonRequest> read(std::string_view body) {
  static std::string bytes;  // the request's views point into it
  bytes = message(body);
  return read_logon(bytes);
}

std::optional<LogonRequest> read_with(std::string_view more) {
  return read(std::string(kHeader) + "98=0|108=30|" + std::string(more));
}

TEST(ReadLogon, DropCopyFlagIsYesOrNoOrAbsentAndStandsOnce) {
  EXPECT_EQ(read_with("9406=Y|")->drop_copy, true);
  EXPECT_EQ(read_with("9406=N|")->drop_copy, false);
  EXPECT_FALSE(read_with("")->drop_copy);
  EXPECT_FALSE(read_with("9406=y|"));
  EXPECT_FALSE(read_with("9406=|"));
  EXPECT_FALSE(read_with("9406=Y|9406=Y|"));
}

TEST(RoleOfALogon, OnlyASessionThatMayChooseListensToTheFlagAndNoneTakesTheOtherRole) {
  struct Case {
    Role role;
    const char* flag;
    bool is_good;
    bool is_copy;
  };
  for (const Case& each : {Case{Role::order_entry, "", true, false},
                           {Role::order_entry, "9406=N|", true, false},
                           {Role::order_entry, "9406=Y|", false, false},
                           {Role::drop_copy, "", true, true},
                           {Role::drop_copy, "9406=Y|", true, true},
                           {Role::drop_copy, "9406=N|", false, true},
                           {Role::by_logon, "", true, false},
                           {Role::by_logon, "9406=N|", true, false},
                           {Role::by_logon, "9406=Y|", true, true}}) {
    const auto logon = read_with(each.flag);
    ASSERT_TRUE(logon);
    EXPECT_EQ(fault_by_role(*logon, each.role).empty(), each.is_good) << each.flag;
    if (each.is_good) {
      EXPECT_EQ(asks_for_copies(*logon, each.role), each.is_copy) << each.flag;
    }
  }
}

// 2^64 nanoseconds from now: as 64 bits, now.
TEST(ReadLogon, ASendingTimeThatNanosecondsCannotHoldIsNoTime) {
  EXPECT_FALSE(read("35=A|34=7|49=CLIENT1|52=25900725-23:34:33.709551|56=SLUICE|98=0|108=30|"));
  EXPECT_FALSE(read("35=A|34=7|49=CLIENT1|52=19691231-23:59:59|56=SLUICE|98=0|108=30|"));
}

TEST(ReadLogon, AllThatIsJudgedIsRead) {
  const auto logon = read_with("141=Y|553=someone|554=secret|789=42|");
  ASSERT_TRUE(logon);
  EXPECT_EQ(logon->begin_string, "FIX.4.4");
  EXPECT_EQ(logon->sender_comp_id, "CLIENT1");
  EXPECT_EQ(logon->target_comp_id, "SLUICE");
  EXPECT_EQ(logon->msg_seq_num, 7u);
  EXPECT_EQ(logon->sending_time, (TimeNs{kNoon.value + 123'456'000}));
  EXPECT_EQ(logon->encrypt_method, 0u);
  EXPECT_EQ(logon->heartbeat_s, 30u);
  EXPECT_EQ(logon->username, "someone");
  EXPECT_EQ(logon->password, "secret");
  EXPECT_EQ(logon->next_expected, 42u);
  EXPECT_TRUE(logon->reset);
}

TEST(ReadLogon, WhatIsAbsentStaysAbsent) {
  const auto logon = read("35=A|34=1|49=CLIENT1|56=SLUICE|");
  ASSERT_TRUE(logon);
  EXPECT_FALSE(logon->sending_time);
  EXPECT_FALSE(logon->encrypt_method);
  EXPECT_FALSE(logon->heartbeat_s);
  EXPECT_FALSE(logon->next_expected);
  EXPECT_FALSE(logon->reset);
  EXPECT_TRUE(logon->username.empty());
  EXPECT_TRUE(logon->password.empty());
}

TEST(ReadLogon, SendingTimeIsReadToItsLastDigit) {
  const auto time_of = [](std::string_view text) {
    return read("35=A|34=1|49=CLIENT1|52=" + std::string(text) + "|56=SLUICE|")->sending_time;
  };
  EXPECT_EQ(time_of("20260105-12:00:00"), kNoon);
  EXPECT_EQ(time_of("20260105-12:00:00.5"), (TimeNs{kNoon.value + 500'000'000}));
  EXPECT_EQ(time_of("20260105-12:00:00.123"), (TimeNs{kNoon.value + 123'000'000}));
  EXPECT_EQ(time_of("20260105-12:00:00.123456789"), (TimeNs{kNoon.value + 123'456'789}));
}

TEST(ReadLogon, ResetSeqNumFlagNIsNoReset) {
  const auto logon = read_with("141=N|");
  ASSERT_TRUE(logon);
  EXPECT_FALSE(logon->reset);
}

TEST(ReadLogon, AnotherMessageTypeIsNone) {
  EXPECT_FALSE(read("35=0|34=1|49=CLIENT1|52=20260105-12:00:00|56=SLUICE|"));
  EXPECT_FALSE(read("35=AA|34=1|49=CLIENT1|52=20260105-12:00:00|56=SLUICE|"));
  EXPECT_FALSE(read("34=1|49=CLIENT1|52=20260105-12:00:00|56=SLUICE|"));
}

TEST(ReadLogon, MsgSeqNumIsANumberFromOneThatQuickFixCanHold) {
  const auto with_number = [](std::string_view text) {
    return read("35=A|34=" + std::string(text) + "|49=CLIENT1|56=SLUICE|");
  };
  EXPECT_TRUE(with_number("1"));
  ASSERT_TRUE(with_number("2147483647"));
  EXPECT_EQ(with_number("2147483647")->msg_seq_num, 2'147'483'647u);
  for (const char* bad : {"0", "2147483648", "4294967297", "99999999999", "-1", "+1", "1x", "x"}) {
    EXPECT_FALSE(with_number(bad)) << bad;
  }
  EXPECT_FALSE(read("35=A|49=CLIENT1|56=SLUICE|"));
}

TEST(ReadLogon, AFieldThatIsNotOfItsTypeMakesNone) {
  for (const char* bad : {"98=x|", "98=|", "98=2147483648|", "141=1|", "141=y|", "141=|", "789=x|",
                          "789=-5|", "789=2147483648|", "553=|", "554=|"}) {
    const std::string body = std::string(kHeader) + "108=30|" + bad;
    EXPECT_FALSE(read(body)) << bad;
  }
  for (const char* bad : {"108=x|", "108=-1|", "108=1.5|", "108=|", "108=99999999999|"}) {
    EXPECT_FALSE(read(std::string(kHeader) + bad)) << bad;
  }
  for (const char* bad : {"yesterday", "20260105", "20261305-12:00:00", "20260105-24:00:00",
                          "20260105-12:00:00.1x"}) {
    EXPECT_FALSE(read("35=A|34=1|49=CLIENT1|52=" + std::string(bad) + "|56=SLUICE|")) << bad;
  }
}

TEST(ReadLogon, ARepeatedFieldMakesNone) {
  const std::string whole = "98=0|108=30|141=Y|553=u|554=p|789=1|";
  ASSERT_TRUE(read(std::string(kHeader) + whole));
  for (const char* again :
       {"35=A|", "34=7|", "49=CLIENT1|", "52=20260105-12:00:00.123456|", "56=SLUICE|", "98=0|",
        "108=30|", "141=Y|", "553=u|", "554=p|", "789=1|", "8=FIX.4.4|"}) {
    EXPECT_FALSE(read(std::string(kHeader) + whole + again)) << again;
  }
}

TEST(ReadLogon, GarbledBytesMakeNone) {
  EXPECT_FALSE(read_logon(""));
  EXPECT_FALSE(read_logon("8=FIX.4.4"));
  EXPECT_FALSE(read_logon(testing::soh("35=A|34=1|=x|")));
  EXPECT_FALSE(read_with("95=9|96=abc|"));
}

TEST(ReadLogon, APasswordMayHoldAnyByteButTheDelimiter) {
  const auto logon = read_with("554=a=b c\\|");
  ASSERT_TRUE(logon);
  EXPECT_EQ(logon->password, "a=b c\\");
}

class JudgeLogon : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kNextSender = 100;
  static constexpr std::int64_t kMaxLatency = 120;

  JudgeLogon() {
    limits_.heartbeat_s_min = 5;
    limits_.heartbeat_s_max = 60;
    logon_.begin_string = "FIX.4.4";
    logon_.sender_comp_id = "CLIENT1";
    logon_.target_comp_id = "SLUICE";
    logon_.msg_seq_num = 1;
    logon_.heartbeat_s = 30;
    logon_.encrypt_method = 0;
    logon_.sending_time = kNoon;
  }
  [[nodiscard]] LogonVerdict judge(std::int64_t late_ns = 0,
                                   std::int64_t max_latency_s = kMaxLatency) const {
    return judge_logon(logon_, limits_, kNextSender, max_latency_s, TimeNs{kNoon.value + late_ns});
  }
  void expect_accepted() const { EXPECT_EQ(judge().kind, LogonVerdict::Kind::accept); }
  void expect_refused(std::string_view text) const {
    EXPECT_EQ(judge().kind, LogonVerdict::Kind::refuse);
    EXPECT_EQ(judge().text, text);
  }

  GatewayConfig limits_;
  LogonRequest logon_;
};

TEST_F(JudgeLogon, AGoodOneIsAccepted) {
  EXPECT_EQ(judge().kind, LogonVerdict::Kind::accept);
  EXPECT_TRUE(judge().text.empty());
  logon_.reset = true;
  expect_accepted();
}

TEST_F(JudgeLogon, SendingTimeMayDifferByTheLatencyInBothDirections) {
  const std::int64_t limit = kMaxLatency * kNsPerSecond;
  EXPECT_EQ(judge(limit).kind, LogonVerdict::Kind::accept);
  EXPECT_EQ(judge(-limit).kind, LogonVerdict::Kind::accept);
  EXPECT_EQ(judge(limit + 1).kind, LogonVerdict::Kind::close);
  EXPECT_EQ(judge(-limit - 1).kind, LogonVerdict::Kind::close);
  EXPECT_EQ(judge(limit + 1).text, "SendingTime(52) is more than 120 s from the venue's clock");
}

TEST_F(JudgeLogon, WithoutACheckOfLatencyAnySendingTimeIsGood) {
  EXPECT_EQ(judge(86'400 * kNsPerSecond, 0).kind, LogonVerdict::Kind::accept);
  EXPECT_EQ(judge(-86'400 * kNsPerSecond, 0).kind, LogonVerdict::Kind::accept);
}

TEST_F(JudgeLogon, AMissingSendingTimeClosesEvenWithoutACheckOfLatency) {
  logon_.sending_time.reset();
  EXPECT_EQ(judge(0, 0).kind, LogonVerdict::Kind::close);
  EXPECT_EQ(judge().text, "SendingTime(52) is missing");
}

TEST_F(JudgeLogon, HeartBtIntIsBounded) {
  constexpr std::string_view kText = "HeartBtInt(108) must be between 5 and 60 seconds";
  for (const std::uint32_t good : {5u, 6u, 59u, 60u}) {
    logon_.heartbeat_s = good;
    expect_accepted();
  }
  for (const std::uint32_t bad : {0u, 4u, 61u, 2'147'483'647u}) {
    logon_.heartbeat_s = bad;
    expect_refused(kText);
  }
  logon_.heartbeat_s.reset();
  expect_refused(kText);
}

TEST_F(JudgeLogon, OnlyEncryptMethodNoneIsKnown) {
  logon_.encrypt_method.reset();
  expect_accepted();  // QuickFIX's dictionary says the rest
  logon_.encrypt_method = 1;
  expect_refused("EncryptMethod(98) must be 0 (none)");
}

TEST_F(JudgeLogon, NoSessionIsATestSession) {
  EXPECT_TRUE(read_with("464=Y|")->test);
  EXPECT_FALSE(read_with("464=N|")->test);
  logon_.test = true;
  expect_refused("TestMessageIndicator(464)=Y: this is no test session, orders are real");
}

TEST_F(JudgeLogon, NextExpectedMayNotLieAboveWhatWasSent) {
  logon_.next_expected = 0;
  expect_accepted();
  logon_.next_expected = kNextSender;
  expect_accepted();
  logon_.next_expected = kNextSender + 1;
  expect_refused("NextExpectedMsgSeqNum(789) is 101, above our next number 100");
}

TEST_F(JudgeLogon, WithAResetTheNextExpectedNumberIsOne) {
  logon_.reset = true;
  logon_.next_expected = 1;
  expect_accepted();
  logon_.next_expected = 2;
  EXPECT_EQ(judge().kind, LogonVerdict::Kind::close);
}

// QuickFIX resets before it looks at the number, and would then expect 2 whatever came.
TEST_F(JudgeLogon, AResetThatDoesNotBeginWithOneClosesWithoutAWord) {
  logon_.reset = true;
  logon_.msg_seq_num = 2;
  EXPECT_EQ(judge().kind, LogonVerdict::Kind::close);
  EXPECT_EQ(judge().text, "ResetSeqNumFlag(141)=Y with a MsgSeqNum(34) other than 1");
  logon_.msg_seq_num = 1;
  expect_accepted();
}

// A Logout would cost a number that a client which counts from 1 again cannot know of.
TEST_F(JudgeLogon, WhateverIsWrongWithAResetClosesWithoutAWord) {
  logon_.reset = true;
  logon_.heartbeat_s = 4;
  EXPECT_EQ(judge().kind, LogonVerdict::Kind::close);
  EXPECT_EQ(judge().text, "HeartBtInt(108) must be between 5 and 60 seconds");
  logon_.heartbeat_s = 30;
  logon_.encrypt_method = 5;
  EXPECT_EQ(judge().kind, LogonVerdict::Kind::close);
}

}  // namespace
}  // namespace sluice::gateway
