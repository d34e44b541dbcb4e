#include "tests/support/surviving_trader.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>

namespace sluice::testing {

SurvivingTrader::SurvivingTrader(std::string comp_id, std::string symbol, std::string price,
                                 bool waits_for_room)
    // Whatever it gets it must see here: a message is in order or it is not.
    : raw_({.sender = std::move(comp_id), .automatic = false, .waits_for_room = waits_for_room}),
      symbol_(std::move(symbol)),
      price_(std::move(price)) {}

void SurvivingTrader::log_on(const std::string& host, std::uint16_t port) {
  (void)hear();
  raw_.close();
  asked_from_ = 0;
  raw_.connect(host, port);
  raw_.send(raw_.logon_body(false));
}

void SurvivingTrader::log_on_over(int connected_fd, bool reset) {
  (void)hear();
  raw_.close();
  asked_from_ = 0;
  raw_.adopt(connected_fd);
  // Until it hears that the venue knows of it.
  reset_pending_ = reset_pending_ || reset;
  if (reset_pending_) {
    raw_.set_next_out(1);
    raw_.set_expected_in(1);
    sent_.clear();
    contents_.clear();
  }
  raw_.send(raw_.logon_body(reset_pending_));
}

void SurvivingTrader::trade(std::mt19937_64& random) {
  const std::string& sender = raw_.options().sender;
  const std::string name = sender + "-" + std::to_string(++names_);
  const char side = random() % 2 == 0 ? '1' : '2';
  FixBody body = limit_order(name, symbol_, side, "0.001", price_ + std::to_string(random() % 4));
  if (names_ > 3 && random() % 4 == 0) {
    const std::string orig = sender + "-" + std::to_string(names_ - 1 - random() % 3);
    body = cancel_request(name, orig, symbol_, side);
  }
  if (random() % 16 == 0) body = limit_order(name, symbol_, 'X', "0.001", "5");
  sent_.emplace_back(raw_.next_out(), body);
  raw_.send(body);
}

bool SurvivingTrader::hear() {
  bool any = false;
  if (raw_.connection().is_open()) (void)raw_.flush();
  for (;; any = true) {
    const std::uint32_t expected = raw_.expected_in();
    const FixMessage* const message = raw_.poll();
    if (message == nullptr) return any;
    if (std::getenv("SLUICE_TRACE") != nullptr) {
      std::cout << raw_.options().sender << " < " << message->readable() << '\n';
    }
    note_content(*message);
    if (message->seq() > expected) {
      // What was cut on its way comes first, by a resend, and this one again with it.
      if (std::exchange(asked_from_, expected) != expected) {
        raw_.send(FixBody{"2"}.add(7, expected).add(16, 0));
      }
      if (message->type() == "2") take(*message);
    } else if (message->seq() == expected) {
      take(*message);
    }
  }
}

void SurvivingTrader::take(const FixMessage& message) {
  if (message.type() == "1") raw_.send(FixBody{"0"}.add(112, message.get(112)));
  if (message.type() == "A") reset_pending_ = false;
  if (message.type() == "2") resend(static_cast<std::uint32_t>(message.get_int(7).value()));
  const bool again = message.get(97) == "Y";
  // It has no ExecID(17): the request's name stands for it.
  if (message.type() == "9" &&
      (refused_cancels_.insert(std::string(message.get(11))).second || !again)) {
    ++cancel_rejects_;
  }
  if (message.type() == "j") refused_.insert(std::string(message.get(379)));
  if (!message.has(17)) return;
  const auto exec_id = static_cast<std::uint64_t>(message.get_int(17).value());
  if (!known_.insert(exec_id).second) {
    if (!again) wrongs_.push_back("ExecID " + std::to_string(exec_id) + " came twice");
    return;
  }
  heard_.push_back(exec_id);
  if (message.get(150) != "0") return;
  const std::string name(message.get(11));
  if (!accepted_.insert(name).second) wrongs_.push_back(name + " was accepted twice");
  if (refused_.contains(name)) wrongs_.push_back(name + " was refused and then accepted");
}

// All that stays the same when a message is sent again. A gap fill says nothing of what it fills.
void SurvivingTrader::note_content(const FixMessage& message) {
  if (message.type() == "4") return;
  constexpr std::array kOfTheSending{8, 9, 10, 43, 52, 97, 122};
  // QuickFIX sends them again in an order of its own.
  std::set<std::string> fields;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (std::ranges::count(kOfTheSending, message.tag_at(i)) > 0) continue;
    fields.insert(std::to_string(message.tag_at(i)) + "=" + std::string(message.value_at(i)));
  }
  std::string content;
  for (const std::string& field : fields) content += field + "|";
  const auto [known, fresh] = contents_.emplace(message.seq(), content);
  if (!fresh && known->second != content) {
    wrongs_.push_back("number " + std::to_string(message.seq()) + " had " + known->second +
                      " and has " + content);
  }
}

void SurvivingTrader::resend(std::uint32_t from) {
  std::uint32_t next = from;
  for (const auto& [number, body] : sent_) {
    if (number < from) continue;
    if (number > next) fill(next, number);
    raw_.send(body, again(number));
    next = number + 1;
  }
  if (next < raw_.next_out()) fill(next, raw_.next_out());
}

void SurvivingTrader::fill(std::uint32_t from, std::uint32_t to) {
  raw_.send(FixBody{"4"}.add(123, 'Y').add(36, to), again(from));
}

FixHeader SurvivingTrader::again(std::uint32_t seq) const {
  FixHeader header = raw_.next_header();
  header.seq = seq;
  header.extra = {{43, "Y"}, {122, utc_now()}};
  return header;
}

bool hear_until(std::initializer_list<SurvivingTrader*> traders, Deadline deadline,
                const std::function<bool()>& done) {
  const auto hear_all = [&] {
    bool any = false;
    for (SurvivingTrader* const trader : traders) any = trader->hear() || any;
    return any;
  };
  while (!done() && Clock::now() < deadline) {
    for (SurvivingTrader* const trader : traders) {
      // An early one is filled over, not answered: so one after another.
      trader->raw().send(FixBody{"1"}.add(112, "STILL THERE"));
      const Deadline pause = after(milliseconds{20});
      while (Clock::now() < pause) {
        if (!hear_all()) (void)trader->raw().connection().wait_readable(pause);
      }
    }
  }
  return done();
}

}  // namespace sluice::testing
