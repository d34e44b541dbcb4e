// What a Logon costs, and who learns from it whom the venue knows: nobody.
#include "gateway/venue/logon_desk.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <sodium.h>
#include <spdlog/sinks/null_sink.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "gateway/auth/logon_signature.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/venue/session_unit.hpp"
#include "tests/support/fix_message.hpp"
#include "tests/support/venue_text.hpp"

namespace sluice::gateway {
namespace {

using Answer = LogonDesk::Answer;
using sluice::testing::FixBody;

constexpr std::int64_t kNow = 1'000 * kNsPerSecond;
constexpr TimeNs kWall{1'785'576'600 * kNsPerSecond};  // 2026-08-01 09:30:00
TimeNs fixed_clock() noexcept { return kWall; }

class LogonDeskTest : public ::testing::Test {
 protected:
  LogonDeskTest() {
    config_.gateway.max_connections = 100;
    const auto add = [&](const char* comp_id, Authentication kind, const char* allowed) {
      SessionConfig& session = config_.sessions.emplace_back();
      session.comp_id = session.username = comp_id;
      session.authentication = kind;
      if (kind == Authentication::password) {
        session.password_hash = sluice::testing::quick_password_hash("secret");
      }
      if (kind == Authentication::signature) session.public_keys = {vector_key()};
      if (allowed != nullptr) session.allow_addresses = {allowed};
    };
    add("PASSWORD", Authentication::password, nullptr);
    add("CLIENT1", Authentication::signature, nullptr);
    add("FAR", Authentication::password, "10.0.0.0/8");
    add("FARSIGN", Authentication::signature, "10.0.0.0/8");
    add("FAROPEN", Authentication::none, "10.0.0.0/8");
    units_.resize(config_.sessions.size());
    std::vector<SessionUnit*> all;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      units_[i].config = &config_.sessions[i];
      units_[i].allowed = AddressFilter::parse(config_.sessions[i].allow_addresses).value();
      all.push_back(&units_[i]);
    }
    auto logger =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    limits_ = std::make_unique<EdgeLimits>(config_, logger);
    worker_ = std::make_unique<AuthWorker>(64, [this](AuthResult) { ++checks_; });
    signed_ = std::make_unique<LastSignedLogons>(path_, std::vector<std::string>{"CLIENT1"});
    desk_ = std::make_unique<LogonDesk>(config_.gateway, all, *worker_, *limits_, *signed_,
                                        fixed_clock);
  }
  ~LogonDeskTest() override { std::filesystem::remove(path_); }

  static PublicKey vector_key() {
    return parse_public_key("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=").value();
  }
  /// The published vector's signature and time.
  static FixBody signed_body(const char* user) {
    return FixBody{"A"}.add(98, 0).add(108, 30).add(553, user).add(95, 88).add(
        96,
        "xzDaX7HjlvtY5TSG8l/34xxzVq+jXd5ZRPXEYrNOQ2OxrUCaVfxV1f02Z6iwtcDLEfUxHHPMgTa112Sw2fkLBA==");
  }
  static FixBody password_body(const char* user) {
    return FixBody{"A"}.add(98, 0).add(108, 30).add(553, user).add(554, "secret");
  }
  Connection& connection(const char* from = "192.0.2.1") {
    connections_.push_back(std::make_unique<Connection>(
        FileDescriptor(), IpAddress::parse(from).value(), from, 64, 65'536));
    return *connections_.back();
  }
  Answer examine(Connection& connection, const char* comp_id, const FixBody& body) {
    sluice::testing::FixHeader header;
    header.sender = comp_id;
    header.target = "SLUICE";
    header.seq = 1;
    header.sending_time = "20260801-09:30:00.000000";
    return desk_->examine(connection, encode(body, header), kNow).answer;
  }

  VenueConfig config_;
  std::vector<SessionUnit> units_;
  const std::string path_ = ::testing::TempDir() + "desk-" + std::to_string(::getpid());
  std::unique_ptr<EdgeLimits> limits_;
  std::unique_ptr<LastSignedLogons> signed_;
  std::atomic<int> checks_{0};
  std::unique_ptr<AuthWorker> worker_;
  std::unique_ptr<LogonDesk> desk_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

TEST_F(LogonDeskTest, PasswordIsCheckedWhoeverItIsFor) {
  config_.gateway.logon_backoff_ms_max = 0;
  for (const char* comp_id : {"PASSWORD", "NOBODY", "CLIENT1", "FAR", "FARSIGN", "FAROPEN"}) {
    Connection& from = connection();
    EXPECT_EQ(examine(from, comp_id, password_body(comp_id)), Answer::pending) << comp_id;
    const bool good = desk_->decided(from, true, kNow).answer == Answer::passed;
    EXPECT_EQ(good, std::string(comp_id) == "PASSWORD") << comp_id;
  }
}

TEST_F(LogonDeskTest, SignatureIsCheckedAtOnceWhoeverItIsForAndGoodForItsOwnerOnly) {
  config_.gateway.logon_backoff_ms_max = 0;
  for (const char* comp_id : {"PASSWORD", "NOBODY", "FAR", "FARSIGN", "FAROPEN"}) {
    EXPECT_EQ(examine(connection(), comp_id, signed_body(comp_id)), Answer::close) << comp_id;
  }
  EXPECT_EQ(examine(connection(), "CLIENT1", signed_body("OTHER")), Answer::close);
  EXPECT_EQ(worker_->pending(), 0U);
  EXPECT_EQ(examine(connection(), "CLIENT1", signed_body("CLIENT1")), Answer::passed);
  EXPECT_EQ(examine(connection(), "CLIENT1", signed_body("CLIENT1")), Answer::close);
}

TEST_F(LogonDeskTest, FloodOfSignaturesWaitsForItsTurn) {
  config_.gateway.logon_backoff_ms_max = 0;
  config_.gateway.logon_failures_max = 0;
  std::uint32_t checked = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Answer answer = examine(connection(), "NOBODY", signed_body("NOBODY"));
    if (answer == Answer::close) ++checked;
  }
  EXPECT_EQ(checked, LogonDesk::kSignatureBurst);
}

// PASSWORD is a session, NOBODY is none, FAR one that has nothing to do with that address.
TEST_F(LogonDeskTest, ChecksOfACompIdPastItsBoundWaitWhetherAnybodyHasItOrNot) {
  for (const char* comp_id : {"PASSWORD", "NOBODY", "FAR"}) {
    std::vector<Connection*> checked;
    for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
      checked.push_back(&connection());
      EXPECT_EQ(examine(*checked.back(), comp_id, password_body(comp_id)), Answer::pending);
    }
    Connection& waits = connection();
    EXPECT_EQ(examine(waits, comp_id, password_body(comp_id)), Answer::later) << comp_id;
    EXPECT_GT(waits.examine_at_ns, kNow);
    EXPECT_LE(waits.examine_at_ns, kNow + LogonGuard::kRetryNs);
    // One that is over makes room for one.
    EXPECT_EQ(desk_->decided(*checked.back(), false, kNow).answer, Answer::close);
    checked.pop_back();
    EXPECT_EQ(examine(waits, comp_id, password_body(comp_id)), Answer::pending) << comp_id;
    EXPECT_EQ(desk_->decided(waits, false, kNow).answer, Answer::close);
    for (Connection* each : checked) (void)desk_->decided(*each, false, kNow);
    limits_->logons.unlock_address(waits.peer(), kNow);
  }
}

TEST_F(LogonDeskTest, StrangersDoNotKeepASessionOutWhereItsAddressListLetsItIn) {
  for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
    EXPECT_EQ(examine(connection(), "FAR", password_body("FAR")), Answer::pending);
  }
  EXPECT_EQ(examine(connection(), "FAR", password_body("FAR")), Answer::later);
  Connection& owner = connection("10.1.2.3");
  EXPECT_EQ(examine(owner, "FAR", password_body("FAR")), Answer::pending);
  EXPECT_EQ(desk_->decided(owner, true, kNow).answer, Answer::passed);
}

TEST_F(LogonDeskTest, ACheckKeepsItsPlaceUntilItIsOverThoughItsConnectionIsGone) {
  for (std::uint32_t i = 0; i < LogonGuard::kChecksPerCompId; ++i) {
    EXPECT_EQ(examine(connection(), "NOBODY", password_body("NOBODY")), Answer::pending);
  }
  const std::uint64_t ticket = connections_.back()->auth_ticket;
  connections_.pop_back();
  EXPECT_EQ(examine(connection(), "NOBODY", password_body("NOBODY")), Answer::later);
  desk_->forget(ticket);
  EXPECT_EQ(examine(connection(), "NOBODY", password_body("NOBODY")), Answer::pending);
}

}  // namespace
}  // namespace sluice::gateway
