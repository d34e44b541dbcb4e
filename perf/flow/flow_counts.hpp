// What came of the flow's messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "perf/support/figures.hpp"

namespace sluice::perf {

enum class RequestKind : std::uint8_t { order, immediate, cancel, replace };
inline constexpr std::size_t kRequestKinds = 4;
inline constexpr std::array<const char*, kRequestKinds> kRequestKindNames{
    "order D, limit", "order D, IOC or market", "cancel F", "replace G"};

struct FlowCounts {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t accepted = 0;
  std::uint64_t canceled = 0;
  std::uint64_t replaced = 0;
  std::uint64_t expired = 0;
  std::uint64_t fills = 0;  ///< Reports of fills: two for each match among the flow's sessions.
  std::map<std::string, std::uint64_t> refused;  ///< By reason.
  std::array<Latencies, kRequestKinds> latency;
};

}  // namespace sluice::perf
