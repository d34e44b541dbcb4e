#include "engine/core/requests.hpp"

#include <algorithm>

#include "engine/core/admission.hpp"
#include "engine/core/assert.hpp"

namespace sluice {
namespace {

/// The price from which on everything of the other side would be taken.
Price furthest(Side side) noexcept { return {side == Side::buy ? kMaxPriceTicks : 0}; }

Price protected_price(Side side, Price best, Price protection) noexcept {
  return side == Side::buy ? Price{std::min(best.value + protection.value, kMaxPriceTicks)}
                           : Price{std::max(best.value - protection.value, std::int64_t{0})};
}

/// Parties that a replace names from now on stand for the order; other roles keep theirs.
void take_parties(OrderCold& order, const Command& command) noexcept {
  if (command.client != 0) {
    order.client = command.client;
    order.client_qualifier = command.client_qualifier;
  }
  if (command.trader != 0) {
    order.trader = command.trader;
    order.trader_qualifier = command.trader_qualifier;
  }
  if (command.decision_maker != 0) {
    order.decision_maker = command.decision_maker;
    order.decision_maker_qualifier = command.decision_maker_qualifier;
  }
}

}  // namespace

Progress Requests::run(const Command& command) noexcept {
  SLUICE_ASSERT(command.session.value - 1 < state_->config.sessions);
  switch (command.type) {
    case CommandType::new_order:
      return new_order(command);
    case CommandType::cancel:
      return cancel(command);
    default:
      return replace(command);
  }
}

Progress Requests::new_order(const Command& command) noexcept {
  EngineState& state = *state_;
  const NameFingerprint name = state.names.fingerprint(command.session, command.clordid);
  state.names.prefetch(command.session, name);
  Refusal refusal = check_new_order(state, command);
  if (const std::uint32_t known = state.names.find(name); known != kNoIndex) {
    if ((command.flags & kPossResend) == 0 || !say_state(command, known)) {
      reports_->rejected(command, {RejectCode::duplicate_clordid});
    }
    return {};
  }
  const bool may_rest = command.ord_type == OrdType::limit &&
                        command.tif != TimeInForce::immediate_or_cancel &&
                        command.tif != TimeInForce::fill_or_kill;
  if (!refusal) {
    const Book& book = state.book(command.instrument);
    if (!takes_all(state, book)) {
      refusal = check_entry(state, book, command.session, command.account, may_rest);
    }
  }
  Price limit = command.price;
  if (!refusal && !check_touch(command, limit, refusal)) {
    return {Progress::Kind::unjudged, command.instrument};
  }
  if (!refusal && may_rest) refusal = check_slot(state);
  if (!refusal && may_rest) {
    refusal = check_place(state, state.book(command.instrument), command.side, limit);
  }
  if (refusal) {
    state.names.remember(command.session, name, NameState::refused);
    reports_->rejected(command, refusal);
    return {};
  }
  const std::uint32_t slot = take_in(command, limit);
  OrderHot& order = state.orders.hot(slot);
  if (may_rest) order.set(kMayRest);
  order.name = state.names.remember(command.session, name, NameState::open, slot);
  const Cause cause = Cause::of(command);
  reports_->accepted(slot, cause);
  if (matcher_->start(slot, cause)) return {};
  return {Progress::Kind::sweeping, command.instrument};
}

bool Requests::check_touch(const Command& command, Price& limit, Refusal& refusal) noexcept {
  Book& book = state_->book(command.instrument);
  if (command.ord_type != OrdType::market) {
    const bool may_trade =
        book.state == InstrumentState::continuous && !has(command.exec_inst, ExecInst::post_only);
    if (may_trade) return true;
    return check_rests(book, command.side, limit, command.exec_inst, Cause::of(command), refusal);
  }
  limit = furthest(command.side);
  const auto found = matcher_->look(book, command.side, limit, Cause::of(command));
  if (found == Matcher::Opposite::unfinished) return false;
  if (found == Matcher::Opposite::none) {
    refusal = {RejectCode::no_opposite_price};
  } else {
    limit = protected_price(command.side, book.side(opposite(command.side)).best_price(),
                            book.terms().market_protection);
  }
  return true;
}

bool Requests::check_rests(Book& book, Side side, Price price, ExecInst exec_inst,
                           const Cause& cause, Refusal& refusal) noexcept {
  const bool post_only = has(exec_inst, ExecInst::post_only);
  const RejectCode of_state = refusal_unless_rests(book.state);
  if (!post_only && of_state == RejectCode::none) return true;
  const auto found = matcher_->look(book, side, price, cause);
  if (found == Matcher::Opposite::unfinished) return false;
  if (found == Matcher::Opposite::crossed) {
    // What holds in every state of the instrument is said first.
    refusal = {post_only ? RejectCode::post_only_would_take : of_state,
               book.side(opposite(side)).best_price().value, price.value};
  }
  return true;
}

std::uint32_t Requests::take_in(const Command& command, Price limit) noexcept {
  EngineState& state = *state_;
  const std::uint32_t slot = state.orders.take();
  ++state.order_count;
  SLUICE_ASSERT(state.order_count <= OrderId::kMaxCount);
  const TimeInForce tif = command.tif == TimeInForce::none ? TimeInForce::day : command.tif;

  OrderHot& hot = state.orders.hot(slot);
  hot = OrderHot{};
  hot.price = limit;
  hot.leaves = command.qty;
  hot.order_id = OrderId::make(state.config.unit, state.config.epoch, state.order_count);
  hot.day = state.today;
  hot.instrument = command.instrument;
  hot.session = command.session;
  hot.side = command.side;
  if (tif == TimeInForce::day) hot.set(kEndsWithDay);

  OrderCold& cold = state.orders.cold(slot);
  cold.cum_notional = 0;
  cold.qty = command.qty;
  cold.cum_qty = {0};
  cold.account = command.account;
  cold.ord_type = command.ord_type;
  cold.tif = tif;
  cold.exec_inst = command.exec_inst;
  cold.order_restrictions = command.order_restrictions;
  cold.position_effect = command.position_effect;
  cold.order_capacity = command.order_capacity;
  cold.clordid = command.clordid;
  cold.client = command.client;
  cold.trader = command.trader;
  cold.decision_maker = command.decision_maker;
  cold.trigger_price = command.trigger_price;
  cold.display_qty = command.display_qty;
  cold.expire_time = command.expire_time;
  cold.self_match_prevention_id = command.self_match_prevention_id;
  cold.quote_set = command.quote_set;
  cold.mmp_group = command.mmp_group;
  cold.self_match_prevention_instruction = command.self_match_prevention_instruction;
  cold.trigger_source = command.trigger_source;
  cold.client_qualifier = command.client_qualifier;
  cold.trader_qualifier = command.trader_qualifier;
  cold.decision_maker_qualifier = command.decision_maker_qualifier;
  cold.trigger_type = command.trigger_type;
  cold.reserved = 0;
  cold.valid_until = command.valid_until;
  return slot;
}

Progress Requests::cancel(const Command& command) noexcept {
  const NamedOrder named = resolve_live(command);
  if (named.code != RejectCode::none) {
    refuse(command, named, {named.code});
    return {};
  }
  state_->prefetch_finish(named.slot);
  reports_->canceled(named.slot, command);
  state_->finish(named.slot, OrdStatus::canceled);
  return {};
}

Progress Requests::replace(const Command& command) noexcept {
  EngineState& state = *state_;
  const NameFingerprint name = state.names.fingerprint(command.session, command.clordid);
  if (const std::uint32_t known = known_name(command);
      known != kNoIndex && say_state(command, known)) {
    return {};
  }
  const NamedOrder named = resolve_live(command);
  const bool is_duplicate = state.names.find(name) != kNoIndex;
  const std::uint32_t slot = named.slot;

  Refusal refusal{named.code};
  if (!refusal && is_duplicate) refusal = {RejectCode::duplicate_clordid};
  if (!refusal) refusal = check_replace(state, command, slot);
  // One that only shrinks the order and keeps its place is an entry too.
  if (!refusal) {
    const Book& book = state.book(state.orders.hot(slot).instrument);
    if (!takes_all(state, book)) {
      refusal = check_entry(state, book, command.session, state.orders.cold(slot).account, true);
    }
  }
  bool keeps_priority = false;
  if (!refusal) {
    OrderHot& order = state.orders.hot(slot);
    const OrderCold& cold = state.orders.cold(slot);
    keeps_priority = command.price == order.price && command.qty < cold.qty;
    if (!keeps_priority) {
      Book& book = state.book(order.instrument);
      if (!check_rests(book, order.side, command.price, cold.exec_inst, Cause::of(command),
                       refusal)) {
        return {Progress::Kind::unjudged, order.instrument};
      }
      if (!refusal) refusal = check_place(state, book, order.side, command.price);
    }
  }
  if (refusal) {
    if (!is_duplicate) state.names.remember(command.session, name, NameState::refused);
    refuse(command, named, refusal);
    return {};
  }

  OrderHot& order = state.orders.hot(slot);
  OrderCold& cold = state.orders.cold(slot);
  const ClOrdId old_name = cold.clordid;
  state.names.close(order.name, NameState::replaced, order.order_id);
  order.name = state.names.remember(command.session, name, NameState::open, slot);
  cold.clordid = command.clordid;
  take_parties(cold, command);
  if (!keeps_priority) state.unlink(slot);
  order.price = command.price;
  order.leaves = command.qty - cold.cum_qty;
  cold.qty = command.qty;
  const Cause cause = Cause::of(command);
  reports_->replaced(slot, old_name, keeps_priority, cause);
  if (keeps_priority || matcher_->start(slot, cause)) return {};
  return {Progress::Kind::sweeping, order.instrument};
}

NamedOrder Requests::resolve_live(const Command& command) noexcept {
  const NamedOrder named = resolve(*state_, command);
  const AsOf now = state_->as_of_now();
  if (!named.is_open() || !state_->is_gone(named.slot, now)) return named;
  const OrderId order_id = state_->orders.hot(named.slot).order_id;
  matcher_->remove_gone(named.slot, now, Cause::of(command));
  return {kNoIndex, state_->closed_orders.find(order_id),
          named.code == RejectCode::none ? RejectCode::too_late_filled : named.code};
}

std::uint32_t Requests::known_name(const Command& command) const noexcept {
  if ((command.flags & kPossResend) == 0) return kNoIndex;
  return state_->names.find(state_->names.fingerprint(command.session, command.clordid));
}

std::uint32_t Requests::made_as(std::uint32_t node) const noexcept {
  if (node == kNoIndex) return kNoIndex;
  const EngineState& state = *state_;
  switch (state.names.state(node)) {
    case NameState::open:
      return state.names.slot(node);
    case NameState::closed:
    case NameState::replaced:
      return state.find(state.names.order_id(node));
    default:
      return kNoIndex;
  }
}

bool Requests::say_state(const Command& command, std::uint32_t node) noexcept {
  EngineState& state = *state_;
  if (state.names.state(node) == NameState::refused) {
    reports_->order_status(command, ClosedOrder{});
    return true;
  }
  const std::uint32_t slot = made_as(node);
  if (slot == kNoIndex) {
    const ClosedOrder closed = state.closed_orders.find(state.names.order_id(node));
    if (closed.order_id.is_none()) return false;
    reports_->order_status(command, closed);
    return true;
  }
  const AsOf now = state.as_of_now();
  if (!state.is_gone(slot, now)) {
    reports_->order_status(command, slot);
    return true;
  }
  const OrderId order_id = state.orders.hot(slot).order_id;
  matcher_->remove_gone(slot, now, Cause::of(command));
  reports_->order_status(command, state.closed_orders.find(order_id));
  return true;
}

void Requests::refuse(const Command& command, const NamedOrder& named,
                      const Refusal& refusal) noexcept {
  if (named.is_open()) {
    reports_->cancel_rejected(command, named.slot, refusal);
  } else {
    reports_->cancel_rejected(command, named.closed, refusal);
  }
}

void Requests::refuse_unjudged(const Command& command, const Refusal& refusal) noexcept {
  if (command.type == CommandType::new_order) {
    reports_->rejected(command, refusal);
  } else {
    refuse(command, resolve(*state_, command), refusal);
  }
}

}  // namespace sluice
