#include "gateway/journal_tool/record_fields.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "engine/core/snapshot/archive.hpp"
#include "engine/message/names.hpp"
#include "gateway/codec/values/utc_timestamp.hpp"

namespace sluice::gateway {
namespace {

Json session_name(std::uint32_t id, const JournalNames& names) {
  const std::string_view name = names.name(SessionId{id});
  if (name.empty()) return id;
  return std::string(name);
}

Fields head_of(const RecordHeader& header) {
  return {{"stream", header.stream, header.stream != 0},
          {"sequence", header.sequence},
          {"record", record_type_name(header.type)},
          {"epoch", header.epoch},
          {"unit", header.unit, header.unit != 0}};
}

void add(Fields& to, Fields&& more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

template <class Message>
Message copied(std::span<const std::byte> payload) {
  Message message;
  std::memcpy(&message, payload.data(), sizeof message);
  return message;
}

/// Whose it is and when: of a record whose payload does not say so.
Fields whose(const RecordHeader& header, const JournalNames& names) {
  return {{"time", shown_time(header.time_ns)},
          {"session", session_name(header.session, names), header.session != 0},
          {"msg_seq_num", header.msg_seq_num, header.msg_seq_num != 0}};
}

/// Of sessions; else of a type that has no printer: what its header says.
Fields other_fields(const RecordView& record, const JournalNames& names) {
  Fields fields = whose(*record.header, names);
  auto payload = session_payload_fields(record);
  add(fields, payload ? std::move(*payload) : Fields{{"bytes", record.payload.size()}});
  return fields;
}

Fields run_fields(const RecordView& record) {
  Fields fields{{"time", shown_time(record.header->time_ns)}};
  add(fields, fields_of(decode_run(record.payload)));
  return fields;
}

/// The place for a new type of record: a case here, and its fields in a function of its own.
Fields payload_fields(const RecordView& record, const JournalNames& names) {
  switch (static_cast<RecordType>(record.header->type)) {
    case RecordType::command:
      if (record.payload.size() != sizeof(Command)) break;
      return fields_of(copied<Command>(record.payload), names);
    case RecordType::event:
      if (record.payload.size() != sizeof(Event)) break;
      return fields_of(copied<Event>(record.payload), names);
    case RecordType::run:
      try {
        return run_fields(record);
      } catch (const SnapshotError&) {
        break;
      }
    default:
      break;
  }
  return other_fields(record, names);
}

}  // namespace

std::string record_type_name(std::uint16_t type) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::command:
      return "command";
    case RecordType::event:
      return "event";
    case RecordType::run:
      return "run";
    case RecordType::session_state:
      return "session_state";
    case RecordType::session_message:
      return "session_message";
    case RecordType::session_taken:
      return "session_taken";
    case RecordType::copy_numbers:
      return "copy_numbers";
    case RecordType::sessions_void:
      return "sessions_void";
    default:
      return std::to_string(type);
  }
}

Json shown_time(std::int64_t ns) {
  if (ns <= 0) return ns;
  std::array<char, kMaxUtcTimestampBytes> room;
  const std::string_view fix = format_utc_timestamp({ns}, 9, room);  // 20261126-01:20:00.000000000
  std::string text;
  text.append(fix.substr(0, 4)).append("-").append(fix.substr(4, 2)).append("-");
  text.append(fix.substr(6, 2)).append("T").append(fix.substr(9)).append("Z");
  return text;
}

Fields fields_of(const RunStart& run) {
  const EngineConfig& config = run.config;
  Json instruments = Json::array();
  for (const InstrumentTerms& terms : config.instruments) {
    instruments.push_back({{"min_qty_lots", terms.min_qty.value},
                           {"max_qty_lots", terms.max_qty.value},
                           {"band_low_ticks", terms.band_low.value},
                           {"band_high_ticks", terms.band_high.value},
                           {"market_protection_ticks", terms.market_protection.value},
                           {"initial_state", std::string(enumerator_name(terms.initial_state))}});
  }
  Json firms = Json::array();
  for (const FirmId firm : config.session_firm) firms.push_back(firm.value);
  Json names = Json::parse(run.names, nullptr, false);
  if (names.is_discarded()) names = run.names;
  return {{"run_epoch", config.epoch},
          {"max_orders", config.max_orders},
          {"max_levels", config.max_levels},
          {"max_level_pages", config.max_level_pages},
          {"sessions", config.sessions},
          {"firms", config.firms},
          {"accounts", config.accounts},
          {"clordid_history", config.clordid_history},
          {"order_history", config.order_history},
          {"work_per_command", config.work_per_command},
          {"max_deferred", config.max_deferred},
          {"session_firm", std::move(firms)},
          {"instruments", std::move(instruments)},
          {"names", std::move(names)}};
}

Fields fields_of(const RecordView& record, const JournalNames& names) {
  Fields fields = head_of(*record.header);
  add(fields, payload_fields(record, names));
  return fields;
}

Json words(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) {
    return std::string(text);
  }
  std::string bytes = "bytes ";
  for (const char c : text) bytes += hex(static_cast<unsigned char>(c), 2);
  return bytes;
}

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t at = digits; at-- > 0; value >>= 4U) text[at] = "0123456789abcdef"[value & 15U];
  return text;
}

std::string shown(const Json& value) {
  if (!value.is_string()) return to_line(value);
  const auto& text = value.get_ref<const std::string&>();
  const bool is_plain = !text.empty() && text.find_first_of(" =\"\\") == std::string::npos;
  return is_plain ? text : to_line(value);
}

std::string to_text(const Fields& fields, bool all) {
  std::string text;
  for (const Field& field : fields) {
    if (!all && !field.is_given) continue;
    if (!text.empty()) text += ' ';
    text += field.name + '=' + shown(field.value);
  }
  return text;
}

Json to_json(const Fields& fields) {
  Json object = Json::object();
  for (const Field& field : fields) object[field.name] = field.value;
  return object;
}

}  // namespace sluice::gateway
