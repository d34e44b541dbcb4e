// Every number's range, at both edges and one beyond.
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

struct Range {
  const char* table;
  const char* key;
  std::int64_t min;
  std::int64_t max;
  const char* besides = "";  ///< What else the table needs for the edges to be good.
};
std::ostream& operator<<(std::ostream& out, const Range& range) {
  return out << range.table << '.' << range.key;
}

class RangeTest : public testing::TestWithParam<Range> {
 protected:
  static std::string config(std::int64_t value, const char* besides) {
    const Range& range = GetParam();
    const std::string line = std::string(range.key) + " = " + std::to_string(value) + "\n";
    const std::string more = besides + std::string(besides[0] != '\0' ? "\n" : "");
    if (std::string(range.table) == "session") return good_config() + line + more;
    return "[" + std::string(range.table) + "]\n" + line + more + good_config();
  }
  static void expect_refusal_of(std::int64_t value) {
    const Range& range = GetParam();
    const std::string text = complaint(config(value, ""));
    const std::string expected = std::string(range.table) + "." + range.key + ": found " +
                                 std::to_string(value) + "; expected an integer from " +
                                 std::to_string(range.min) + " to " + std::to_string(range.max);
    EXPECT_THAT(text, testing::HasSubstr(expected));
  }
};

TEST_P(RangeTest, HoldsBothEdgesAndNothingBeyond) {
  EXPECT_EQ(complaint(config(GetParam().min, GetParam().besides)), "");
  EXPECT_EQ(complaint(config(GetParam().max, GetParam().besides)), "");
  expect_refusal_of(GetParam().min - 1);
  expect_refusal_of(GetParam().max + 1);
}

