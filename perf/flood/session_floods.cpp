// Floods of those who have a session.
#include <chrono>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <utility>

#include "perf/flood/flood.hpp"
#include "perf/flood/stranger_socket.hpp"
#include "tests/support/raw_fix_client.hpp"

namespace sluice::perf {
namespace {

using testing::FixConnection;
using testing::FixMessage;
using testing::RawFixClient;

// One for the flood of one session, eight for the other: each has ClOrdIDs of its own.
constexpr std::size_t kOrderSessions = 9;
constexpr const char* kAgain = "AGAIN";
constexpr const char* kResender = "RESENDER";
constexpr const char* kStalled = "STALLED";
constexpr const char* kTaker = "TAKER";

std::string orders_session(std::size_t number) { return "ORDERS" + std::to_string(number); }

std::unique_ptr<RawFixClient> make_client(const std::string& comp_id, int receive_bytes = 0) {
  testing::RawClientOptions options;
  options.sender = comp_id;
  options.heartbeat_s = 60;
  options.automatic = false;
  options.receive_buffer_bytes = receive_bytes;
  options.patience = std::chrono::seconds{20};
  return std::make_unique<RawFixClient>(options);
}

/// Logs on with both numbers at 1.
void log_on(RawFixClient& client, const FloodTarget& target) {
  client.connect(target.host, target.port);
  const std::optional<FixMessage> answer = client.logon(true);
  if (!answer || answer->type() != "A") {
    throw std::runtime_error(client.options().sender + " is not let in");
  }
}

/// Reads and drops what is there; false when the venue has closed.
bool drain(RawFixClient& client) {
  for (;;) {
    const FixConnection::Read result = client.connection().read_some();
    while (client.connection().next_frame()) {
    }
    if (result == FixConnection::Read::closed) return false;
    if (result == FixConnection::Read::nothing) return true;
  }
}

/// Sends what is queued, reading meanwhile; false at the end of the connection or of the flood.
template <class Stopping>
bool push(RawFixClient& client, const Stopping& stopping) {
  while (!client.flush()) {
    if (stopping() || !drain(client)) return false;
    (void)client.connection().wait_readable(testing::after(std::chrono::milliseconds{1}));
  }
  return drain(client);
}

/// Orders as fast as the sockets take them, whatever the answers are. Immediate or cancel, so that
/// each is over at once and two reports answer it.
class Orders final : public Flood {
 public:
  /// The sessions `first` to `last`.
  Orders(const FloodTarget& target, std::size_t first, std::size_t last) : Flood(target) {
    for (std::size_t i = first; i <= last; ++i) {
      clients_.push_back(make_client(orders_session(i)));
      log_on(*clients_.back(), target);
      count(tally().connections);
    }
  }
  void run() override {
    while (!stopping()) {
      for (auto& client : clients_) burst(*client);
    }
  }

 private:
  static constexpr int kBurst = 32;

  void burst(RawFixClient& client) {
    for (int i = 0; i < kBurst && !stopping(); ++i) {
      pace().take();
      const std::string name = "F" + std::to_string(++named_);
      client.queue(testing::limit_order(name, kFloodSymbol, '1', "0.01", "100", '3'));
      count(tally().messages);
      if (target().rate > 0) (void)client.flush();
    }
    if (push(client, [this] { return stopping(); }) || stopping()) return;
    count(tally().closed);
    log_on(client, target());
    count(tally().connections);
  }

  std::vector<std::unique_ptr<RawFixClient>> clients_;
  std::uint64_t named_ = 0;
};

/// A known session that logs on and off, each time from another address.
class Reconnects final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    for (std::uint64_t number = 0; !stopping(); ++number) {
      pace().take();
      const auto client = make_client(kAgain);
      const std::uint32_t address = loopback_address(number);
      client->options().from = "127." + std::to_string(address >> 16U & 255U) + "." +
                               std::to_string(address >> 8U & 255U) + "." +
                               std::to_string(address & 255U);
      client->connect(target().host, target().port);
      count(tally().connections);
      const std::optional<FixMessage> answer = client->logon(true);
      if (!answer || answer->type() != "A" || !client->logout()) count(tally().closed);
      count(tally().messages, 2);
    }
  }
};

/// Asks for everything, again and again, with all that the venue keeps to be sent.
class Resends final : public Flood {
 public:
  explicit Resends(const FloodTarget& target) : Flood(target), client_(make_client(kResender)) {
    log_on(*client_, target);
    count(tally().connections);
    fill_store();
  }
  void run() override {
    while (!stopping()) {
      pace().take();
      client_->queue(testing::FixBody{"2"}.add(7, 1).add(16, 0));
      count(tally().messages);
      if (push(*client_, [this] { return stopping(); }) || stopping()) continue;
      throw std::runtime_error("the venue closed a session that asked for resends");
    }
  }

