#include "engine/journal/event_log.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/segment_file.hpp"
#include "engine/journal/segment_folder.hpp"

namespace sluice {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{256} << 10U;
constexpr std::size_t kEventStride = stride_of(sizeof(Event));

std::string event_segment(std::uint64_t index) { return segment_name(kEventStream, index); }

[[noreturn]] void damaged(std::uint64_t index, std::size_t offset, const std::string& why) {
  throw JournalDamage(event_segment(index) + ", offset " + std::to_string(offset) + ": " + why);
}

}  // namespace

EventLogReader::EventLogReader(Storage& storage, std::uint64_t from, std::uint64_t until)
    : storage_(storage), from_(from), indices_(segment_indices(storage, kEventStream)) {
  std::erase_if(indices_, [&](std::uint64_t index) { return index >= until; });
  require_dense(indices_, kEventStream);
  // Nothing is read of segments that end before it.
  indices_.erase(indices_.begin(), indices_.begin() + static_cast<std::ptrdiff_t>(first_to_read()));
  std::ranges::reverse(indices_);
}

// There may be many: only as many are looked at as a search by halves needs, and the few that have
// no beginning yet.
std::size_t EventLogReader::first_to_read() {
  const auto start_of = [this](std::size_t i) {
    const StoredBytes data = storage_.read(event_segment(indices_[i]));
    return read_segment_start(data.bytes, StreamKind::events);
  };
  std::size_t first = 0;
  std::size_t end = indices_.size();
  while (end - first > 1) {
    const std::size_t middle = first + (end - first) / 2;
    const SegmentStart start = start_of(middle);
    if (!start.wrong.empty()) break;
    (start.header.first_sequence <= from_ ? first : end) = middle;
  }
  for (std::size_t i = first + 1; i < end; ++i) {
    const SegmentStart start = start_of(i);
    if (start.wrong.empty() && start.header.first_sequence <= from_) first = i;
  }
  return first;
}

bool EventLogReader::next(Event& event) {
  const Event* const found = next();
  if (found != nullptr) event = *found;
  return found != nullptr;
}

const Event* EventLogReader::next() {
  RecordView record;
  return next(record) ? reinterpret_cast<const Event*>(record.payload.data()) : nullptr;
}

bool EventLogReader::next(RecordView& record) {
  for (;;) {
    if (!reader_ && !open_next()) return false;
    if (read(record)) return true;
    if (indices_.empty()) return false;
    reader_.reset();
  }
}

bool EventLogReader::open_next() {
  if (indices_.empty()) return false;
  const std::uint64_t index = indices_.back();
  indices_.pop_back();
  data_ = storage_.read(event_segment(index));
  const SegmentStart start = read_segment_start(data_.bytes, StreamKind::events);
  if (!start.wrong.empty()) {
    if (!indices_.empty()) damaged(index, 0, start.wrong);
    // One that was made and not begun, or whose beginning was not durable yet.
    if (is_used(data_.bytes)) tip_.wrong = event_segment(index) + ": " + start.wrong;
    return false;
  }
  const StreamPosition begins{start.header.first_sequence, start.header.chain};
  if (tip_.last_begun != 0 && begins != tip_.at) {
    damaged(index, 0, "it does not follow the segment before it");
  }
  tip_.at = begins;
  tip_.last_begun = index;
  reader_.emplace(data_.bytes, start.header);
  return true;
}

bool EventLogReader::read(RecordView& record) {
  for (;;) {
    const std::size_t at = reader_->offset();
    switch (reader_->next(record)) {
      case SegmentReader::Status::record:
        if (record.header->type != static_cast<std::uint16_t>(RecordType::event) ||
            record.payload.size() != sizeof(Event)) {
          return end_segment("it is no event", at);
        }
        tip_.at = reader_->position();
        if (record.header->sequence < from_) break;
        return true;
      case SegmentReader::Status::blank:
      case SegmentReader::Status::end:
        if (!reader_->good_record_follows()) return false;
        return end_segment("nothing is written here, but later events are", at);
      case SegmentReader::Status::damaged:
        return end_segment(reader_->wrong(), at);
    }
  }
}

