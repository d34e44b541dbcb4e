// [[instrument]]: decimals become whole ticks and lots, exactly or not at all.
#include <array>
#include <optional>
#include <utility>

#include "engine/message/command.hpp"
#include "gateway/codec/values/decimal.hpp"
#include "gateway/config/config_sections.hpp"
#include "gateway/config/venue_config_reader.hpp"

namespace sluice::gateway {
namespace {

std::string decimal_text(std::int64_t units, DecimalUnit unit) {
  std::array<char, kDecimalRoom> room{};
  return std::string(format_units(units, unit, room));
}

bool is_unit(std::string_view text) noexcept {
  DecimalUnit unit;
  return parse_unit(text, unit);
}
constexpr TextRule kUnit{&is_unit,
                         "a decimal above 0 in quotes, such as \"0.01\", of at most 9 digits"};

std::optional<DecimalUnit> read_unit(TableReader& reader, std::string_view key,
                                     std::string& target) {
  DecimalUnit unit;
  if (!reader.text(key, target, kUnit, Presence::required)) return std::nullopt;
  static_cast<void>(parse_unit(target, unit));
  return unit;
}

/// Units of one instrument's price or quantity, and the key that defines them.
struct Scale {
  std::string_view unit_key;
  std::optional<DecimalUnit> unit;
  std::int64_t max;
};

/// An amount in whole units, `min` to the scale's maximum. Nothing is checked while the unit itself
/// is wrong: one mistake, one message.
void read_amount(TableReader& reader, std::string_view key, const Scale& scale, std::int64_t min,
                 std::int64_t& target, Presence presence = Presence::optional) {
  const toml::node* node = reader.find(key);
  if (!scale.unit) return;
  const std::string range = "a decimal in quotes from " + decimal_text(min, *scale.unit) + " to " +
                            decimal_text(scale.max, *scale.unit);
  if (node == nullptr) {
    if (presence == Presence::required) reader.complain(key, range);
    return;
  }
  const auto* text = node->as_string();
  Decimal value;
  if (text == nullptr || parse_decimal(text->get(), value) != DecimalError::none) {
    reader.complain(key, range);
    return;
  }
  std::int64_t units = 0;
  const UnitError error = to_units(value, *scale.unit, scale.max, units);
  if (error == UnitError::off_unit) {
    reader.complain(
        key, "a multiple of " + std::string(scale.unit_key) + " " + decimal_text(1, *scale.unit));
  } else if (error != UnitError::none || units < min) {
    reader.complain(key, range);
  } else {
    target = units;
  }
}

InstrumentConfig read_instrument(TableReader& reader, NameLines& symbols) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTypes{{
      {"SPOT", "SPOT"},
      {"PERP", "PERP"},
      {"FUT", "FUT"},
  }};
  InstrumentConfig config;
  if (reader.text("symbol", config.symbol, kName, Presence::required)) {
    check_unique(reader, "symbol", config.symbol, symbols);
  }
  std::string_view type;
  reader.choice<std::string_view>("security_type", type, kTypes, Presence::required);
  config.security_type = type;

  const Scale price{"tick_size", read_unit(reader, "tick_size", config.tick_size), kMaxPriceTicks};
  const Scale qty{"lot_size", read_unit(reader, "lot_size", config.lot_size), kMaxQtyLots};
  read_amount(reader, "min_qty", qty, 1, config.min_qty_lots);
  read_amount(reader, "max_qty", qty, config.min_qty_lots, config.max_qty_lots, Presence::required);
  config.band_high_ticks = kMaxPriceTicks;
  config.market_protection_ticks = kMaxPriceTicks;
  read_amount(reader, "price_min", price, 0, config.band_low_ticks);
  read_amount(reader, "price_max", price, config.band_low_ticks, config.band_high_ticks);
  read_amount(reader, "market_protection", price, 0, config.market_protection_ticks);
  reader.finish();
  return config;
}

}  // namespace

void read_instruments(TableReader& root, std::vector<InstrumentConfig>& instruments) {
  NameLines symbols;
  for_each_section(root, "instrument", kMaxInstruments, [&](TableReader& reader) {
    instruments.push_back(read_instrument(reader, symbols));
  });
}

}  // namespace sluice::gateway
