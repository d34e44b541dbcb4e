// CRC-32C of records: what tells a damaged one from a good one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4: polynomial 0x1EDC6F41 reflected, all ones in and
/// out) of `size` bytes. `before` is the CRC of what comes before them, 0 for nothing, so that
/// crc32c(b, crc32c(a)) is that of a and b together. By the processor's own instruction where it
/// has one (SSE 4.2), in three lanes.
[[nodiscard]] std::uint32_t crc32c(const void* data, std::size_t size,
                                   std::uint32_t before = 0) noexcept;

/// The same by a table, for processors without the instruction; and to test the other with.
[[nodiscard]] std::uint32_t crc32c_by_table(const void* data, std::size_t size,
                                            std::uint32_t before = 0) noexcept;

}  // namespace sluice
