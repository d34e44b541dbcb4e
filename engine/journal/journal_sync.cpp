#include "engine/journal/journal_sync.hpp"

#include <utility>

namespace sluice {
namespace {

/// Of a session's stream that are read before the commands are.
constexpr std::size_t kMostStaged = 1'024;

}  // namespace

JournalSync::JournalSync(RoundLog log, std::span<LiveStream* const> streams,
                         CommandNumbers& numbers, WallClock clock)
    : log_(std::move(log)), numbers_(numbers), clock_(clock), segment_(log_.segment()) {
  for (std::size_t i = 0; i < streams.size(); ++i) {
    LiveStream* const live = streams[i];
    const StreamPosition& at = log_.streams()[i];
    Followed& added = followed_.emplace_back(
        *live, StreamReader([live](std::uint64_t index) { return live->segment(index); },
                            i == 0 ? StreamKind::commands : StreamKind::sessions, 1, at));
    added.durable.store(at.next_sequence - 1, std::memory_order_relaxed);
  }
}

bool JournalSync::turn() {
  stage_sessions();
  read_commands();
  add_staged();
  if (log_.is_empty()) return false;
  log_.commit(clock_().value);
  publish();
  return true;
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

// Their bytes stay where they are until publish() releases their segment.
void JournalSync::stage_sessions() {
  for (std::size_t i = 1; i < followed_.size(); ++i) {
    Followed& stream = followed_[i];
    RecordView record;
    while (stream.staged.size() < kMostStaged && next(stream, record)) {
      stream.staged.push_back({record.header, stream.reader.segment()});
    }
  }
}

void JournalSync::read_commands() {
  Followed& commands = followed_.front();
  // One that found no room in the last round comes first.
  for (const Staged& left : commands.staged) add_command(*left.record);
  commands.staged.clear();
  RecordView record;
  while (next(commands, record)) {
    if (!log_.has_room_for(record.payload.size())) {
      commands.staged.push_back({record.header, commands.reader.segment()});
      return;
    }
    add_command(*record.header);
  }
}

void JournalSync::add_command(const RecordHeader& record) {
  log_.add(record);
  const auto* const payload = reinterpret_cast<const std::byte*>(&record + 1);
  note_command(numbers_, {&record, {payload, record.bytes - sizeof record}});
}

void JournalSync::add_staged() {
  // Commands are left over: who knows which of them these belong to.
  if (!followed_.front().staged.empty()) return;
  for (std::size_t i = 1; i < followed_.size(); ++i) {
    std::vector<Staged>& staged = followed_[i].staged;
    std::size_t added = 0;
    while (added < staged.size() &&
           log_.has_room_for(staged[added].record->bytes - sizeof(RecordHeader))) {
      log_.add(*staged[added++].record);
    }
    staged.erase(staged.begin(), staged.begin() + static_cast<std::ptrdiff_t>(added));
  }
}

void JournalSync::publish() {
  std::uint64_t records = 0;
  segment_.store(log_.segment(), std::memory_order_release);
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    Followed& stream = followed_[i];
    const std::uint64_t last = log_.streams()[i].next_sequence - 1;
    records += last - stream.durable.load(std::memory_order_relaxed);
    stream.durable.store(last, std::memory_order_release);
    stream.live->release_before(stream.staged.empty() ? stream.reader.segment()
                                                      : stream.staged.front().segment);
  }
  counters_.records.fetch_add(records, std::memory_order_relaxed);
  counters_.rounds.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace sluice
