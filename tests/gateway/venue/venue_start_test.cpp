// What the configuration takes, the venue starts with: --check and the start never disagree.
#include <cstdint>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <ostream>
#include <string>
#include <utility>

#include "gateway/config/venue_config_reader.hpp"
#include "gateway/venue/venue.hpp"
#include "tests/support/venue_process.hpp"
#include "tests/support/venue_text.hpp"

namespace sluice::gateway {
namespace {

/// A venue that takes little memory, so that each case starts quickly.
sluice::testing::VenueText least_venue() {
  sluice::testing::VenueText text;
  text.sessions = {{.comp_id = "CLIENT1", .password = {}}};
  text.gateway = {{"store_messages", "16"}};
  text.engine = {{"max_orders", "1024"},
                 {"max_levels", "1024"},
                 {"max_level_pages", "1024"},
                 {"clordid_history", "1024"},
                 {"execution_log_events", "8192"}};
  text.log = {{"level", "\"off\""}};
  return text;
}

struct Edge {
  const char* key;
  std::int64_t value;
  sluice::testing::TomlEntries besides{};
};
std::ostream& operator<<(std::ostream& out, const Edge& edge) { return out << edge.key; }

class EngineEdges : public ::testing::TestWithParam<Edge> {};

TEST_P(EngineEdges, TheVenueStartsWithWhatTheConfigurationTakes) {
  const sluice::testing::TemporaryFolder folder;
  sluice::testing::VenueText text = least_venue();
  text.engine.emplace_back(GetParam().key, std::to_string(GetParam().value));
  for (const auto& entry : GetParam().besides) text.engine.push_back(entry);
  VenueConfig config = parse_venue_config(text.text(folder.path()), "venue.toml");
  Venue venue(std::move(config));
  venue.start();
  EXPECT_NE(venue.port(), 0);
  venue.stop();
}

INSTANTIATE_TEST_SUITE_P(
    Lower, EngineEdges,
    ::testing::Values(Edge{"unit", 0}, Edge{"max_orders", 1}, Edge{"max_levels", 1},
                      Edge{"max_level_pages", 7},
                      Edge{"work_per_command", 8, {{"execution_log_events", "1024"}}},
                      Edge{"max_deferred", 1}, Edge{"clordid_history", 1},
                      // The most work that each of these logs allows.
                      Edge{"execution_log_events", 1'024, {{"work_per_command", "60"}}},
                      Edge{"execution_log_events", 2'048, {{"work_per_command", "124"}}},
                      Edge{"execution_log_events", 4'096, {{"work_per_command", "252"}}},
                      Edge{"execution_log_events", 8'192}),
    [](const auto& test) {
      return std::string(test.param.key) + "_" + std::to_string(test.param.value);
    });

TEST(VenueStart, AWorkOneLargerThanItsLogAllowsIsNotTaken) {
  for (const auto& [events, work] : {std::pair{"1024", "61"}, {"2048", "125"}, {"4096", "253"}}) {
    sluice::testing::VenueText text = least_venue();
    text.engine.emplace_back("execution_log_events", events);
    text.engine.emplace_back("work_per_command", work);
    EXPECT_THROW(static_cast<void>(parse_venue_config(text.text("/nowhere"), "venue.toml")),
                 ConfigError)
        << events;
  }
}

// The longest CompIDs of the oddest characters that the rule allows.
TEST(VenueStart, AnyCompIdThatTheConfigurationTakesStarts) {
  const sluice::testing::TemporaryFolder folder;
  sluice::testing::VenueText text = least_venue();
  text.gateway.emplace_back("comp_id",
                            sluice::testing::quoted("!#$%&'()*+,-./:;<>?@[]^_`{|}~\"\\"));
  text.sessions = {{.comp_id = "0123456789ABCDEF0123456789abcdef", .password = {}},
                   {.comp_id = "../%2F->[x]", .password = {}}};
  const Venue venue(parse_venue_config(text.text(folder.path()), "venue.toml"));
  EXPECT_EQ(venue.config().sessions.size(), 2U);
}

TEST(VenueStart, AnEngineThreadThatCannotBePinnedIsAWarning) {
  const sluice::testing::TemporaryFolder folder;
  for (const int cpu : {-1, 1'023}) {
    sluice::testing::VenueText text = least_venue();
    text.engine.emplace_back("cpu", std::to_string(cpu));
    const std::string log_path = folder.path() + "/log" + std::to_string(cpu);
    text.log = {{"file", sluice::testing::quoted(log_path)}};
    {
      Venue venue(parse_venue_config(text.text(folder.path() + "/state"), "venue.toml"));
      venue.start();
    }
    std::ifstream file(log_path);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    const bool warned = log.find("engine could not be pinned to CPU 1023") != std::string::npos;
    EXPECT_EQ(warned, cpu == 1'023) << log;
  }
}

TEST(VenueStart, ShippedPasswordsAreRefusedByTheVenueItselfToo) {
  const sluice::testing::TemporaryFolder folder;
  sluice::testing::VenueText text = least_venue();
  text.gateway.emplace_back("bind_address", "\"0.0.0.0\"");
  text.gateway.emplace_back("plain_beyond_loopback", "true");
  text.sessions = {{.comp_id = "CLIENT1", .password = "demo"}};
  EXPECT_THROW(Venue(parse_venue_config(text.text(folder.path()), "venue.toml")), ConfigError);
}

}  // namespace
}  // namespace sluice::gateway
