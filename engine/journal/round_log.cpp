#include "engine/journal/round_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/core/assert.hpp"
#include "engine/journal/segment_file.hpp"

namespace sluice {
namespace {

struct Found {
  std::uint64_t index;
  StoredBytes data;
};

std::string round_segment(std::uint64_t index) { return segment_name(kRoundStream, index); }

/// Whether rounds are there although the segment's beginning is not good.
bool has_rounds(std::span<const std::byte> segment) {
  for (std::size_t at = SegmentHeader::kBytes; at < segment.size(); at += kRecordAlignment) {
    const RecordHeader* const header = whole_record(segment.subspan(at));
    if (header != nullptr && header->type == static_cast<std::uint16_t>(RecordType::round)) {
      return true;
    }
  }
  return false;
}

/// Segments that were begun, from `first` on. Those that were prepared and never begun, at the end,
/// do not count: whoever mends the tail removes them in any order.
std::vector<Found> begun_segments(Storage& storage, std::uint64_t first,
                                  std::uint64_t until = UINT64_MAX) {
  std::vector<std::uint64_t> indices = segment_indices(storage, kRoundStream);
  std::erase_if(indices, [&](std::uint64_t index) { return index < first || index >= until; });
  const auto is_begun = [&](std::uint64_t index) {
    const StoredBytes data = storage.read(round_segment(index));
    if (!is_used(data.bytes)) return false;
    return read_segment_start(data.bytes, StreamKind::rounds).wrong.empty() ||
           has_rounds(data.bytes);
  };
  while (!indices.empty() && !is_begun(indices.back())) indices.pop_back();
  require_dense(indices, kRoundStream);
  std::vector<Found> found;
  for (const std::uint64_t index : indices) {
    found.push_back({index, storage.read(round_segment(index))});
  }
  return found;
}

[[noreturn]] void damaged(std::uint64_t index, std::size_t offset, const StreamPositions& streams,
                          const std::string& why) {
  throw JournalDamage(round_segment(index) + ", offset " + std::to_string(offset) +
                      ", before command sequence " + std::to_string(streams[0].next_sequence) +
                      ": " + why);
}

}  // namespace

RoundLogTip read_round_log(Storage& storage, std::uint64_t first,
                           const std::function<void(const RecordView&)>& visit,
                           std::uint64_t until) {
  const auto visit_all = [&](const StoredBytes&, const std::vector<RecordView>& records) {
    for (const RecordView& record : records) visit(record);
    return true;
  };
  return read_rounds(storage, first, until, visit_all);
}

RoundLogTip read_rounds(Storage& storage, std::uint64_t first, std::uint64_t until,
                        const std::function<bool(const StoredBytes& segment,
                                                 const std::vector<RecordView>& records)>& take) {
  RoundLogTip tip;
  std::vector<Found> segments = begun_segments(storage, first, until);
  std::vector<RecordView> records;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::uint64_t index = segments[i].index;
    const auto bytes = segments[i].data.bytes;
    const SegmentStart start = read_segment_start(bytes, StreamKind::rounds);
    if (!start.wrong.empty()) damaged(index, 0, tip.streams, start.wrong);
    if (start.header.index != index) {
      damaged(index, 0, tip.streams,
              "its header says that it is segment " + std::to_string(start.header.index));
    }
    RoundReader reader(bytes, start.header, index + 1 == until || i + 1 < segments.size());
    if (!reader.wrong().empty()) damaged(index, 0, tip.streams, reader.wrong());
    if (i > 0 && (reader.position() != tip.rounds || reader.streams() != tip.streams)) {
      damaged(index, 0, tip.streams, "it does not follow the segment before it");
    }
    RoundReader::Status status{};
    while ((status = reader.next(records)) == RoundReader::Status::round) {
      if (!take(segments[i].data, records)) return tip;
    }
    if (status == RoundReader::Status::damaged) {
      damaged(index, reader.offset(), reader.streams(), reader.wrong());
    }
    tip.rounds = reader.position();
    tip.streams = reader.streams();
    tip.last_begun = index;
    if (status == RoundReader::Status::torn) {
      tip.torn = reader.wrong();
      tip.torn_at = reader.offset();
    }
    segments[i].data = {};
  }
  return tip;
}

RoundLogTip read_round_log_to_damage(Storage& storage, std::uint64_t first,
                                     const std::function<void(const RecordView&)>& visit) {
  std::vector<std::uint64_t> indices = segment_indices(storage, kRoundStream);
  std::erase_if(indices, [&](std::uint64_t index) { return index < first; });
  while (!indices.empty() && !is_used(storage.read(round_segment(indices.back())).bytes)) {
    indices.pop_back();
  }
  const std::uint64_t missing = missing_segment(indices);
  if (missing == 0) return read_round_log(storage, first, visit);
  (void)read_round_log(storage, first, visit, missing);
  require_dense(indices, kRoundStream);
  return {};
}

