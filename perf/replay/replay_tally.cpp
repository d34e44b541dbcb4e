#include "perf/replay/replay_tally.hpp"

#include <algorithm>
#include <charconv>

#include "tests/support/wire_decimal.hpp"

namespace sluice::perf {

using testing::FixMessage;
using testing::parse_decimal;

namespace {

constexpr int kSatoshiDecimals = 8;
constexpr std::string_view kPostOnlyWouldTake = "30";  ///< ErrorCode(25016)

std::optional<std::uint64_t> order_of(const FixMessage& message, int tag) {
  const std::string_view text = message.get(tag);
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

}  // namespace

void ReplayTally::wrong(const std::string& what, const FixMessage& message) {
  if (problem_.empty()) problem_ = what + ": " + message.readable();
}

void ReplayTally::take(const FixMessage& message) {
  ++reports_;
  if (message.type() == "9") {
    ++answered_;
    ++counts_.cancels_refused;
    return;
  }
  if (message.type() != "8") {
    wrong("unexpected message", message);
    return;
  }
  const std::int64_t exec_id = message.get_int(17).value_or(0);
  if (exec_id <= last_exec_id_) wrong("ExecID(17) does not grow", message);
  last_exec_id_ = exec_id;
  const std::string_view exec_type = message.get(150);
  if (exec_type == "0") {
    accept(message);
  } else if (exec_type == "8") {
    refuse(message);
  } else if (exec_type == "F") {
    fill(message);
  } else if (exec_type == "4") {
    ++answered_;
    ++counts_.canceled;
    close(message, 41);
  } else if (exec_type == "C") {
    close(message, 11);
  } else {
    wrong("unexpected ExecType(150)", message);
  }
}

void ReplayTally::accept(const FixMessage& message) {
  ++answered_;
  ++counts_.accepted;
  const std::optional<std::uint64_t> id = order_of(message, 11);
  const std::optional<std::int64_t> leaves = parse_decimal(message.get(151), kSatoshiDecimals);
  const bool market = message.get(40) == "1";
  const std::optional<std::int64_t> price =
      market ? std::optional<std::int64_t>{0} : parse_decimal(message.get(44), 0);
  if (!id || !leaves || !price || message.get(54).size() != 1 ||
      !open_.emplace(*id, OpenOrder{message.get(54).front(), *price, *leaves}).second) {
    wrong("acceptance of no order of ours", message);
  }
}

void ReplayTally::refuse(const FixMessage& message) {
  ++answered_;
  if (message.get(25016) == kPostOnlyWouldTake && !message.get(58).empty()) {
    ++counts_.refused_post_only;
  } else {
    wrong("refused for another reason than post-only", message);
  }
}

void ReplayTally::fill(const FixMessage& message) {
  const std::optional<std::uint64_t> id = order_of(message, 11);
  const auto order = id ? open_.find(*id) : open_.end();
  const std::optional<std::int64_t> price = parse_decimal(message.get(31), 0);
  const std::optional<std::int64_t> qty = parse_decimal(message.get(32), kSatoshiDecimals);
  const std::optional<std::int64_t> leaves = parse_decimal(message.get(151), kSatoshiDecimals);
  if (order == open_.end() || !price || !qty || !leaves ||
      order->second.leaves_sat - *qty != *leaves) {
    wrong("fill that does not add up", message);
    return;
  }
  const bool buy = order->second.side == '1';
  order->second.leaves_sat = *leaves;
  if (*leaves == 0) open_.erase(order);

  const auto [at, first] = match_index_.emplace(std::string{message.get(880)}, matches_.size());
  if (first) matches_.push_back({});
  Match& match = matches_[at->second];
  CapturedTrade& trade = match.trade;
  if ((buy ? match.buy_seen : match.sell_seen) ||
      (!first && (trade.price_usd != *price || trade.qty_sat != *qty))) {
    wrong("two reports of one match differ", message);
  }
  (buy ? match.buy_seen : match.sell_seen) = true;
  (buy ? trade.buy_order_id : trade.sell_order_id) = *id;
  trade.price_usd = *price;
  trade.qty_sat = *qty;
  if (message.get(1057) == "Y") {
    if (match.aggressor_seen) wrong("two aggressors in one match", message);
    match.aggressor_seen = true;
    trade.buyer_was_aggressor = buy;
  }
}

void ReplayTally::close(const FixMessage& message, int order_tag) {
  const std::optional<std::uint64_t> id = order_of(message, order_tag);
  if (!id || open_.erase(*id) == 0) wrong("end of an order that was not open", message);
}

std::vector<CapturedTrade> ReplayTally::trades() const {
  std::vector<CapturedTrade> result;
  for (const Match& match : matches_) result.push_back(match.trade);
  return result;
}

ReplayTotals ReplayTally::totals() const {
  ReplayTotals result = counts_;
  result.resting = open_.size();
  for (const auto& [id, order] : open_) {
    std::optional<std::int64_t>& best = order.side == '1' ? result.best_bid : result.best_ask;
    if (!best) best = order.price_usd;
    best = order.side == '1' ? std::max(*best, order.price_usd) : std::min(*best, order.price_usd);
  }
  return result;
}

}  // namespace sluice::perf
