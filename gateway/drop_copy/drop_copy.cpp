#include "gateway/drop_copy/drop_copy.hpp"

#include <algorithm>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/net/clocks.hpp"

namespace sluice::gateway {
namespace {

/// BusinessRejectReason(380), FIX.4.4.
constexpr int kNotAuthorized = 6;
constexpr int kClOrdIdTag = 11;

void count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) {
  counter.fetch_add(more, std::memory_order_relaxed);
}

bool is_order_request(std::string_view msg_type) {
  return msg_type == "D" || msg_type == "F" || msg_type == "G";
}

/// ClOrdID(11) where it could be one; the refusal names it.
ClOrdId clordid_of(std::string_view message) {
  FieldScanner scanner(message);
  FieldView field;
  while (scanner.next(field) == FieldScanner::Step::field) {
    if (field.tag == kClOrdIdTag) return ClOrdId::from(field.value).value_or(ClOrdId{});
  }
  return {};
}

}  // namespace

DropCopy::DropCopy(Parts parts)
    : parts_(std::move(parts)),
      archive_(parts_.archive, [&group = parts_.group](const Event& e) { return group.covers(e); }),
      next_(parts_.group.first()) {
  // Numbers go on over restarts; a folder of stores that is older than the numbers knows less.
  const std::uint64_t last = parts_.session.store().last_copy();
  if (last != 0) next_ = std::min(last, parts_.group.last()) + 1;
}

void DropCopy::on_app_message(std::string_view msg_type, std::string_view raw, TimeNs) {
  if (!is_order_request(msg_type)) throw FIX::UnsupportedMessageType();
  HeaderView header;
  if (!read_header(raw, header)) return;
  count(parts_.counters.refused);
  refusal_ = PendingReject{parse_sequence_number(header.msg_seq_num).value_or(0), clordid_of(raw),
                           msg_type[0]};
}

void DropCopy::after_message() {
  if (!refusal_ || !parts_.session.is_live()) return;
  const ReportEncoder::BusinessReject reject{
      refusal_->ref_seq_num, std::string_view(&refusal_->ref_msg_type, 1), refusal_->ref_id.view(),
      kNotAuthorized, "this connection is a drop copy: it enters no orders"};
  // One that could not be stored waits for the next Logon: the message's number is used up.
  if (parts_.session.send(parts_.encoder.encode_business_reject(
          reject, parts_.session.next_sender(), parts_.clock(), out_))) {
    refusal_.reset();
  }
}

std::string_view DropCopy::logon_text() {
  logon_text_ = std::exchange(losses_, {});
  return logon_text_;
}

void DropCopy::on_chosen(bool chosen) {
  chosen_ = chosen;
  was_chosen_ = was_chosen_ || chosen;
  at_tip_ = false;
  progress_ns_ = 0;
  about_now_ns_ = monotonic_now_ns();
}

bool DropCopy::catch_up(const ExecutionLog& log, std::uint64_t, std::uint32_t budget) {
  Event event;
  bool worked = false;
  for (; budget > 0 && can_send(); worked = true) {
    switch (next_owed(log, event)) {
      case Found::waiting:
        return worked;
      case Found::gone:
        // Cut, so that the client logs on again and is told.
        parts_.session.connection()->doom();
        return true;
      case Found::none:
        --budget;
        continue;
      case Found::event:
        break;
    }
    if (!at_tip_ && !parts_.session.has_room()) return worked;
    if (parts_.session.is_held_up()) return worked;
    if (!send(event)) return true;
    budget -= std::min(budget, kReportCost);
    after_ = event.exec_id.count();
    ++next_;
  }
  return worked;
}

