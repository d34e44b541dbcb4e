// The real program, real sockets, SIGKILL at any moment: after each start everybody hears what he
// lacks and nothing twice, and the journal gives the very same events again.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/read_only_storage.hpp"
#include "tests/fault/journal_audit.hpp"
#include "tests/support/owed_reports.hpp"
#include "tests/support/sanitizers.hpp"
#include "tests/support/surviving_trader.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kSymbol = "BTC-USDT";
constexpr std::chrono::seconds kPatience{60};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::stoull(given);
}

/// What dies, and how far its reports were.
struct Death {
  const char* name;
  bool on_disk;  ///< Durability "disk".
  bool machine;  ///< With its memory: of state_dir the journal is left.
};

VenueText venue_text(const Death& death) {
  VenueText text;
  if (death.on_disk) text.journal = {{"durability", "\"disk\""}};
  text.instruments = {{.symbol = kSymbol, .lot_size = "0.001"}};
  text.sessions = {{"CLIENT1", ""}, {"CLIENT2", ""}};
  text.engine = {{"max_orders", "65536"},     {"max_levels", "4096"},
                 {"max_level_pages", "4096"}, {"clordid_history", "16384"},
                 {"order_history", "16384"},  {"execution_log_events", "131072"}};
  text.tail = "[opening]\nafter_unclean_stop = \"continuous\"\n";
  return text;
}

void expect_heard(const SurvivingTrader& trader, const OwedReports& expected) {
  const std::vector<std::uint64_t>& heard = trader.heard();
  const auto [at, wanted] = std::ranges::mismatch(heard, expected.exec_ids);
  EXPECT_TRUE(at == heard.end() && wanted == expected.exec_ids.end())
      << trader.raw().options().sender << " heard " << heard.size() << " reports of "
      << expected.exec_ids.size() << ", the first " << at - heard.begin() << " are the same";
  EXPECT_EQ(trader.cancel_rejects(), expected.cancel_rejects);
  EXPECT_THAT(trader.wrongs(), ::testing::IsEmpty());
  EXPECT_GT(expected.exec_ids.size(), 20U);
}

/// What a power cut takes where state_dir is in memory.
void lose_memory(const std::string& state_dir) {
  for (const auto& entry : std::filesystem::directory_iterator(state_dir)) {
    if (entry.path().filename() != "journal") std::filesystem::remove_all(entry.path());
  }
}

class KillCampaign : public ::testing::TestWithParam<Death> {};

/// SLUICE_KILLS: how often; SLUICE_SEED: the moments again, as far as threads allow.
TEST_P(KillCampaign, NothingIsLostAndNothingComesTwice) {
  const std::uint64_t kills = from_environment("SLUICE_KILLS", tries(10));
  const std::uint64_t seed = from_environment("SLUICE_SEED", std::random_device{}());
  std::cout << "SLUICE_SEED=" << seed << " SLUICE_KILLS=" << kills << std::endl;
  std::mt19937_64 random(seed);
  VenueOptions options;
  options.config = venue_text(GetParam());
  VenueProcess venue(options);
  SurvivingTrader one("CLIENT1", kSymbol, "5.0");
  SurvivingTrader two("CLIENT2", kSymbol, "5.0");
  const auto hear = [&] {
    const bool first = one.hear();
    return two.hear() || first;
  };
  for (std::uint64_t n = 0; n < kills; ++n) {
    one.log_on(venue.host(), venue.port());
    two.log_on(venue.host(), venue.port());
    for (auto steps = random() % 400; steps > 0; --steps) {
      SurvivingTrader& trader = random() % 2 == 0 ? one : two;
      ASSERT_FALSE(trader.is_cut()) << "by a venue that lives";
      trader.trade(random);
      if (random() % 4 == 0) (void)hear();
    }
    venue.kill();
    if (GetParam().machine) lose_memory(venue.state_dir());
    venue.start_again();
  }
  // Whatever was lost is sent again; then the venue is stopped in order, so that the disk has all.
  const auto log_on_and_wait = [&](const std::function<bool()>& done) {
    one.log_on(venue.host(), venue.port());
    two.log_on(venue.host(), venue.port());
    EXPECT_TRUE(hear_until({&one, &two}, after(kPatience), done));
  };
  const std::size_t before[] = {one.raw().heartbeats_seen(), two.raw().heartbeats_seen()};
  log_on_and_wait([&] {
    return one.raw().heartbeats_seen() > before[0] && two.raw().heartbeats_seen() > before[1];
  });
  ASSERT_TRUE(venue.stop(kPatience).has_value());
  (void)hear();
  const JournalAudit disk = [&] {
    ReadOnlyStorage storage(venue.state_dir() + "/journal");
    return audit_journal(storage, true);
  }();
  EXPECT_EQ(disk.wrong, "");
  const OwedReports ones = owed_to(1, disk.events);
  const OwedReports twos = owed_to(2, disk.events);
  // Owed reports may come with the next Logon.
  venue.start_again();
  const auto has_all = [](const SurvivingTrader& trader, const OwedReports& expected) {
    return trader.heard().size() >= expected.exec_ids.size() &&
           trader.cancel_rejects() >= expected.cancel_rejects && trader.raw().gap() == 0;
  };
  log_on_and_wait([&] { return has_all(one, ones) && has_all(two, twos); });
  expect_heard(one, ones);
  expect_heard(two, twos);
}

INSTANTIATE_TEST_SUITE_P(Deaths, KillCampaign,
                         ::testing::Values(Death{"Process", false, false},
                                           Death{"ProcessWithDisk", true, false},
                                           Death{"MachineWithDisk", true, true}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sluice::testing
