#include "tests/engine/support/random_flow.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "tests/engine/support/commands.hpp"

namespace sluice::test {
namespace {

constexpr std::int64_t kNsPerHour = kNsPerDay / 24;
constexpr std::array kMarketTifs{TimeInForce::immediate_or_cancel, TimeInForce::day,
                                 TimeInForce::good_till_cancel, TimeInForce::fill_or_kill};
constexpr std::array kDefects{RejectCode::unknown_instrument, RejectCode::unknown_account,
                              RejectCode::price_off_tick, RejectCode::qty_off_lot};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Intent& intent) {
  constexpr std::array kKinds{"enter", "cancel", "replace", "tick", "jump", "control"};
  return out << kKinds.at(static_cast<std::size_t>(intent.kind)) << "{session " << +intent.session
             << " instrument " << +intent.instrument << (intent.sell ? " sell" : " buy")
             << " condition " << +intent.condition << " price " << +intent.price << " qty "
             << +intent.qty << " naming " << +intent.naming << " target " << intent.target
             << " time " << +intent.time << '}';
}

Intent random_intent(std::mt19937_64& random) {
  const auto draw = [&](unsigned below) { return static_cast<std::uint8_t>(random() % below); };
  Intent intent;
  const unsigned kind = draw(100);
  intent.kind = kind < 56   ? Intent::Kind::enter
                : kind < 71 ? Intent::Kind::cancel
                : kind < 75 ? Intent::Kind::control
                : kind < 96 ? Intent::Kind::replace
                : kind < 98 ? Intent::Kind::tick
                            : Intent::Kind::jump;
  intent.session = draw(3);
  intent.instrument = draw(64);
  intent.sell = draw(2) == 1;
  intent.condition = draw(16);
  intent.price = draw(128);
  intent.qty = draw(64);
  intent.naming = draw(32);
  intent.target = static_cast<std::uint16_t>(draw(4) == 0 ? random() % 1'000 : random() % 12);
  intent.time = draw(64);
  return intent;
}

EngineConfig random_flow_config() {
  EngineConfig config;
  config.unit = 3;
  config.epoch = 2;
  config.max_orders = 1'024;
  config.max_levels = 1'024;
  config.max_level_pages = 1'024;
  config.sessions = 3;
  config.firms = 2;
  config.accounts = 30;
  config.session_firm = {{1}, {1}, {2}};
  config.clordid_history = 24;
  config.order_history = 32;
  config.work_per_command = 1U << 20U;
  config.max_deferred = 64;
  config.instruments.resize(3);
  config.instruments[1] = {.min_qty = {2},
                           .max_qty = {12},
                           .band_low = {95},
                           .band_high = {106},
                           .market_protection = {2}};
  config.instruments[2].market_protection = {0};
  return config;
}

FlowPlayer::FlowPlayer(std::uint32_t sessions) : sessions_(sessions), now_(kNoon) {}

Command FlowPlayer::next(const Intent& intent) {
  Command command{};
  command.seq = {++seq_};
  move_clock(intent);
  command.time = now_;
  // A midnight may pass with its tick or before it; then a replace is the first to hear of it.
  const bool is_tick = intent.kind == Intent::Kind::tick ||
                       (intent.kind == Intent::Kind::jump && intent.time % 2 == 0);
  if (is_tick) {
    command.type = CommandType::tick;
    return command;
  }
  command.msg_seq_num = static_cast<std::uint32_t>(seq_);
  if (intent.kind == Intent::Kind::control) {
    fill_control(intent, command);
    return command;
  }
  command.session = {intent.session % sessions_ + 1};
  command.clordid = name("n" + std::to_string(++names_));
  if (intent.naming >= 30 && !known_.empty()) command.clordid = pick(intent.target)->clordid;
  // It says that it may have come before; which is not always true.
  if (intent.naming == 31 || intent.naming == 29) command.flags |= kPossResend;
  command.session_epoch = static_cast<std::uint32_t>(seq_ / 7);
  command.ring_in_ns = static_cast<std::uint32_t>(seq_ * 3);
  command.decoded_ns = static_cast<std::uint32_t>(seq_ * 2);
  command.engine_in_ns = static_cast<std::uint32_t>(seq_ * 5);
  switch (intent.kind) {
    case Intent::Kind::cancel:
      command.type = CommandType::cancel;
      if (intent.price % 4 == 1) fill_terms(intent, command);
      fill_target(intent, command);
      break;
    case Intent::Kind::replace:
    case Intent::Kind::jump:
      command.type = CommandType::replace;
      fill_terms(intent, command);
      fill_target(intent, command);
      break;
    default:
      command.type = CommandType::new_order;
      fill_terms(intent, command);
      fill_condition(intent, command);
      fill_parties(command);
      break;
  }
  return command;
}

// Half of the changes of state and more than half of those of a kill switch let orders in again, so
// that there is always something to stop.
void FlowPlayer::fill_control(const Intent& intent, Command& command) {
  command.instrument = {intent.instrument < 62 ? intent.instrument % 3U + 1U
                                               : (intent.instrument - 62U) * 4U};
  command.ring_in_ns = static_cast<std::uint32_t>(seq_ * 3);
  if (intent.condition < 7) {
    command.type = CommandType::set_instrument_state;
    const auto continuous = static_cast<std::uint8_t>(InstrumentState::continuous);
    command.control_action = intent.qty % 2 == 0 ? continuous : intent.price % 8;
  } else if (intent.condition < 10) {
    command.type = CommandType::set_kill;
    fill_kill(intent, command);
  } else if (intent.condition < 13) {
    command.type = CommandType::mass_cancel;
    fill_scope(intent, command);
    if (intent.sell) command.instrument = {};
  } else {
    command.type = CommandType::cancel_order;
    if (!known_.empty()) command.order_id = pick(intent.target)->id;
    if (intent.naming == 26) command.order_id.value += 1'000'000;
  }
}

void FlowPlayer::fill_scope(const Intent& intent, Command& command) {
  const std::uint32_t session = intent.session + 1U;
  switch (intent.price % 8) {
    case 0:
      command.control_scope = ControlScope::venue;
      command.target = intent.naming == 30 ? 1 : 0;
      break;
    case 1:
    case 2:
      command.control_scope = ControlScope::firm;
      command.target = intent.naming == 30 ? 3 : session % 2 + 1;
      break;
    case 3:
    case 4:
      command.control_scope = ControlScope::account;
      command.target = intent.naming == 30 ? 31 : session * 10;
      break;
    default:
      command.control_scope = ControlScope::session;
      command.target = intent.naming == 30 ? 0 : session;
      break;
  }
  if (intent.naming == 31) command.control_scope = static_cast<ControlScope>(intent.time % 2 * 5);
}

void FlowPlayer::fill_kill(const Intent& intent, Command& command) {
  if (!kills_.empty() && intent.qty % 4 != 0) {
    command.control_scope = kills_.front().first;
    command.target = kills_.front().second;
    kills_.erase(kills_.begin());
    return;
  }
  fill_scope(intent, command);
  command.control_action = intent.qty < 32 ? kKillOn : kKillOn | kKeepResting;
  if (intent.naming == 29) command.control_action = kKeepResting;
  if (intent.naming == 28) command.control_action = 7;
  if (intent.naming < 28) kills_.emplace_back(command.control_scope, command.target);
}

void FlowPlayer::move_clock(const Intent& intent) {
  std::int64_t step = intent.time;  // Often none at all: several commands in one nanosecond.
  if (intent.kind == Intent::Kind::jump) step = kNsPerDay;
  if (intent.kind == Intent::Kind::enter && intent.time == 63) step = 7 * kNsPerHour;
  if (intent.kind == Intent::Kind::cancel && intent.time == 62) step = -1'000;
  now_ = {now_.value + step};
}

void FlowPlayer::fill_terms(const Intent& intent, Command& command) const {
  command.instrument = {intent.instrument < 62 ? intent.instrument % 3U + 1U
                                               : (intent.instrument - 62U) * 4U};
  command.side = intent.sell ? Side::sell : Side::buy;
  command.ord_type = OrdType::limit;
  command.tif = TimeInForce::good_till_cancel;
  // Both sides draw from the same ten prices: about half of all orders meet somebody.
  constexpr std::array<std::int64_t, 8> kFar{
      0, 1, 64, 4'096, 999'999'999, kMaxPriceTicks, kMaxPriceTicks + 1, -1};
  command.price = {intent.price < 120 ? 100 + intent.price % 10 - (intent.sell ? 4 : 5)
                                      : kFar.at(intent.price - 120U)};
  if (intent.kind == Intent::Kind::replace && intent.condition == 13 && intent.price % 4 == 3) {
    command.defect = RejectCode::qty_off_lot;
    command.asked_mantissa = 54'321;
    command.asked_exponent = -3;
  }
  constexpr std::array<std::int64_t, 4> kOdd{0, -7, kMaxQtyLots, kMaxQtyLots + 1};
  command.qty = {intent.qty < 60 ? 1 + intent.qty % 13 : kOdd.at(intent.qty - 60U)};
}

void FlowPlayer::fill_condition(const Intent& intent, Command& command) const {
  switch (intent.condition) {
    case 6:
    case 7:
    case 8:
      command.tif = TimeInForce::day;
      break;
    case 9:
      command.tif = TimeInForce::immediate_or_cancel;
      break;
    case 10:
      command.tif = TimeInForce::fill_or_kill;
      break;
    case 11:
    case 12:
      command.exec_inst = ExecInst::post_only;
      break;
    case 13:
      command.ord_type = OrdType::market;
      command.price = {};
      command.tif = kMarketTifs.at(intent.price % 4U);
      break;
    case 14:
      command.exec_inst = ExecInst::post_only;
      command.tif = intent.sell ? TimeInForce::day : TimeInForce::fill_or_kill;
      break;
    case 15:
      if (intent.price % 4 != 0) break;
      command.defect = kDefects.at(intent.qty % 4U);
      command.asked_mantissa = 12'345;
      command.asked_exponent = -2;
      command.orig_clordid = name("NOWHERE");
      break;
    default:
      break;
  }
}

// The parties of an order come with its entry.
void FlowPlayer::fill_parties(Command& command) const {
  command.account = {command.session.value * 10};
  command.client = seq_ * 7;
  command.trader = seq_ * 11;
  command.decision_maker = seq_ * 13;
  command.client_qualifier = 24;
  command.trader_qualifier = 25;
  command.decision_maker_qualifier = 22;
  command.trigger_type = 3;
  command.valid_until = {command.time.value + 1};
  command.order_restrictions = 1U << 2U;
  command.order_capacity = 'A';
  command.position_effect = 'O';
  command.self_match_prevention_id = seq_;
  command.self_match_prevention_instruction = 1;
}

// A replace names some of the roles, each anew.
void FlowPlayer::replace_parties(const Intent& intent, Command& command) const {
  if (intent.condition % 4 == 1) command.client = seq_ * 17, command.client_qualifier = 23;
  if (intent.condition % 4 >= 2) command.trader = seq_ * 19;
  if (intent.condition % 8 == 3) {
    command.decision_maker = seq_ * 23;
    command.decision_maker_qualifier = 24;
  }
}

void FlowPlayer::fill_target(const Intent& intent, Command& command) const {
  if (known_.empty()) {
    command.orig_clordid = name("nothing");
    return;
  }
  const Known& known = *pick(intent.target);
  if (intent.naming < 28) command.session = known.session;  // Else perhaps a stranger's order.
  if (intent.price % 4 == 0) command.instrument = known.instrument;
  if (command.type == CommandType::replace && intent.instrument < 60) {
    command.instrument = known.instrument;
    command.side = known.side;
    command.ord_type = known.ord_type;
    command.tif = intent.condition % 2 == 0 ? TimeInForce::none : known.tif;
    if (intent.condition % 3 == 0) command.exec_inst = known.exec_inst;
    // Half of the replaces change the quantity only: these can keep their place.
    if (intent.price % 2 == 0) command.price = known.price;
    if (intent.condition == 15) command.exec_inst = ExecInst::post_only;
    if (intent.condition == 14) command.tif = TimeInForce::day;
    if (intent.condition >= 11) command.account = {known.session.value * 10};
    if (intent.condition == 11 && intent.price % 4 == 1) command.account = {7};
    replace_parties(intent, command);
  }
  const unsigned how = intent.naming % 4;
  if (how != 1) command.orig_clordid = known.clordid;
  if (how == 1 || how == 2) command.order_id = known.id;
  if (intent.naming == 27) command.order_id = pick(intent.target + 1U)->id;
  if (intent.naming == 26) command.order_id = OrderId{known.id.value + 1'000'000};
  if (intent.naming == 25) command.order_id = OrderId::make(1, 1, 1);
  if (intent.naming == 24) command.orig_clordid = name("nothing");
  if (intent.naming == 23) command.orig_clordid = {}, command.order_id = {};
}

const FlowPlayer::Known* FlowPlayer::pick(std::size_t draw) const {
  return known_.empty() ? nullptr : &known_[known_.size() - 1 - draw % known_.size()];
}

void FlowPlayer::hear(const std::vector<Event>& events) {
  for (const Event& e : events) {
    if (e.type == EventType::order_accepted) {
      known_.push_back({e.order_id, e.session, e.instrument, e.clordid, e.side, e.ord_type, e.tif,
                        e.exec_inst, e.qty, e.price});
    }
    if (e.type != EventType::order_replaced) continue;
    // Mostly the old name is forgotten; every eighth order keeps it, so that replaced names are
    // asked for too.
    for (Known& known : known_) {
      if (known.id != e.order_id || known.id.count() % 8 == 0) continue;
      known.clordid = e.clordid;
      known.price = e.price;
      known.qty = e.qty;
    }
  }
  constexpr std::size_t kMemory = 400;
  if (known_.size() > kMemory) {
    known_.erase(known_.begin(), known_.end() - static_cast<std::ptrdiff_t>(kMemory / 2));
  }
}

}  // namespace sluice::test
