// Memory as a segment wants it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/journal/record.hpp"

namespace sluice {

/// Zeroed, and aligned for records.
struct Memory {
  explicit Memory(std::size_t size) : lines(size / kRecordAlignment) {}
  struct alignas(kRecordAlignment) Line {
    std::byte bytes[kRecordAlignment];
  };
  std::vector<Line> lines;
  std::span<std::byte> span() { return std::as_writable_bytes(std::span(lines)); }
  [[nodiscard]] std::span<const std::byte> view() const { return std::as_bytes(std::span(lines)); }
};

}  // namespace sluice
