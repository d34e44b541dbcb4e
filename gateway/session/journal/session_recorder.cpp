#include "gateway/session/journal/session_recorder.hpp"

#include <cstring>

namespace sluice::gateway {
namespace {

template <class T>
std::span<const std::byte> bytes_of(const T& value) noexcept {
  return std::as_bytes(std::span(&value, 1));
}

}  // namespace

bool SessionRecorder::append(RecordType type, SessionId session, std::uint32_t number,
                             std::span<const std::byte> head,
                             std::span<const std::byte> rest) noexcept {
  const std::size_t size = head.size() + rest.size();
  if (size > Journal::kMaxSessionPayload) return false;
  std::memcpy(payload_.get(), head.data(), head.size());
  if (!rest.empty()) std::memcpy(payload_.get() + head.size(), rest.data(), rest.size());
  return stream_.append(
      {.type = type, .time_ns = clock_().value, .session = session.value, .msg_seq_num = number},
      {payload_.get(), size});
}

bool SessionRecorder::state(SessionId session, const SessionCounts& counts,
                            std::span<const std::uint32_t> refused) noexcept {
  SessionCounts head = counts;
  head.refused = static_cast<std::uint32_t>(refused.size());
  return append(RecordType::session_state, session, 0, bytes_of(head), std::as_bytes(refused));
}

bool SessionRecorder::message(SessionId session, std::uint32_t session_epoch, std::uint32_t number,
                              const Told& told, std::string_view bytes) noexcept {
  const SessionMessageHead head{told.word(), session_epoch, 0};
  return append(RecordType::session_message, session, number, bytes_of(head),
                std::as_bytes(std::span(bytes)));
}

bool SessionRecorder::taken(SessionId session, std::uint32_t session_epoch,
                            std::uint32_t number) noexcept {
  return append(RecordType::session_taken, session, number,
                bytes_of(SessionTaken{session_epoch, 0}), {});
}

bool SessionRecorder::copies(std::string_view group, std::uint64_t number,
                             std::uint64_t event) noexcept {
  return append(RecordType::copy_numbers, {}, 0, bytes_of(CopyNumbersHead{number, event}),
                std::as_bytes(std::span(group)));
}

}  // namespace sluice::gateway
