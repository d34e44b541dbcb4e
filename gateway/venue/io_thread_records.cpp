// What a thread's sessions record in the journal, and what waits for that to be durable.
#include <utility>

#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {

void IoThread::record_with(SessionRecorder& recorder) {
  recorder_ = &recorder;
  for (SessionUnit* const unit : own_) {
    unit->session->store().record_with(recorder, unit->session->id());
  }
  record_states();
}

// What has become durable since the last look may leave.
bool IoThread::open_gates() {
  if (recorder_ == nullptr) return false;
  if (recorder_->segment() != recorded_segment_) record_states();
  if (held_.empty() || recorder_->durable() == durable_) return false;
  durable_ = recorder_->durable();
  for (Connection* const connection : std::exchange(held_, {})) {
    connection->in_held = false;
    touch(connection);
  }
  return true;
}

void IoThread::note_held(Connection& connection) {
  if (connection.is_held() && !std::exchange(connection.in_held, true)) {
    held_.push_back(&connection);
  }
}

// In each file of the journal, so that a start need not read from the first.
void IoThread::record_states() {
  recorded_segment_ = recorder_->segment();
  for (SessionUnit* const unit : own_) unit->session->store().record_state();
  record_copies();
}

void IoThread::record_copies() {
  if (feed_ == nullptr || recorder_ == nullptr) return;
  for (const GroupFeed* const group : feed_->groups()) {
    // Where there is no room now, an older record and the events since it say the same.
    (void)recorder_->copies(group->name(), group->last(), group->last_event());
  }
}

}  // namespace sluice::gateway
