#include "engine/journal/round.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/crc32c.hpp"

namespace sluice {
namespace {

constexpr std::size_t kHeadStride = stride_of(sizeof(RoundHead));

std::uint32_t crc_of(const StreamTable& table) noexcept {
  return crc32c(&table, offsetof(StreamTable, crc));
}

bool is_round(const RecordHeader& header) noexcept {
  return header.type == static_cast<std::uint16_t>(RecordType::round) &&
         header.bytes == sizeof(RecordHeader) + sizeof(RoundHead);
}

RoundHead head_of(const RecordHeader& header) noexcept {
  RoundHead head;
  std::memcpy(&head, &header + 1, sizeof head);
  return head;
}

}  // namespace

std::array<std::byte, SegmentHeader::kBytes> begin_round_segment(
    const StreamOrigin& origin, std::uint64_t index, std::uint64_t segment_bytes,
    const StreamPosition& rounds, const StreamPositions& streams, std::int64_t time_ns) {
  std::array<std::byte, SegmentHeader::kBytes> page{};
  const SegmentHeader header = make_segment_header(origin, index, segment_bytes, rounds, time_ns);
  StreamTable table{.positions = streams, .crc = 0, .reserved0 = 0};
  table.crc = crc_of(table);
  std::memcpy(page.data(), &header, sizeof header);
  std::memcpy(page.data() + StreamTable::kOffset, &table, sizeof table);
  return page;
}

RoundWriter::RoundWriter(const StreamOrigin& origin, const StreamPosition& rounds,
                         std::size_t most_bytes)
    : origin_(origin), rounds_(rounds), most_bytes_(most_bytes) {
  SLUICE_ASSERT(most_bytes >= kHeadStride + stride_of(kMaxPayloadBytes));
  bytes_.reserve(most_bytes);
  bytes_.resize(kHeadStride);
}

void RoundWriter::add(const RecordHeader& record) {
  const std::size_t payload = record.bytes - sizeof record;
  if (std::exchange(finished_, false)) bytes_.assign(kHeadStride, std::byte{});
  SLUICE_ASSERT(has_room_for(payload));
  const auto* const from = reinterpret_cast<const std::byte*>(&record);
  bytes_.insert(bytes_.end(), from, from + stride_of(payload));
  ++records_;
}

std::span<const std::byte> RoundWriter::finish(std::int64_t time_ns) {
  if (std::exchange(finished_, true)) bytes_.assign(kHeadStride, std::byte{});
  const RoundHead head{.bytes = bytes_.size() - kHeadStride, .records = records_, .reserved0 = 0};
  const std::uint32_t crc =
      write_record(bytes_.data(),
                   make_record_header(origin_, rounds_,
                                      {.type = RecordType::round, .time_ns = time_ns}, sizeof head),
                   std::as_bytes(std::span(&head, 1)));
  ++rounds_.next_sequence;
  rounds_.chain = chained(rounds_.chain, crc);
  records_ = 0;
  return bytes_;
}

RoundReader::RoundReader(std::span<const std::byte> segment, const SegmentHeader& header,
                         bool more_follows)
    : segment_(segment), rounds_{header.first_sequence, header.chain}, more_follows_(more_follows) {
  StreamTable table;
  std::memcpy(&table, segment.data() + StreamTable::kOffset, sizeof table);
  if (table.crc != crc_of(table)) {
    wrong_ = "its table of streams is damaged";
    return;
  }
  streams_ = table.positions;
}

RoundReader::Status RoundReader::next(std::vector<RecordView>& records) {
  records.clear();
  if (!wrong_.empty()) return Status::damaged;
  const RecordHeader* const found = whole_record(segment_.subspan(offset_));
  if (found == nullptr) {
    if (all_zero(segment_.subspan(offset_))) return Status::none;
    return not_whole("the head of round " + std::to_string(rounds_.next_sequence) +
                     " is not whole");
  }
  if (!is_round(*found) || found->sequence != rounds_.next_sequence ||
      found->chain != rounds_.chain) {
    return not_whole("no head of round " + std::to_string(rounds_.next_sequence) + " is there");
  }
  const RoundHead head = head_of(*found);
  StreamPositions streams = streams_;
  if (!read_records(offset_ + kHeadStride, head, records, streams)) {
    records.clear();
    return not_whole("round " + std::to_string(rounds_.next_sequence) + " is not whole");
  }
  streams_ = streams;
  offset_ += kHeadStride + head.bytes;
  ++rounds_.next_sequence;
  rounds_.chain = chained(rounds_.chain, found->crc);
  return Status::round;
}

bool RoundReader::read_records(std::size_t from, const RoundHead& head,
                               std::vector<RecordView>& records, StreamPositions& streams) {
  if (head.bytes > segment_.size() - from) return false;
  const std::size_t end = from + head.bytes;
  while (from < end) {
    const RecordHeader* const header = whole_record(segment_.subspan(from, end - from));
    if (header == nullptr || header->stream >= kMaxStreams) return false;
    StreamPosition& at = streams[header->stream];
    if (header->sequence != at.next_sequence || header->chain != at.chain) return false;
    const std::size_t payload = header->bytes - sizeof(RecordHeader);
    records.push_back({header, segment_.subspan(from + sizeof(RecordHeader), payload)});
    ++at.next_sequence;
    at.chain = chained(at.chain, header->crc);
    from += stride_of(payload);
  }
  return records.size() == head.records;
}

// The head of any later round is proof: it was written when this one was durable.
bool RoundReader::later_round_follows() const noexcept {
  if (more_follows_) return true;
  for (std::size_t at = offset_; at < segment_.size(); at += kRecordAlignment) {
    // Nearly all of it is empty.
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, segment_.data() + at, sizeof bytes);
    if (bytes == 0) continue;
    const RecordHeader* const header = whole_record(segment_.subspan(at));
    if (header != nullptr && is_round(*header) && header->sequence > rounds_.next_sequence) {
      return true;
    }
  }
  return false;
}

RoundReader::Status RoundReader::not_whole(std::string why) {
  wrong_ = std::move(why);
  if (later_round_follows()) return Status::damaged;
  return Status::torn;
}

}  // namespace sluice
