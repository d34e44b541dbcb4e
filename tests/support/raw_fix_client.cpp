#include "tests/support/raw_fix_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sluice::testing {

void RawFixClient::connect(const std::string& host, std::uint16_t port) {
  closed_by_peer_ = false;
  logged_on_ = false;
  gap_ = 0;
  const Deadline deadline = after(options_.patience);
  if (options_.tls) {
    connection_.open_tls(host, port, deadline, *options_.tls, options_.receive_buffer_bytes,
                         options_.from);
  } else {
    connection_.open(host, port, deadline, options_.receive_buffer_bytes, options_.from);
  }
  last_sent_ = Clock::now();
}

void RawFixClient::adopt(int connected_fd) {
  closed_by_peer_ = false;
  logged_on_ = false;
  gap_ = 0;
  connection_.adopt(connected_fd);
  last_sent_ = Clock::now();
}

FixBody RawFixClient::logon_body(bool reset) const {
  FixBody body{"A"};
  body.add(98, 0).add(108, options_.heartbeat_s);
  if (reset) body.add(141, 'Y');
  if (!options_.password.empty()) {
    body.add(553, options_.username.empty() ? options_.sender : options_.username);
    body.add(554, options_.password);
  }
  return body;
}

std::optional<FixMessage> RawFixClient::logon(bool reset) {
  if (reset) next_out_ = expected_in_ = 1;
  send(logon_body(reset));
  std::optional<FixMessage> answer = receive();
  logged_on_ = answer && answer->type() == "A";
  return answer;
}

std::optional<FixMessage> RawFixClient::logout() {
  send(FixBody{"5"});
  return receive_type("5");
}

FixHeader RawFixClient::next_header() const {
  FixHeader header;
  header.sender = options_.sender;
  header.target = options_.target;
  header.seq = next_out_;
  return header;
}

std::uint32_t RawFixClient::send(const FixBody& body) { return send(body, next_header()); }

std::uint32_t RawFixClient::send(const FixBody& body, const FixHeader& header) {
  send_raw(encode(body, header));
  if (header.seq == next_out_) ++next_out_;
  return header.seq;
}

std::uint32_t RawFixClient::queue(const FixBody& body) {
  last_sent_ = Clock::now();
  connection_.queue(encode(body, next_header()));
  return next_out_++;
}

void RawFixClient::send_raw(std::string_view bytes) {
  last_sent_ = Clock::now();
  if (!options_.waits_for_room) {
    connection_.queue(bytes);
    (void)connection_.flush();
    return;
  }
  if (!connection_.send(bytes, after(options_.patience))) {
    throw std::runtime_error("the venue does not read: " + std::to_string(bytes.size()) +
                             " bytes not sent in time");
  }
}

bool RawFixClient::take_frame() {
  const std::optional<std::string_view> frame = connection_.next_frame();
  if (!frame) return false;
  if (!current_.assign(*frame)) {
    throw std::runtime_error("a field without tag or '=': " + testing::readable(*frame));
  }
  track(current_);
  return true;
}

void RawFixClient::track(const FixMessage& message) {
  const std::uint32_t seq = message.seq();
  const bool reset_logon = message.type() == "A" && message.get(141) == "Y";
  if (message.type() == "4") {
    const auto next = static_cast<std::uint32_t>(message.get_int(36).value_or(0));
    const bool gap_fill = message.get(123) == "Y";
    if (!gap_fill || seq == expected_in_) expected_in_ = std::max(expected_in_, next);
  } else if (reset_logon) {
    expected_in_ = seq + 1;
    gap_ = 0;
  } else if (seq == expected_in_) {
    ++expected_in_;
  } else if (seq > expected_in_) {
    gap_ = std::max(gap_, seq);
  }
  if (expected_in_ > gap_) gap_ = 0;
}

