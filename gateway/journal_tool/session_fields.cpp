// Records of sessions: each field of their payloads in the words of FORMAT.md.
#include <cstring>
#include <string_view>

#include "gateway/codec/framing/secret_mask.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/session/journal/session_records.hpp"

namespace sluice::gateway {
namespace {

template <class Head>
std::optional<Head> head_of_payload(const RecordView& record) {
  if (record.payload.size() < sizeof(Head)) return std::nullopt;
  Head head;
  std::memcpy(&head, record.payload.data(), sizeof head);
  return head;
}

std::string_view text_after(const RecordView& record, std::size_t head_bytes) {
  const auto rest = record.payload.subspan(head_bytes);
  return {reinterpret_cast<const char*>(rest.data()), rest.size()};
}

Field number(const char* name, std::uint64_t value) { return {name, value, value != 0}; }

Field time(const char* name, std::int64_t ns) { return {name, shown_time(ns), ns != 0}; }

std::optional<Fields> state_fields(const RecordView& record) {
  const auto counts = head_of_payload<SessionCounts>(record);
  if (!counts || record.payload.size() != sizeof *counts + std::size_t{counts->refused} * 4) {
    return std::nullopt;
  }
  Json refused = Json::array();
  for (std::size_t at = sizeof *counts; at < record.payload.size(); at += 4) {
    std::uint32_t one = 0;
    std::memcpy(&one, record.payload.data() + at, sizeof one);
    refused.push_back(one);
  }
  return Fields{number("session_epoch", counts->session_epoch),
                number("next_sender", counts->next_sender),
                number("next_target", counts->next_target),
                number("taken_end", counts->taken_end),
                time("reset_at", counts->since_ns),
                number("last_event", counts->last_report),
                number("last_appl_seq_num", counts->last_copy),
                number("told_before", counts->told_before),
                {"no_commands", std::move(refused), counts->refused != 0}};
}

std::optional<Fields> message_record_fields(const RecordView& record) {
  const auto head = head_of_payload<SessionMessageHead>(record);
  if (!head) return std::nullopt;
  const Told told = Told::of(head->told);
  const std::string_view message = text_after(record, sizeof *head);
  return Fields{number("session_epoch", head->session_epoch),
                number("event", told.report),
                number("appl_seq_num", told.copy),
                number("bytes", message.size()),
                // As the log shows messages: on one line, without secrets.
                {"message", mask_secrets(message), !message.empty()}};
}

std::optional<Fields> taken_fields(const RecordView& record) {
  const auto taken = head_of_payload<SessionTaken>(record);
  if (!taken || record.payload.size() != sizeof *taken) return std::nullopt;
  return Fields{number("session_epoch", taken->session_epoch)};
}

std::optional<Fields> copies_fields(const RecordView& record) {
  const auto head = head_of_payload<CopyNumbersHead>(record);
  if (!head) return std::nullopt;
  const std::string_view group = text_after(record, sizeof *head);
  return Fields{{"group", words(group), !group.empty()},
                number("appl_seq_num", head->number),
                number("event", head->event)};
}

}  // namespace

std::optional<Fields> session_payload_fields(const RecordView& record) {
  switch (static_cast<RecordType>(record.header->type)) {
    case RecordType::session_state:
      return state_fields(record);
    case RecordType::session_message:
      return message_record_fields(record);
    case RecordType::session_taken:
      return taken_fields(record);
    case RecordType::copy_numbers:
      return copies_fields(record);
    case RecordType::sessions_void:
      return record.payload.empty() ? std::optional(Fields{}) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace sluice::gateway
