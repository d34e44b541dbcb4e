// The venue under flood as its system and its admin socket show it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>
#include <time.h>

#include "perf/flood/flood.hpp"
#include "tests/support/admin_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {

/// The bounds that the flooded venue is given; small, so that a flood can meet them.
struct FloodVenue {
  std::uint32_t store_messages = 16'384;
  std::uint64_t max_unsent_bytes = 1U << 20U;
  std::uint32_t max_unauthenticated = 256;
  std::uint32_t max_orders = 65'536;

  /// Everything that is not said here is as shipped. TLS files are made in `folder`.
  [[nodiscard]] testing::VenueText text(const std::string& folder) const;
  /// Bytes that may come on top of what the venue takes at its start: message stores and send
  /// buffers of its sessions, connections that are not logged on, the engine's tables, a password
  /// check, and kSlackBytes for the rest.
  [[nodiscard]] std::uint64_t more_bytes() const;

  static constexpr std::uint64_t kSlackBytes = 16U << 20U;
};

/// Thread safety: none.
class VenueWatch {
 public:
  explicit VenueWatch(testing::VenueProcess& venue);

  /// VmRSS now and the largest since forget_peak(), bytes. Throws when the venue is gone.
  [[nodiscard]] std::uint64_t resident_bytes() const { return status_bytes("VmRSS:"); }
  [[nodiscard]] std::uint64_t peak_bytes() const { return status_bytes("VmHWM:"); }
  void forget_peak() const;

  /// How long its threads, all together, have had a CPU and have been ready without getting one.
  struct CpuTime {
    std::uint64_t used_ns = 0;
    std::uint64_t waited_ns = 0;
  };
  [[nodiscard]] CpuTime cpu_time() const;

  /// The kernel's clock of the venue's CPU time, all threads.
  [[nodiscard]] clockid_t cpu_clock() const;

  /// Figures of `stat` that have grown since the last call, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counted();

 private:
  [[nodiscard]] std::uint64_t status_bytes(const std::string& key) const;

  pid_t pid_;
  testing::AdminClient admin_;
  std::map<std::string, std::uint64_t> last_;
};

}  // namespace sluice::perf