bool RawFixClient::handled(const FixMessage& message) {
  if (message.type() == "0") ++heartbeats_seen_;
  if (message.type() == "1") ++test_requests_seen_;
  if (!options_.automatic) return false;
  if (message.type() == "1") send(FixBody{"0"}.add(112, message.get(112)));
  return message.type() == "0" || message.type() == "1";
}

void RawFixClient::heartbeat_if_due() {
  if (!options_.automatic || !logged_on_ || options_.heartbeat_s <= 0) return;
  if (Clock::now() - last_sent_ >= std::chrono::seconds{options_.heartbeat_s}) send(FixBody{"0"});
}

std::optional<FixMessage> RawFixClient::receive(std::optional<milliseconds> wait) {
  const Deadline deadline = after(wait.value_or(options_.patience));
  for (;;) {
    if (const FixMessage* message = poll()) return *message;
    if (closed_by_peer_ || !connection_.is_open()) return std::nullopt;
    Deadline wake = deadline;
    if (options_.automatic && logged_on_ && options_.heartbeat_s > 0) {
      wake = std::min(wake, last_sent_ + std::chrono::seconds{options_.heartbeat_s});
    }
    if (!connection_.wait_readable(wake) && Clock::now() >= deadline) return std::nullopt;
  }
}

std::optional<FixMessage> RawFixClient::receive_type(std::string_view msg_type,
                                                     std::optional<milliseconds> wait) {
  const Deadline deadline = after(wait.value_or(options_.patience));
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    std::optional<FixMessage> message = receive(std::max(left, milliseconds{0}));
    if (!message || message->type() == msg_type) return message;
    skipped_.push_back(std::move(*message));
  }
}

const FixMessage* RawFixClient::poll() {
  heartbeat_if_due();
  for (;;) {
    while (take_frame()) {
      if (!handled(current_)) return &current_;
    }
    const FixConnection::Read result = connection_.read_some();
    if (result == FixConnection::Read::data) continue;
    if (result == FixConnection::Read::closed) closed_by_peer_ = true;
    return nullptr;
  }
}

bool RawFixClient::closed_within(milliseconds wait) {
  const Deadline deadline = after(wait);
  while (!closed_by_peer_) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    std::optional<FixMessage> message = receive(std::max(left, milliseconds{0}));
    if (!message) break;
    skipped_.push_back(std::move(*message));
  }
  return closed_by_peer_;
}

bool RawFixClient::silent_for(milliseconds wait) {
  const std::size_t admin = heartbeats_seen_ + test_requests_seen_;
  std::optional<FixMessage> message = receive(wait);
  const bool silent =
      !message && !closed_by_peer_ && admin == heartbeats_seen_ + test_requests_seen_;
  if (message) skipped_.push_back(std::move(*message));
  return silent;
}

FixBody limit_order(std::string_view clordid, std::string_view symbol, char side,
                    std::string_view qty, std::string_view price, char tif) {
  FixBody body{"D"};
  body.add(11, clordid).add(55, symbol).add(54, side).add(60, utc_now()).add(38, qty);
  body.add(40, '2').add(44, price).add(59, tif);
  return body;
}

FixBody market_order(std::string_view clordid, std::string_view symbol, char side,
                     std::string_view qty) {
  FixBody body{"D"};
  body.add(11, clordid).add(55, symbol).add(54, side).add(60, utc_now()).add(38, qty);
  body.add(40, '1');
  return body;
}

FixBody cancel_request(std::string_view clordid, std::string_view orig_clordid,
                       std::string_view symbol, char side) {
  FixBody body{"F"};
  body.add(41, orig_clordid).add(11, clordid).add(55, symbol).add(54, side).add(60, utc_now());
  return body;
}

FixBody replace_request(std::string_view clordid, std::string_view orig_clordid,
                        std::string_view symbol, char side, std::string_view qty,
                        std::string_view price) {
  FixBody body{"G"};
  body.add(41, orig_clordid).add(11, clordid).add(55, symbol).add(54, side).add(60, utc_now());
  body.add(38, qty).add(40, '2').add(44, price);
  return body;
}

}  // namespace sluice::testing
