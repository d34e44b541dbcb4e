// A minimal FIX client on a raw socket: the outside oracle of the gateway's tests and the client of
// perf/. It can be right or wrong on purpose.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fix_connection.hpp"
#include "tests/support/fix_message.hpp"

namespace sluice::testing {

using std::chrono::milliseconds;

struct RawClientOptions {
  std::string sender = "CLIENT1";
  std::string target = "SLUICE";
  std::string
      username{};  ///< Username(553) of logon(); empty: `sender`. Sent only with a password.
  std::string password{};  ///< Password(554) of logon(); empty: neither 553 nor 554 is sent.
  int heartbeat_s = 30;    ///< HeartBtInt(108)
  /// Answers TestRequest(1), sends Heartbeat(0) when due and keeps both from the caller. Works
  /// while the client is inside receive() or poll().
  bool automatic = true;
  /// False: what the socket has no room for waits for a later send(), queue() or flush().
  bool waits_for_room = true;
  int receive_buffer_bytes = 0;           ///< SO_RCVBUF; 0: the system's choice.
  std::optional<TlsClientOptions> tls{};  ///< connect() speaks TLS.
  std::string from{};                     ///< IPv4 address to come from; empty: any.
  milliseconds patience{5'000};           ///< Deadline of everything that names none.
};

/// Thread safety: none; one thread owns a client.
///
/// Sequence numbers carry on over reconnects of one object, as a FIX client's do. It never asks for
/// a resend by itself: `gap()` tells of one and the test decides.
class RawFixClient {
 public:
  explicit RawFixClient(RawClientOptions options = {}) : options_(std::move(options)) {}

  /// Throws std::runtime_error when there is no connection in time.
  void connect(const std::string& host, std::uint16_t port);
  /// Takes over a connected socket in place of connect().
  void adopt(int connected_fd);
  void close() { connection_.close(); }
  void abort() { connection_.abort(); }
  [[nodiscard]] FixConnection& connection() { return connection_; }
  [[nodiscard]] RawClientOptions& options() { return options_; }
  [[nodiscard]] const RawClientOptions& options() const { return options_; }

  /// Sends Logon(A) and waits for the answer, whatever it is; nothing when the connection closes or
  /// time runs out. With `reset` the numbers of both sides start again at 1 (141=Y).
  std::optional<FixMessage> logon(bool reset = true);
  [[nodiscard]] FixBody logon_body(bool reset) const;
  /// Sends Logout(5) and waits for the answer.
  std::optional<FixMessage> logout();

  /// The right header for the next message; change it and pass it to send().
  [[nodiscard]] FixHeader next_header() const;
  /// Sends with the next number and moves it on; returns the number. Throws std::runtime_error when
  /// the bytes cannot be sent in time.
  std::uint32_t send(const FixBody& body);
  /// Sends under that header. Moves the next number only when header.seq was the next one.
  std::uint32_t send(const FixBody& body, const FixHeader& header);
  /// As send(), but leaves the bytes to the next flush(): for bursts.
  std::uint32_t queue(const FixBody& body);
  /// Sends what can be sent at once; true when nothing is left.
  bool flush() { return connection_.flush(); }
  /// Sends bytes as they are; touches no number.
  void send_raw(std::string_view bytes);

  /// The next message, in order; nothing at the deadline or when the connection closed.
  std::optional<FixMessage> receive(std::optional<milliseconds> wait = {});
  /// The next message of that MsgType(35); what comes before it goes to skipped().
  std::optional<FixMessage> receive_type(std::string_view msg_type,
                                         std::optional<milliseconds> wait = {});
  /// A message if one is there now: for busy-polling. The reference is valid until the next call.
  const FixMessage* poll();
  /// True when the peer closes within the time; messages on the way go to skipped().
  [[nodiscard]] bool closed_within(milliseconds wait);
  [[nodiscard]] bool closed_by_peer() const { return closed_by_peer_; }
  /// True when nothing at all arrives during `wait` and the connection stays.
  [[nodiscard]] bool silent_for(milliseconds wait);

  /// Numbers: what we send next and what we expect next from the venue.
  [[nodiscard]] std::uint32_t next_out() const { return next_out_; }
  [[nodiscard]] std::uint32_t expected_in() const { return expected_in_; }
  void set_next_out(std::uint32_t seq) { next_out_ = seq; }
  void set_expected_in(std::uint32_t seq) { expected_in_ = seq; }
  /// Highest number above the expected one that arrived while the gap is open; 0 when there is
  /// none.
  [[nodiscard]] std::uint32_t gap() const { return gap_; }

  [[nodiscard]] const std::vector<FixMessage>& skipped() const { return skipped_; }
  void clear_skipped() { skipped_.clear(); }
  [[nodiscard]] std::size_t heartbeats_seen() const { return heartbeats_seen_; }
  [[nodiscard]] std::size_t test_requests_seen() const { return test_requests_seen_; }

 private:
  bool take_frame();
  void track(const FixMessage& message);
  [[nodiscard]] bool handled(const FixMessage& message);
  void heartbeat_if_due();

  RawClientOptions options_;
  FixConnection connection_;
  FixMessage current_;
  std::uint32_t next_out_ = 1;
  std::uint32_t expected_in_ = 1;
  std::uint32_t gap_ = 0;
  Clock::time_point last_sent_{};
  bool logged_on_ = false;
  bool closed_by_peer_ = false;
  std::vector<FixMessage> skipped_;
  std::size_t heartbeats_seen_ = 0;
  std::size_t test_requests_seen_ = 0;
};

// Bodies of the messages that tests and tools send most, with TransactTime(60) of now. Prices and
// quantities are the wire's text.
[[nodiscard]] FixBody limit_order(std::string_view clordid, std::string_view symbol, char side,
                                  std::string_view qty, std::string_view price, char tif = '1');
[[nodiscard]] FixBody market_order(std::string_view clordid, std::string_view symbol, char side,
                                   std::string_view qty);
[[nodiscard]] FixBody cancel_request(std::string_view clordid, std::string_view orig_clordid,
                                     std::string_view symbol, char side);
[[nodiscard]] FixBody replace_request(std::string_view clordid, std::string_view orig_clordid,
                                      std::string_view symbol, char side, std::string_view qty,
                                      std::string_view price);

}  // namespace sluice::testing
