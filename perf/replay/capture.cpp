#include "perf/replay/capture.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <zlib.h>

namespace sluice::perf {

namespace {

/// Takes the next comma-separated cell off the front of `line`.
std::string_view cell(std::string_view& line) {
  const std::size_t comma = line.find(',');
  const std::string_view result = line.substr(0, comma);
  line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  return result;
}

template <class Integer>
Integer number(std::string_view& line) {
  const std::string_view text = cell(line);
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("not a number in the capture: " + std::string{text});
  }
  return value;
}

CapturedInput parse_input(std::string_view line) {
  CapturedInput input{};
  cell(line);  // seq
  cell(line);  // exch_ms
  input.kind = cell(line).at(0);
  input.order_id = number<std::uint64_t>(line);
  input.side = cell(line) == "B" ? '1' : '2';
  input.price_usd = number<std::int64_t>(line);
  input.qty_sat = number<std::int64_t>(line);
  input.post_only = cell(line) == "P";
  return input;
}

CapturedTrade parse_trade(std::string_view line) {
  CapturedTrade trade{};
  cell(line);  // seq
  trade.buy_order_id = number<std::uint64_t>(line);
  trade.sell_order_id = number<std::uint64_t>(line);
  trade.price_usd = number<std::int64_t>(line);
  trade.qty_sat = number<std::int64_t>(line);
  trade.buyer_was_aggressor = cell(line) == "buy";
  return trade;
}

}  // namespace

std::string data_folder() {
  if (const char* named = std::getenv("SLUICE_DATA")) return named;
  return std::string{SLUICE_SOURCE_DIR} + "/../shared/data";
}

Capture load_capture(const std::string& folder) {
  Capture capture;
  const std::string inputs = folder + "/bitstamp-2026/inputs.csv.gz";
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{::gzopen(inputs.c_str(), "rb"), &::gzclose};
  if (!file) throw std::runtime_error("no recorded order flow: " + inputs + " is not there");
  char line[256];
  (void)::gzgets(file.get(), line, sizeof line);  // the heading
  while (::gzgets(file.get(), line, sizeof line) != nullptr) {
    std::string_view text{line};
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (!text.empty()) capture.inputs.push_back(parse_input(text));
  }
  const std::string trades = folder + "/bitstamp-2026/expected_trades.csv";
  std::ifstream stream{trades};
  if (!stream) throw std::runtime_error("no recorded executions: " + trades + " is not there");
  std::string text;
  std::getline(stream, text);
  while (std::getline(stream, text)) {
    if (!text.empty()) capture.trades.push_back(parse_trade(text));
  }
  return capture;
}

}  // namespace sluice::perf
