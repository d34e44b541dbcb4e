// The audit log: numbered, chained, only appended to, and readable after every kind of end.
#include "gateway/admin/audit_log.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sodium.h>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

std::string hex_sha256(const std::string& bytes) {
  std::array<unsigned char, 32> digest;
  ::crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

class AuditLogFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> lines() const {
    std::ifstream in(path_);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  void append_raw(const std::string& bytes) const {
    std::ofstream(path_, std::ios::app | std::ios::binary) << bytes;
  }
  std::uint64_t ask(AuditLog& log) {
    return log.asked(TimeNs{1}, {admin_, command_, args_, reason_}, {{"on", false}}).value();
  }
  /// What each line says of the one before it is true.
  void expect_chain() const {
    std::string before;
    for (const std::string& line : lines()) {
      const Json record = Json::parse(line, nullptr, false);
      if (record.is_object()) {
        EXPECT_EQ(record["chain"], hex_sha256(before)) << line;
      }
      before = line;
    }
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/audit.log";
  Admin admin_{"alice", 1'000, 42, AdminRole::risk, "ALPHA"};
  std::string command_ = "kill.on";
  Json args_{{"scope", "firm"}};
  std::string reason_ = "too \"much\"";
};

TEST_F(AuditLogFile, SaysWhoWhenWhatWhyBeforeAndAfter) {
  AuditLog log(path_);
  const std::uint64_t line = ask(log);
  ASSERT_TRUE(log.done(TimeNs{2'000'000'000}, line, {{"on", true}}));
  ASSERT_EQ(lines().size(), 2U);
  const Json asked = Json::parse(lines()[0]);
  EXPECT_EQ(asked["n"], 1);
  EXPECT_EQ(asked["phase"], "asked");
  EXPECT_EQ(asked["user"], "alice");
  EXPECT_EQ(asked["uid"], 1'000);
  EXPECT_EQ(asked["pid"], 42);
  EXPECT_EQ(asked["role"], "risk");
  EXPECT_EQ(asked["firm"], "ALPHA");
  EXPECT_EQ(asked["command"], "kill.on");
  EXPECT_EQ(asked["args"], Json({{"scope", "firm"}}));
  EXPECT_EQ(asked["reason"], "too \"much\"");
  EXPECT_EQ(asked["before"], Json({{"on", false}}));
  const Json done = Json::parse(lines()[1]);
  EXPECT_EQ(done["n"], 2);
  EXPECT_EQ(done["of"], 1);
  EXPECT_EQ(done["time"], "1970-01-01T00:00:02.000000Z");
  EXPECT_EQ(done["after"], Json({{"on", true}}));
  expect_chain();
}

TEST_F(AuditLogFile, GoesOnFromItsLastLineAfterARestart) {
  {
    AuditLog log(path_);
    ask(log);
  }
  AuditLog log(path_);
  EXPECT_EQ(log.lines(), 1U);
  EXPECT_EQ(ask(log), 2U);
  ASSERT_TRUE(log.failed(TimeNs{3}, 2, "it would not"));
  ASSERT_TRUE(log.refused(TimeNs{4}, {admin_, command_, args_, reason_}, "no"));
  EXPECT_EQ(Json::parse(lines()[2])["why"], "it would not");
  EXPECT_EQ(Json::parse(lines()[3])["phase"], "refused");
  expect_chain();
}

TEST_F(AuditLogFile, ALineThatACrashCutShortStaysAndIsCovered) {
  {
    AuditLog log(path_);
    ask(log);
  }
  append_raw(R"({"n":2,"time":"20)");
  {
    AuditLog log(path_);
    EXPECT_EQ(ask(log), 2U);
    ASSERT_EQ(lines().size(), 3U);
    EXPECT_EQ(lines()[1], R"({"n":2,"time":"20)");
    expect_chain();
  }
  AuditLog again(path_);
  EXPECT_EQ(ask(again), 3U);
  expect_chain();
}

TEST_F(AuditLogFile, AFileThatIsNoneIsNotAppendedTo) {
  append_raw("remember the milk\n");
  try {
    const AuditLog log(path_);
    FAIL() << "opened";
  } catch (const AuditLogError& error) {
    EXPECT_NE(std::string(error.what()).find(path_ + " does not end in a line of an audit log"),
              std::string::npos);
  }
  EXPECT_THROW(AuditLog(folder_.path()), AuditLogError);
  EXPECT_THROW(AuditLog(folder_.path() + "/none/audit.log"), AuditLogError);
  EXPECT_THROW(AuditLog("/dev/full"), AuditLogError);
}

TEST_F(AuditLogFile, WhatDoesNotFitOnTheDiskIsTakenBackAndSaid) {
  AuditLog log(path_);
  ask(log);
  const auto size = std::filesystem::file_size(path_);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_action = std::signal(SIGXFSZ, SIG_IGN);
  for (const rlim_t room : {rlim_t{0}, rlim_t{10}}) {
    const rlimit small{size + room, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto line = log.asked(TimeNs{1}, {admin_, command_, args_, reason_}, nullptr);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(line);
    EXPECT_FALSE(log.failure().empty());
    EXPECT_EQ(std::filesystem::file_size(path_), size);
  }
  std::signal(SIGXFSZ, old_action);
  EXPECT_EQ(ask(log), 2U);
  EXPECT_EQ(lines().size(), 2U);
  expect_chain();
}

TEST_F(AuditLogFile, RefusalsFillNoDisk) {
  AuditLog log(path_);
  const Json large{{"x", std::string(2'000, 'y')}};
  const AuditLog::Change change{admin_, command_, large, reason_};
  for (std::int64_t i = 0; i < AuditLog::kRefusedBurst + 10; ++i) {
    ASSERT_TRUE(log.refused(TimeNs{1'000'000'000}, change, "no"));
  }
  EXPECT_EQ(lines().size(), static_cast<std::size_t>(AuditLog::kRefusedBurst));
  EXPECT_EQ(Json::parse(lines()[0])["args"], "2008 bytes");
  ASSERT_TRUE(log.refused(TimeNs{2'000'000'000}, {admin_, command_, args_, reason_}, "no"));
  const Json next = Json::parse(lines().back());
  EXPECT_EQ(next["left_out"], 10);
  EXPECT_EQ(next["args"], args_);
  expect_chain();
}

TEST_F(AuditLogFile, IsOneVenues) {
  const AuditLog log(path_);
  try {
    const AuditLog second(path_);
    FAIL() << "opened twice";
  } catch (const AuditLogError& error) {
    EXPECT_NE(std::string(error.what()).find("in use by another process"), std::string::npos);
  }
}

TEST_F(AuditLogFile, NobodyElseMayReadIt) {
  const AuditLog log(path_);
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace sluice::gateway
