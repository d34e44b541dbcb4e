// Commands, events and books as text, for failure messages and for expectations.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "engine/message/names.hpp"

namespace sluice {

/// Found by GoogleTest and RapidCheck through argument-dependent look-up.
std::ostream& operator<<(std::ostream& out, const Command& command);
std::ostream& operator<<(std::ostream& out, const Event& event);
std::ostream& operator<<(std::ostream& out, const OrderView& order);

namespace test {

/// Name of an enumerator; empty for a number that is none.
template <class Enum>
requires requires(Enum value) { enumerator_name(value); }
[[nodiscard]] std::string_view name_of(Enum value) { return enumerator_name(value); }

/// What a trader would say of an event, in one line:
///   1:A accepted buy 5@100
///   1:A trade 2@100 cum 2 leaves 3 added
///   1:A expired cum 2
///   1:X<-A canceled cum 2
///   1:B<-A replaced 7@101 leaves 5 kept
///   1:A rejected price_above_band limit 110 asked 111
///   1:X<-A cancel refused unknown_order status rejected
///   1:X<-A replace refused side_differs status new
///   1:A canceled by kill_switch cum 0
///   venue: state of 2 is halted
///   venue: kill of firm 1 is 1
///   venue: mass cancel of account 10 on 0
///   venue: 3 canceled
///   venue: refused unknown_target asked 9
[[nodiscard]] std::string brief(const Event& event);
[[nodiscard]] std::vector<std::string> brief(const std::vector<Event>& events);

/// Every field that differs, by name; empty when the events are equal byte for byte.
[[nodiscard]] std::string difference(const Event& expected, const Event& actual);
/// The first place where two lists differ, with both sides spelt out; empty when they are equal.
[[nodiscard]] std::string difference(const std::vector<Event>& expected,
                                     const std::vector<Event>& actual);
[[nodiscard]] std::string difference(const std::vector<OrderView>& expected,
                                     const std::vector<OrderView>& actual);

}  // namespace test
}  // namespace sluice
