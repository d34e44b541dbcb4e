#include "gateway/session/journal/session_history.hpp"

#include <algorithm>
#include <cstring>

#include "engine/journal/segment_folder.hpp"

namespace sluice::gateway {
namespace {

[[noreturn]] void impossible(const RecordView& record, const std::string& why) {
  throw JournalDamage("session record " + std::to_string(record.header->sequence) + " of stream " +
                      std::to_string(record.header->stream) + ": " + why);
}

template <class T>
T head_of(const RecordView& record) {
  if (record.payload.size() < sizeof(T)) {
    impossible(record, "of " + std::to_string(record.payload.size()) + " bytes, expected " +
                           std::to_string(sizeof(T)) + " or more");
  }
  T head;
  std::memcpy(&head, record.payload.data(), sizeof head);
  return head;
}

std::string text_behind(const RecordView& record, std::size_t head) {
  const auto rest = record.payload.subspan(head);
  return {reinterpret_cast<const char*>(rest.data()), rest.size()};
}

}  // namespace

void SessionHistory::take(const RecordView& record) {
  switch (static_cast<RecordType>(record.header->type)) {
    case RecordType::session_state:
      return take_state(record);
    case RecordType::session_message:
      return take_message(record);
    case RecordType::session_taken:
      return take_taken(record);
    case RecordType::copy_numbers:
      return take_copies(record);
    case RecordType::sessions_void:
      sessions_.clear();
      groups_.clear();
      return;
    default:
      impossible(record, "of type " + std::to_string(record.header->type) +
                             ", which this program does not know");
  }
}

const SessionImage* SessionHistory::find(SessionId session) const {
  const auto found = sessions_.find(session.value);
  return found == sessions_.end() ? nullptr : &found->second;
}

// A state holds whatever was recorded before it. Of its messages those stay that it has a number
// for: numbers that were skipped get none, and what lies before the first that is known is gone.
void SessionHistory::take_state(const RecordView& record) {
  const auto counts = head_of<SessionCounts>(record);
  if (record.payload.size() != sizeof counts + std::size_t{counts.refused} * 4 ||
      counts.next_sender == 0 || counts.next_target == 0 || counts.taken_end < counts.next_target) {
    impossible(record, "no session has such numbers");
  }
  const auto [found, is_new] = sessions_.try_emplace(record.header->session);
  SessionImage& image = found->second;
  if (is_new || counts.session_epoch != image.counts.session_epoch) image.messages.clear();
  while (!image.messages.empty() && image.counts.next_sender > counts.next_sender) {
    image.messages.pop_back();
    --image.counts.next_sender;
  }
  if (image.messages.empty() || counts.next_sender - image.counts.next_sender > most_messages_) {
    image.messages.clear();
  } else {
    image.messages.resize(image.messages.size() + counts.next_sender - image.counts.next_sender);
  }
  image.counts = counts;
  image.taken_end = counts.taken_end;
  image.refused.clear();
  for (std::uint32_t i = 0; i < counts.refused; ++i) {
    std::uint32_t number = 0;
    std::memcpy(&number, record.payload.data() + sizeof counts + std::size_t{i} * 4, sizeof number);
    image.refused.insert(number);
  }
  drop_oldest(image);
}

// Null where nothing is known of the session yet: a state comes in every file, and what is before
// the first one that is read says too little.
SessionImage* SessionHistory::image_in(const RecordView& record, std::uint32_t session_epoch) {
  const auto found = sessions_.find(record.header->session);
  if (found == sessions_.end() || found->second.counts.session_epoch != session_epoch) {
    return nullptr;
  }
  return &found->second;
}

void SessionHistory::take_message(const RecordView& record) {
  const auto head = head_of<SessionMessageHead>(record);
  const std::uint32_t number = record.header->msg_seq_num;
  SessionImage* const image = image_in(record, head.session_epoch);
  if (image == nullptr) return;
  // One that was recorded and not kept, for the process was killed between the two, comes again.
  while (!image->messages.empty() && image->counts.next_sender > number) {
    image->messages.pop_back();
    --image->counts.next_sender;
  }
  if (image->counts.next_sender != number) image->messages.clear();
  image->messages.push_back(text_behind(record, sizeof head));
  image->counts.next_sender = number + 1;
  const Told told = Told::of(head.told);
  image->counts.last_report = std::max(image->counts.last_report, told.report);
  image->counts.last_copy = std::max(image->counts.last_copy, told.copy);
  drop_oldest(*image);
}

void SessionHistory::take_taken(const RecordView& record) {
  const auto head = head_of<SessionTaken>(record);
  SessionImage* const image = image_in(record, head.session_epoch);
  if (image == nullptr) return;
  image->refused.insert(record.header->msg_seq_num);
  image->taken_end = std::max(image->taken_end, record.header->msg_seq_num + 1);
}

void SessionHistory::take_copies(const RecordView& record) {
  const auto head = head_of<CopyNumbersHead>(record);
  groups_[text_behind(record, sizeof head)] = {head.number, head.event};
}

void SessionHistory::drop_oldest(SessionImage& image) const {
  while (image.messages.size() > most_messages_) image.messages.pop_front();
}

}  // namespace sluice::gateway
