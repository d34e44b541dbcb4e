#include "gateway/codec/directory/instrument_directory.hpp"

#include <bit>
#include <stdexcept>
#include <utility>

#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

/// FNV-1a: short names, no secret, no need to resist an attacker, who cannot add instruments.
std::uint64_t hash_of(std::string_view symbol) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : symbol) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  }
  return hash ^ (hash >> 32U);
}

}  // namespace

InstrumentDirectory::InstrumentDirectory(std::vector<InstrumentSpec> instruments)
    : instruments_(std::move(instruments)) {
  // At most half full, so that a search for an unknown symbol meets a free slot soon.
  slots_.resize(std::bit_ceil(2 * instruments_.size() + 1));
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const InstrumentSpec& instrument = instruments_[i];
    if (instrument.id.value != i + 1) {
      throw std::invalid_argument("instrument ids must be 1, 2, 3 ... in order");
    }
    if (instrument.symbol.empty() || instrument.symbol.size() > kMaxSymbolBytes ||
        !is_printable(instrument.symbol)) {
      throw std::invalid_argument("symbol '" + instrument.symbol + "' must be 1 to " +
                                  std::to_string(kMaxSymbolBytes) + " printable characters");
    }
    if (find(instrument.symbol) != nullptr) {
      throw std::invalid_argument("symbol '" + instrument.symbol + "' is given twice");
    }
    std::size_t slot = hash_of(instrument.symbol) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = instrument.id.value;
  }
}

const InstrumentSpec* InstrumentDirectory::find(std::string_view symbol) const noexcept {
  for (std::size_t slot = hash_of(symbol);; ++slot) {
    const std::uint32_t id = slots_[slot & (slots_.size() - 1)];
    if (id == 0) return nullptr;
    if (instruments_[id - 1].symbol == symbol) return &instruments_[id - 1];
  }
}

}  // namespace sluice::gateway
