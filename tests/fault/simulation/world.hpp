// A venue and its clients in a world of its own: disk, network and clock are simulated, and one
// seed decides all that happens.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/message/event.hpp"
#include "gateway/venue/venue.hpp"
#include "tests/engine/journal/sim_storage.hpp"
#include "tests/support/in_process/process_clock.hpp"
#include "tests/support/surviving_trader.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::testing {

/// What came of a run.
struct RunResult {
  std::vector<std::string> wrongs;  ///< Invariants that do not hold; empty: all do.
  std::uint64_t digest = 0;         ///< Of all that happened: the same seed gives the same.
  std::uint64_t reports = 0;        ///< That clients heard.
  bool on_disk = false;             ///< Durability "disk".
  std::uint32_t starts = 0;         ///< Of the venue, those that were cut off included.
  std::uint32_t power_cuts = 0;
  std::uint32_t refused_starts = 0;  ///< For a bit that had flipped.
  std::uint32_t disk_failures = 0;
  std::uint32_t resets = 0;
  std::uint32_t old_reads = 0;  ///< Turns in which reports were read that had left the log.
};

/// One run. What of it survives what: `memory_` (stores, memory files) the process, `disk_` the
/// machine.
class World {
 public:
  explicit World(std::uint64_t seed);
  [[nodiscard]] RunResult run();

 private:
  enum class End : std::uint8_t { kill, power_cut, power_cut_at_the_disk, disk_failure, stop };

  [[nodiscard]] std::uint64_t one_of(std::uint64_t many) { return random_() % many; }
  [[nodiscard]] bool chance(std::uint64_t one_in) { return one_of(one_in) == 0; }
  [[nodiscard]] gateway::VenueConfig config() const;

  /// A venue, after as many attempts as it takes: power may go while one starts.
  void start();
  [[nodiscard]] bool try_to_start();
  void start_with_a_flipped_bit();
  void live();
  void step();
  /// Nothing fails any more: everybody hears what he is owed.
  void settle();
  void end(End how);
  void cut_power();
  void turn_all();
  void connect(SurvivingTrader& trader, bool reset);
  void check_state();
  void check_all();
  void wrong(std::string what) { result_.wrongs.push_back(std::move(what)); }
  void note(std::string_view what);

  std::mt19937_64 random_;
  FrozenClock clock_;
  TemporaryFolder memory_;
  test::SimStorage disk_;
  bool has_small_log_;  ///< In memory: reports that are owed are read from the disk.
  bool on_disk_;        ///< Durability; else nobody survives a power cut, and none comes.
  std::unique_ptr<gateway::Venue> venue_;
  std::vector<std::unique_ptr<SurvivingTrader>> traders_;
  RunResult result_;
};

}  // namespace sluice::testing
