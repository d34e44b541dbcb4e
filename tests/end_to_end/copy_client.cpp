#include "tests/end_to_end/copy_client.hpp"

#include <stdexcept>
#include <utility>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {

std::string report_name(const FixMessage& message) {
  if (message.type() == "8") return std::string(message.get(17));
  if (message.type() == "9") return "9:" + std::string(message.get(11));
  return {};
}

CopyClient::CopyClient(RawClientOptions options, std::string host, std::uint16_t port)
    : raw_(std::move(options)), host_(std::move(host)), port_(port) {}

std::string CopyClient::log_on() {
  const Deadline deadline = after(kPatience);
  for (;;) {
    const std::uint32_t number = raw_.next_out();
    raw_.connect(host_, port_);
    const std::uint32_t expected = raw_.expected_in();
    std::optional<FixMessage> answer;
    try {
      answer = raw_.logon(false);
    } catch (const std::runtime_error&) {  // cut while it was sent
    }
    if (answer && answer->type() == "A") {
      if (answer->seq() > expected) raw_.send(FixBody{"2"}.add(7, expected).add(16, 0));
      return std::string(answer->get(58));
    }
    if (answer) throw std::runtime_error("no Logon: " + answer->readable());
    if (Clock::now() >= deadline) throw std::runtime_error("the venue takes no Logon");
    raw_.set_next_out(number);
    raw_.abort();
  }
}

bool CopyClient::pump() {
  try {
    while (const FixMessage* message = raw_.poll()) take(*message);
  } catch (const std::runtime_error&) {
    return false;  // cut while we answered
  }
  return !raw_.closed_by_peer() && raw_.connection().is_open();
}

bool CopyClient::wait_for(std::size_t wanted) {
  const Deadline deadline = after(kPatience);
  while (count() < wanted) {
    if (Clock::now() >= deadline) return false;
    if (!pump()) {
      (void)log_on();
    } else {
      (void)raw_.connection().wait_readable(after(milliseconds{20}));
    }
  }
  return true;
}

void CopyClient::take(const FixMessage& message) {
  if (message.type() == "2") {
    fill_own_gap(message.get_int(7).value_or(1));
    return;
  }
  if (report_name(message).empty()) return;
  if (message.get(797) != "Y") faults_.push_back("not a copy: " + message.readable());
  const Copy copy{static_cast<std::uint64_t>(message.get_int(1181).value_or(0)),
                  report_name(message)};
  const auto [known, fresh] = by_seq_.try_emplace(message.seq(), copy);
  if (!fresh && (known->second.appl_seq != copy.appl_seq || known->second.report != copy.report)) {
    faults_.push_back("another message under a number that was used: " + message.readable());
  }
}

/// What we sent and the venue lacks were heartbeats and the like.
void CopyClient::fill_own_gap(std::int64_t begin) {
  FixHeader header = raw_.next_header();
  header.seq = static_cast<std::uint32_t>(begin);
  header.extra = {{43, "Y"}, {122, utc_now()}};
  raw_.send_raw(encode(FixBody{"4"}.add(123, "Y").add(36, raw_.next_out()), header));
}

std::vector<std::string> CopyClient::reports(std::vector<std::string>& faults) const {
  faults.insert(faults.end(), faults_.begin(), faults_.end());
  std::vector<std::string> all;
  std::uint64_t next = by_seq_.empty() ? 0 : by_seq_.begin()->second.appl_seq;
  for (const auto& [seq, copy] : by_seq_) {
    if (copy.appl_seq != next) {
      faults.push_back("message " + std::to_string(seq) + " has ApplSeqNum " +
                       std::to_string(copy.appl_seq) + ", expected " + std::to_string(next));
    }
    next = copy.appl_seq + 1;
    all.push_back(copy.report);
  }
  return all;
}

}  // namespace sluice::testing
