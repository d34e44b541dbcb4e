#include "tests/support/in_process/small_venue.hpp"

#include <utility>

#include "engine/journal/journal.hpp"

namespace sluice::testing {

gateway::VenueConfig small_venue(const std::string& state_dir) {
  gateway::VenueConfig config;
  config.gateway.port = 0;
  config.gateway.state_dir = state_dir;
  config.gateway.io_idle = IdleKind::spin;  // a turn never waits
  config.gateway.store_messages = 4'096;
  config.gateway.max_connections_per_address = 1'024;
  config.gateway.connection_rate_per_address = 10'000;
  config.gateway.logon_backoff_ms_max = 0;
  config.gateway.logon_failures_max = 0;
  config.engine.max_orders = 16'384;
  config.engine.max_levels = 4'096;
  config.engine.max_level_pages = 4'096;
  config.engine.max_deferred = 256;
  config.engine.clordid_history = 16'384;
  config.engine.order_history = 16'384;
  config.engine.execution_log_events = 1U << 16U;
  config.journal.segment_bytes = Journal::kMinSegmentBytes;
  config.journal.live_segment_bytes = 1U << 20U;
  config.log.file = state_dir + "/venue.log";
  config.instruments.push_back({.symbol = kSymbol,
                                .security_type = "SPOT",
                                .tick_size = "0.01",
                                .lot_size = "0.001",
                                .min_qty_lots = 1,
                                .max_qty_lots = 1'000'000'000,
                                .band_low_ticks = 0,
                                .band_high_ticks = kMaxPriceTicks,
                                .market_protection_ticks = kMaxPriceTicks});
  // A venue that is turned by hand is never stopped in order.
  config.opening.after_unclean_stop = InstrumentState::continuous;
  config.firms.push_back({"F1"});
  config.accounts.push_back({"ACC1", "F1"});
  for (const char* name : {"CLIENT1", "CLIENT2", "CLIENT3"}) {
    gateway::SessionConfig session;
    session.comp_id = name;
    session.firm = "F1";
    session.accounts = {"ACC1"};
    session.authentication = gateway::Authentication::none;
    session.username = name;
    session.allow_addresses = {"127.0.0.0/8"};
    config.sessions.push_back(std::move(session));
  }
  return config;
}

}  // namespace sluice::testing
