// Many prefixes as one set of addresses, searched in the time of a few comparisons.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {

/// Thread safety: unchanging.
/// Invariants: the ranges are in order, and none overlaps the next.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(const std::vector<AddressPrefix>& prefixes) {
    std::vector<Range> all;
    for (const AddressPrefix& prefix : prefixes) all.push_back(range_of(prefix));
    std::sort(all.begin(), all.end());
    for (const Range& range : all) {
      if (!ranges_.empty() && range.first <= ranges_.back().second) {
        ranges_.back().second = std::max(ranges_.back().second, range.second);
      } else {
        ranges_.push_back(range);
      }
    }
  }

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept {
    const auto after = std::upper_bound(
        ranges_.begin(), ranges_.end(), address,
        [](const IpAddress& wanted, const Range& range) { return wanted < range.first; });
    return after != ranges_.begin() && address <= std::prev(after)->second;
  }

 private:
  using Range = std::pair<IpAddress, IpAddress>;  ///< First and last address.

  static Range range_of(const AddressPrefix& prefix) noexcept {
    Range range{prefix.network, prefix.network};
    for (std::size_t i = 0; i < range.second.bytes.size(); ++i) {
      const unsigned start = static_cast<unsigned>(i) * 8;
      if (prefix.bits >= start + 8) continue;
      const unsigned fixed = prefix.bits > start ? prefix.bits - start : 0;
      range.second.bytes[i] = static_cast<std::uint8_t>(range.second.bytes[i] | (0xffU >> fixed));
    }
    return range;
  }

  std::vector<Range> ranges_;
};

}  // namespace sluice::gateway