std::uint64_t first_segment_for(Storage& storage, std::uint8_t stream, std::uint64_t sequence) {
  std::uint64_t best = 0;
  for (const auto& [index, data] : begun_segments(storage, 0)) {
    const SegmentStart start = read_segment_start(data.bytes, StreamKind::rounds);
    // Whoever reads from the one before comes to it, and can say before which command it is.
    if (!start.wrong.empty() && best != 0) break;
    if (!start.wrong.empty()) damaged(index, 0, {}, start.wrong);
    const RoundReader reader(data.bytes, start.header, true);
    if (!reader.wrong().empty() && best != 0) break;
    if (!reader.wrong().empty()) damaged(index, 0, {}, reader.wrong());
    if (reader.streams()[stream].next_sequence > sequence) break;
    best = index;
  }
  return best;
}

void settle_tail(Storage& storage) {
  std::vector<std::uint64_t> indices = segment_indices(storage, kRoundStream);
  while (!indices.empty() && !is_used(storage.read(round_segment(indices.back())).bytes)) {
    indices.pop_back();
  }
  if (!indices.empty()) storage.open(round_segment(indices.back()))->sync();
}

void mend_tail(Storage& storage, const RoundLogTip& tip) {
  for (const std::uint64_t index : segment_indices(storage, kRoundStream)) {
    if (index > tip.last_begun) storage.remove(round_segment(index));
  }
  if (tip.torn.empty()) return;
  const std::string name = round_segment(tip.last_begun);
  const std::size_t bytes = storage.read(name).bytes.size();
  const auto file = storage.open(name);
  write_zeros(*file, tip.torn_at, bytes);
  file->sync();
}

bool PreparedSegments::prepare() {
  const std::scoped_lock making(making_);
  {
    const std::scoped_lock lock(mutex_);
    if (ready_.size() >= ahead_) return false;
  }
  auto file = storage_.create(round_segment(next_), bytes_);
  ++next_;
  const std::scoped_lock lock(mutex_);
  ready_.push_back(std::move(file));
  return true;
}

std::unique_ptr<StoredFile> PreparedSegments::take() {
  for (;;) {
    {
      const std::scoped_lock lock(mutex_);
      if (!ready_.empty()) {
        auto file = std::move(ready_.front());
        ready_.pop_front();
        return file;
      }
    }
    (void)prepare();
  }
}

RoundLog::RoundLog(PreparedSegments& segments, const StreamOrigin& origin, const RoundLogTip& tip,
                   std::size_t most_round_bytes)
    : segments_(segments),
      origin_(origin),
      writer_(origin, tip.rounds, most_round_bytes),
      streams_(tip.streams),
      committed_(tip.streams),
      segment_(tip.last_begun) {
  SLUICE_ASSERT(segments.segment_bytes() >= SegmentHeader::kBytes + most_round_bytes);
}

void RoundLog::add(const RecordHeader& record) {
  StreamPosition& at = streams_[record.stream];
  SLUICE_ASSERT(record.sequence == at.next_sequence && record.chain == at.chain);
  writer_.add(record);
  ++at.next_sequence;
  at.chain = chained(at.chain, record.crc);
}

void RoundLog::add(const StreamOrigin& origin, const RecordMeta& meta,
                   std::span<const std::byte> payload) {
  // Aligned, as whoever reads it in place needs it.
  struct alignas(kRecordAlignment) Line {
    std::byte bytes[kRecordAlignment];
  };
  std::vector<Line> room(stride_of(payload.size()) / kRecordAlignment);
  std::byte* const to = room.front().bytes;
  (void)write_record(to, make_record_header(origin, streams_[origin.stream], meta, payload.size()),
                     payload);
  add(*reinterpret_cast<const RecordHeader*>(to));
}

void RoundLog::commit(std::int64_t time_ns) {
  const StreamPosition round = writer_.position();
  const auto bytes = writer_.finish(time_ns);
  if (file_ == nullptr || offset_ + bytes.size() > segments_.segment_bytes()) {
    begin_segment(time_ns, round);
  }
  file_->write(offset_, bytes);
  file_->sync();
  offset_ += bytes.size();
  committed_ = streams_;
}

// Durable before its first round is written: so a segment that is begun is whole.
void RoundLog::begin_segment(std::int64_t time_ns, const StreamPosition& first_round) {
  file_ = segments_.take();
  ++segment_;
  const auto page = begin_round_segment(origin_, segment_, segments_.segment_bytes(), first_round,
                                        committed_, time_ns);
  file_->write(0, page);
  file_->sync();
  offset_ = SegmentHeader::kBytes;
}

}  // namespace sluice
