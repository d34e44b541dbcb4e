// Half an hour of a real exchange's order flow: its executions must come out one for one.
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#include <zlib.h>

#include "engine/core/engine.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

// The folder of the capture, or an empty path after saying where it was looked for.
fs::path capture() {
  const char* asked = std::getenv("SLUICE_DATA");
  const fs::path data = asked != nullptr
                            ? fs::path(asked)
                            : fs::path(SLUICE_SOURCE_DIR).parent_path() / "shared/data";
  fs::path folder = data / "bitstamp-2026";
  if (fs::exists(folder / "inputs.csv.gz") && fs::exists(folder / "expected_trades.csv")) {
    return folder;
  }
  std::cout << "real flow: data not found at " << folder.string() << "; not run" << std::endl;
  return {};
}

std::vector<std::string_view> split(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t comma = std::min(line.find(',', at), line.size());
    fields.push_back(line.substr(at, comma - at));
    at = comma + 1;
  }
  return fields;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return value;
}

// Columns: seq, exch_ms, kind, order_id, side, price_usd, qty_sat, flags.
Command command_of(std::string_view line) {
  const std::vector<std::string_view> row = split(line);
  if (row.size() != 8) throw std::runtime_error("a row of another shape: " + std::string(line));
  const TimeNs time{number(row[1]) * 1'000'000};
  const std::int64_t price = number(row[5]);
  const Side side = row[4] == "B" ? Side::buy : Side::sell;
  if (row[2] == "C") {
    return cancel(1, "C" + std::string(row[3])).orig(row[3]).time(time);
  }
  CommandBuilder order = new_order(side, 1, row[3]).qty(number(row[6])).at(price).time(time);
  if (row[7] == "P") order.post_only();
  const bool is_market = row[2] == "N" && ((side == Side::sell && price == 0) ||
                                           (side == Side::buy && price == 999'999'999));
  if (is_market) order.market();
  return order;
}

struct Outcome {
  std::vector<std::string> executions;  ///< "buyer,seller,price,size,aggressor"
  std::size_t accepted = 0;
  std::size_t post_only_refused = 0;
  std::size_t otherwise_refused = 0;
  std::size_t cancelled = 0;
  std::size_t cancels_refused = 0;
  std::size_t snapshot = 0;
  std::size_t most_resting = 0;

  void note(const std::vector<Event>& events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Event& e = events[i];
      switch (e.type) {
        case EventType::order_accepted:
          ++accepted;
          break;
        case EventType::order_rejected:
          ++(e.reject == RejectCode::post_only_would_take ? post_only_refused : otherwise_refused);
          break;
        case EventType::order_canceled:
          ++cancelled;
          break;
        case EventType::cancel_rejected:
          ++cancels_refused;
          break;
        case EventType::trade:
          if ((e.flags & kAggressor) != 0) note_execution(events[i - 1], e);
          break;
        default:
          break;
      }
    }
  }
  void note_execution(const Event& resting, const Event& aggressor) {
    const bool buys = aggressor.side == Side::buy;
    const Event& buyer = buys ? aggressor : resting;
    const Event& seller = buys ? resting : aggressor;
    std::ostringstream line;
    line << buyer.clordid.view() << ',' << seller.clordid.view() << ','
         << aggressor.last_price.value << ',' << aggressor.last_qty.value << ','
         << (buys ? "buy" : "sell");
    executions.push_back(line.str());
  }
};

Outcome replay(Engine& engine, const fs::path& inputs) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(inputs.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error("cannot open " + inputs.string());
  Outcome outcome;
  RecordingSink sink;
  std::array<char, 512> line{};
  std::uint64_t seq = 0;
  gzgets(file.get(), line.data(), static_cast<int>(line.size()));  // The names of the columns.
  while (gzgets(file.get(), line.data(), static_cast<int>(line.size())) != nullptr) {
    Command command = command_of(line.data());
    command.seq = {++seq};
    command.msg_seq_num = static_cast<std::uint32_t>(seq);
    engine.apply(command, sink);
    const bool is_snapshot =
        std::string_view(line.data()).find(",S,") < 40 && split(line.data())[2] == "S";
    const std::vector<Event> events = sink.take();
    if (is_snapshot) {
      outcome.snapshot += events.size();
    } else {
      outcome.note(events);
    }
    outcome.most_resting = std::max(outcome.most_resting, std::size_t{engine.open_orders()});
  }
  return outcome;
}

std::vector<std::string> expected_executions(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::string> executions;
  while (std::getline(file, line)) {
    const std::size_t comma = line.find(',');  // Leaves out the row's number.
    while (!line.empty() && line.back() == '\r') line.pop_back();
    executions.push_back(line.substr(comma + 1));
  }
  return executions;
}

TEST(RealFlow, GivesTheExchangesExecutionsOneForOne) {
  const fs::path folder = capture();
  if (folder.empty()) return;
  EngineConfig config;
  config.instruments.resize(1);
  config.max_orders = 8'192;
  config.max_levels = 8'192;
  config.max_level_pages = 4'096;
  Engine engine(config);
  const Outcome outcome = replay(engine, folder / "inputs.csv.gz");

  const std::vector<std::string> expected = expected_executions(folder / "expected_trades.csv");
  ASSERT_EQ(expected.size(), 284U);
  for (std::size_t i = 0; i < std::min(expected.size(), outcome.executions.size()); ++i) {
    ASSERT_EQ(outcome.executions[i], expected[i]) << "execution " << i;
  }
  EXPECT_EQ(outcome.executions.size(), expected.size());

  EXPECT_EQ(outcome.snapshot, 6'510U) << "each order of the snapshot rests without a trade";
  EXPECT_EQ(outcome.accepted, 49'859U);
  EXPECT_EQ(outcome.post_only_refused, 100'518U);
  EXPECT_EQ(outcome.otherwise_refused, 0U);
  EXPECT_EQ(outcome.cancelled, 49'549U);
  EXPECT_EQ(outcome.cancels_refused, 100'519U);
  EXPECT_EQ(outcome.most_resting, 6'531U);
  EXPECT_EQ(engine.open_orders(), 6'516U);
  ASSERT_TRUE(engine.best({1}, Side::buy) && engine.best({1}, Side::sell));
  EXPECT_EQ(engine.best({1}, Side::buy)->price, Price{78'350});
  EXPECT_EQ(engine.best({1}, Side::sell)->price, Price{78'351});
  EXPECT_FALSE(engine.has_pending_work());
  std::cout << "real flow: executions " << outcome.executions.size() << '/' << expected.size()
            << " compared with " << folder.string() << std::endl;
}

}  // namespace
}  // namespace sluice::test
