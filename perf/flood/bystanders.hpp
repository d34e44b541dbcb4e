// Those who trade while others flood, and must not notice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <time.h>
#include <vector>

#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {

/// Sessions that take turns with an order and its cancel, one at a time.
///
/// Everything throws std::runtime_error as soon as one of them is closed, waits longer than ten
/// seconds, hears something else than its two reports, or finds a number missing.
class Bystanders {
 public:
  static constexpr int kSessions = 3;
  [[nodiscard]] static std::vector<std::string> comp_ids();

  /// `venue_cpu`: the clock of the venue's CPU time.
  Bystanders(const testing::VenueProcess& venue, clockid_t venue_cpu);

  /// Of each order, nanoseconds: from just before its bytes were sent until its report was in the
  /// client's socket, by the kernel's stamp of arrival (SO_TIMESTAMPNS): what the venue owes, where
  /// client and flooder share CPUs; until the client had read it; and how much CPU time the
  /// venue's threads took meanwhile, which is its own even where others keep it from a CPU.
  struct Waits {
    std::vector<std::int64_t> arrived;
    std::vector<std::int64_t> waited;
    std::vector<std::int64_t> venue_cpu;
  };

  /// For so long, with so long a pause after each cancel.
  Waits trade(double seconds, int pause_us);
  /// Logs all of them off in good order.
  void leave();

 private:
  struct RoundTrip {
    std::int64_t arrived_ns;
    std::int64_t waited_ns;
  };
  /// From the send to the report of that kind.
  RoundTrip round_trip(testing::RawFixClient& client, const testing::FixBody& body, char exec_type);

  std::vector<std::unique_ptr<testing::RawFixClient>> clients_;
  clockid_t venue_cpu_;
  std::uint64_t orders_ = 0;
};

}  // namespace sluice::perf
