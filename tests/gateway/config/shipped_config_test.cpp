#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <string>

#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {
namespace {

std::string shipped_path() {
  const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
  return (here / ".." / ".." / ".." / "gateway" / "venue.toml").lexically_normal().string();
}

std::string shipped_text() {
  std::ifstream file(shipped_path());
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ShippedConfig, StartsAUsefulVenueOnLoopback) {
  const VenueConfig config = read_venue_config(shipped_path());
  EXPECT_EQ(config.gateway.comp_id, "SLUICE");
  EXPECT_EQ(config.gateway.bind_address, "127.0.0.1");
  EXPECT_EQ(config.gateway.port, 5001);

  std::vector<std::string> symbols;
  for (const InstrumentConfig& instrument : config.instruments) {
    symbols.push_back(instrument.symbol + " " + instrument.security_type);
  }
  EXPECT_THAT(symbols, testing::ElementsAre("BTC-USDT SPOT", "ETH-USDT SPOT", "BTC-USDT-PERP PERP",
                                            "ETH-USDT-PERP PERP"));
  std::vector<std::string> sessions;
  for (const SessionConfig& session : config.sessions) {
    sessions.push_back(session.comp_id);
    EXPECT_EQ(session.username, session.comp_id);
    EXPECT_EQ(session.authentication, Authentication::password);
    EXPECT_EQ(session.accounts.empty(), session.role == Role::drop_copy);
  }
  EXPECT_THAT(sessions, testing::ElementsAre("CLIENT1", "CLIENT2", "MAKER1", "DROP1"));
  ASSERT_EQ(config.drop_copies.size(), 1U);
  EXPECT_EQ(config.drop_copies[0].firm, "ALPHA");
  EXPECT_EQ(config.sessions.back().role, Role::drop_copy);
  EXPECT_EQ(config.sessions.back().drop_copy, config.drop_copies[0].name);
}

/// Lines "# key = value" made active.
std::string uncommented(const std::string& text, int& count) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    const bool is_default =
        line.rfind("# ", 0) == 0 && equals != std::string::npos &&
        std::all_of(line.begin() + 2, line.begin() + static_cast<std::ptrdiff_t>(equals),
                    [](char c) { return std::islower(c) != 0 || c == '_'; });
    count += is_default ? 1 : 0;
    result += (is_default ? line.substr(2) : line) + "\n";
  }
  return result;
}

