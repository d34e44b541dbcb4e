// Records as lists of named values: what the tools print, as text or as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/segment.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/journal_tool/journal_names.hpp"

namespace sluice::gateway {

/// Prices and quantities are decimals where the journal tells tick and lot; else the name ends in
/// _ticks or _lots. Times are RFC 3339 with nanoseconds, UTC; before 1970, and 0, a number.
struct Field {
  std::string name;
  Json value;
  bool is_given = true;  ///< False: all its bytes are 0.
};
using Fields = std::vector<Field>;

/// Every field, in the order of the layout.
[[nodiscard]] Fields fields_of(const Command& command, const JournalNames& names);
[[nodiscard]] Fields fields_of(const Event& event, const JournalNames& names);
/// What a run is bound by. Not the key that spreads ClOrdIDs: whoever has it can slow every order.
[[nodiscard]] Fields fields_of(const RunStart& run);

/// A record with its payload. One whose type this program does not know, or whose payload is not
/// what its type says, is described by its header and the size of the payload.
[[nodiscard]] Fields fields_of(const RecordView& record, const JournalNames& names);

/// What the payload of a record of sessions says. Nothing: the record is of another type, or its
/// payload is not what its type says.
[[nodiscard]] std::optional<Fields> session_payload_fields(const RecordView& record);

/// The enumerator's name, or the number where this program knows none.
[[nodiscard]] std::string record_type_name(std::uint16_t type);

/// "2026-11-26T01:20:00.000000000Z"
[[nodiscard]] Json shown_time(std::int64_t ns);

/// A text as it stands; bytes that are no text are not hidden: "bytes 410a".
[[nodiscard]] Json words(std::string_view text);

/// The last `digits` of a number in base 16.
[[nodiscard]] std::string hex(std::uint64_t value, std::size_t digits);

/// "name=value name=value": what is not given only if `all`. A value with a space, a quote, '=', or
/// nothing in it is written as in JSON.
[[nodiscard]] std::string to_text(const Fields& fields, bool all);
[[nodiscard]] std::string shown(const Json& value);
/// One object.
[[nodiscard]] Json to_json(const Fields& fields);

}  // namespace sluice::gateway
