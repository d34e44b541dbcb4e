#include "gateway/config/venue_config_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <unistd.h>

#include "engine/message/command.hpp"
#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

TEST(VenueConfigReader, TablesThatAreLeftOutHaveTheirDefaults) {
  const VenueConfig config = parse_venue_config(good_config() + std::string(kTls), "venue.toml");
  EXPECT_EQ(config.gateway.comp_id, "SLUICE");
  EXPECT_EQ(config.gateway.bind_address, "127.0.0.1");
  EXPECT_FALSE(config.gateway.port);
  EXPECT_FALSE(config.gateway.plain_beyond_loopback);
  EXPECT_EQ(config.gateway.io_idle, IdleKind::backoff);
  EXPECT_EQ(config.engine.max_orders, 1U << 20U);
  EXPECT_EQ(config.engine.cpu, -1);
  EXPECT_EQ(config.log.level, "info");
}

TEST(VenueConfigReader, ReadsEveryKeyOfGatewayEngineAndLog) {
  const VenueConfig config = parse_venue_config(R"([gateway]
comp_id = "EDGE"
bind_address = "::1"
port = 0
plain_beyond_loopback = true
state_dir = "state"
io_threads = 2
io_cpus = [3, 5]
io_idle = "spin"
io_backoff_us_max = 11
max_connections = 12
max_unauthenticated = 31
max_connections_per_address = 32
connection_rate_per_address = 33
logon_backoff_ms_max = 34
logon_failures_max = 35
logon_lockout_s = 36
signature_window_ms = 137
takeover_grace_ms = 138
max_message_bytes = 513
logon_timeout_ms = 101
max_unsent_bytes = 65537
store_messages = 17
resend_page = 18
resend_rate = 101
heartbeat_s_min = 7
heartbeat_s_max = 8
command_ring = 9
event_ring = 10
in_flight_per_session = 13
pending_logons = 14
logout_wait_ms = 15
[engine]
unit = 2
idle = "yield"
cpu = 4
max_orders = 21
max_levels = 22
max_level_pages = 23
work_per_command = 24
max_deferred = 25
clordid_history = 26
order_history = 32
execution_log_events = 2048
[log]
level = "debug"
file = "x.log"
messages = true
queue = 128
)" + good_config(),
                                                "venue.toml");
  const GatewayConfig& gateway = config.gateway;
  EXPECT_EQ(gateway.comp_id, "EDGE");
  EXPECT_EQ(gateway.bind_address, "::1");
  EXPECT_EQ(gateway.port, 0);
  EXPECT_TRUE(gateway.plain_beyond_loopback);
  EXPECT_EQ(gateway.state_dir, "state");
  EXPECT_EQ(gateway.io_threads, 2U);
  EXPECT_THAT(gateway.io_cpus, testing::ElementsAre(3, 5));
  EXPECT_EQ(gateway.io_idle, IdleKind::spin);
  EXPECT_EQ(gateway.io_backoff_us_max, 11U);
  EXPECT_EQ(gateway.max_connections, 12U);
  EXPECT_EQ(gateway.max_unauthenticated, 31U);
  EXPECT_EQ(gateway.max_connections_per_address, 32U);
  EXPECT_EQ(gateway.connection_rate_per_address, 33U);
  EXPECT_EQ(gateway.logon_backoff_ms_max, 34U);
  EXPECT_EQ(gateway.logon_failures_max, 35U);
  EXPECT_EQ(gateway.logon_lockout_s, 36U);
  EXPECT_EQ(gateway.signature_window_ms, 137U);
  EXPECT_EQ(gateway.takeover_grace_ms, 138U);
  EXPECT_EQ(gateway.max_message_bytes, 513U);
  EXPECT_EQ(gateway.logon_timeout_ms, 101U);
  EXPECT_EQ(gateway.max_unsent_bytes, 65'537U);
  EXPECT_EQ(gateway.store_messages, 17U);
  EXPECT_EQ(gateway.resend_page, 18U);
  EXPECT_EQ(gateway.resend_rate, 101U);
  EXPECT_EQ(gateway.heartbeat_s_min, 7U);
  EXPECT_EQ(gateway.heartbeat_s_max, 8U);
  EXPECT_EQ(gateway.command_ring, 9U);
  EXPECT_EQ(gateway.event_ring, 10U);
  EXPECT_EQ(gateway.in_flight_per_session, 13U);
  EXPECT_EQ(gateway.pending_logons, 14U);
  EXPECT_EQ(gateway.logout_wait_ms, 15U);
  const EngineSettings& engine = config.engine;
  EXPECT_EQ(engine.unit, 2U);
  EXPECT_EQ(engine.idle, IdleKind::yield);
  EXPECT_EQ(engine.cpu, 4);
  EXPECT_EQ(engine.max_orders, 21U);
  EXPECT_EQ(engine.max_levels, 22U);
  EXPECT_EQ(engine.max_level_pages, 23U);
  EXPECT_EQ(engine.work_per_command, 24U);
  EXPECT_EQ(engine.max_deferred, 25U);
  EXPECT_EQ(engine.clordid_history, 26U);
  EXPECT_EQ(engine.order_history, 32U);
  EXPECT_EQ(engine.execution_log_events, 2'048U);
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.log.file, "x.log");
  EXPECT_TRUE(config.log.messages);
  EXPECT_EQ(config.log.queue, 128U);
}

