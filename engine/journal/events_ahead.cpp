#include "engine/journal/events_ahead.hpp"

#include <utility>

namespace sluice {

void EventsAhead::read(ReadAhead<Batch>& to) {
  Batch batch;
  const auto hand_over = [&] { return batch.events.empty() || to.give(std::exchange(batch, {})); };
  try {
    while (const Event* const event = reader_.next()) {
      const StoredBytes& segment = reader_.segment();
      if (batch.owner.owner != segment.owner && !hand_over()) return;
      batch.owner = segment;
      batch.events.push_back(event);
      if (batch.events.size() == kEventsPerBatch && !hand_over()) return;
    }
  } catch (...) {
    (void)hand_over();
    throw;
  }
  (void)hand_over();
}

const Event* EventsAhead::next_of_next_batch() {
  if (over_) return nullptr;
  at_ = 0;
  batch_ = {};
  auto batch = ahead_.next();
  if (!batch) {
    over_ = true;
    return nullptr;
  }
  batch_ = std::move(*batch);
  return take();
}

}  // namespace sluice
