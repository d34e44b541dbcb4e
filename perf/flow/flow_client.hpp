// One trading session of the flow: it invents messages, remembers its orders, and matches answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "perf/flow/flow_counts.hpp"
#include "perf/flow/flow_market.hpp"
#include "tests/support/raw_fix_client.hpp"

namespace sluice::perf {

/// Thread safety: none.
class FlowClient {
 public:
  /// `run` makes the ClOrdIDs of this run differ from those of earlier ones.
  FlowClient(testing::RawClientOptions options, const FlowInstrument& instrument,
             std::uint64_t seed, std::string run, FlowCounts& counts);

  /// Throws std::runtime_error when the venue does not let us in.
  void log_on(const std::string& host, std::uint16_t port);
  void log_out();

  /// Sends one random message.
  void send_one(WalkingMid& mid);
  /// Sends a cancel for one open order that has none under way; false when there is none.
  bool cancel_one();
  /// Takes every report that is here; true when there was one.
  bool take_reports();

  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::size_t open_orders() const { return open_orders_.size(); }
  [[nodiscard]] testing::RawFixClient& client() { return client_; }
  /// The first thing that should not have been reported; empty when there is none.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Order {
    std::size_t request;  ///< The D or G whose ClOrdID the order has now.
    char side;
    std::int64_t price;
    std::int64_t qty;
    std::int64_t cum = 0;
    bool open = false;
    bool busy = false;  ///< A cancel or replace is under way.
  };
  struct Request {
    RequestKind kind;
    std::size_t order;
    std::uint32_t seq;
    std::int64_t sent_ns;
    std::int64_t price = 0;
    std::int64_t qty = 0;
    bool answered = false;
    bool measured = true;
    bool own_name = true;  ///< False: it was sent under an earlier request's ClOrdID.
  };

  void send_new(RequestKind kind, WalkingMid& mid);
  void send_replace();
  void send_refusable(WalkingMid& mid);
  void send_cancel(std::size_t order, bool measured);
  void send(const testing::FixBody& body, Request request);
  [[nodiscard]] std::optional<std::size_t> pick_open();
  [[nodiscard]] std::int64_t passive_price(char side, const WalkingMid& mid);
  [[nodiscard]] std::string price_text(std::int64_t ticks) const;
  [[nodiscard]] std::string qty_text(std::int64_t lots) const;
  [[nodiscard]] std::string name_of(std::size_t request) const;
  [[nodiscard]] std::optional<std::size_t> request_of(std::string_view clordid) const;

  void take(const testing::FixMessage& message, std::int64_t received_ns);
  void take_execution(const testing::FixMessage& message, std::int64_t received_ns);
  void take_reject(const testing::FixMessage& message, std::int64_t received_ns);
  void answer(std::size_t request, std::int64_t received_ns);
  void open(std::size_t order);
  void close(std::size_t order);

  testing::RawFixClient client_;
  FlowInstrument instrument_;
  std::mt19937_64 random_;
  std::string prefix_;
  FlowCounts* counts_;
  std::vector<Order> orders_;
  std::vector<Request> requests_;
  std::vector<std::size_t> open_orders_;
  std::unordered_map<std::size_t, std::size_t> open_place_;  ///< Order → place in open_orders_.
  std::unordered_map<std::size_t, std::size_t>
      duplicates_;  ///< Request whose ClOrdID was used again → the request that did.
  std::uint64_t in_flight_ = 0;
  std::string problem_;
};

}  // namespace sluice::perf
