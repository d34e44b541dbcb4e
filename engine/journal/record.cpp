#include "engine/journal/record.hpp"

#include <atomic>
#include <cstring>

#include "engine/journal/crc32c.hpp"

namespace sluice {
namespace {

std::uint32_t crc_of(const std::byte* record, std::uint32_t bytes) noexcept {
  constexpr std::size_t kFrom = offsetof(RecordHeader, sequence);
  const std::size_t stride = stride_of(bytes - sizeof(RecordHeader));
  return crc32c(record + kFrom, stride - kFrom, crc32c(&bytes, sizeof bytes));
}

}  // namespace

// A process that is killed leaves what it had stored until then, in order. So the length comes
// last: what it stands before is whole.
std::uint32_t write_record(std::byte* to, const RecordHeader& header,
                           std::span<const std::byte> payload) noexcept {
  // The length is left alone until then: others look at it already.
  constexpr std::size_t kRest = offsetof(RecordHeader, crc);
  std::memcpy(to + kRest, reinterpret_cast<const std::byte*>(&header) + kRest,
              sizeof header - kRest);
  if (!payload.empty()) std::memcpy(to + sizeof header, payload.data(), payload.size());
  auto* const written = reinterpret_cast<RecordHeader*>(to);
  written->crc = crc_of(to, header.bytes);
  std::atomic_ref<std::uint32_t>(written->bytes).store(header.bytes, std::memory_order_release);
  return written->crc;
}

const RecordHeader* whole_record(std::span<const std::byte> room) noexcept {
  if (room.size() < sizeof(RecordHeader)) return nullptr;
  const auto* const header = reinterpret_cast<const RecordHeader*>(room.data());
  if (header->bytes < sizeof(RecordHeader) ||
      header->bytes > sizeof(RecordHeader) + kMaxPayloadBytes ||
      stride_of(header->bytes - sizeof(RecordHeader)) > room.size() ||
      header->crc != crc_of(room.data(), header->bytes)) {
    return nullptr;
  }
  return header;
}

bool all_zero(std::span<const std::byte> room) noexcept {
  // Each byte is the one before it, and the first is zero.
  return room.empty() || (room.front() == std::byte{} &&
                          std::memcmp(room.data(), room.data() + 1, room.size() - 1) == 0);
}

}  // namespace sluice
