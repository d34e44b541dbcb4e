// Commands and events: each field in the words of its type.
#include "engine/message/message_fields.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "engine/message/names.hpp"
#include "gateway/journal_tool/record_fields.hpp"

namespace sluice::gateway {
namespace {

using FlagName = std::pair<unsigned, const char*>;

/// "one|other", bits without a name as a number behind them.
Json in_flags(unsigned bits, std::initializer_list<FlagName> names) {
  std::string text;
  const auto add = [&](const std::string& one) { text += (text.empty() ? "" : "|") + one; };
  for (const auto& [bit, name] : names) {
    if ((bits & bit) == 0) continue;
    add(name);
    bits &= ~bit;
  }
  if (bits != 0) add(std::to_string(bits));
  return text;
}

Json name_or_number(std::string_view name, std::uint64_t number) {
  if (name.empty()) return number;
  return std::string(name);
}

/// Character of a FIX field.
Json character(std::uint8_t code) {
  if (code > ' ' && code <= '~') return std::string(1, static_cast<char>(code));
  return code;
}

Json decimal(std::int64_t count, DecimalUnit unit) {
  std::array<char, kDecimalRoom> room;
  return std::string(format_units(count, unit, room));
}

std::string digits(Notional value) {
  std::array<char, kDecimalRoom> room;
  return std::string(format_decimal(value, 0, room));
}

/// Bytes that stand behind its end are not hidden either.
template <std::size_t N>
Json fixed_words(const FixedText<N>& text) {
  const auto rest = text.bytes.begin() + static_cast<std::ptrdiff_t>(text.size());
  if (std::all_of(rest, text.bytes.end(), [](char c) { return c == '\0'; })) {
    Json plain = words(text.view());
    if (plain == text.view()) return plain;
  }
  return words({text.bytes.data(), text.bytes.size()});
}

template <class T>
bool is_given(const T& field) {
  constexpr std::array<std::byte, sizeof(T)> kNothing{};
  return std::memcmp(&field, kNothing.data(), sizeof field) != 0;
}

/// What a field's meaning depends on beside its type.
struct Context {
  const JournalNames& names;
  InstrumentId instrument;
  ControlScope scope;
  bool is_state;  ///< Its control is a state of an instrument, else KillFlag bits.
  bool is_event;
};

Json control(const Context& about, std::uint8_t value) {
  if (about.is_state) {
    return name_or_number(enumerator_name(static_cast<InstrumentState>(value)), value);
  }
  return in_flags(value, {{kKillOn, "on"}, {kKeepResting, "keep_resting"}});
}

Json flags(const Context& about, std::uint8_t bits) {
  if (!about.is_event) return in_flags(bits, {{kPossResend, "poss_resend"}});
  return in_flags(bits, {{kAnswer, "answer"},
                         {kKeptPriority, "kept_priority"},
                         {kAggressor, "aggressor"},
                         {kAnswersReplace, "answers_replace"}});
}

/// What only a field's name tells; null: its type does.
Json by_name(std::string_view name, std::uint64_t value, const Context& about) {
  const auto byte = static_cast<std::uint8_t>(value);
  if (name == "flags") return flags(about, byte);
  if (name == "control_action" || name == "control_state") return control(about, byte);
  if (name == "position_effect" || name == "order_capacity") return character(byte);
  if (name == "target") {
    const auto id = static_cast<std::uint32_t>(value);
    return name_or_number(about.names.target(about.scope, id), id);
  }
  return nullptr;
}

template <class T>
constexpr bool kIsId = std::is_same_v<T, SessionId> || std::is_same_v<T, InstrumentId> ||
                       std::is_same_v<T, AccountId> || std::is_same_v<T, FirmId>;

template <class T>
Field field_of(const std::string& name, const T& field, const Context& about) {
  const auto made = [&](Json value, const char* unit = "") {
    return Field{name + unit, std::move(value), is_given(field)};
  };
  if constexpr (std::is_same_v<T, Price> || std::is_same_v<T, Qty>) {
    constexpr bool kIsPrice = std::is_same_v<T, Price>;
    const auto units = about.names.units(about.instrument);
    if (!units) return made(field.value, kIsPrice ? "_ticks" : "_lots");
    return made(decimal(field.value, kIsPrice ? units->tick : units->lot));
  } else if constexpr (std::is_same_v<T, Notional>) {
    return made(digits(field), "_ticks_lots");
  } else if constexpr (kIsId<T>) {
    return made(name_or_number(about.names.name(field), field.value));
  } else if constexpr (std::is_same_v<T, TimeNs>) {
    return made(shown_time(field.value));
  } else if constexpr (std::is_same_v<T, ClOrdId>) {
    return made(fixed_words(field));
  } else if constexpr (std::is_same_v<T, ExecInst>) {
    return made(in_flags(static_cast<unsigned>(field),
                         {{static_cast<unsigned>(ExecInst::post_only), "post_only"}}));
  } else if constexpr (std::is_enum_v<T>) {
    return made(name_or_number(enumerator_name(field), static_cast<std::uint64_t>(field)));
  } else if constexpr (requires { field.epoch(); }) {
    // As FIX has them: no reader of JSON may round them.
    return made(std::to_string(field.value));
  } else if constexpr (requires { field.value; }) {
    return made(field.value);
  } else {
    Json special = by_name(name, static_cast<std::uint64_t>(field), about);
    return made(special.is_null() ? Json(field) : std::move(special));
  }
}

template <class Message>
Fields message_fields(const Message& message, const Context& about) {
  Fields fields;
  for_each_field(message, [&](std::string_view name, const auto& field) {
    fields.push_back(field_of(std::string(name == "tif" ? "time_in_force" : name), field, about));
  });
  return fields;
}

}  // namespace

Fields fields_of(const Command& command, const JournalNames& names) {
  return message_fields(command, {.names = names,
                                  .instrument = command.instrument,
                                  .scope = command.control_scope,
                                  .is_state = command.type == CommandType::set_instrument_state,
                                  .is_event = false});
}

Fields fields_of(const Event& event, const JournalNames& names) {
  return message_fields(event, {.names = names,
                                .instrument = event.instrument,
                                .scope = event.control_scope,
                                .is_state = event.type == EventType::instrument_state_changed,
                                .is_event = true});
}

}  // namespace sluice::gateway