 private:
  // An order and its cancel leave two messages.
  void fill_store() {
    constexpr std::uint32_t kInFlight = 100;
    for (std::uint32_t kept = 0; kept < target().store_messages; kept += 2 * kInFlight) {
      for (std::uint32_t i = 0; i < kInFlight; ++i) {
        const std::string name = "R" + std::to_string(client_->next_out());
        client_->queue(testing::limit_order(name, kFloodSymbol, '1', "0.01", "100"));
        client_->queue(testing::cancel_request("X" + name, name, kFloodSymbol, '1'));
      }
      client_->send_raw("");
      for (std::uint32_t i = 0; i < 2 * kInFlight; ++i) {
        if (!client_->receive()) throw std::runtime_error("no report for the store");
      }
    }
  }

  std::unique_ptr<RawFixClient> client_;
};

/// One session rests an offer and never reads; another takes it piece by piece. When the venue has
/// cut the first, it comes again and reads no more than before.
class StalledReader final : public Flood {
 public:
  explicit StalledReader(const FloodTarget& target) : Flood(target), taker_(make_client(kTaker)) {
    log_on(*taker_, target);
    offer();
  }
  void run() override {
    while (!stopping()) {
      for (int i = 0; i < kBurst; ++i) {
        pace().take();
        const std::string name = "T" + std::to_string(taker_->next_out());
        taker_->send(testing::limit_order(name, kFloodSymbol, '1', "0.01", "90000", '3'));
        count(tally().messages);
      }
      // The acknowledgement and the end of each: filled, or nothing was left on offer.
      for (int i = 0; i < 2 * kBurst; ++i) {
        const std::optional<FixMessage> report = taker_->receive();
        if (!report) throw std::runtime_error("the taker hears nothing");
      }
      if (++bursts_ % kLookEvery == 0 && is_cut()) {
        count(tally().closed);
        offer();
      }
    }
  }

 private:
  static constexpr int kBurst = 32;
  static constexpr std::uint64_t kLookEvery = 64;
  static constexpr int kReceiveBytes = 4'096;
  static constexpr int kOffers = 10;  // of a hundred thousand pieces

  // What it has not read hides the end of the connection; a socket that cannot send tells of it.
  bool is_cut() {
    stalled_->send(testing::FixBody{"0"});
    stalled_->send(testing::FixBody{"0"});
    pollfd entry{.fd = stalled_->connection().fd(), .events = 0, .revents = 0};
    return ::poll(&entry, 1, 0) > 0 && (entry.revents & (POLLERR | POLLHUP)) != 0;
  }

  void offer() {
    stalled_ = make_client(kStalled, kReceiveBytes);
    log_on(*stalled_, target());
    count(tally().connections);
    for (int i = 0; i < kOffers; ++i) {
      stalled_->send(testing::limit_order("OFFER" + std::to_string(++offers_), kFloodSymbol, '2',
                                          "1000", "90000"));
    }
  }

  std::unique_ptr<RawFixClient> taker_;
  std::unique_ptr<RawFixClient> stalled_;
  std::uint64_t bursts_ = 0;
  std::uint64_t offers_ = 0;
};

template <class Kind>
std::unique_ptr<Flood> make(const FloodTarget& target) {
  return std::make_unique<Kind>(target);
}
std::unique_ptr<Flood> make_orders_of_one(const FloodTarget& target) {
  return std::make_unique<Orders>(target, 0, 0);
}
std::unique_ptr<Flood> make_orders_of_eight(const FloodTarget& target) {
  return std::make_unique<Orders>(target, 1, kOrderSessions - 1);
}

}  // namespace

const std::vector<FloodKind>& session_floods() {
  static const std::vector<FloodKind> kinds{
      {"orders-1", "orders", make_orders_of_one},
      {"orders-8", "orders", make_orders_of_eight},
      {"reconnects", "Logons and Logouts", make<Reconnects>},
      {"resends", "ResendRequests", make<Resends>},
      {"stalled-reader", "orders", make<StalledReader>},
  };
  return kinds;
}

std::vector<std::string> flooding_sessions() {
  std::vector<std::string> names{kAgain, kResender, kStalled, kTaker};
  for (std::size_t i = 0; i < kOrderSessions; ++i) names.push_back(orders_session(i));
  return names;
}

}  // namespace sluice::perf
