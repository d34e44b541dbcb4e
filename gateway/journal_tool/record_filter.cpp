#include "gateway/journal_tool/record_filter.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/journal/round.hpp"
#include "engine/message/names.hpp"
#include "engine/types/durations.hpp"
#include "gateway/codec/values/utc_timestamp.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || read != end) return std::nullopt;
  return number;
}

[[noreturn]] void not_right(const std::string& option, const std::string& text,
                            const std::string& expected) {
  throw ToolError(option + ": found \"" + text + "\"; expected " + expected);
}

/// The offset at the end of an RFC 3339 time, taken off it.
std::optional<std::int64_t> take_offset(std::string& text) {
  if (text.ends_with('Z') || text.ends_with('z')) {
    text.pop_back();
    return 0;
  }
  constexpr std::size_t kBytes = 6;  // +01:00
  if (text.size() < kBytes) return std::nullopt;
  const std::string offset = text.substr(text.size() - kBytes);
  if ((offset[0] != '+' && offset[0] != '-') || offset[3] != ':') return std::nullopt;
  const auto hours = whole_number<unsigned>(std::string_view(offset).substr(1, 2));
  const auto minutes = whole_number<unsigned>(std::string_view(offset).substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  text.resize(text.size() - kBytes);
  const std::int64_t ns =
      std::int64_t{*hours} * kNsPerHour + std::int64_t{*minutes} * 60 * kNsPerSecond;
  return offset[0] == '+' ? ns : -ns;
}

std::int64_t time_of(const std::string& option, const std::string& text) {
  const auto time = parse_time(text);
  if (!time) {
    not_right(option, text, "a time as 2026-11-26T01:20:00Z, or nanoseconds since 1970");
  }
  return *time;
}

constexpr RecordType kNamedRecords[] = {
    RecordType::run,           RecordType::command,         RecordType::event,
    RecordType::session_state, RecordType::session_message, RecordType::session_taken,
    RecordType::copy_numbers,  RecordType::sessions_void};

std::string named_records() {
  std::string names;
  for (const RecordType type : kNamedRecords) {
    names.append(names.empty() ? "" : ", ")
        .append(record_type_name(static_cast<std::uint16_t>(type)));
  }
  return names;
}

/// All names of an enumeration of one byte.
template <class Enum>
std::string all_names() {
  std::string names;
  for (unsigned number = 1; number <= UINT8_MAX; ++number) {
    const std::string_view name = enumerator_name(static_cast<Enum>(number));
    if (!name.empty()) names.append(names.empty() ? "" : ", ").append(name);
  }
  return names;
}

template <class Enum>
bool add_named(std::vector<std::uint8_t>& to, const std::string& name) {
  for (unsigned number = 1; number <= UINT8_MAX; ++number) {
    if (enumerator_name(static_cast<Enum>(number)) != name) continue;
    to.push_back(static_cast<std::uint8_t>(number));
    return true;
  }
  return false;
}

/// What a record says of orders.
struct Subject {
  std::uint8_t type = 0;
  InstrumentId instrument;
  SessionId sessions[2];
  OrderId orders[2];
  std::string clordid;
  std::string orig_clordid;
};

Subject subject_of(const RecordView& record) {
  const auto type = static_cast<RecordType>(record.header->type);
  const SessionId session{record.header->session};
  if (type == RecordType::command && record.payload.size() == sizeof(Command)) {
    Command command;
    std::memcpy(&command, record.payload.data(), sizeof command);
    return {static_cast<std::uint8_t>(command.type),
            command.instrument,
            {command.session, {}},
            {command.order_id, {}},
            std::string(command.clordid.view()),
            std::string(command.orig_clordid.view())};
  }
  if (type == RecordType::event && record.payload.size() == sizeof(Event)) {
    Event event;
    std::memcpy(&event, record.payload.data(), sizeof event);
    return {static_cast<std::uint8_t>(event.type), event.instrument,
            {event.session, event.source_session}, {event.order_id, event.contra_order_id},
            std::string(event.clordid.view()),     std::string(event.orig_clordid.view())};
  }
  return {0, {}, {session, {}}, {}, {}, {}};
}

}  // namespace

