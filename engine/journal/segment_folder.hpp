// Segments of a stream among the files of a folder.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/storage.hpp"

namespace sluice {

/// What is on disk is not what was made durable: what() names segment, offset and sequence.
class JournalDamage : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The index in a name that segment_name() made; 0: it is none of that stream.
[[nodiscard]] std::uint64_t segment_index(std::string_view name, std::string_view stream) noexcept;

/// Of all segments of a stream, rising. Throws StorageError.
[[nodiscard]] std::vector<std::uint64_t> segment_indices(Storage& storage,
                                                         const std::string& stream);

/// The index of the first segment that is missing between two of them; 0: none is.
[[nodiscard]] std::uint64_t missing_segment(const std::vector<std::uint64_t>& indices) noexcept;

/// Throws JournalDamage that names the segment which is missing between two of them.
void require_dense(const std::vector<std::uint64_t>& indices, const std::string& stream);

}  // namespace sluice
