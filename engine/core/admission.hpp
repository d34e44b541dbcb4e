// What is checked before an order may act, without looking at other orders.
#pragma once

#include "engine/core/engine_state.hpp"
#include "engine/core/reports.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// A new order by itself: what the decoder found, instrument, terms that go together, quantity,
/// price; the first that fails.
[[nodiscard]] Refusal check_new_order(const EngineState& state, const Command& command) noexcept;

/// A replace against the order that it names: same side, instrument, account and terms; what the
/// decoder found, quantity, price, and that the new total is above what is filled.
[[nodiscard]] Refusal check_replace(const EngineState& state, const Command& command,
                                    std::uint32_t slot) noexcept;

/// The refusal of an order that would trade, or does not rest, in a state that takes only what
/// rests; none where the instrument takes all.
[[nodiscard]] RejectCode refusal_unless_rests(InstrumentState state) noexcept;

/// Whether every order may enter: nothing is stopped. The test that each one pays.
[[nodiscard]] inline bool takes_all(const EngineState& state, const Book& book) noexcept {
  return book.state == InstrumentState::continuous && !state.kills.any();
}
/// Whether an order may enter where something is stopped; `rests` if it is of a kind that may rest.
[[nodiscard]] Refusal check_entry(const EngineState& state, const Book& book, SessionId session,
                                  AccountId account, bool rests) noexcept;

/// Whether an order can get its place at `price`. Asked before it changes anything, so a replace
/// needs its new place while it still holds its old one.
[[nodiscard]] Refusal check_place(EngineState& state, Book& book, Side side, Price price) noexcept;

/// Whether one more order may be open.
[[nodiscard]] Refusal check_slot(const EngineState& state) noexcept;

}  // namespace sluice
