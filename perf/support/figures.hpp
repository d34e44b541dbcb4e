// Figures as we report them: medians with their spread, percentiles, aligned tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::perf {

/// Median, smallest and largest of repetitions.
struct Spread {
  double median;
  double low;
  double high;
};
[[nodiscard]] Spread spread_of(std::vector<double> values);

/// Latencies of one kind of message, kept one by one: exact percentiles.
class Latencies {
 public:
  void reserve(std::size_t count) { values_.reserve(count); }
  void add(std::int64_t ns) { values_.push_back(ns); }
  void add_all(const Latencies& others);
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The value below which that share lies, e.g. 0.99; 0 when empty. Sorts.
  [[nodiscard]] std::int64_t percentile(double share);
  [[nodiscard]] std::int64_t max();

 private:
  void sort();

  std::vector<std::int64_t> values_;
  bool sorted_ = false;
};

/// "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t value);
/// "12.3", with so many decimals.
[[nodiscard]] std::string fixed(double value, int decimals);
/// Nanoseconds as "12.3 us".
[[nodiscard]] std::string micros(double ns);
/// "1.23 [1.20..1.31]"
[[nodiscard]] std::string text_of(const Spread& spread, int decimals, double scale = 1.0);

/// Rows of text, printed with aligned columns: the first to the left, others to the right.
class Table {
 public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sluice::perf
