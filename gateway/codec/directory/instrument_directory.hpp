// Symbol(55) to instrument and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/types/strong.hpp"
#include "gateway/codec/values/decimal.hpp"

namespace sluice::gateway {

inline constexpr std::size_t kMaxSymbolBytes = 32;

struct InstrumentSpec {
  InstrumentId id;  ///< Dense from 1.
  std::string symbol;
  DecimalUnit tick;
  DecimalUnit lot;
};

/// Never changes after construction; any number of threads may read it.
class InstrumentDirectory {
 public:
  /// Throws std::invalid_argument unless the ids are 1, 2, 3 … in order and the symbols unique, 1
  /// to kMaxSymbolBytes printable ASCII characters.
  explicit InstrumentDirectory(std::vector<InstrumentSpec> instruments);

  /// Null when no instrument has this symbol. O(1), no allocation.
  [[nodiscard]] const InstrumentSpec* find(std::string_view symbol) const noexcept;
  [[nodiscard]] bool contains(InstrumentId id) const noexcept {
    return id.value != 0 && id.value <= instruments_.size();
  }
  /// Precondition: contains(id).
  [[nodiscard]] const InstrumentSpec& at(InstrumentId id) const noexcept {
    return instruments_[id.value - 1];
  }
  [[nodiscard]] std::size_t size() const noexcept { return instruments_.size(); }

 private:
  std::vector<InstrumentSpec> instruments_;
  std::vector<std::uint32_t> slots_;  ///< Open addressing by symbol; id, or 0 when free.
};

}  // namespace sluice::gateway
