// The recorded order flow that replay sends, and the executions that its venue printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::perf {

struct CapturedInput {
  std::uint64_t order_id;
  std::int64_t price_usd;
  std::int64_t qty_sat;
  char kind;  ///< S resting at the start, N new, C cancel.
  char side;  ///< FIX Side(54): 1 or 2.
  bool post_only;

  /// The recording writes market orders as new orders at the far end of the price range.
  [[nodiscard]] bool is_market() const {
    return kind == 'N' &&
           ((side == '2' && price_usd == 0) || (side == '1' && price_usd == 999'999'999));
  }
};

struct CapturedTrade {
  std::uint64_t buy_order_id;
  std::uint64_t sell_order_id;
  std::int64_t price_usd;
  std::int64_t qty_sat;
  bool buyer_was_aggressor;

  friend bool operator==(const CapturedTrade&, const CapturedTrade&) = default;
};

struct Capture {
  std::vector<CapturedInput> inputs;
  std::vector<CapturedTrade> trades;
};

/// $SLUICE_DATA, else shared/data beside the project.
[[nodiscard]] std::string data_folder();
/// Empty folder name or missing files: std::runtime_error whose text says what was looked for.
[[nodiscard]] Capture load_capture(const std::string& folder);

}  // namespace sluice::perf
