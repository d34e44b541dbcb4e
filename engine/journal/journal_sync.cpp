#include "engine/journal/journal_sync.hpp"

#include <utility>

namespace sluice {

JournalSync::JournalSync(RoundLog log, LiveStream& commands, CommandNumbers& numbers,
                         WallClock clock)
    : log_(std::move(log)),
      commands_(commands),
      reader_([&commands](std::uint64_t index) { return commands.segment(index); },
              StreamKind::commands, 1, log_.streams()[0]),
      numbers_(numbers),
      clock_(clock),
      durable_(log_.streams()[0].next_sequence - 1),
      segment_(log_.segment()) {}

bool JournalSync::turn() {
  read_commands();
  if (log_.is_empty()) return false;
  log_.commit(clock_().value);
  segment_.store(log_.segment(), std::memory_order_release);
  durable_.store(log_.streams()[0].next_sequence - 1, std::memory_order_release);
  // What is left over lies in the reader's own segment.
  commands_.release_before(reader_.segment());
  return true;
}

void JournalSync::read_commands() {
  if (left_over_.header != nullptr) add(std::exchange(left_over_, {}));
  RecordView record;
  while (next(record)) {
    if (!log_.has_room_for(record.payload.size())) {
      left_over_ = record;
      return;
    }
    add(record);
  }
}

void JournalSync::add(const RecordView& record) {
  log_.add(*record.header);
  note_command(numbers_, record);
}

bool JournalSync::next(RecordView& record) {
  switch (reader_.next(record)) {
    case StreamReader::Status::record:
      return true;
    case StreamReader::Status::none:
      return false;
    case StreamReader::Status::damaged:
      break;
  }
  throw JournalDamage("in memory: " + reader_.wrong());
}

}  // namespace sluice