DropCopy::Found DropCopy::next_owed(const ExecutionLog& log, Event& event) {
  std::uint64_t number = 0;
  switch (parts_.group.find(next_, number)) {
    case GroupFeed::ReadStatus::not_yet:
      at_tip_ = true;
      return Found::waiting;
    case GroupFeed::ReadStatus::lost:
      if (can_count_on()) return read_old(log, after_ + 1, event);
      note_losses();
      return Found::gone;
    case GroupFeed::ReadStatus::ok:
      break;
  }
  if (log.read(number, event) == ExecutionLog::ReadStatus::ok) return Found::event;
  const Found old = read_old(log, number, event);
  if (old == Found::none || (old == Found::event && event.exec_id.count() != number)) {
    lose_before_event(number + 1, "event " + std::to_string(number) + " is of another group");
    return Found::gone;
  }
  return old;
}

DropCopy::Found DropCopy::read_old(const ExecutionLog& log, std::uint64_t from, Event& event) {
  const std::uint64_t oldest = log.oldest();
  if (from >= oldest) {
    lose_before_event(oldest, "no event before " + std::to_string(oldest) + " is of copy " +
                                  std::to_string(next_));
    return Found::gone;
  }
  const OldEventReader::Found old = archive_.read(from, oldest);
  if (old.status == Found::event) event = *old.event;
  if (old.status == Found::none) after_ = old.next - 1;
  if (old.status == Found::gone) lose_before_event(old.next, archive_.wrong());
  return old.status;
}

bool DropCopy::send(const Event& event) {
  const CopySource& source = parts_.sources[event.session.value];
  const ReportEncoder::CopyMarks marks{parts_.group.name(), next_, source.comp_id, source.firm};
  if (!parts_.session.send(parts_.encoder.encode_copy(event, marks, parts_.session.next_sender(),
                                                      parts_.clock(), out_, next_ <= again_until_),
                           {.copy = next_})) {
    return false;
  }
  told_.note(next_, about_now_ns_);
  count(parts_.counters.copies);
  return true;
}

void DropCopy::on_reset(std::uint64_t, std::int64_t heard_ns) {
  if (heard_ns == 0) heard_ns = told_.last_ns();
  const std::uint64_t doubted = told_.first_since(heard_ns - kDoubtNs);
  told_.clear();
  if (doubted == 0) return;
  again_until_ = next_ - 1;
  next_ = doubted;
  after_ = 0;
  parts_.session.store().set_last_copy(next_ - 1);
}

void DropCopy::note_losses() {
  if (!can_count_on()) lose_before_event(0, "nobody remembers which events they are of");
}

void DropCopy::lose_before_event(std::uint64_t event, const std::string& why) {
  const std::uint64_t next = parts_.group.first_from(next_, event);
  if (next <= next_) return;
  count(parts_.counters.copies_lost, next - next_);
  losses_ = "copies from ApplSeqNum(1181) " + std::to_string(next_) + " to " +
            std::to_string(next - 1) + " have left the execution log";
  parts_.logger->error("{}: {}: {}", parts_.session.config().comp_id, losses_, why);
  next_ = next;
  after_ = 0;
}

bool DropCopy::is_drained(const ExecutionLog& log) const {
  if (!can_send()) return true;
  return parts_.group.position() >= log.published() && !owes_reports();
}

// While it catches up it is never sent more than it reads, so the bound on unsent bytes says
// nothing: time does.
void DropCopy::on_timer(std::int64_t now_ns) {
  about_now_ns_ = now_ns;
  if (!can_send()) return;
  const SendBuffer& unsent = parts_.session.connection()->unsent();
  const bool progress = progress_ns_ == 0 || unsent.sent_bytes() != sent_bytes_;
  if (at_tip_ || unsent.sendable() == 0 || progress) {
    sent_bytes_ = unsent.sent_bytes();
    progress_ns_ = now_ns;
    return;
  }
  if (now_ns - progress_ns_ < parts_.stall_ns) return;
  count(parts_.counters.stalled);
  parts_.logger->warn("{} cut: {} copies behind, and it has read nothing for {} ms",
                      parts_.session.config().comp_id, owed(), parts_.stall_ns / kNsPerMillisecond);
  parts_.session.connection()->doom();
}

}  // namespace sluice::gateway