TEST(VenueConfigReader, ReadsSectionsInTheirOrderAndWithAllTheirKeys) {
  const VenueConfig config = parse_venue_config(std::string(kTls) + R"([[instrument]]
symbol = "BTC-USDT"
security_type = "SPOT"
tick_size = "0.5"
lot_size = "0.001"
min_qty = "0.002"
max_qty = "100"
price_min = "1.5"
price_max = "200000"
market_protection = "50"
[[instrument]]
symbol = "ETH-USDT-PERP"
security_type = "PERP"
tick_size = "5"
lot_size = "1"
max_qty = "7"
[[firm]]
name = "ALPHA"
[[firm]]
name = "BETA"
[[account]]
name = "A1"
firm = "ALPHA"
[[account]]
name = "A2"
firm = "ALPHA"
[[session]]
comp_id = "C1"
firm = "ALPHA"
accounts = ["A2", "A1"]
username = "alice"
password_hash = ")" + std::string(kHash) +
                                                    R"("
allow_addresses = ["10.0.0.0/8", "2001:db8::1"]
[[session]]
comp_id = "C2"
firm = "ALPHA"
accounts = ["A1"]
authentication = "none"
allow_addresses = ["127.0.0.1"]
)",
                                                "venue.toml");
  ASSERT_EQ(config.instruments.size(), 2U);
  const InstrumentConfig& first = config.instruments[0];
  EXPECT_EQ(first.symbol, "BTC-USDT");
  EXPECT_EQ(first.security_type, "SPOT");
  EXPECT_EQ(first.tick_size, "0.5");
  EXPECT_EQ(first.lot_size, "0.001");
  EXPECT_EQ(first.min_qty_lots, 2);
  EXPECT_EQ(first.max_qty_lots, 100'000);
  EXPECT_EQ(first.band_low_ticks, 3);
  EXPECT_EQ(first.band_high_ticks, 400'000);
  EXPECT_EQ(first.market_protection_ticks, 100);
  const InstrumentConfig& second = config.instruments[1];
  EXPECT_EQ(second.security_type, "PERP");
  EXPECT_EQ(second.min_qty_lots, 1);
  EXPECT_EQ(second.max_qty_lots, 7);
  EXPECT_EQ(second.band_low_ticks, 0);
  EXPECT_EQ(second.band_high_ticks, kMaxPriceTicks);
  EXPECT_EQ(second.market_protection_ticks, kMaxPriceTicks);

  ASSERT_EQ(config.firms.size(), 2U);
  EXPECT_EQ(config.firms[1].name, "BETA");
  ASSERT_EQ(config.accounts.size(), 2U);
  EXPECT_EQ(config.accounts[1].name, "A2");
  EXPECT_EQ(config.accounts[1].firm, "ALPHA");

  ASSERT_EQ(config.sessions.size(), 2U);
  const SessionConfig& alice = config.sessions[0];
  EXPECT_EQ(alice.comp_id, "C1");
  EXPECT_EQ(alice.firm, "ALPHA");
  EXPECT_THAT(alice.accounts, testing::ElementsAre("A2", "A1"));
  EXPECT_EQ(alice.authentication, Authentication::password);
  EXPECT_EQ(alice.username, "alice");
  EXPECT_EQ(alice.password_hash, kHash);
  EXPECT_THAT(alice.allow_addresses, testing::ElementsAre("10.0.0.0/8", "2001:db8::1"));
  EXPECT_TRUE(alice.quickfix.empty());
  const SessionConfig& line = config.sessions[1];
  EXPECT_EQ(line.authentication, Authentication::none);
  EXPECT_EQ(line.username, "C2");
  EXPECT_TRUE(line.password_hash.empty());
}

TEST(VenueConfigReader, GivesQuickfixOptionsAsQuickfixWritesThem) {
  const VenueConfig config = parse_venue_config(good_config() + R"(ResetOnLogon = true
ResetOnLogout = false
ResetOnDisconnect = true
RefreshOnLogon = false
CheckLatency = true
MaxLatency = 30
CheckCompID = false
SendRedundantResendRequests = true
TimestampPrecision = 9
ValidateFieldsOutOfOrder = false
ValidateUserDefinedFields = false
AllowUnknownMsgFields = true
LogoutTimeout = 5
)" + std::string(kTls),
                                                "venue.toml");
  const std::map<std::string, std::string> expected{
      {"ResetOnLogon", "Y"},
      {"ResetOnLogout", "N"},
      {"ResetOnDisconnect", "Y"},
      {"RefreshOnLogon", "N"},
      {"CheckLatency", "Y"},
      {"MaxLatency", "30"},
      {"CheckCompID", "N"},
      {"SendRedundantResendRequests", "Y"},
      {"TimestampPrecision", "9"},
      {"ValidateFieldsOutOfOrder", "N"},
      {"ValidateUserDefinedFields", "N"},
      {"AllowUnknownMsgFields", "Y"},
      {"LogoutTimeout", "5"},
  };
  EXPECT_EQ(config.sessions[0].quickfix, expected);
}

