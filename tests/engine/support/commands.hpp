// Commands as a test says them: sell(1, "A").qty(5).at(100).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/message/command.hpp"
#include "engine/types/durations.hpp"

namespace sluice::test {

/// 2026-05-02 12:00:00 UTC: where a test's clock starts, in the middle of a trading day.
inline constexpr TimeNs kNoon{1'777'723'200'000'000'000};
/// The midnight that ends the Day orders entered at kNoon.
inline constexpr TimeNs kMidnight{(kNoon.value / kNsPerDay + 1) * kNsPerDay};

/// Text that is known to fit.
[[nodiscard]] inline ClOrdId name(std::string_view text) { return ClOrdId::from(text).value(); }

/// A command under construction. A new order starts as a GTC limit order for one lot of
/// instrument 1; seq, time and msg_seq_num are given by the harness when they are left at 0.
class CommandBuilder {
 public:
  CommandBuilder(CommandType type, std::uint32_t session, std::string_view clordid) {
    command_.type = type;
    command_.session = {session};
    command_.clordid = name(clordid);
  }

  CommandBuilder& side(Side side) { return command_.side = side, *this; }
  CommandBuilder& on(std::uint32_t instrument) { return command_.instrument = {instrument}, *this; }
  CommandBuilder& qty(std::int64_t lots) { return command_.qty = {lots}, *this; }
  CommandBuilder& at(std::int64_t ticks) { return command_.price = {ticks}, *this; }
  CommandBuilder& market() {
    command_.ord_type = OrdType::market;
    command_.price = {};
    return tif(TimeInForce::immediate_or_cancel);
  }
  CommandBuilder& limit() { return command_.ord_type = OrdType::limit, *this; }
  CommandBuilder& tif(TimeInForce tif) { return command_.tif = tif, *this; }
  CommandBuilder& day() { return tif(TimeInForce::day); }
  CommandBuilder& ioc() { return tif(TimeInForce::immediate_or_cancel); }
  CommandBuilder& fok() { return tif(TimeInForce::fill_or_kill); }
  CommandBuilder& post_only() { return command_.exec_inst = ExecInst::post_only, *this; }
  CommandBuilder& orig(std::string_view clordid) {
    return command_.orig_clordid = name(clordid), *this;
  }
  CommandBuilder& order_id(OrderId id) { return command_.order_id = id, *this; }
  CommandBuilder& time(TimeNs time) { return command_.time = time, *this; }
  CommandBuilder& account(std::uint32_t account) { return command_.account = {account}, *this; }
  /// PossResend(97)=Y.
  CommandBuilder& again() { return command_.flags |= kPossResend, *this; }
  CommandBuilder& defect(RejectCode code) { return command_.defect = code, *this; }

  CommandBuilder& scope(ControlScope scope, std::uint32_t target) {
    command_.control_scope = scope;
    command_.target = target;
    return *this;
  }
  CommandBuilder& action(std::uint8_t action) { return command_.control_action = action, *this; }

  // NOLINTNEXTLINE(google-explicit-constructor): a builder stands for its command.
  operator Command() const { return command_; }

 private:
  Command command_{};
};

[[nodiscard]] inline CommandBuilder new_order(Side side, std::uint32_t session,
                                              std::string_view clordid) {
  return CommandBuilder(CommandType::new_order, session, clordid)
      .side(side)
      .on(1)
      .qty(1)
      .limit()
      .tif(TimeInForce::good_till_cancel);
}
[[nodiscard]] inline CommandBuilder buy(std::uint32_t session, std::string_view clordid) {
  return new_order(Side::buy, session, clordid);
}
[[nodiscard]] inline CommandBuilder sell(std::uint32_t session, std::string_view clordid) {
  return new_order(Side::sell, session, clordid);
}
/// OrderCancelRequest(F) `clordid`; say whose with orig() or order_id().
[[nodiscard]] inline CommandBuilder cancel(std::uint32_t session, std::string_view clordid) {
  return CommandBuilder(CommandType::cancel, session, clordid);
}
/// OrderCancelReplaceRequest(G) of a limit order; side, qty and price are to be said.
[[nodiscard]] inline CommandBuilder replace(std::uint32_t session, std::string_view clordid) {
  return CommandBuilder(CommandType::replace, session, clordid).on(1).limit();
}
[[nodiscard]] inline CommandBuilder tick(TimeNs time) {
  return CommandBuilder(CommandType::tick, 0, "").time(time);
}
[[nodiscard]] inline CommandBuilder continue_work() {
  return CommandBuilder(CommandType::continue_work, 0, "");
}

// The venue's own.
[[nodiscard]] inline CommandBuilder set_state(InstrumentState state, std::uint32_t instrument = 1) {
  return CommandBuilder(CommandType::set_instrument_state, 0, "")
      .on(instrument)
      .action(static_cast<std::uint8_t>(state));
}
[[nodiscard]] inline CommandBuilder kill(ControlScope scope, std::uint32_t target,
                                         std::uint8_t flags = kKillOn) {
  return CommandBuilder(CommandType::set_kill, 0, "").scope(scope, target).action(flags);
}
[[nodiscard]] inline CommandBuilder lift_kill(ControlScope scope, std::uint32_t target) {
  return kill(scope, target, 0);
}
/// Of every instrument unless on() says of which.
[[nodiscard]] inline CommandBuilder mass_cancel(ControlScope scope, std::uint32_t target) {
  return CommandBuilder(CommandType::mass_cancel, 0, "").scope(scope, target);
}
[[nodiscard]] inline CommandBuilder venue_cancel(OrderId id) {
  return CommandBuilder(CommandType::cancel_order, 0, "").order_id(id);
}

}  // namespace sluice::test
