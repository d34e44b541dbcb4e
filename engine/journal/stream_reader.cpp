#include "engine/journal/stream_reader.hpp"

#include <cstring>
#include <utility>

namespace sluice {

StreamReader::StreamReader(Segments segments, StreamKind kind, std::uint64_t first,
                           std::optional<StreamPosition> expected)
    : segments_(std::move(segments)), kind_(kind), index_(first), expected_(expected) {
  if (expected_) at_ = *expected_;
}

StreamReader::Status StreamReader::next(RecordView& record) {
  if (!wrong_.empty()) return Status::damaged;
  for (;;) {
    if (!reader_) {
      if (const Status status = open(); status != Status::record) return status;
    }
    switch (reader_->next(record)) {
      case SegmentReader::Status::record:
        at_ = reader_->position();
        return Status::record;
      case SegmentReader::Status::blank:
        return Status::none;
      case SegmentReader::Status::damaged:
        return damaged(reader_->wrong());
      case SegmentReader::Status::end:
        expected_ = reader_->position();
        reader_.reset();
        ++index_;
        must_exist_ = true;
        break;
    }
  }
}

bool StreamReader::is_cut_short() const {
  if (!reader_) return false;
  if (reader_->good_record_follows()) return true;
  // A crash may leave the next segment's header before this one's end, but no record.
  const auto memory = segments_(index_ + 1);
  if (!memory) return false;
  const SegmentStart start = read_segment_start(*memory, kind_);
  RecordView record;
  return start.wrong.empty() &&
         SegmentReader(*memory, start.header).next(record) == SegmentReader::Status::record;
}

StreamReader::Status StreamReader::open() {
  const auto memory = segments_(index_);
  if (!memory) return must_exist_ ? damaged("it is missing") : Status::none;
  // One that is ready for its first use has nothing yet.
  std::uint64_t magic = 0;
  if (memory->size() >= sizeof magic) std::memcpy(&magic, memory->data(), sizeof magic);
  if (magic == 0 && !must_exist_) return Status::none;
  const SegmentStart start = read_segment_start(*memory, kind_);
  if (!start.wrong.empty()) return damaged(start.wrong);
  const StreamPosition at{start.header.first_sequence, start.header.chain};
  if (start.header.index != index_) {
    return damaged("its header says that it is segment " + std::to_string(start.header.index));
  }
  if (expected_ && *expected_ != at) return damaged("it does not follow the segment before it");
  at_ = at;
  reader_.emplace(*memory, start.header);
  return Status::record;
}

StreamReader::Status StreamReader::damaged(const std::string& why) {
  wrong_ = "segment " + std::to_string(index_) + ", offset " + std::to_string(offset()) +
           ", sequence " + std::to_string(at_.next_sequence) + ": " + why;
  return Status::damaged;
}

}  // namespace sluice