TEST(VenueConfigReader, ReportsAllProblemsInTheOrderOfTheirLines) {
  const std::string text = "[engine]\n  idle = \"sleep\"\n[gateway]\nport = 70000\nprot = 1\n" +
                           good_config() + "io_thread = 1\n";
  EXPECT_EQ(complaint(text),
            "venue.toml:2:10: engine.idle: found \"sleep\"; expected one of \"spin\", \"yield\", "
            "\"backoff\"\n"
            "venue.toml:4:8: gateway.port: found 70000; expected an integer from 0 to 65535\n"
            "venue.toml:5:1: gateway.prot: unknown key; did you mean \"port\"?\n"
            "venue.toml:22:13: session.io_thread: found 1; expected an integer from 0 to 0");
}

TEST(VenueConfigReader, ShowsAHundredProblemsAndCountsTheOthers) {
  std::string text = "[log]\n";
  for (int i = 0; i < 103; ++i) text += "zzzzzz" + std::to_string(i) + " = 1\n";
  const std::string all = complaint(text + good_config());
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 100);
  EXPECT_THAT(all, testing::EndsWith("\nvenue.toml: and 3 more"));
}

TEST(VenueConfigReader, PassesOnWhatKeepsAFileFromBeingToml) {
  EXPECT_THAT(complaint("[gateway]\nport = \n"), testing::StartsWith("venue.toml:2:8: not TOML: "));
  EXPECT_THAT(complaint("[gateway]\nport = 1\nport = 2\n"), testing::StartsWith("venue.toml:3:"));
}

TEST(VenueConfigReader, AnEmptyFileLacksEverySection) {
  EXPECT_EQ(complaint(""),
            "venue.toml:1:1: instrument: found nothing; expected 1 to 4096 sections "
            "[[instrument]]\n"
            "venue.toml:1:1: firm: found nothing; expected 1 to 4096 sections [[firm]]\n"
            "venue.toml:1:1: account: found nothing; expected 1 to 65536 sections [[account]]\n"
            "venue.toml:1:1: session: found nothing; expected 1 to 4096 sections [[session]]");
}

TEST(VenueConfigReader, NamesTheFileThatCannotBeRead) {
  const auto refusal = [](const std::string& path) {
    try {
      static_cast<void>(read_venue_config(path));
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("read");
  };
  EXPECT_EQ(refusal("/no/such/venue.toml"),
            "/no/such/venue.toml: cannot be read: No such file or directory");
  EXPECT_EQ(refusal("/"), "/: cannot be read: Is a directory");
}

TEST(VenueConfigReader, ReadsAFileUpToItsBoundAndRefusesALongerOne) {
  std::string path = (std::filesystem::temp_directory_path() / "sluice-config-XXXXXX").string();
  const int fd = ::mkstemp(path.data());
  ASSERT_GE(fd, 0);
  ::close(fd);
  std::string text = with_listener(good_config()) + "#";
  text.append(kMaxConfigBytes - text.size(), '.');
  std::ofstream(path) << text;
  EXPECT_EQ(read_venue_config(path).sessions.size(), 1U);
  std::ofstream(path) << text + ".";
  EXPECT_THROW(static_cast<void>(read_venue_config(path)), ConfigError);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace sluice::gateway