TEST(ShippedConfig, WhatIsCommentedOutShowsTheDefaults) {
  int count = 0;
  const VenueConfig config = parse_venue_config(uncommented(shipped_text(), count), "venue.toml");
  EXPECT_EQ(count, 64);
  const GatewayConfig gateway;
  EXPECT_EQ(config.gateway.io_threads, gateway.io_threads);
  const JournalConfig journal;
  EXPECT_EQ(config.journal.dir, journal.dir);
  EXPECT_EQ(config.journal.durability, journal.durability);
  EXPECT_EQ(config.journal.session_segments, journal.session_segments);
  EXPECT_EQ(config.journal.live_dir, journal.live_dir);
  EXPECT_EQ(config.journal.segment_bytes, journal.segment_bytes);
  EXPECT_EQ(config.journal.live_segment_bytes, journal.live_segment_bytes);
  EXPECT_EQ(config.journal.live_segments, journal.live_segments);
  EXPECT_EQ(config.journal.snapshot_segments, journal.snapshot_segments);
  EXPECT_EQ(config.journal.keep_hours, journal.keep_hours);
  EXPECT_EQ(config.journal.idle, journal.idle);
  EXPECT_EQ(config.journal.cpu, journal.cpu);
  EXPECT_EQ(config.gateway.io_cpus, gateway.io_cpus);
  EXPECT_EQ(config.gateway.io_backoff_us_max, gateway.io_backoff_us_max);
  EXPECT_EQ(config.gateway.max_connections, gateway.max_connections);
  EXPECT_EQ(config.gateway.max_unauthenticated, gateway.max_unauthenticated);
  EXPECT_EQ(config.gateway.max_connections_per_address, gateway.max_connections_per_address);
  EXPECT_EQ(config.gateway.connection_rate_per_address, gateway.connection_rate_per_address);
  EXPECT_EQ(config.gateway.logon_backoff_ms_max, gateway.logon_backoff_ms_max);
  EXPECT_EQ(config.gateway.logon_failures_max, gateway.logon_failures_max);
  EXPECT_EQ(config.gateway.logon_lockout_s, gateway.logon_lockout_s);
  EXPECT_EQ(config.gateway.signature_window_ms, gateway.signature_window_ms);
  EXPECT_EQ(config.gateway.takeover_grace_ms, gateway.takeover_grace_ms);
  EXPECT_EQ(config.gateway.max_message_bytes, gateway.max_message_bytes);
  EXPECT_EQ(config.gateway.logon_timeout_ms, gateway.logon_timeout_ms);
  EXPECT_EQ(config.gateway.pending_logons, gateway.pending_logons);
  EXPECT_EQ(config.gateway.max_unsent_bytes, gateway.max_unsent_bytes);
  EXPECT_EQ(config.gateway.store_messages, gateway.store_messages);
  EXPECT_EQ(config.gateway.feed_cpu, gateway.feed_cpu);
  EXPECT_EQ(config.gateway.drop_copy_stall_ms, gateway.drop_copy_stall_ms);
  EXPECT_EQ(config.gateway.resend_page, gateway.resend_page);
  EXPECT_EQ(config.gateway.resend_rate, gateway.resend_rate);
  EXPECT_EQ(config.gateway.heartbeat_s_min, gateway.heartbeat_s_min);
  EXPECT_EQ(config.gateway.heartbeat_s_max, gateway.heartbeat_s_max);
  EXPECT_EQ(config.gateway.command_ring, gateway.command_ring);
  EXPECT_EQ(config.gateway.event_ring, gateway.event_ring);
  EXPECT_EQ(config.gateway.in_flight_per_session, gateway.in_flight_per_session);
  EXPECT_EQ(config.gateway.logout_wait_ms, gateway.logout_wait_ms);
  EXPECT_EQ(config.gateway.plain_beyond_loopback, gateway.plain_beyond_loopback);
  const AdminConfig admin;
  EXPECT_EQ(config.admin.enabled, admin.enabled);
  EXPECT_EQ(config.admin.socket, admin.socket);
  EXPECT_EQ(config.admin.socket_mode, admin.socket_mode);
  EXPECT_EQ(config.admin.socket_group, admin.socket_group);
  EXPECT_EQ(config.admin.audit_log, admin.audit_log);
  EXPECT_EQ(config.admin.max_connections, admin.max_connections);
  EXPECT_EQ(config.admin.max_line_bytes, admin.max_line_bytes);
  EXPECT_EQ(config.admin.max_unsent_bytes, admin.max_unsent_bytes);
  EXPECT_EQ(config.admin.tail_messages, admin.tail_messages);
  const OpeningConfig opening;
  EXPECT_EQ(config.opening.after_unclean_stop, opening.after_unclean_stop);
  EXPECT_EQ(config.opening.post_only_after_s, opening.post_only_after_s);
  EXPECT_EQ(config.opening.continuous_after_s, opening.continuous_after_s);
  const EngineSettings engine;
  EXPECT_EQ(config.engine.unit, engine.unit);
  EXPECT_EQ(config.engine.cpu, engine.cpu);
  EXPECT_EQ(config.engine.max_orders, engine.max_orders);
  EXPECT_EQ(config.engine.max_levels, engine.max_levels);
  EXPECT_EQ(config.engine.max_level_pages, engine.max_level_pages);
  EXPECT_EQ(config.engine.clordid_history, engine.clordid_history);
  EXPECT_EQ(config.engine.order_history, engine.order_history);
  EXPECT_EQ(config.engine.work_per_command, engine.work_per_command);
  EXPECT_EQ(config.engine.max_deferred, engine.max_deferred);
  EXPECT_EQ(config.engine.execution_log_events, engine.execution_log_events);
  const LogConfig log;
  EXPECT_EQ(config.log.file, log.file);
  EXPECT_EQ(config.log.messages, log.messages);
  EXPECT_EQ(config.log.queue, log.queue);
}

}  // namespace
}  // namespace sluice::gateway
