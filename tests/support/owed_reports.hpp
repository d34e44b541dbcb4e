// What a session must hear of the events that there were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/message/event.hpp"

namespace sluice::testing {

struct OwedReports {
  std::vector<std::uint64_t> exec_ids;  ///< ExecID(17) of each ExecutionReport(8), in order.
  std::size_t cancel_rejects = 0;       ///< OrderCancelReject(9) has none.
};

[[nodiscard]] inline OwedReports owed_to(std::uint32_t session, const std::vector<Event>& events) {
  OwedReports owed;
  for (const Event& event : events) {
    if (event.session.value != session) continue;
    if (event.type == EventType::cancel_rejected) {
      ++owed.cancel_rejects;
    } else {
      owed.exec_ids.push_back(event.exec_id.value);
    }
  }
  return owed;
}

}  // namespace sluice::testing
