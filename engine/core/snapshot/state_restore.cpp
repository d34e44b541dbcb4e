#include <algorithm>
#include <string>

#include "engine/core/snapshot/saved_orders.hpp"
#include "engine/core/snapshot/state_snapshot.hpp"

namespace sluice {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw SnapshotError(why); }

void restore_mass_cancels(EngineState& state, const SavedOrders& orders, ArchiveReader& from) {
  const auto latest = from.get<std::uint64_t>();
  std::uint32_t left = from.get_below(kMaxMassCancels + 1, "the number of mass cancels");
  for (; left > 0; --left) {
    const std::uint32_t place = from.get_below(kMaxMassCancels, "a mass cancel's place");
    MassCancel one;
    one.number = from.get<std::uint64_t>();
    one.last_order = from.get<std::uint64_t>();
    one.cause = from.get<Cause>();
    one.day = from.get<std::uint32_t>();
    one.target = from.get<std::uint32_t>();
    one.only = from.get<InstrumentId>();
    one.scope = from.get<ControlScope>();
    one.cancel_cause = from.get<CancelCause>();
    one.next_side = from.get<std::uint32_t>();
    one.end_side = from.get_below(2 * state.books.size() + 1, "a mass cancel's end");
    one.cursor = orders.get_or_none(from);
    one.canceled = from.get<std::uint32_t>();
    state.mass_cancels.restore(place, one);
  }
  state.mass_cancels.set_latest(latest);
}

void restore_unlisted_names(EngineState& state, const SavedOrders& orders, ArchiveReader& from) {
  std::uint32_t left = from.get_below(std::uint64_t{orders.size()} + 1, "the number of names");
  for (; left > 0; --left) {
    const std::uint32_t slot = orders.get(from);
    const auto name = from.get<NameFingerprint>();
    state.orders.hot(slot).name = state.names.remember_unlisted(name, slot);
  }
}

void restore_names(EngineState& state, const SavedOrders& orders, ArchiveReader& from) {
  const auto sessions = from.get<std::uint32_t>();
  if (sessions > state.config.sessions) {
    refuse("the snapshot knows " + std::to_string(sessions) + " sessions, the configuration " +
           std::to_string(state.config.sessions) + ": none may go");
  }
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    for (auto left = from.get<std::uint32_t>(); left > 0; --left) {
      const auto name = from.get<NameFingerprint>();
      const auto what = from.get<NameState>();
      switch (what) {
        case NameState::open: {
          const std::uint32_t slot = orders.get(from);
          state.orders.hot(slot).name = state.names.remember({session}, name, what, slot);
          break;
        }
        case NameState::closed:
        case NameState::replaced:
          state.names.remember_closed({session}, name, what, from.get<OrderId>());
          break;
        case NameState::refused:
          state.names.remember({session}, name, what);
          break;
        default:
          refuse("the snapshot is damaged: a name is in no state");
      }
    }
  }
}

void check_order(const EngineState& state, const OrderHot& order) {
  const auto id = std::to_string(order.order_id.value);
  if (!state.knows(order.instrument)) {
    refuse("order " + id + " is open in instrument " + std::to_string(order.instrument.value) +
           ", and the configuration has " + std::to_string(state.books.size()));
  }
  if (order.session.value == 0 || order.session.value > state.config.sessions) {
    refuse("order " + id + " is of session " + std::to_string(order.session.value) +
           ", and the configuration has " + std::to_string(state.config.sessions));
  }
  const InstrumentTerms& terms = state.book(order.instrument).terms();
  if (order.price.value < 0 || order.price > terms.band_high) {
    refuse("order " + id + " is open at price " + std::to_string(order.price.value) +
           " (ticks), above the instrument's price_max " + std::to_string(terms.band_high.value) +
           ": raise that, or cancel it first");
  }
}

void put_into_book(EngineState& state, std::uint32_t slot) {
  const OrderHot& order = state.orders.hot(slot);
  Book& book = state.book(order.instrument);
  LevelIndex& index = book.side(order.side);
  if (index.find(order.price) == kNoIndex) {
    if (state.levels.free_levels() == 0) {
      refuse("its orders stand at more than max_levels = " +
             std::to_string(state.config.max_levels) + " prices");
    }
    if (index.missing_pages(order.price) > state.levels.free_pages()) {
      refuse("the prices of its orders need more than max_level_pages = " +
             std::to_string(state.config.max_level_pages));
    }
  }
  book.append(slot);
}

