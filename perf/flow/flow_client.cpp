#include "perf/flow/flow_client.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "perf/flow/refusal_name.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/wire_decimal.hpp"

namespace sluice::perf {

using testing::FixBody;
using testing::FixMessage;

namespace {

/// Above so many open orders a session cancels rather than adds.
constexpr std::size_t kOpenOrdersWanted = 500;
constexpr std::size_t kNoOrder = static_cast<std::size_t>(-1);

}  // namespace

FlowClient::FlowClient(testing::RawClientOptions options, const FlowInstrument& instrument,
                       std::uint64_t seed, std::string run, FlowCounts& counts)
    : client_(std::move(options)),
      instrument_(instrument),
      random_(seed),
      prefix_(std::move(run) + "-"),
      counts_(&counts) {}

void FlowClient::log_on(const std::string& host, std::uint16_t port) {
  client_.connect(host, port);
  const std::optional<FixMessage> answer = client_.logon();
  if (!answer || answer->type() != "A") {
    throw std::runtime_error(client_.options().sender + " is not let in: " +
                             (answer ? answer->readable() : "the venue closed the connection"));
  }
}

void FlowClient::log_out() { (void)client_.logout(); }

void FlowClient::send_one(WalkingMid& mid) {
  mid.step(random_);
  const std::uint64_t dice = random_() % 1000;
  const bool crowded = open_orders_.size() > kOpenOrdersWanted;
  if (dice < 30) {
    send_refusable(mid);
  } else if (dice < 130) {
    send_new(RequestKind::immediate, mid);
  } else if (dice < 280 && !open_orders_.empty()) {
    send_replace();
  } else if ((dice < 580 || crowded) && cancel_one()) {
  } else {
    send_new(RequestKind::order, mid);
  }
}

std::int64_t FlowClient::passive_price(char side, const WalkingMid& mid) {
  // Most orders stand near the touch: the smaller of two distances, up to 50 ticks.
  const auto distance = static_cast<std::int64_t>(1 + std::min(random_() % 50, random_() % 50));
  return side == '1' ? mid.ticks() - distance : mid.ticks() + distance;
}

void FlowClient::send_new(RequestKind kind, WalkingMid& mid) {
  const char side = random_() % 2 == 0 ? '1' : '2';
  const auto qty = static_cast<std::int64_t>(
      1 + random_() % static_cast<std::uint64_t>(instrument_.qty_lots_max));
  const bool market = kind == RequestKind::immediate && random_() % 4 == 0;
  std::int64_t price = passive_price(side, mid);
  if (kind == RequestKind::immediate) price = passive_price(side == '1' ? '2' : '1', mid);
  orders_.push_back({requests_.size(), side, price, qty});
  const std::string name = name_of(requests_.size());
  const FixBody body =
      market ? testing::market_order(name, instrument_.symbol, side, qty_text(qty))
             : testing::limit_order(name, instrument_.symbol, side, qty_text(qty),
                                    price_text(price), kind == RequestKind::order ? '1' : '3');
  send(body, {kind, orders_.size() - 1, 0, 0, price, qty});
}

void FlowClient::send_replace() {
  const std::optional<std::size_t> picked = pick_open();
  if (!picked) return send_cancel(kNoOrder, true);
  Order& order = orders_[*picked];
  order.busy = true;
  const bool smaller = random_() % 2 == 0 && order.qty - order.cum > 1;
  const std::int64_t qty = smaller ? order.qty - 1 : order.qty;
  const std::int64_t price = smaller ? order.price : order.price + (random_() % 2 == 0 ? 1 : -1);
  const FixBody body =
      testing::replace_request(name_of(requests_.size()), name_of(order.request),
                               instrument_.symbol, order.side, qty_text(qty), price_text(price));
  send(body, {RequestKind::replace, *picked, 0, 0, price, qty});
}

void FlowClient::send_refusable(WalkingMid& mid) {
  const std::uint64_t choice = random_() % 4;
  if (choice == 0) return send_cancel(kNoOrder, true);
  const std::size_t number = requests_.size();
  std::string name = name_of(number);
  std::string symbol = instrument_.symbol;
  std::string price = price_text(mid.ticks() - 1);
  if (choice == 1) symbol = "NO-SUCH";
  if (choice == 2) price += (price.find('.') == std::string::npos ? ".0000001" : "0000001");
  bool own_name = true;
  if (choice == 3 && number > 0) {
    const std::size_t earlier = random_() % number;
    const Request& used = requests_[earlier];
    if (used.answered && used.own_name && used.kind != RequestKind::cancel &&
        !duplicates_.contains(earlier)) {
      own_name = false;
      name = name_of(earlier);
      duplicates_[earlier] = number;
    }
  }
  orders_.push_back({number, '1', mid.ticks() - 1, 1});
  const FixBody body = testing::limit_order(name, symbol, '1', qty_text(1), price);
  send(body,
       {RequestKind::order, orders_.size() - 1, 0, 0, mid.ticks() - 1, 1, false, true, own_name});
}

bool FlowClient::cancel_one() {
  const std::optional<std::size_t> picked = pick_open();
  if (picked) send_cancel(*picked, true);
  return picked.has_value();
}

void FlowClient::send_cancel(std::size_t order, bool measured) {
  const bool known = order != kNoOrder;
  if (known) orders_[order].busy = true;
  const std::string target = known ? name_of(orders_[order].request) : prefix_ + "none";
  const char side = known ? orders_[order].side : '1';
  const FixBody body =
      testing::cancel_request(name_of(requests_.size()), target, instrument_.symbol, side);
  send(body, {RequestKind::cancel, order, 0, 0, 0, 0, false, measured});
}

void FlowClient::send(const FixBody& body, Request request) {
  const testing::FixHeader header = client_.next_header();
  const std::string bytes = testing::encode(body, header);
  client_.set_next_out(header.seq + 1);
  request.seq = header.seq;
  request.sent_ns = now_ns();
  requests_.push_back(request);
  ++in_flight_;
  ++counts_->sent;
  client_.send_raw(bytes);
}

std::optional<std::size_t> FlowClient::pick_open() {
  for (int attempt = 0; attempt < 8 && !open_orders_.empty(); ++attempt) {
    const std::size_t order = open_orders_[random_() % open_orders_.size()];
    if (!orders_[order].busy) return order;
  }
  return std::nullopt;
}

std::string FlowClient::price_text(std::int64_t ticks) const {
  return testing::decimal_text(ticks * instrument_.tick_mantissa, instrument_.tick_decimals);
}

std::string FlowClient::qty_text(std::int64_t lots) const {
  return testing::decimal_text(lots * instrument_.lot_mantissa, instrument_.lot_decimals);
}

std::string FlowClient::name_of(std::size_t request) const {
  return prefix_ + std::to_string(request);
}

std::optional<std::size_t> FlowClient::request_of(std::string_view clordid) const {
  if (!clordid.starts_with(prefix_)) return std::nullopt;
  const std::string_view digits = clordid.substr(prefix_.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number < requests_.size() ? std::optional{number} : std::nullopt;
}

bool FlowClient::take_reports() {
  bool any = false;
  while (const FixMessage* message = client_.poll()) {
    take(*message, now_ns());
    any = true;
  }
  return any;
}

void FlowClient::take(const FixMessage& message, std::int64_t received_ns) {
  if (message.get(97) == "Y" && !request_of(message.get(11))) return;  // owed to an earlier run
  if (message.type() == "8") return take_execution(message, received_ns);
  if (message.type() == "9") {
    const std::optional<std::size_t> request = request_of(message.get(11));
    if (!request) return;
    answer(*request, received_ns);
    ++counts_->refused[refusal_name(message)];
    const std::size_t order = requests_[*request].order;
    if (order != kNoOrder) orders_[order].busy = false;
    return;
  }
  if (message.type() == "j" || message.type() == "3") return take_reject(message, received_ns);
  if (problem_.empty()) problem_ = "unexpected message: " + message.readable();
}

void FlowClient::take_execution(const FixMessage& message, std::int64_t received_ns) {
  std::optional<std::size_t> number = request_of(message.get(11));
  if (!number) return;
  const std::string_view type = message.get(150);
  if (type == "8") {
    const auto again = duplicates_.find(*number);
    if (again != duplicates_.end() && requests_[*number].answered) {
      number = again->second;
      duplicates_.erase(again);
    }
    answer(*number, received_ns);
    ++counts_->refused[refusal_name(message)];
    return;
  }
  const std::size_t order = requests_[*number].order;
  if (order == kNoOrder) {
    if (problem_.empty()) problem_ = "report of an order that never was: " + message.readable();
    return;
  }
  if (type == "0") {
    answer(*number, received_ns);
    ++counts_->accepted;
    open(order);
  } else if (type == "F") {
    ++counts_->fills;
    const auto filled = testing::parse_decimal(message.get(14), instrument_.lot_decimals);
    orders_[order].cum = filled.value_or(0) / instrument_.lot_mantissa;
    if (testing::parse_decimal(message.get(151), instrument_.lot_decimals) == 0) close(order);
  } else if (type == "5") {
    answer(*number, received_ns);
    ++counts_->replaced;
    orders_[order].request = *number;
    orders_[order].price = requests_[*number].price;
    orders_[order].qty = requests_[*number].qty;
    orders_[order].busy = false;
  } else if (type == "4") {
    if (requests_[*number].kind == RequestKind::cancel) answer(*number, received_ns);
    ++counts_->canceled;
    close(order);
  } else if (type == "C") {
    ++counts_->expired;
    close(order);
  } else if (problem_.empty()) {
    problem_ = "unexpected ExecType(150): " + message.readable();
  }
}

void FlowClient::take_reject(const FixMessage& message, std::int64_t received_ns) {
  const auto seq = static_cast<std::uint32_t>(message.get_int(45).value_or(0));
  const auto found =
      std::lower_bound(requests_.begin(), requests_.end(), seq,
                       [](const Request& one, std::uint32_t wanted) { return one.seq < wanted; });
  if (found == requests_.end() || found->seq != seq) {
    if (problem_.empty()) problem_ = "reject of no message of ours: " + message.readable();
    return;
  }
  answer(static_cast<std::size_t>(found - requests_.begin()), received_ns);
  if (found->order != kNoOrder) orders_[found->order].busy = false;
  ++counts_->refused[refusal_name(message)];
}

void FlowClient::answer(std::size_t request, std::int64_t received_ns) {
  Request& one = requests_[request];
  if (one.answered) {
    if (problem_.empty()) problem_ = "a second answer to " + name_of(request);
    return;
  }
  one.answered = true;
  --in_flight_;
  ++counts_->answered;
  if (one.measured) {
    counts_->latency[static_cast<std::size_t>(one.kind)].add(received_ns - one.sent_ns);
  }
}

void FlowClient::open(std::size_t order) {
  orders_[order].open = true;
  open_place_[order] = open_orders_.size();
  open_orders_.push_back(order);
}

void FlowClient::close(std::size_t order) {
  if (order == kNoOrder || !orders_[order].open) return;
  orders_[order].open = false;
  const std::size_t place = open_place_[order];
  const std::size_t last = open_orders_.back();
  open_orders_[place] = last;
  open_place_[last] = place;
  open_orders_.pop_back();
  open_place_.erase(order);
}

}  // namespace sluice::perf
