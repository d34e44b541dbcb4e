#include "engine/journal/storage.hpp"

#include <algorithm>

namespace sluice {

void write_zeros(StoredFile& file, std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 20U;
  const std::vector<std::byte> zeros(std::min(kAtOnce, end - begin));
  while (end > begin) {
    const std::uint64_t size = std::min<std::uint64_t>(zeros.size(), end - begin);
    end -= size;
    file.write(end, std::span(zeros).first(size));
  }
}

}  // namespace sluice
