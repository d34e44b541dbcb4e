// Opens instruments in steps after an unclean start, if the configuration says so.
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/admin/admin_job.hpp"

namespace sluice::gateway {

/// Thread safety: the admin thread.
///
/// Only what nobody has touched since goes on (ControlState::is_closed): what somebody changed by
/// hand is his.
class OpeningTimer {
 public:
  /// `closed`: the instruments that this start left in cancel_only; `started_ns`: monotonic.
  OpeningTimer(const OpeningConfig& config, std::vector<InstrumentId> closed,
               std::int64_t started_ns);

  /// Sends what is due. True if anything was.
  bool turn(AdminDesk& desk, std::int64_t now_ns);

 private:
  struct Step {
    std::int64_t due_ns;
    InstrumentState to;
  };

  bool open(AdminDesk& desk, const Step& step);

  std::vector<InstrumentId> closed_;
  std::vector<Step> steps_;
  std::size_t next_ = 0;
  std::size_t opened_ = 0;  // instruments of the step at work that have had their turn
  std::vector<std::uint32_t> numbers_;
};

}  // namespace sluice::gateway
