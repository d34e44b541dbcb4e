#include "engine/journal/segment.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "engine/core/assert.hpp"
#include "engine/journal/crc32c.hpp"

namespace sluice {
namespace {

std::uint32_t crc_of(const SegmentHeader& header) noexcept {
  return crc32c(&header, offsetof(SegmentHeader, crc));
}

}  // namespace

RecordHeader make_record_header(const StreamOrigin& origin, const StreamPosition& at,
                                const RecordMeta& meta, std::size_t payload_bytes) noexcept {
  return {.bytes = static_cast<std::uint32_t>(sizeof(RecordHeader) + payload_bytes),
          .crc = 0,
          .sequence = at.next_sequence,
          .chain = at.chain,
          .time_ns = meta.time_ns,
          .session = meta.session,
          .msg_seq_num = meta.msg_seq_num,
          .epoch = origin.epoch,
          .type = static_cast<std::uint16_t>(meta.type),
          .unit = origin.unit,
          .stream = origin.stream,
          .reserved0 = 0,
          .reserved1 = 0};
}

SegmentHeader make_segment_header(const StreamOrigin& origin, std::uint64_t index,
                                  std::uint64_t bytes, const StreamPosition& at,
                                  std::int64_t time_ns) noexcept {
  SegmentHeader header{.magic = SegmentHeader::kMagic,
                       .version = SegmentHeader::kVersion,
                       .kind = static_cast<std::uint32_t>(origin.kind),
                       .index = index,
                       .first_sequence = at.next_sequence,
                       .bytes = bytes,
                       .chain = at.chain,
                       .time_ns = time_ns,
                       .epoch = origin.epoch,
                       .crc = 0};
  header.crc = crc_of(header);
  return header;
}

SegmentWriter::SegmentWriter(std::span<std::byte> memory, const StreamOrigin& origin,
                             std::uint64_t index, const StreamPosition& at,
                             std::int64_t time_ns) noexcept
    : SegmentWriter(memory, origin, SegmentHeader::kBytes, at) {
  SLUICE_ASSERT(memory.size() >= min_bytes(0) && memory.size() % kRecordAlignment == 0);
  const SegmentHeader header = make_segment_header(origin, index, memory.size(), at, time_ns);
  std::memcpy(memory.data(), &header, sizeof header);
}

SegmentWriter SegmentWriter::resume(std::span<std::byte> memory, const StreamOrigin& origin,
                                    std::size_t offset, const StreamPosition& at) noexcept {
  SLUICE_ASSERT(offset >= SegmentHeader::kBytes && offset % kRecordAlignment == 0);
  // A record that was not finished may have left bytes there.
  std::fill(memory.begin() + static_cast<std::ptrdiff_t>(offset), memory.end(), std::byte{});
  return {memory, origin, offset, at};
}

void SegmentWriter::append(const RecordMeta& meta, std::span<const std::byte> payload) noexcept {
  SLUICE_ASSERT(payload.size() <= kMaxPayloadBytes && has_room_for(payload.size()));
  const std::uint32_t crc = write(make_record_header(origin_, at_, meta, payload.size()), payload);
  ++at_.next_sequence;
  at_.chain = chained(at_.chain, crc);
}

void SegmentWriter::end(std::int64_t time_ns) noexcept {
  (void)write(
      make_record_header(origin_, at_, {.type = RecordType::segment_end, .time_ns = time_ns}, 0),
      {});
}

std::uint32_t SegmentWriter::write(const RecordHeader& header,
                                   std::span<const std::byte> payload) noexcept {
  const std::uint32_t crc = write_record(memory_.data() + offset_, header, payload);
  offset_ += stride_of(payload.size());
  return crc;
}

bool is_used(std::span<const std::byte> segment) noexcept {
  std::uint64_t magic = 0;
  if (segment.size() >= sizeof magic) std::memcpy(&magic, segment.data(), sizeof magic);
  return magic != 0;
}

SegmentStart read_segment_start(std::span<const std::byte> segment, StreamKind expected) {
  SegmentStart start;
  if (segment.size() < SegmentWriter::min_bytes(0)) {
    start.wrong =
        "it is " + std::to_string(segment.size()) + " bytes long, shorter than any segment";
    return start;
  }
  SegmentHeader& header = start.header;
  std::memcpy(&header, segment.data(), sizeof header);
  if (header.magic != SegmentHeader::kMagic) {
    start.wrong = "it does not begin as a segment does";
  } else if (header.crc != crc_of(header)) {
    start.wrong = "its header is damaged";
  } else if (header.version != SegmentHeader::kVersion) {
    start.wrong = "it is of format " + std::to_string(header.version) + "; this program reads " +
                  std::to_string(SegmentHeader::kVersion);
  } else if (header.kind != static_cast<std::uint32_t>(expected)) {
    start.wrong = "it is of stream kind " + std::to_string(header.kind) + ", not " +
                  std::to_string(static_cast<std::uint32_t>(expected));
  } else if (header.bytes != segment.size()) {
    start.wrong = "it is " + std::to_string(segment.size()) + " bytes long; its header says " +
                  std::to_string(header.bytes);
  }
  return start;
}

SegmentReader::Status SegmentReader::next(RecordView& record) {
  const std::size_t room = segment_.size() - offset_;
  if (room < sizeof(RecordHeader)) return damaged("it ends without saying so");
  auto& bytes = const_cast<RecordHeader&>(header_at(offset_)).bytes;
  if (std::atomic_ref<std::uint32_t>(bytes).load(std::memory_order_acquire) == 0) {
    return Status::blank;
  }
  const RecordHeader* const whole = whole_record(segment_.subspan(offset_));
  if (whole == nullptr) return damaged("length or CRC is wrong");
  const RecordHeader& header = *whole;
  if (header.sequence != at_.next_sequence) {
    return damaged("sequence " + std::to_string(header.sequence) + " where " +
                   std::to_string(at_.next_sequence) + " belongs");
  }
  if (header.chain != at_.chain) return damaged("it does not follow the record before it");
  if (header.type == static_cast<std::uint16_t>(RecordType::segment_end)) return Status::end;
  const std::size_t payload_bytes = header.bytes - sizeof(RecordHeader);
  record.header = &header;
  record.payload = segment_.subspan(offset_ + sizeof(RecordHeader), payload_bytes);
  offset_ += stride_of(payload_bytes);
  ++at_.next_sequence;
  at_.chain = chained(at_.chain, header.crc);
  return Status::record;
}

bool SegmentReader::good_record_follows() const noexcept {
  for (std::size_t at = offset_; at + sizeof(RecordHeader) <= segment_.size();
       at += kRecordAlignment) {
    const RecordHeader* const header = whole_record(segment_.subspan(at));
    if (header != nullptr && header->sequence >= at_.next_sequence) return true;
  }
  return false;
}

SegmentReader::Status SegmentReader::damaged(std::string why) {
  wrong_ = std::move(why);
  return Status::damaged;
}

const RecordHeader& SegmentReader::header_at(std::size_t offset) const noexcept {
  return *reinterpret_cast<const RecordHeader*>(segment_.data() + offset);
}

}  // namespace sluice
