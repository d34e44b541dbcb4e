// What the venue reported, and what it should have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "perf/replay/capture.hpp"
#include "tests/support/fix_message.hpp"

namespace sluice::perf {

struct OpenOrder {
  char side;
  std::int64_t price_usd;
  std::int64_t leaves_sat;

  friend bool operator==(const OpenOrder&, const OpenOrder&) = default;
};

/// The totals of a whole replay.
struct ReplayTotals {
  std::uint64_t accepted = 0;  ///< New and snapshot orders.
  std::uint64_t refused_post_only = 0;
  std::uint64_t canceled = 0;
  std::uint64_t cancels_refused = 0;
  std::uint64_t resting = 0;
  std::optional<std::int64_t> best_bid;
  std::optional<std::int64_t> best_ask;

  friend bool operator==(const ReplayTotals&, const ReplayTotals&) = default;
};

/// Rebuilds trades and book from execution reports alone.
class ReplayTally {
 public:
  void take(const testing::FixMessage& message);

  /// Messages of ours that were answered.
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t reports() const { return reports_; }
  /// Executions in the order of their first report.
  [[nodiscard]] std::vector<CapturedTrade> trades() const;
  [[nodiscard]] ReplayTotals totals() const;
  [[nodiscard]] const std::unordered_map<std::uint64_t, OpenOrder>& book() const { return open_; }
  /// The first thing that no correct venue would have reported; empty when there is none.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Match {
    CapturedTrade trade{};
    bool buy_seen = false;
    bool sell_seen = false;
    bool aggressor_seen = false;
  };

  void accept(const testing::FixMessage& message);
  void refuse(const testing::FixMessage& message);
  void fill(const testing::FixMessage& message);
  void close(const testing::FixMessage& message, int order_tag);
  void wrong(const std::string& what, const testing::FixMessage& message);

  std::uint64_t answered_ = 0;
  std::uint64_t reports_ = 0;
  std::int64_t last_exec_id_ = 0;
  ReplayTotals counts_;
  std::unordered_map<std::uint64_t, OpenOrder> open_;
  std::vector<Match> matches_;
  std::unordered_map<std::string, std::size_t> match_index_;  ///< TrdMatchID(880) → matches_
  std::string problem_;
};

}  // namespace sluice::perf
