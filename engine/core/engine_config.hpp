// What the engine is told at its start. It never changes while the engine lives.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/sip_hash.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// One tradable instrument, all numbers in its own ticks and lots. Its id is its place in
/// EngineConfig::instruments plus one.
struct InstrumentTerms {
  Qty min_qty{1};                   ///< Smallest order, from 1.
  Qty max_qty{kMaxQtyLots};         ///< Largest order.
  Price band_low{0};                ///< Static price band: lowest limit price, not below 0.
  Price band_high{kMaxPriceTicks};  ///< Static price band: highest limit price.
  /// A market order trades at most this far beyond the best opposite price it met. From 0.
  Price market_protection{kMaxPriceTicks};
  InstrumentState initial_state = InstrumentState::continuous;
};

/// Bounds of the engine. All memory is taken at the start; the order that meets a bound is refused
/// with the RejectCode named here.
struct EngineConfig {
  std::uint64_t unit = 0;                ///< Matching unit, 0..63.
  std::uint64_t epoch = 1;               ///< Fencing term, 1..16383; raised at every start.
  std::uint32_t max_orders = 1U << 20U;  ///< Open orders; order_capacity.
  std::uint32_t max_levels = 1U << 17U;  ///< Price levels over all books; level_capacity.
  /// Pages of the price index over all books, at least the path to one price of each instrument;
  /// level_page_capacity.
  std::uint32_t max_level_pages = 1U << 16U;
  std::uint32_t sessions = 1;  ///< SessionId is 1..sessions.
  std::uint32_t firms = 0;     ///< FirmId is 1..firms.
  std::uint32_t accounts = 0;  ///< AccountId is 1..accounts; others have no kill switch.
  /// FirmId of each session, by SessionId - 1; 0: of no firm. Empty: none is of any.
  std::vector<FirmId> session_firm;
  std::uint32_t clordid_history = 65'536;  ///< ClOrdIDs remembered for each session, from 1.
  /// Closed orders remembered, a power of two; 64 bytes each. One that has left is unknown_order.
  std::uint32_t order_history = 1U << 20U;
  std::uint32_t work_per_command = 256;  ///< Operations of one step, from 8.
  /// Commands that may wait for a long sweep, the last eighth only cancels; deferred_capacity.
  std::uint32_t max_deferred = 4'096;
  std::vector<InstrumentTerms> instruments;
  /// Spreads ClOrdIDs over their table. Whoever knows it can make names that share one place and so
  /// each of his orders slow: a venue draws it when its journal begins and shows it to nobody. The
  /// default is for tests and replays. No event depends on it.
  HashKey name_key{0x5851'f42d'4c95'7f2dULL, 0x1405'7b7e'f767'814fULL};
};

}  // namespace sluice