void restore_order(EngineState& state, ArchiveReader& from, SavedOrders& orders) {
  const bool room = state.open_orders - state.lasting_orders < state.books.size() ||
                    state.lasting_orders < state.config.max_orders;
  if (!room) refuse("more orders are open than max_orders and one for each instrument");
  OrderHot hot{};
  hot.price = from.get<Price>();
  hot.leaves = from.get<Qty>();
  hot.order_id = from.get<OrderId>();
  hot.day = from.get<std::uint32_t>();
  hot.instrument = from.get<InstrumentId>();
  hot.session = from.get<SessionId>();
  hot.side = from.get<Side>();
  hot.flags = from.get<std::uint8_t>();
  check_order(state, hot);
  if (hot.is(kMayRest) && state.lasting_orders == state.config.max_orders) {
    refuse("more orders are open than max_orders = " + std::to_string(state.config.max_orders));
  }
  const bool in_book = hot.is(kInBook);
  for (const OrderFlag flag : {kInBook, kRegistered, kInDayList}) hot.clear(flag);
  const std::uint32_t slot = state.orders.take();
  state.orders.hot(slot) = hot;
  state.orders.cold(slot) = from.get<OrderCold>();
  orders.add(slot);
  if (in_book) put_into_book(state, slot);
  state.enter(slot);
}

void restore_sweep(Book& book, const SavedOrders& orders, ArchiveReader& from) {
  Sweep& sweep = book.sweep;
  sweep.active = from.get<std::uint8_t>() != 0;
  if (!sweep.active) return;
  sweep.order = orders.get(from);
  sweep.cursor = orders.get_or_none(from);
  sweep.as_of.day = from.get<std::uint32_t>();
  sweep.as_of.mass_cancels = from.get<std::uint64_t>();
  sweep.counted = from.get<Qty>();
  sweep.counting = from.get<std::uint8_t>() != 0;
  sweep.cause = from.get<Cause>();
}

void restore_counts(EngineState& state, ArchiveReader& from) {
  if (const auto format = from.get<std::uint32_t>(); format != kStateFormat) {
    refuse("the snapshot has format " + std::to_string(format) + ", this program reads " +
           std::to_string(kStateFormat));
  }
  if (const auto unit = from.get<std::uint64_t>(); unit != state.config.unit) {
    refuse("the snapshot is of unit " + std::to_string(unit) + ", the configuration says " +
           std::to_string(state.config.unit));
  }
  state.config.epoch = from.get<std::uint64_t>();
  state.now = from.get<TimeNs>();
  state.today = trading_day(state.now);
  state.last_seq = from.get<CommandSeq>();
  state.exec_count = from.get<std::uint64_t>();
  state.order_count = from.get<std::uint64_t>();
  state.match_count = from.get<std::uint64_t>();
}

}  // namespace

void restore(EngineState& state, ArchiveReader& from) {
  restore_counts(state, from);
  SavedOrders orders(state.orders.slots());
  for (auto left = from.get<std::uint32_t>(); left > 0; --left) restore_order(state, from, orders);
  const auto books = from.get<std::uint32_t>();
  if (books > state.books.size()) {
    refuse("the snapshot knows " + std::to_string(books) + " instruments, the configuration " +
           std::to_string(state.books.size()) + ": none may go");
  }
  for (std::uint32_t id = 1; id <= books; ++id) {
    Book& book = state.book({id});
    book.state = from.get<InstrumentState>();
    if (!is_state(static_cast<std::uint8_t>(book.state))) {
      refuse("the snapshot is damaged: an instrument is in no state");
    }
    restore_sweep(book, orders, from);
  }
  for (;;) {
    const std::uint32_t slot = orders.get_or_none(from);
    if (slot == kNoIndex) break;
    state.day_orders.append(slot);
  }
  restore_unlisted_names(state, orders, from);
  restore_names(state, orders, from);
  state.closed_orders.restore(from);
  state.kills.restore(from);
  restore_mass_cancels(state, orders, from);
}

}  // namespace sluice
