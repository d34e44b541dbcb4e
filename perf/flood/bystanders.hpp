// Those who trade while others flood, and must not notice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
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

  explicit Bystanders(const testing::VenueProcess& venue);

  /// For so long, with so long a pause after each cancel. Nanoseconds of each order, from just
  /// before its bytes were sent until its report was read.
  std::vector<std::int64_t> trade(double seconds, int pause_us);
  /// Logs all of them off in good order.
  void leave();

 private:
  /// Nanoseconds from the send to the report of that kind.
  std::int64_t round_trip(testing::RawFixClient& client, const testing::FixBody& body,
                          char exec_type);

  std::vector<std::unique_ptr<testing::RawFixClient>> clients_;
  std::uint64_t orders_ = 0;
};

}  // namespace sluice::perf
