// A store and the journal: what it records there, and what is made of it again.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "gateway/session/journal/session_history.hpp"
#include "gateway/session/journal/session_recorder.hpp"
#include "gateway/session/store/mapped_message_store.hpp"
#include "gateway/session/store/store_release.hpp"

namespace sluice::gateway {

bool MappedMessageStore::record_message(std::uint32_t number, std::string_view message,
                                        const Told& told) noexcept {
  if (recorder_ == nullptr) return true;
  if (state_due_) record_state();
  if (state_due_ || !recorder_->message(session_, session_epoch(), number, told, message))
    return false;
  recorded_report_ = std::max(recorded_report_, told.report);
  return true;
}

void MappedMessageStore::record_taken(std::uint32_t number) noexcept {
  if (recorder_ == nullptr) return;
  if (state_due_) record_state();
  if (state_due_ || !recorder_->taken(session_, session_epoch(), number)) failed_ = true;
}

void MappedMessageStore::record_state() noexcept {
  if (recorder_ == nullptr) return;
  const StoreNumbers& now = numbers();
  std::vector<std::uint32_t> refused;
  for (std::uint32_t n = now.next_target; n < taken_end(); ++n) {
    if (!was_command(n)) refused.push_back(n);
  }
  const SessionCounts counts{.session_epoch = now.session_epoch,
                             .next_sender = now.next_sender,
                             .next_target = now.next_target,
                             .taken_end = taken_end(),
                             .since_ns = now.since_ns,
                             .last_report = last_report(),
                             .last_copy = last_copy(),
                             .told_before = told_before(),
                             .refused = 0,
                             .reserved0 = 0};
  state_due_ = !recorder_->state(session_, counts, refused);
  if (state_due_) {
    failed_ = true;
  } else {
    recorded_report_ = counts.last_report;
  }
}

bool MappedMessageStore::skip(std::uint32_t number) noexcept {
  if (!file_.reserve(number, write_position_, 0)) return false;
  file_.entry(number) = {write_position_, 0, number};
  publish({kept().first, number + 1});
  return true;
}

void MappedMessageStore::restore(const SessionImage& image, std::uint32_t last_command,
                                 const std::function<bool(std::uint32_t)>& is_command) {
  StoreNumbers& now = numbers();
  now.session_epoch = image.counts.session_epoch;
  now.since_ns = image.counts.since_ns;
  now.last_report = image.counts.last_report;
  now.last_copy = image.counts.last_copy;
  file_.header().told_before = image.counts.told_before;
  std::uint32_t number = image.first_message();
  publish({number, number});
  for (const std::string& message : image.messages) {
    const bool kept = message.empty() ? skip(number) : keep(number, message);
    if (!kept) {
      throw std::runtime_error("message stores cannot be made again: the file system is full");
    }
    ++number;
  }
  now.next_sender = image.counts.next_sender;
  // All were taken that the journal has as commands or as no commands, and those between them were
  // lost: they look like commands here, and the journal lacks them.
  const std::uint32_t end = std::max(image.taken_end, last_command + 1);
  for (std::uint32_t n = end > kCommandWindow ? end - kCommandWindow : 1; n < end; ++n) {
    set_command(n, n < image.counts.next_target ? is_command(n) : !image.refused.contains(n));
  }
  noted_ = 0;
  now.next_target = end;
  now.taken_end = end;
}

}  // namespace sluice::gateway
