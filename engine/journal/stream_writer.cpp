#include "engine/journal/stream_writer.hpp"

#include "engine/core/assert.hpp"

namespace sluice {

StreamWriter::StreamWriter(SegmentSupply& supply, const StreamOrigin& origin, std::uint64_t index,
                           const StreamPosition& at, std::size_t most_payload,
                           std::int64_t time_ns) noexcept
    : supply_(supply),
      origin_(origin),
      index_(index),
      most_payload_(most_payload),
      writer_(first_of(supply), origin, index, at, time_ns),
      per_segment_(writer_.records_left(most_payload)) {
  SLUICE_ASSERT(per_segment_ > 0);
}

std::span<std::byte> StreamWriter::first_of(SegmentSupply& supply) noexcept {
  const auto memory = supply.take();
  SLUICE_ASSERT(memory.has_value());
  return *memory;
}

bool StreamWriter::append(const RecordMeta& meta, std::span<const std::byte> payload) noexcept {
  SLUICE_ASSERT(payload.size() <= most_payload_);
  if (!writer_.has_room_for(payload.size()) && !roll(meta.time_ns)) return false;
  writer_.append(meta, payload);
  return true;
}

// The next segment has its header before this one says that it goes on there.
bool StreamWriter::roll(std::int64_t time_ns) noexcept {
  const auto memory = supply_.take();
  if (!memory) return false;
  const SegmentWriter next(*memory, origin_, index_ + 1, writer_.position(), time_ns);
  SLUICE_ASSERT(next.records_left(most_payload_) >= per_segment_);
  writer_.end(time_ns);
  writer_ = next;
  ++index_;
  return true;
}

}  // namespace sluice