std::optional<std::int64_t> parse_time(const std::string& text) {
  if (const auto ns = whole_number<std::int64_t>(text)) return ns;
  std::string rest = text;
  const auto offset = take_offset(rest);
  // 2026-11-26T01:20:00 becomes FIX's 20261126-01:20:00.
  if (!offset || rest.size() < 19 || rest[4] != '-' || rest[7] != '-' ||
      (rest[10] != 'T' && rest[10] != 't')) {
    return std::nullopt;
  }
  const std::string fix =
      rest.substr(0, 4) + rest.substr(5, 2) + rest.substr(8, 2) + "-" + rest.substr(11);
  const auto time = parse_utc_timestamp(fix);
  if (!time) return std::nullopt;
  return time->value - *offset;
}

std::uint64_t parse_count(const std::string& option, const std::string& text) {
  const auto number = whole_number<std::uint64_t>(text);
  if (!number) not_right(option, text, "a whole number from 0 on");
  return *number;
}

RecordFilter::RecordFilter(const FilterText& text, const JournalNames& names)
    : clordid_(text.clordid) {
  if (!text.from.empty()) from_ = parse_count("--from", text.from);
  if (!text.to.empty()) to_ = parse_count("--to", text.to);
  if (!text.since.empty()) since_ns_ = time_of("--since", text.since);
  if (!text.until.empty()) until_ns_ = time_of("--until", text.until);
  if (!text.session.empty()) session_ = names.session(text.session);
  if (!text.instrument.empty()) instrument_ = names.instrument(text.instrument);
  if (!text.order_id.empty()) order_id_ = parse_count("--order-id", text.order_id);
  if (!text.stream.empty()) {
    const std::uint64_t stream = parse_count("--stream", text.stream);
    if (stream >= kMaxStreams) {
      not_right("--stream", text.stream, "a number below " + std::to_string(kMaxStreams));
    }
    stream_ = static_cast<std::uint8_t>(stream);
  } else if (!text.from.empty() || !text.to.empty()) {
    stream_ = std::uint8_t{0};
  }
  if (from_ > to_) {
    throw ToolError("--from " + text.from + " is after --to " + text.to + ": nothing can match");
  }
  if (since_ns_ > until_ns_) {
    throw ToolError("--since " + text.since + " is after --until " + text.until +
                    ": nothing can match");
  }
  for (const std::string& type : text.types) add_type(type);
}

void RecordFilter::add_type(const std::string& name) {
  if (const auto number = whole_number<std::uint16_t>(name)) {
    record_types_.push_back(*number);
    return;
  }
  for (const RecordType type : kNamedRecords) {
    const auto number = static_cast<std::uint16_t>(type);
    if (record_type_name(number) != name) continue;
    record_types_.push_back(number);
    return;
  }
  // A name may be one of both.
  const bool is_command = add_named<CommandType>(command_types_, name);
  const bool is_event = add_named<EventType>(event_types_, name);
  if (is_command || is_event) return;
  not_right("--type", name,
            "the number of a type of records, " + named_records() + "; of commands " +
                all_names<CommandType>() + "; of events " + all_names<EventType>());
}

bool RecordFilter::matches_type(const RecordHeader& header, std::uint8_t message) const {
  if (record_types_.empty() && command_types_.empty() && event_types_.empty()) return true;
  if (std::ranges::count(record_types_, header.type) != 0) return true;
  switch (static_cast<RecordType>(header.type)) {
    case RecordType::command:
      return std::ranges::count(command_types_, message) != 0;
    case RecordType::event:
      return std::ranges::count(event_types_, message) != 0;
    default:
      return false;
  }
}

bool RecordFilter::matches(const RecordView& record) const {
  const RecordHeader& header = *record.header;
  if (stream_ && header.stream != *stream_) return false;
  if (header.sequence < from_ || header.sequence > to_) return false;
  if (header.time_ns < since_ns_ || header.time_ns > until_ns_) return false;
  const Subject subject = subject_of(record);
  if (!matches_type(header, subject.type)) return false;
  if (session_ && std::ranges::count(subject.sessions, *session_) == 0) return false;
  if (instrument_ && subject.instrument != *instrument_) return false;
  if (order_id_ && std::ranges::count(subject.orders, OrderId{*order_id_}) == 0) return false;
  return clordid_.empty() || subject.clordid == clordid_ || subject.orig_clordid == clordid_;
}

}  // namespace sluice::gateway
