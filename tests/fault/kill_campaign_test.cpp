// The real program, real sockets, SIGKILL at any moment: after each start everybody hears what he
// lacks and nothing twice, and the journal gives the very same events again.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/engine_replay.hpp"
#include "engine/journal/event_log.hpp"
#include "engine/journal/posix_storage.hpp"
#include "engine/journal/round_log.hpp"
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

/// Events of one session on the venue's disk, and what is wrong with the whole of it.
struct Disk {
  std::vector<Event> events;
  std::string wrong;
};

/// `sluice verify` in short: the journal into a fresh engine, event by event beside the log.
class Verifier final : public EventSink {
 public:
  Event& claim() noexcept override { return event_ = Event{}; }
  void commit() noexcept override { events.push_back(event_); }
  std::vector<Event> events;

 private:
  Event event_{};
};

Disk read_disk(const std::string& folder) {
  Disk disk;
  PosixStorage storage(folder);
  EventLogReader log(storage, 1);
  for (Event event; log.next(event);) disk.events.push_back(event);
  disk.wrong = log.tip().wrong;
  EngineReplay replay;
  Verifier again;
  (void)read_round_log(storage, 0, [&](const RecordView& record) {
    if (record.header->stream == 0) replay.apply(record, again);
  });
  if (again.events.size() != disk.events.size()) {
    disk.wrong += "the journal gives " + std::to_string(again.events.size()) +
                  " events, the log has " + std::to_string(disk.events.size());
  }
  for (std::size_t i = 0; i < std::min(again.events.size(), disk.events.size()); ++i) {
    if (std::memcmp(&again.events[i], &disk.events[i], sizeof(Event)) != 0) {
      disk.wrong += "event " + std::to_string(i + 1) + " is another one";
      break;
    }
  }
  // Quantities add up: what was accepted is filled, gone or still there.
  std::int64_t open = 0;
  for (const Event& event : disk.events) {
    if (event.type == EventType::order_accepted) open += event.qty.value;
    if (event.type == EventType::trade) open -= event.last_qty.value;
    if (event.type == EventType::order_canceled || event.type == EventType::order_expired) {
      open -= event.qty.value - event.cum_qty.value;
    }
  }
  std::int64_t resting = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    replay.engine()->for_each_order(
        {1}, side,
        [](void* sum, const OrderView& order) {
          *static_cast<std::int64_t*>(sum) += order.qty.value - order.cum_qty.value;
        },
        &resting);
  }
  if (open != resting) {
    disk.wrong += "accepted less filled and gone is " + std::to_string(open) + ", resting is " +
                  std::to_string(resting);
  }
  return disk;
}

/// What the disk has for one session.
struct Expected {
  std::vector<std::uint64_t> reports;  ///< Their ExecIDs.
  std::size_t cancel_rejects = 0;
};

Expected expected_of(const Disk& disk, std::uint32_t session) {
  Expected expected;
  for (const Event& event : disk.events) {
    if (event.session.value != session) continue;
    if (event.type == EventType::cancel_rejected) {
      ++expected.cancel_rejects;  // OrderCancelReject(9) has no ExecID(17)
    } else {
      expected.reports.push_back(event.exec_id.value);
    }
  }
  return expected;
}

void expect_heard(const SurvivingTrader& trader, const Expected& expected) {
  const std::vector<std::uint64_t>& heard = trader.heard();
  const auto [at, wanted] = std::ranges::mismatch(heard, expected.reports);
  EXPECT_TRUE(at == heard.end() && wanted == expected.reports.end())
      << trader.raw().options().sender << " heard " << heard.size() << " reports of "
      << expected.reports.size() << ", the first " << at - heard.begin() << " are the same";
  EXPECT_EQ(trader.cancel_rejects(), expected.cancel_rejects);
  EXPECT_THAT(trader.wrongs(), ::testing::IsEmpty());
  EXPECT_GT(expected.reports.size(), 20U);
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
  const std::uint64_t kills = from_environment("SLUICE_KILLS", 10);
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
    const Deadline deadline = after(kPatience);
    while (!done() && Clock::now() < deadline) {
      for (SurvivingTrader* trader : {&one, &two}) {
        // An early one is filled over, not answered: so one after another.
        trader->raw().send(FixBody{"1"}.add(112, "STILL THERE"));
        const Deadline pause = after(milliseconds{20});
        while (Clock::now() < pause) {
          if (!hear()) (void)trader->raw().connection().wait_readable(pause);
        }
      }
    }
    EXPECT_TRUE(done());
  };
  const std::size_t before[] = {one.raw().heartbeats_seen(), two.raw().heartbeats_seen()};
  log_on_and_wait([&] {
    return one.raw().heartbeats_seen() > before[0] && two.raw().heartbeats_seen() > before[1];
  });
  ASSERT_TRUE(venue.stop(kPatience).has_value());
  (void)hear();
  const Disk disk = read_disk(venue.state_dir() + "/journal");
  EXPECT_EQ(disk.wrong, "");
  const Expected ones = expected_of(disk, 1);
  const Expected twos = expected_of(disk, 2);
  // Owed reports may come with the next Logon.
  venue.start_again();
  const auto has_all = [](const SurvivingTrader& trader, const Expected& expected) {
    return trader.heard().size() >= expected.reports.size() &&
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
