#include "perf/book/order_flow.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <random>
#include <string_view>

namespace sluice::perf {

namespace {

constexpr std::int64_t kStartTicks = 50'000;
constexpr double kHumpTicks = 8;
constexpr double kDepthExponent = 2.23;
constexpr double kMaxDistanceTicks = 10'000;
/// Mean life of an order that will be cancelled, in new orders of the flow.
constexpr double kMeanLife = 8'000;

/// std::mt19937_64 is the same everywhere, the standard's distributions are not: so our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  /// In [0, 1).
  double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1.0p-53; }
  bool chance(double share) { return uniform() < share; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(uniform() * static_cast<double>(high - low + 1));
  }
  double exponential(double mean) { return -mean * std::log(1 - uniform()); }
  double normal() {
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * M_PI * uniform());
  }
  std::int64_t distance() {
    const double rising = kHumpTicks / 2;
    const double falling = kHumpTicks / (kDepthExponent - 1);
    const double ticks = chance(rising / (rising + falling))
                             ? kHumpTicks * std::sqrt(uniform())
                             : kHumpTicks * std::pow(1 - uniform(), -1 / (kDepthExponent - 1));
    return static_cast<std::int64_t>(std::ceil(std::clamp(ticks, 1.0, kMaxDistanceTicks)));
  }

 private:
  std::mt19937_64 bits_;
};

/// A geometric Brownian path, scaled so that its highest and lowest point are `swing` of the start
/// apart.
std::vector<std::int64_t> mid_path(double swing, std::size_t steps, Random& random) {
  std::vector<double> walk(steps);
  double sum = 0;
  for (double& value : walk) value = sum += random.normal();
  const auto [low, high] = std::minmax_element(walk.begin(), walk.end());
  const double range = std::max(*high - *low, 1e-9);
  const double lowest = *low;
  // exp(scale × high) - exp(scale × low) grows with scale: bisection finds the wanted swing.
  double scale = 0;
  for (double step = 4 / range; step > 1e-9 / range; step /= 2) {
    const double wide = std::exp((scale + step) * *high) - std::exp((scale + step) * lowest);
    if (wide <= swing) scale += step;
  }
  std::vector<std::int64_t> path(steps);
  for (std::size_t i = 0; i < steps; ++i) {
    path[i] = std::llround(static_cast<double>(kStartTicks) * std::exp(scale * walk[i]));
  }
  return path;
}

enum class Due : std::uint8_t { cancel, replace, again };

struct Pending {
  double time;
  std::uint32_t order;
  Due due;
  friend bool operator>(const Pending& a, const Pending& b) {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }
};

struct Placed {
  std::int64_t price;
  std::uint32_t name;
  std::uint16_t qty;
  Side side;
};

class Generator {
 public:
  Generator(std::size_t messages, std::uint64_t seed) : random_(seed) { steps_.reserve(messages); }

  std::vector<FlowStep> run(double swing, std::size_t orders) {
    const std::vector<std::int64_t> mid = mid_path(swing, orders, random_);
    for (std::size_t i = 0; i < orders; ++i) {
      const auto now = static_cast<double>(i);
      while (!pending_.empty() && pending_.top().time <= now) {
        const Pending next = pending_.top();
        pending_.pop();
        act(next);
      }
      place(mid[i], now);
    }
    return std::move(steps_);
  }

 private:
  void place(std::int64_t mid, double now) {
    const Side side = random_.chance(0.5) ? Side::buy : Side::sell;
    const bool immediate = random_.chance(0.15);
    const std::int64_t away = random_.distance();
    const bool below = (side == Side::buy) != immediate;
    const std::int64_t price = std::max<std::int64_t>(below ? mid - away : mid + away, 1);
    const auto qty = static_cast<std::uint16_t>(random_.between(1, 100));
    const auto order = static_cast<std::uint32_t>(placed_.size());
    placed_.push_back({price, ++last_name_, qty, side});
    steps_.push_back(
        {price, last_name_, 0, order, qty, CommandType::new_order, side,
         immediate ? TimeInForce::immediate_or_cancel : TimeInForce::good_till_cancel});
    if (immediate) return;
    const double end = now + random_.exponential(kMeanLife);
    if (random_.chance(0.20)) {
      pending_.push({now + (end - now) * random_.uniform(), order, Due::replace});
    }
    if (random_.chance(0.95)) pending_.push({end, order, Due::cancel});
    if (random_.chance(0.02)) {
      pending_.push({end + random_.exponential(100), order, Due::again});
    }
  }

  void act(const Pending& next) {
    const bool cancel = next.due == Due::cancel || (next.due == Due::again && random_.chance(0.5));
    Placed& order = placed_[next.order];
    if (cancel) {
      steps_.push_back({0, ++last_name_, order.name, next.order, 0, CommandType::cancel, order.side,
                        TimeInForce::none});
      return;
    }
    const std::uint32_t target = order.name;
    if (random_.chance(0.8)) {
      order.price = std::max<std::int64_t>(order.price + (random_.chance(0.5) ? 1 : -1), 1);
      order.qty = static_cast<std::uint16_t>(order.qty + random_.between(1, 50));
    } else {
      order.qty = static_cast<std::uint16_t>(std::max(1, order.qty / 2));
    }
    order.name = ++last_name_;
    steps_.push_back({order.price, order.name, target, next.order, order.qty, CommandType::replace,
                      order.side, TimeInForce::none});
  }

  Random random_;
  std::vector<FlowStep> steps_;
  std::vector<Placed> placed_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
  std::uint32_t last_name_ = 0;
};

ClOrdId name_text(std::uint32_t number) {
  ClOrdId name = *ClOrdId::from("FLOW-000000000");
  for (std::size_t at = 13; number > 0; --at, number /= 10) {
    name.bytes[at] = static_cast<char>('0' + number % 10);
  }
  return name;
}

}  // namespace

std::vector<FlowStep> generate_flow(const Regime& regime, std::size_t messages,
                                    std::uint64_t seed) {
  return Generator{messages + messages / 8, seed}.run(regime.swing, messages / 2);
}

Command command_of(const FlowStep& step, std::uint64_t seq) {
  Command command{};
  command.seq = {seq};
  command.time = {static_cast<std::int64_t>(seq) * 1'000};
  command.session = {1};
  command.msg_seq_num = static_cast<std::uint32_t>(seq);
  command.instrument = {1};
  command.account = {1};
  command.type = step.type;
  command.side = step.side;
  command.clordid = name_text(step.name);
  if (step.type != CommandType::new_order) command.orig_clordid = name_text(step.target);
  if (step.type == CommandType::cancel) return command;
  command.price = {step.price};
  command.qty = {step.qty};
  command.ord_type = OrdType::limit;
  command.tif = step.tif;
  return command;
}

}  // namespace sluice::perf
