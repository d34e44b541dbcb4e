#include "engine/core/engine.hpp"

#include <limits>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/core/controls.hpp"
#include "engine/core/engine_hash.hpp"
#include "engine/core/engine_state.hpp"
#include "engine/core/foresight.hpp"
#include "engine/core/matcher.hpp"
#include "engine/core/reports.hpp"
#include "engine/core/requests.hpp"
#include "engine/core/scheduler.hpp"
#include "engine/core/snapshot/state_snapshot.hpp"

namespace sluice {

struct Engine::Impl {
  explicit Impl(EngineConfig config)
      : state(std::move(config)),
        reports(state),
        matcher(state, reports),
        requests(state, reports, matcher),
        controls(state, reports, matcher),
        scheduler(state, matcher, requests, controls),
        foresight(state) {}

  EngineState state;
  Reports reports;
  Matcher matcher;
  Requests requests;
  Controls controls;
  Scheduler scheduler;
  Foresight foresight;
};

namespace {

OrderView view_of(const EngineState& state, std::uint32_t slot) noexcept {
  const OrderHot& hot = state.orders.hot(slot);
  const OrderCold& cold = state.orders.cold(slot);
  return {hot.order_id, hot.session, hot.instrument, cold.clordid,
          hot.side,     hot.price,   cold.qty,       cold.cum_qty};
}

OpenOrder open_order(const EngineState& state, std::uint32_t slot) noexcept {
  const OrderHot& hot = state.orders.hot(slot);
  const OrderCold& cold = state.orders.cold(slot);
  return {view_of(state, slot), cold.account,  state.firm_of(hot.session),
          hot.leaves,           cold.ord_type, cold.tif};
}

bool is_meant(const EngineState& state, const OrderFilter& filter, std::uint32_t slot) noexcept {
  const OrderHot& order = state.orders.hot(slot);
  const auto fits = [](auto asked, auto is) { return asked.value == 0 || asked == is; };
  return order.is(kRegistered) && fits(filter.session, order.session) &&
         fits(filter.instrument, order.instrument) &&
         fits(filter.firm, state.firm_of(order.session)) &&
         fits(filter.account, state.orders.cold(slot).account);
}

}  // namespace

Engine::Engine(EngineConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}

Engine::Engine(EngineConfig config, ArchiveReader& from) {
  config.name_key = from.get<HashKey>();
  impl_ = std::make_unique<Impl>(std::move(config));
  restore(impl_->state, from);
  impl_->scheduler.restore(from);
}

Engine::~Engine() = default;

void Engine::begin_run(CommandSeq seq, std::uint64_t epoch) noexcept {
  EngineState& state = impl_->state;
  SLUICE_ASSERT(seq.value == state.last_seq.value + 1);
  SLUICE_ASSERT(epoch >= state.config.epoch && epoch <= OrderId::kMaxEpoch);
  state.last_seq = seq;
  state.config.epoch = epoch;
}

void Engine::save(ArchiveWriter& to) const {
  to.put(impl_->state.config.name_key);
  sluice::save(impl_->state, to);
  impl_->scheduler.save(to);
}

static_assert(Engine::kExpectedAhead == Foresight::kCommands);

void Engine::expect(const Command& command) noexcept { impl_->foresight.expect(command); }

void Engine::apply(const Command& command, EventSink& sink) noexcept {
  EngineState& state = impl_->state;
  SLUICE_ASSERT(command.seq.value == state.last_seq.value + 1);
  state.last_seq = command.seq;
  if (command.time > state.now) {
    state.now = command.time;
    state.today = trading_day(command.time);
  }
  state.sink = &sink;
  state.budget = state.config.work_per_command;
  switch (command.type) {
    case CommandType::new_order:
    case CommandType::cancel:
    case CommandType::replace:
      impl_->scheduler.arrive(command);
      break;
    case CommandType::tick:
      impl_->scheduler.tick(Cause::of(command));
      impl_->scheduler.step();
      break;
    case CommandType::continue_work:
      break;
    case CommandType::set_instrument_state:
    case CommandType::set_kill:
    case CommandType::mass_cancel:
    case CommandType::cancel_order:
      impl_->scheduler.control(command);
      break;
    default:
      assertion_failed("the command has a known type", __FILE__, __LINE__);
  }
  state.budget = state.config.work_per_command;
  impl_->scheduler.step();
  state.sink = nullptr;
}

std::uint64_t Engine::epoch() const noexcept { return impl_->state.config.epoch; }

CommandSeq Engine::last_seq() const noexcept { return impl_->state.last_seq; }

TimeNs Engine::now() const noexcept { return impl_->state.now; }

std::uint64_t Engine::last_exec_count() const noexcept { return impl_->state.exec_count; }

std::optional<TimeNs> Engine::next_due() const noexcept { return impl_->scheduler.next_due(); }

bool Engine::has_pending_work() const noexcept { return impl_->scheduler.has_work(); }

std::uint64_t Engine::state_hash() const noexcept {
  StateHash hash;
  add_to(hash, impl_->state);
  impl_->scheduler.add_to(hash);
  return hash.value();
}

std::optional<TopOfBook> Engine::best(InstrumentId instrument, Side side) const noexcept {
  const EngineState& state = impl_->state;
  if (!state.knows(instrument)) return std::nullopt;
  const Book& book = state.book(instrument);
  std::uint32_t slot = book.front(side);
  if (slot == kNoIndex) return std::nullopt;
  TopOfBook top{state.orders.hot(slot).price, {0}, 0};
  __int128 qty = 0;
  for (; slot != kNoIndex; slot = state.orders.hot(slot).next) {
    qty += state.orders.hot(slot).leaves.value;
    ++top.orders;
  }
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  top.qty.value = qty > kMost ? kMost : static_cast<std::int64_t>(qty);
  return top;
}

InstrumentState Engine::state_of(InstrumentId instrument) const noexcept {
  const EngineState& state = impl_->state;
  return state.knows(instrument) ? state.book(instrument).state : InstrumentState::none;
}

bool Engine::is_killed(ControlScope scope, std::uint32_t target) const noexcept {
  const KillSwitches& kills = impl_->state.kills;
  return kills.knows(scope, target) && kills.is_on(scope, target);
}

void Engine::for_each_kill(
    const std::function<void(ControlScope, std::uint32_t target)>& visit) const {
  impl_->state.kills.for_each(visit);
}

std::uint32_t Engine::open_orders() const noexcept { return impl_->state.open_orders; }

std::uint32_t Engine::open_orders(InstrumentId instrument) const noexcept {
  const EngineState& state = impl_->state;
  return state.knows(instrument) ? state.book(instrument).open_orders : 0;
}

std::optional<OrderView> Engine::find(OrderId order_id) const noexcept {
  const std::uint32_t slot = impl_->state.find(order_id);
  if (slot == kNoIndex) return std::nullopt;
  return view_of(impl_->state, slot);
}

void Engine::for_each_order(InstrumentId instrument, Side side,
                            void (*visit)(void*, const OrderView&), void* context) const {
  const EngineState& state = impl_->state;
  if (!state.knows(instrument)) return;
  const Book& book = state.book(instrument);
  for (std::uint32_t slot = book.front(side); slot != kNoIndex; slot = book.after(slot)) {
    visit(context, view_of(state, slot));
  }
}

// A slot scan: an order keeps its slot for as long as it is open.
Engine::Scanned Engine::scan(const OrderFilter& filter, std::uint32_t from, std::uint32_t looks,
                             std::span<OpenOrder> out) const noexcept {
  const EngineState& state = impl_->state;
  const std::uint32_t slots = state.orders.touched();
  Scanned scanned;
  std::uint32_t slot = from;
  for (; slot < slots && looks > 0 && scanned.orders < out.size(); ++slot, --looks) {
    if (is_meant(state, filter, slot)) out[scanned.orders++] = open_order(state, slot);
  }
  scanned.next = slot < slots ? slot : 0;
  return scanned;
}

std::uint32_t Engine::depth(InstrumentId instrument, Side side,
                            std::span<OpenOrder> out) const noexcept {
  const EngineState& state = impl_->state;
  if (!state.knows(instrument)) return 0;
  const Book& book = state.book(instrument);
  std::uint32_t written = 0;
  for (std::uint32_t slot = book.front(side); slot != kNoIndex && written < out.size();
       slot = book.after(slot)) {
    out[written++] = open_order(state, slot);
  }
  return written;
}

}  // namespace sluice
