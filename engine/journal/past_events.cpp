#include "engine/journal/past_events.hpp"

#include <cstring>
#include <string>

#include "engine/journal/round_log.hpp"

namespace sluice {

void PastEvents::preload(std::uint64_t last) {
  while (log_.written() < last) {
    const Event* const event = disk_.next();
    if (event == nullptr) {
      throw JournalDamage("the execution log on disk ends with event " +
                          std::to_string(log_.written()) + ", before event " +
                          std::to_string(last) + " of the snapshot" +
                          (disk_.tip().wrong.empty() ? "" : "; " + place_of_wrong(disk_.tip())));
    }
    log_.claim() = *event;
    commit();
  }
  checked_ = log_.written();
}

void PastEvents::check() {
  for (; on_disk_ && checked_ < log_.written(); ++checked_) {
    const Event* const event = disk_.next();
    on_disk_ = event != nullptr;
    if (!on_disk_) return;
    const Event& again = log_.written_event(checked_ + 1);
    if (std::memcmp(event, &again, sizeof again) == 0) continue;
    throw JournalDamage("event " + std::to_string(checked_ + 1) +
                        " of the execution log on disk is another one than the journal gives. If "
                        "another version of this program wrote it: start that one, stop it in "
                        "order, then start this one");
  }
}

EventLogTip PastEvents::end() {
  if (on_disk_ && disk_.next() != nullptr) {
    throw JournalDamage("the execution log on disk goes on after event " +
                        std::to_string(log_.written()) + ", the last that the journal gives");
  }
  return disk_.tip();
}

}  // namespace sluice
