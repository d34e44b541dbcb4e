// The rules of the venue once more, as plainly as they can be said: one list of open orders, looked
// through from its start. No bound on work, no index, no cleverness.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/core/engine_config.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event.hpp"

namespace sluice::test {

class ReferenceModel {
 public:
  explicit ReferenceModel(EngineConfig config);

  /// The events that the engine must give, in order, complete in every byte.
  [[nodiscard]] std::vector<Event> apply(const Command& command);

  /// One side of a book, best price first, each level in time order.
  [[nodiscard]] std::vector<OrderView> book(InstrumentId instrument, Side side) const;
  [[nodiscard]] std::optional<TimeNs> next_due() const;
  [[nodiscard]] std::size_t open_orders() const { return orders_.size(); }

 private:
  struct Order {
    Command terms;  ///< Of its entry; ClOrdID, price and quantity as last replaced.
    OrderId id;
    Qty cum;
    Notional notional;
    std::int64_t day;     ///< Days since the epoch: the trading day on which it was entered.
    std::uint64_t place;  ///< Who is first at a price: the smaller one.
  };
  enum class Fate : std::uint8_t { accepted, replaced, refused };
  struct Remembered {
    ClOrdId clordid;
    Fate fate;
    OrderId order;  ///< Of an accepted or replaced name.
  };
  struct Closed {
    OrderId id;
    SessionId session;
    AccountId account;
    OrdStatus status;
    Command terms;
    Qty cum;
    Notional notional;
  };
  struct Verdict {
    RejectCode code = RejectCode::none;
    std::int64_t limit = 0;
    std::int64_t asked = 0;
  };

  using Target = std::pair<ControlScope, std::uint32_t>;

  void control();
  void set_state();
  void set_kill();
  void mass_cancel();
  void cancel_one();
  void cancel_all(CancelCause cause, InstrumentId only);
  void cancel_unasked(OrderId id, CancelCause cause);
  void refuse_control(const Verdict& verdict);
  [[nodiscard]] bool knows_target() const;
  [[nodiscard]] bool is_in(const Target& target, const Command& order) const;
  [[nodiscard]] Verdict judge_controls(const Command& order, bool may_rest) const;
  [[nodiscard]] RejectCode only_resting(InstrumentId instrument) const;

  /// An order that stays in the book when it is not filled.
  [[nodiscard]] static bool rests(const Command& terms);
  void enter();
  void cancel();
  void replace();
  bool say_state();
  void match(OrderId aggressor);
  void expire(OrderId id);
  void end(OrderId id, OrdStatus status);
  void refuse_request(const Verdict& verdict, OrderId target);
  void fill_verdict(Event& e, const Verdict& verdict) const;

  Verdict judge_qty(Qty qty, const InstrumentTerms& terms) const;
  Verdict judge_price(Price price, const InstrumentTerms& terms) const;
  Verdict judge_entry();
  Verdict judge_replace(OrderId id);
  Verdict judge_touch(const Command& order);
  Verdict judge_level(InstrumentId instrument, Side side, Price price) const;
  Verdict find_target(OrderId& target);

  [[nodiscard]] const Closed* find_closed(OrderId id) const;
  Order* find(OrderId id);
  Order* find(SessionId session, const ClOrdId& clordid);
  [[nodiscard]] bool is_over(const Order& order) const;
  /// Open orders of one side in the order in which they trade.
  [[nodiscard]] std::vector<OrderId> queue(InstrumentId instrument, Side side) const;
  /// First order in the queue that would trade with a limit at `limit`; expires those that are over
  /// on the way.
  Order* first_within(InstrumentId instrument, Side side, Price limit);
  [[nodiscard]] bool is_duplicate(const Command& command);
  void remember(const ClOrdId& clordid, Fate fate, OrderId order);
  void set_fate(SessionId session, const ClOrdId& clordid, Fate fate);

  Event& report(EventType type, const Order& order, OrdStatus status, unsigned flags);
  /// Of the venue itself.
  Event& own_report(EventType type, unsigned flags);

  EngineConfig config_;
  Command command_{};  ///< The one being applied.
  TimeNs now_{};
  std::uint64_t events_given_ = 0;
  std::uint64_t orders_given_ = 0;
  std::uint64_t matches_given_ = 0;
  std::uint64_t places_given_ = 0;
  std::vector<Order> orders_;
  std::vector<InstrumentState> states_;  ///< By instrument.
  std::vector<Target> kills_;            ///< Those that are on.
  std::vector<Closed> closed_;           ///< All of them, in the order in which they closed.
  std::vector<std::deque<Remembered>> remembered_;  ///< By session, oldest first.
  std::vector<Event> events_;
};

}  // namespace sluice::test
