// Random commands that stay near each other: prices that collide, names that repeat, targets that
// exist, some of all that is wrong.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/engine_config.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event.hpp"

namespace sluice::test {

/// What a random trader wants next, before it is known which orders exist. Each number is a draw;
/// FlowPlayer takes it modulo what there is, and 0 is always the plainest choice, so that a failing
/// case shrinks towards plain orders.
struct Intent {
  enum class Kind : std::uint8_t { enter, cancel, replace, tick, jump, control };
  Kind kind = Kind::enter;
  std::uint8_t session = 0;
  std::uint8_t instrument = 0;  ///< 0..63; the highest are no instruments.
  bool sell = false;
  std::uint8_t condition = 0;  ///< 0..15: GTC, Day, IOC, FOK, market, post-only, nonsense.
  std::uint8_t price = 0;      ///< 0..127: near the touch; the highest are extremes.
  std::uint8_t qty = 0;        ///< 0..63: small; the highest are extremes.
  std::uint8_t naming = 0;     ///< 0..31: how ids are given; the highest are wrong on purpose.
  std::uint16_t target = 0;    ///< Which earlier order is meant, counted from the latest.
  std::uint8_t time = 0;       ///< 0..63: how far the clock moves.
};
std::ostream& operator<<(std::ostream& out, const Intent& intent);

[[nodiscard]] Intent random_intent(std::mt19937_64& random);

/// Instruments with and without limits, three sessions, a short ClOrdID history, all bounds of work
/// far away.
[[nodiscard]] EngineConfig random_flow_config();

/// Turns intents into commands. Knows of the engine only what it heard in events.
class FlowPlayer {
 public:
  explicit FlowPlayer(std::uint32_t sessions = 3);

  [[nodiscard]] Command next(const Intent& intent);
  void hear(const std::vector<Event>& events);
  [[nodiscard]] TimeNs now() const { return now_; }

 private:
  struct Known {
    OrderId id;
    SessionId session;
    InstrumentId instrument;
    ClOrdId clordid;
    Side side;
    OrdType ord_type;
    TimeInForce tif;
    ExecInst exec_inst;
    Qty qty;
    Price price;
  };

  void move_clock(const Intent& intent);
  void fill_control(const Intent& intent, Command& command);
  void fill_kill(const Intent& intent, Command& command);
  static void fill_scope(const Intent& intent, Command& command);
  void fill_terms(const Intent& intent, Command& command) const;
  void fill_condition(const Intent& intent, Command& command) const;
  void fill_target(const Intent& intent, Command& command) const;
  void fill_parties(Command& command) const;
  void replace_parties(const Intent& intent, Command& command) const;
  [[nodiscard]] const Known* pick(std::size_t draw) const;

  std::uint32_t sessions_;
  TimeNs now_;
  std::uint64_t seq_ = 0;
  std::uint64_t names_ = 0;
  std::vector<Known> known_;  ///< Orders in the order of their entry, open or not.
  std::vector<std::pair<ControlScope, std::uint32_t>> kills_;  ///< On, the first one first.
};

}  // namespace sluice::test
