#include "gateway/venue/engine_settings.hpp"

#include <algorithm>

#include "gateway/admin/venue_names.hpp"
#include "gateway/auth/random_key.hpp"

namespace sluice::gateway {
namespace {

/// Sessions up to the last one that may enter orders: the engine keeps ClOrdIDs for each, and drop
/// copies behind it need none.
std::uint32_t sessions_of_engine(const VenueConfig& config) {
  std::uint32_t last = 1;
  for (std::size_t i = 0; i < config.sessions.size(); ++i) {
    if (config.sessions[i].role != Role::drop_copy) last = static_cast<std::uint32_t>(i + 1);
  }
  return last;
}

}  // namespace

EngineConfig engine_config(const VenueConfig& config, std::uint64_t epoch) {
  EngineConfig engine;
  engine.unit = config.engine.unit;
  engine.epoch = epoch;
  engine.max_orders = config.engine.max_orders;
  engine.max_levels = config.engine.max_levels;
  engine.max_level_pages = config.engine.max_level_pages;
  engine.sessions = sessions_of_engine(config);
  engine.clordid_history = config.engine.clordid_history;
  engine.order_history = config.engine.order_history;
  engine.work_per_command = config.engine.work_per_command;
  engine.max_deferred = config.engine.max_deferred;
  engine.name_key = random_key();
  engine.firms = static_cast<std::uint32_t>(config.firms.size());
  engine.accounts = static_cast<std::uint32_t>(config.accounts.size());
  const VenueNames names(config);
  for (std::uint32_t id = 1; id <= engine.sessions; ++id) {
    engine.session_firm.push_back(names.firm_of(SessionId{id}));
  }
  for (const InstrumentConfig& instrument : config.instruments) {
    engine.instruments.push_back({
        .min_qty = Qty{instrument.min_qty_lots},
        .max_qty = Qty{instrument.max_qty_lots},
        .band_low = Price{instrument.band_low_ticks},
        .band_high = Price{instrument.band_high_ticks},
        .market_protection = Price{instrument.market_protection_ticks},
    });
  }
  return engine;
}

std::size_t sessions_of_lane(const VenueConfig& config, std::uint32_t lane) {
  return static_cast<std::size_t>(std::count_if(
      config.sessions.begin(), config.sessions.end(),
      [&](const SessionConfig& session) { return config.thread_of(session) == lane; }));
}

}  // namespace sluice::gateway