// Only at the very end may there be anything else than events.
bool EventLogReader::end_segment(std::string why, std::size_t at) {
  if (!indices_.empty()) {
    damaged(tip_.last_begun, at, "event " + std::to_string(tip_.at.next_sequence) + ": " + why);
  }
  tip_.wrong = event_segment(tip_.last_begun) + ", event " + std::to_string(tip_.at.next_sequence) +
               ": " + std::move(why);
  tip_.wrong_at = at;
  return false;
}

bool is_torn_end(Storage& storage, const EventLogTip& tip) {
  if (tip.last_begun == 0 || tip.wrong_at == 0) return true;
  const StoredBytes data = storage.read(event_segment(tip.last_begun));
  for (std::size_t at = tip.wrong_at; at < data.bytes.size(); at += kRecordAlignment) {
    const RecordHeader* const header = whole_record(data.bytes.subspan(at));
    if (header != nullptr && header->sequence > tip.at.next_sequence) return false;
  }
  return true;
}

std::uint64_t oldest_event(Storage& storage) {
  const std::vector<std::uint64_t> found = segment_indices(storage, kEventStream);
  if (found.empty()) return 0;
  const StoredBytes data = storage.read(event_segment(found.front()));
  const SegmentStart start = read_segment_start(data.bytes, StreamKind::events);
  // Of the only one the beginning need not have been durable yet.
  if (!start.wrong.empty() && found.size() > 1) damaged(found.front(), 0, start.wrong);
  return start.wrong.empty() ? start.header.first_sequence : 0;
}

void mend_event_log(Storage& storage, const EventLogTip& tip) {
  for (const std::uint64_t index : segment_indices(storage, kEventStream)) {
    if (index > tip.last_begun) storage.remove(event_segment(index));
  }
  if (tip.last_begun == 0) return;
  const std::string name = event_segment(tip.last_begun);
  const auto file = storage.open(name);
  if (tip.wrong_at != 0) write_zeros(*file, tip.wrong_at, storage.read(name).bytes.size());
  // Also what a process that was killed had not lived to sync.
  file->sync();
}

EventLogWriter::EventLogWriter(Storage& storage, std::uint8_t unit, std::size_t segment_bytes,
                               const EventLogTip& tip)
    : storage_(storage),
      origin_{.kind = StreamKind::events, .unit = unit, .stream = 0, .epoch = 0},
      segment_bytes_(segment_bytes),
      at_(tip.at),
      segment_(tip.last_begun),
      durable_(tip.at.next_sequence - 1) {
  SLUICE_ASSERT(segment_bytes >= SegmentWriter::min_bytes(sizeof(Event)));
}

void EventLogWriter::append(const Event& event) {
  SLUICE_ASSERT(event.exec_id.count() == at_.next_sequence);
  origin_.epoch = static_cast<std::uint32_t>(event.exec_id.epoch());
  // Behind the last one there is a place that is blank: so a reader knows that it was the last.
  const std::size_t end = offset_ + pending_.size() + kEventStride + stride_of(0);
  if (file_ == nullptr || end > segment_bytes_) {
    begin_segment(event.time.value);
  }
  const std::size_t to = pending_.size();
  pending_.resize(to + kEventStride);
  const RecordMeta meta{.type = RecordType::event,
                        .time_ns = event.time.value,
                        .session = event.session.value,
                        .msg_seq_num = event.source_msg_seq_num};
  const std::uint32_t crc =
      write_record(pending_.data() + to, make_record_header(origin_, at_, meta, sizeof event),
                   std::as_bytes(std::span(&event, 1)));
  ++at_.next_sequence;
  at_.chain = chained(at_.chain, crc);
  if (pending_.size() >= kFlushBytes) flush();
}

void EventLogWriter::begin_segment(std::int64_t time_ns) {
  if (file_ != nullptr) sync();
  ++segment_;
  file_ = storage_.create(event_segment(segment_), segment_bytes_);
  const SegmentHeader header = make_segment_header(origin_, segment_, segment_bytes_, at_, time_ns);
  file_->write(0, std::as_bytes(std::span(&header, 1)));
  offset_ = SegmentHeader::kBytes;
}

void EventLogWriter::flush() {
  if (pending_.empty()) return;
  file_->write(offset_, pending_);
  offset_ += pending_.size();
  pending_.clear();
}

void EventLogWriter::sync() {
  flush();
  if (file_ != nullptr && durable() + 1 != at_.next_sequence) file_->sync();
  durable_.store(at_.next_sequence - 1, std::memory_order_release);
}

}  // namespace sluice
