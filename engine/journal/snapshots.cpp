#include "engine/journal/snapshots.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/journal/engine_replay.hpp"
#include "engine/journal/event_log.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_file.hpp"
#include "engine/journal/snapshot_file.hpp"

namespace sluice {
namespace {

/// Events that the venue's own engine has written already.
class NoEvents final : public EventSink {
 public:
  [[nodiscard]] Event& claim() noexcept override { return event_ = Event{}; }
  void commit() noexcept override {}

 private:
  Event event_{};
};

struct Kept {
  std::uint64_t index;
  std::string name;
  SegmentHeader header;
};

/// Segments of a stream that begin well, the oldest first.
std::vector<Kept> segments_of(Storage& storage, const char* stream, StreamKind kind) {
  std::vector<Kept> found;
  for (const std::uint64_t index : segment_indices(storage, stream)) {
    const std::string name = segment_name(stream, index);
    const StoredBytes data = storage.read(name);
    const SegmentStart start = read_segment_start(data.bytes, kind);
    if (start.wrong.empty()) found.push_back({index, name, start.header});
  }
  return found;
}

}  // namespace

bool advance_snapshot(Storage& storage, std::uint64_t until_segment,
                      const std::function<bool(std::uint64_t)>& has_events,
                      const std::function<void(const std::string&)>& warn) {
  std::uint64_t first = 0;
  std::uint64_t before = 0;
  CommandNumbers numbers;
  EngineReplay replay;
  if (auto snapshot = read_newest_snapshot(storage, UINT64_MAX, warn)) {
    before = snapshot->sequence;
    first = first_segment_for(storage, 0, before + 1);
    numbers = std::move(snapshot->numbers);
    replay = EngineReplay(std::move(snapshot->engine), std::move(snapshot->run));
  }
  NoEvents sink;
  const auto apply = [&](const RecordView& record) {
    if (record.header->stream != 0 || record.header->sequence <= before) return;
    replay.apply(record, sink);
    note_command(numbers, record);
  };
  (void)read_round_log(storage, first, apply, until_segment);
  if (replay.engine() == nullptr || replay.engine()->last_seq().value <= before) return false;
  if (!has_events(replay.engine()->last_exec_count())) return false;
  write_snapshot(storage, *replay.engine(), *replay.run(), numbers);
  return true;
}

void prune(Storage& storage, std::int64_t older_than_ns, std::uint64_t last_event) {
  std::vector<std::uint64_t> snapshots;
  for (const std::string& name : storage.list()) {
    if (const std::uint64_t sequence = snapshot_sequence(name)) snapshots.push_back(sequence);
  }
  if (snapshots.size() < kSnapshotsKept) return;
  while (snapshots.size() > kSnapshotsKept) {
    storage.remove(snapshot_name(snapshots.front()));
    snapshots.erase(snapshots.begin());
  }
  const std::uint64_t needed = first_segment_for(storage, 0, snapshots.front() + 1);
  for (const Kept& segment : segments_of(storage, kRoundStream, StreamKind::rounds)) {
    if (segment.index >= needed || segment.header.time_ns >= older_than_ns) break;
    storage.remove(segment.name);
  }
  // A start from the older one compares the events after it.
  last_event = std::min(last_event, events_before(storage, snapshots.front()));
  const std::vector<Kept> events = segments_of(storage, kEventStream, StreamKind::events);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    const bool is_needed = events[i + 1].header.first_sequence > last_event;
    if (is_needed || events[i].header.time_ns >= older_than_ns) break;
    storage.remove(events[i].name);
  }
}

}  // namespace sluice
