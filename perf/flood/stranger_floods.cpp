// Floods of those who are not logged on.
#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "perf/flood/flood.hpp"
#include "perf/flood/stranger_socket.hpp"
#include "tests/support/fix_message.hpp"
#include "tests/support/tls_client.hpp"

namespace sluice::perf {
namespace {

/// Connections that a flood keeps open at a time; the oldest makes room for the next.
class Held {
 public:
  Held(FloodTally& tally, std::size_t most) : tally_(tally), most_(most) {}

  /// Null when the system gave none.
  StrangerSocket* open(std::uint64_t number, std::uint16_t port) {
    StrangerSocket socket{loopback_address(number), port};
    if (!socket.is_open()) {
      count(tally_.failed);
      return nullptr;
    }
    count(tally_.connections);
    if (sockets_.size() == most_) {
      if (sockets_.front().closed_by_peer()) count(tally_.closed);
      sockets_.pop_front();
    }
    sockets_.push_back(std::move(socket));
    return &sockets_.back();
  }
  ~Held() {
    count(tally_.closed, static_cast<std::uint64_t>(std::count_if(
                             sockets_.begin(), sockets_.end(),
                             [](const StrangerSocket& one) { return one.closed_by_peer(); })));
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  FloodTally& tally_;
  std::size_t most_;
  std::deque<StrangerSocket> sockets_;
};

std::string logon_of(const std::string& comp_id, const std::string& password) {
  testing::FixHeader header;
  header.sender = comp_id;
  header.target = "SLUICE";
  testing::FixBody body{"A"};
  body.add(98, 0).add(108, 30).add(141, 'Y').add(553, comp_id).add(554, password);
  return testing::encode(body, header);
}

/// Each connection brings four thousand random bytes.
class Garbage final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    std::mt19937_64 random{kSeed};
    std::string bytes(64 * kBytes, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    Held held{tally(), 200};
    for (std::uint64_t number = 0; !stopping(); ++number) {
      pace().take();
      StrangerSocket* const socket = held.open(number, target().port);
      if (socket == nullptr) continue;
      socket->send(std::string_view{bytes}.substr(number % 63 * kBytes, kBytes));
      count(tally().messages, kBytes);
    }
  }

 private:
  static constexpr std::size_t kBytes = 4'096;
  static constexpr std::uint64_t kSeed = 20'261'126;
};

/// Two thousand connections that say nothing, the oldest exchanged for a new one all the time.
class HalfOpen final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    Held held{tally(), 2'000};
    for (std::uint64_t number = 0; !stopping(); ++number) {
      pace().take();
      (void)held.open(number, target().port);
    }
  }
};

/// Four hundred connections whose Logons come byte by byte.
class SlowLogons final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    const std::string logon = logon_of(kGuessedSession, "slow");
    std::array<Sender, 400> senders;
    std::uint64_t number = 0;
    while (!stopping()) {
      for (Sender& sender : senders) {
        pace().take();
        if (stopping()) return;
        // The last byte never comes: there is no Logon to be judged.
        if (!sender.socket.is_open() || sender.sent + 1 == logon.size() ||
            (sender.sent % 16 == 0 && sender.socket.closed_by_peer())) {
          if (sender.socket.is_open() && sender.sent + 1 < logon.size()) count(tally().closed);
          sender = {StrangerSocket{loopback_address(number++), target().port}, 0};
          count(sender.socket.is_open() ? tally().connections : tally().failed);
        }
        if (!sender.socket.is_open()) continue;
        sender.socket.send(std::string_view{logon}.substr(sender.sent++, 1));
        count(tally().messages);
      }
    }
  }

 private:
  struct Sender {
    StrangerSocket socket;
    std::size_t sent = 0;
  };
};

/// Each connection brings a Logon with a wrong password and waits.
class WrongPasswords final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    const std::string logon = logon_of(kGuessedSession, "wrong");
    Held held{tally(), 200};
    for (std::uint64_t number = 0; !stopping(); ++number) {
      pace().take();
      StrangerSocket* const socket = held.open(number, target().port);
      if (socket == nullptr) continue;
      socket->send(logon);
      count(tally().messages);
    }
  }
};

/// The first message of a handshake. A flooder need not make a new one each time.
std::string client_hello() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::runtime_error("no socket pair");
  }
  std::string bytes(16'384, '\0');
  {
    testing::TlsClient client{{}, ends[0]};
    (void)client.handshake();
    const ssize_t count = ::recv(ends[1], bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  for (const int end : ends) ::close(end);
  if (bytes.empty()) throw std::runtime_error("no ClientHello");
  return bytes;
}

/// Each connection brings a ClientHello, for which the venue signs, and nothing more.
class Handshakes final : public Flood {
 public:
  using Flood::Flood;
  void run() override {
    const std::string hello = client_hello();
    Held held{tally(), 200};
    for (std::uint64_t number = 0; !stopping(); ++number) {
      pace().take();
      StrangerSocket* const socket = held.open(number, target().tls_port);
      if (socket == nullptr) continue;
      socket->send(hello);
      count(tally().messages);
    }
  }
};

template <class Kind>
std::unique_ptr<Flood> make_stranger_flood(const FloodTarget& target) {
  return std::make_unique<Kind>(target);
}

}  // namespace

const std::vector<FloodKind>& stranger_floods() {
  static const std::vector<FloodKind> kinds{
      {"garbage", "bytes", make_stranger_flood<Garbage>},
      {"half-open", "-", make_stranger_flood<HalfOpen>},
      {"slow-logons", "bytes", make_stranger_flood<SlowLogons>},
      {"wrong-passwords", "Logons", make_stranger_flood<WrongPasswords>},
      {"tls-handshakes", "ClientHellos", make_stranger_flood<Handshakes>},
  };
  return kinds;
}

}  // namespace sluice::perf
