#include "engine/journal/segment_folder.hpp"

#include <algorithm>
#include <charconv>

#include "engine/journal/segment_file.hpp"

namespace sluice {

std::uint64_t segment_index(std::string_view name, std::string_view stream) noexcept {
  constexpr std::size_t kDigits = 20;
  constexpr std::string_view kEnding = ".seg";
  if (name.size() != stream.size() + 1 + kDigits + kEnding.size() || !name.starts_with(stream) ||
      name[stream.size()] != '-' || !name.ends_with(kEnding)) {
    return 0;
  }
  const char* const begin = name.data() + stream.size() + 1;
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(begin, begin + kDigits, index);
  return error == std::errc{} && end == begin + kDigits ? index : 0;
}

std::vector<std::uint64_t> segment_indices(Storage& storage, const std::string& stream) {
  std::vector<std::uint64_t> found;
  for (const std::string& name : storage.list()) {
    if (const std::uint64_t index = segment_index(name, stream)) found.push_back(index);
  }
  return found;
}

std::uint64_t missing_segment(const std::vector<std::uint64_t>& indices) noexcept {
  for (std::size_t i = 1; i < indices.size(); ++i) {
    if (indices[i] != indices[i - 1] + 1) return indices[i - 1] + 1;
  }
  return 0;
}

void require_dense(const std::vector<std::uint64_t>& indices, const std::string& stream) {
  const std::uint64_t missing = missing_segment(indices);
  if (missing == 0) return;
  const std::uint64_t next = *std::ranges::upper_bound(indices, missing);
  throw JournalDamage(segment_name(stream, missing) + " is missing, and " +
                      segment_name(stream, next) + " is there");
}

}  // namespace sluice