TEST_P(RangeTest, TakesNothingButAnInteger) {
  for (const char* value : {"\"7\"", "7.0", "true", "[7]", "2026-01-01"}) {
    const Range& range = GetParam();
    const std::string line = std::string(range.key) + " = " + value + "\n";
    const std::string text = std::string(range.table) == "session"
                                 ? good_config() + line
                                 : "[" + std::string(range.table) + "]\n" + line + good_config();
    EXPECT_THAT(complaint(text), testing::HasSubstr("expected an integer from")) << value;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keys, RangeTest,
    testing::Values(
        Range{"gateway", "port", 0, 65'535}, Range{"gateway", "io_threads", 1, 16},
        Range{"gateway", "io_backoff_us_max", 1, 10'000},
        Range{"gateway", "max_connections", 2, 65'536},
        Range{"gateway", "max_unauthenticated", 1, 65'536},
        Range{"gateway", "max_connections_per_address", 1, 65'536},
        Range{"gateway", "connection_rate_per_address", 1, 10'000},
        Range{"gateway", "logon_backoff_ms_max", 0, 60'000},
        Range{"gateway", "logon_failures_max", 0, 1'000'000},
        Range{"gateway", "logon_lockout_s", 0, 604'800},
        Range{"gateway", "signature_window_ms", 100, 60'000},
        Range{"gateway", "takeover_grace_ms", 100, 30'000},
        Range{"gateway", "max_message_bytes", 512, 1'048'576},
        Range{"gateway", "logon_timeout_ms", 100, 60'000},
        Range{"gateway", "max_unsent_bytes", 65'536, 1'073'741'824},
        Range{"gateway", "store_messages", 16, 1'048'576},
        Range{"gateway", "resend_page", 1, 10'000}, Range{"gateway", "resend_rate", 100, 1'000'000},
        Range{"gateway", "heartbeat_s_min", 1, 3'600, "heartbeat_s_max = 3600"},
        Range{"gateway", "heartbeat_s_max", 1, 3'600, "heartbeat_s_min = 1"},
        Range{"gateway", "command_ring", 8, 8'192}, Range{"gateway", "event_ring", 8, 8'192},
        Range{"gateway", "in_flight_per_session", 1, 8'192},
        Range{"gateway", "pending_logons", 1, 4'096}, Range{"gateway", "logout_wait_ms", 0, 60'000},
        Range{"journal", "segment_bytes", 2'097'152, 1'073'741'824},
        Range{"journal", "live_segment_bytes", 65'536, 1'073'741'824},
        Range{"journal", "snapshot_segments", 0, 1'000'000},
        Range{"journal", "session_segments", 1, 1'000'000},
        Range{"journal", "keep_hours", 0, 87'600}, Range{"journal", "live_segments", 2, 63},
        Range{"journal", "cpu", -1, 1'023}, Range{"engine", "unit", 0, 63},
        Range{"engine", "cpu", -1, 1'023}, Range{"engine", "max_orders", 1, 67'108'864},
        Range{"engine", "max_levels", 1, 16'777'216},
        Range{"engine", "max_level_pages", 7, 16'777'216},
        Range{"engine", "work_per_command", 8, 65'536, "execution_log_events = 2097152"},
        Range{"engine", "max_deferred", 1, 1'048'576},
        Range{"engine", "clordid_history", 1, 16'777'216},
        Range{"engine", "order_history", 1, 67'108'864},
        Range{"engine", "execution_log_events", 1'024, 67'108'864, "work_per_command = 60"},
        Range{"log", "queue", 128, 1'048'576}, Range{"session", "MaxLatency", 1, 86'400},
        Range{"session", "LogoutTimeout", 1, 60}),
    [](const auto& test) {
      return std::string(test.param.table) + "_" + std::string(test.param.key);
    });

TEST(ConfigBounds, SectionsUpToTheirBoundAndNotOneMore) {
  struct Kind {
    const char* name;
    std::size_t bound;
    std::string (*section)(std::size_t);
  };
  const Kind kinds[] = {
      {"instrument", kMaxInstruments,
       [](std::size_t i) {
         return with(std::string(kInstrument), "BTC-USDT", "X" + std::to_string(i));
       }},
      {"firm", kMaxFirms,
       [](std::size_t i) { return with(std::string(kFirm), "ALPHA", "F" + std::to_string(i)); }},
      {"account", kMaxAccounts,
       [](std::size_t i) { return with(std::string(kAccount), "A1", "B" + std::to_string(i)); }},
      {"session", kMaxSessions,
       [](std::size_t i) { return with(kSession, "C1", "D" + std::to_string(i)); }},
  };
  for (const Kind& kind : kinds) {
    std::string text = good_config();
    for (std::size_t i = 1; i < kind.bound; ++i) text += kind.section(i);
    const std::string places = "[gateway]\nmax_connections = 65536\n";
    EXPECT_EQ(complaint(places + text), "") << kind.name;
    EXPECT_THAT(
        complaint(text + kind.section(kind.bound)),
        testing::HasSubstr(std::string(kind.name) + ": found " + std::to_string(kind.bound + 1) +
                           "; expected 1 to " + std::to_string(kind.bound) + " sections"));
  }
}

TEST(ConfigBounds, ListsOfASessionUpToTheirBoundAndNotOneMore) {
  std::string accounts;
  std::string names = "\"A1\"";
  for (std::size_t i = 1; i <= kMaxAccountsPerSession; ++i) {
    accounts += with(std::string(kAccount), "A1", "B" + std::to_string(i));
    if (i < kMaxAccountsPerSession) names += ", \"B" + std::to_string(i) + "\"";
  }
  const std::string text = accounts + good_config();
  EXPECT_EQ(complaint(with(text, "[\"A1\"]", "[" + names + "]")), "");
  EXPECT_THAT(
      complaint(with(text, "[\"A1\"]", "[" + names + ", \"B256\"]")),
      testing::HasSubstr("session.accounts: found a list of 257; expected a list of 1 to 256"));

  std::string addresses = "\"10.0.0.0\"";
  for (std::size_t i = 1; i < kMaxAllowAddresses; ++i) {
    addresses += ", \"10.0.0." + std::to_string(i) + "\"";
  }
  EXPECT_EQ(complaint(good_config() + "allow_addresses = [" + addresses + "]\n"), "");
  EXPECT_THAT(complaint(good_config() + "allow_addresses = [" + addresses + ", \"::1\"]\n"),
              testing::HasSubstr("found a list of 65; expected a list of 0 to 64"));
}

TEST(ConfigBounds, NamesHave1To32PrintableCharacters) {
  const auto symbol = [](const std::string& name) {
    return complaint(with(good_config(), "BTC-USDT", name));
  };
  EXPECT_EQ(symbol("X"), "");
  EXPECT_EQ(symbol("a b~!"), "");
  EXPECT_EQ(symbol(std::string(32, 'X')), "");
  for (const std::string& bad :
       {std::string(), std::string(33, 'X'), std::string("A=B"), std::string("A\\u0001B"),
        std::string("A\\tB"), std::string(" A"), std::string("A "), std::string("\\u00e4"),
        std::string("A\\u007f")}) {
    EXPECT_THAT(symbol(bad), testing::HasSubstr("instrument.symbol: found \"")) << bad;
  }
}

}  // namespace
}  // namespace sluice::gateway
