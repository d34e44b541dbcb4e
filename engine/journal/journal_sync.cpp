#include "engine/journal/journal_sync.hpp"

#include <utility>

#include "engine/message/command.hpp"

namespace sluice {

JournalSync::Followed::Followed(LiveStream& followed, StreamKind kind, std::uint8_t number,
                                const RoundLog& log)
    : live(followed),
      stream(number),
      reader([&followed](std::uint64_t index) { return followed.segment(index); }, kind, 1,
             log.streams()[number]),
      durable(log.streams()[number].next_sequence - 1) {}

JournalSync::JournalSync(RoundLog log, LiveStream& commands,
                         const std::vector<LiveStream*>& sessions, CommandNumbers& numbers,
                         WallClock clock)
    : log_(std::move(log)),
      commands_(commands, StreamKind::commands, 0, log_),
      numbers_(numbers),
      clock_(clock),
      segment_(log_.segment()) {
  for (LiveStream* const stream : sessions) {
    sessions_.emplace_back(*stream, StreamKind::sessions,
                           static_cast<std::uint8_t>(sessions_.size() + 1), log_);
  }
}

bool JournalSync::turn() {
  // Sessions are looked at first: what has caused their records is found then.
  for (Followed& each : sessions_) find_session_records(each);
  add_commands();
  for (Followed& each : sessions_) {
    for (const RecordView& record : each.found) add(record);
    each.found.clear();
  }
  if (log_.is_empty()) return false;
  commit();
  // What comes next lies in the readers' own segments.
  commands_.live.release_before(commands_.reader.segment());
  for (Followed& each : sessions_) each.live.release_before(each.reader.segment());
  return true;
}

void JournalSync::find_session_records(Followed& from) {
  RecordView record;
  while (from.found.size() < kSessionRecordsPerTurn && next(from, record)) {
    from.found.push_back(record);
  }
}

// To the end, however many rounds that takes: segments are given back after it, so the engine
// cannot run ahead for ever.
void JournalSync::add_commands() {
  RecordView record;
  while (next(commands_, record)) {
    add(record);
    note_command(numbers_, record);
  }
}

void JournalSync::add(const RecordView& record) {
  if (!log_.has_room_for(record.payload.size())) commit();
  log_.add(*record.header);
}

void JournalSync::commit() {
  log_.commit(clock_().value);
  segment_.store(log_.segment(), std::memory_order_release);
  const auto tell = [this](Followed& each) {
    each.durable.store(log_.streams()[each.stream].next_sequence - 1, std::memory_order_release);
  };
  tell(commands_);
  for (Followed& each : sessions_) tell(each);
}

bool JournalSync::next(Followed& from, RecordView& record) {
  switch (from.reader.next(record)) {
    case StreamReader::Status::record:
      return true;
    case StreamReader::Status::none:
      return false;
    case StreamReader::Status::damaged:
      break;
  }
  throw JournalDamage("in memory: " + from.reader.wrong());
}

}  // namespace sluice
