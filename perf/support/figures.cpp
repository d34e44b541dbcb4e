#include "perf/support/figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace sluice::perf {

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {0, 0, 0};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

void Latencies::add_all(const Latencies& others) {
  values_.insert(values_.end(), others.values_.begin(), others.values_.end());
  sorted_ = false;
}

void Latencies::sort() {
  if (sorted_) return;
  std::sort(values_.begin(), values_.end());
  sorted_ = true;
}

std::int64_t Latencies::percentile(double share) {
  if (values_.empty()) return 0;
  sort();
  const double rank = std::ceil(share * static_cast<double>(values_.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return values_[std::min(index, values_.size() - 1)];
}

std::int64_t Latencies::max() { return percentile(1.0); }

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string fixed(double value, int decimals) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return {text, static_cast<std::size_t>(size)};
}

std::string micros(double ns) { return fixed(ns / 1000.0, 1) + " us"; }

std::string text_of(const Spread& spread, int decimals, double scale) {
  return fixed(spread.median * scale, decimals) + " [" + fixed(spread.low * scale, decimals) +
         ".." + fixed(spread.high * scale, decimals) + "]";
}

void Table::print() const {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const std::vector<std::string>& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int width = static_cast<int>(widths[i]);
      std::printf("%s%*s", i == 0 ? "  " : "   ", i == 0 ? -width : width, row[i].c_str());
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

}  // namespace sluice::perf
