// One venue, all floods, one after the other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "perf/flood/bystanders.hpp"
#include "perf/flood/flood.hpp"
#include "perf/flood/venue_watch.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {

/// How flood, venue and bystanders share two CPUs.
struct FloodLayout {
  const char* name;
  const char* what;
  bool nice;    ///< The flood's threads have nice 19.
  bool apart;   ///< The venue has one CPU, everybody else the other.
  bool traded;  ///< Of the venue, only the threads that trade have that CPU.
};

struct FloodOptions {
  double window_s = 1.0;
  int pause_us = 200;  ///< Of the bystanders, between two orders.
  double rate = 0;     ///< As FloodTarget::rate.
  std::string venue;
};

/// What was measured of a flood; one entry in each list for a repetition.
struct FloodResults {
  std::vector<double> calm_p50, calm_p99, flood_p50, flood_p99;  // ns, to the client's socket
  std::vector<double> calm_read_p50, calm_read_p99, flood_read_p50, flood_read_p99;  // ns, read
  std::vector<double> p50_ratio, p99_ratio;
  std::vector<double> calm_cpu_p50, calm_cpu_p99, flood_cpu_p50, flood_cpu_p99;  // ns
  std::vector<double> orders;                 // of the bystanders during the flood
  std::vector<double> messages, connections;  // of the flood, a second
  std::vector<double> calm_bytes, peak_bytes;
  /// Of the venue's threads during the flood: CPUs used, and CPUs waited for by those ready to run.
  std::vector<double> cpus_used, cpus_waited_for;
  std::uint64_t closed = 0;  // these over all repetitions
  std::uint64_t failed = 0;
  std::map<std::string, std::uint64_t> counted;
};

/// Thread safety: none. The venue ends with the thread that made it.
class FloodRun {
 public:
  FloodRun(const FloodOptions& options, const FloodLayout& layout);

  /// A window under each flood, a calm one before the first and after each. Throws
  /// std::runtime_error when a bystander is hurt or the venue holds more than most_bytes().
  void run(const std::vector<FloodKind>& kinds, std::vector<FloodResults>& results);

  /// Resident memory: after the start, and the most that the configuration allows.
  [[nodiscard]] std::uint64_t start_bytes() const { return start_bytes_; }
  [[nodiscard]] std::uint64_t most_bytes() const { return start_bytes_ + bounds_.more_bytes(); }

 private:
  /// What bystanders waited, and the venue's memory.
  struct Window {
    Bystanders::Waits waits;
    std::uint64_t bytes = 0;
  };

  [[nodiscard]] testing::VenueOptions venue_options() const;
  Window calm();
  Window flood(const FloodKind& kind, FloodResults& results);

  FloodOptions options_;
  FloodLayout layout_;
  FloodVenue bounds_;
  testing::TemporaryFolder certificates_;
  testing::VenueProcess venue_;
  VenueWatch watch_;
  std::uint64_t start_bytes_;
  std::optional<Bystanders> bystanders_;
};

}  // namespace sluice::perf
