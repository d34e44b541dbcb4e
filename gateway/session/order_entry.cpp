#include "gateway/session/order_entry.hpp"

#include <algorithm>
#include <utility>

#include "gateway/net/clocks.hpp"

namespace sluice::gateway {
namespace {

// BusinessRejectReason(380), FIX.4.4; 8 is back-ported from FIX.5.0SP2.
constexpr int kApplicationNotAvailable = 4;
constexpr int kThrottleLimitExceeded = 8;

bool is_order_entry(std::string_view msg_type) {
  return msg_type == "D" || msg_type == "F" || msg_type == "G";
}

// Turns the decoder's finding into the exception that makes QuickFIX write the textbook answer.
[[noreturn]] void reject(const DecodeOutcome& outcome) {
  if (outcome.kind == DecodeOutcome::Kind::business_reject) {
    throw FIX::FieldNotFound(outcome.tag);  // j with 380=5
  }
  switch (outcome.reason) {
    case 0:
      throw FIX::InvalidTagNumber(outcome.tag);
    case 1:
      throw FIX::RequiredTagMissing(outcome.tag);
    case 2:
      throw FIX::TagNotDefinedForMessage(outcome.tag);
    case 4:
      throw FIX::NoTagValue(outcome.tag);
    case 6:
      throw FIX::IncorrectDataFormat(outcome.tag);
    case 13:
      throw FIX::RepeatedTag(outcome.tag);
    case 14:
      throw FIX::TagOutOfOrder(outcome.tag);
    case 16:
      throw FIX::RepeatingGroupCountMismatch(outcome.tag);
    default:
      throw FIX::IncorrectTagValue(outcome.tag);
  }
}

/// Text(58) for the reasons that QuickFIX has no exception for; null for the others.
const char* own_reject_text(const DecodeOutcome& outcome) {
  if (outcome.kind != DecodeOutcome::Kind::session_reject) return nullptr;
  switch (outcome.reason) {
    case 7:
      return "SecureData(91) cannot be read here: send the fields in the clear";
    case 9:
      return outcome.tag == 115 ? "OnBehalfOfCompID(115): no messages of third parties are taken"
                                : "DeliverToCompID(128): no messages to third parties are taken";
    case 10:
      return "OrigSendingTime(122) is later than SendingTime(52)";
    default:
      return nullptr;
  }
}

void count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) {
  counter.fetch_add(more, std::memory_order_relaxed);
}

}  // namespace

OrderEntry::OrderEntry(FixSession& session, IoLane& lane, DecodeContext context,
                       const ReportEncoder& encoder, std::uint32_t in_flight_cap,
                       std::uint32_t share, OrderEntryCounters& counters, const VenueHealth& health,
                       EventArchive& archive, std::shared_ptr<spdlog::logger> logger,
                       WallClock clock)
    : session_(session),
      lane_(lane),
      context_(context),
      encoder_(encoder),
      in_flight_cap_(in_flight_cap),
      share_(share),
      counters_(counters),
      health_(health),
      logger_(std::move(logger)),
      clock_(clock),
      archive_(archive, [id = session.id()](const Event& event) { return event.session == id; }) {}

void OrderEntry::on_app_message(std::string_view msg_type, std::string_view raw, TimeNs received) {
  if (was_taken()) return;
  if (!is_order_entry(msg_type)) throw FIX::UnsupportedMessageType();
  const DecodeOutcome outcome = decode_command(raw, context_, command_);
  if (const char* const text = own_reject_text(outcome)) {
    session_.reject_current(outcome.reason, outcome.tag, text);
    return;
  }
  if (outcome.kind != DecodeOutcome::Kind::ok) reject(outcome);
  command_.time = received;
  command_.session_epoch = session_.epoch();
  if (!health_.has_storage() && command_.type != CommandType::cancel) {
    refuse(kApplicationNotAvailable, command_, msg_type, kStorageFailedText);
  } else if (draining_ && command_.type != CommandType::cancel) {
    refuse(kApplicationNotAvailable, command_, msg_type, "the venue is shutting down");
  } else if (!may_start(command_)) {
    count(counters_.in_flight_refusals);
    refuse(kThrottleLimitExceeded, command_, msg_type,
           "the session has " + std::to_string(in_flight_) + " messages in flight, its limit is " +
               std::to_string(in_flight_cap_));
  } else if (!push()) {
    count(counters_.busy_refusals);
    refuse(kApplicationNotAvailable, command_, msg_type, "busy: send again later");
  } else {
    ++in_flight_;
  }
}

void OrderEntry::note_told(std::uint64_t position) noexcept {
  MappedMessageStore& store = session_.store();
  if (owed_from_ == 0 && position > store.last_report()) store.set_last_report(position);
}

void OrderEntry::resume(std::uint64_t owed_from, std::vector<std::uint32_t> lost) {
  owed_from_ = owed_from;
  again_until_ = session_.store().told_before();
  if (!lost.empty()) {
    logger_->warn(
        "{}: {} messages that had been taken are not in the journal: it is asked for them "
        "from MsgSeqNum(34) {} on",
        session_.config().comp_id, lost.size(), lost.front());
    session_.store().rewind_to(lost.front());
  }
  lost_ = std::move(lost);
}

// After a crash a client is asked for its messages again from the first one that was lost.
bool OrderEntry::was_taken() const noexcept {
  const std::uint32_t number = session_.current_number();
  return number < session_.store().taken_end() && !std::ranges::binary_search(lost_, number) &&
         number >= session_.next_target();
}

// Counted before the engine can see it: who stops the venue compares this with what the engine did.
bool OrderEntry::push() {
  counters_.commands.fetch_add(1, std::memory_order_acq_rel);
  // Before the engine can journal it: killed at any point, a start finds what is missing.
  session_.store().note_command(session_.current_number());
  if (lane_.try_push(command_, in_flight_ >= share_)) return true;
  session_.store().forget_command(session_.current_number());
  counters_.commands.fetch_sub(1, std::memory_order_acq_rel);
  return false;
}

// The session's own cap works as the ring's does: its last eighth is for cancels.
bool OrderEntry::may_start(const Command& command) const noexcept {
  const std::uint32_t reserve = command.type == CommandType::cancel ? 0 : (in_flight_cap_ + 7) / 8;
  return in_flight_ + reserve < in_flight_cap_ || (in_flight_ == 0 && in_flight_cap_ == 1);
}

void OrderEntry::refuse(int reason, const Command& command, std::string_view msg_type,
                        std::string text) {
  refusal_ =
      PendingReject{reason, command.msg_seq_num, command.clordid, msg_type[0], std::move(text)};
}

void OrderEntry::after_message() {
  if (!refusal_ || !session_.is_live()) return;
  const ReportEncoder::BusinessReject reject{
      refusal_->ref_seq_num, std::string_view(&refusal_->ref_msg_type, 1), refusal_->ref_id.view(),
      refusal_->reason, refusal_->text};
  // One that could not be stored waits for the next Logon: the message's number is used up.
  if (session_.send(
          encoder_.encode_business_reject(reject, session_.next_sender(), clock_(), out_))) {
    refusal_.reset();
  }
}

std::string_view OrderEntry::logon_text() {
  logon_text_ = std::exchange(losses_, {});
  return logon_text_;
}

void OrderEntry::on_event(const Event& event) {
  if ((event.flags & kAnswer) != 0 && event.source_session == session_.id()) {
    if (in_flight_ > 0) --in_flight_;  // on_lost_events() may have given it up
  }
  if (owed_from_ == 0 && !(can_report() && report(event))) {
    owed_from_ = event.exec_id.count();
  }
}

void OrderEntry::on_lost_events(std::uint64_t first) {
  if (owed_from_ == 0) owed_from_ = first;
  // How many answers are among them nobody knows. Later ones find nothing to count down.
  in_flight_ = 0;
}

bool OrderEntry::catch_up(const ExecutionLog& log, std::uint64_t position, std::uint32_t budget) {
  if (owed_from_ == 0 || !can_report() || !session_.has_room()) return false;
  Event event;
  bool worked = false;
  for (; budget > 0; worked = true) {
    if (owed_from_ > position) {
      owed_from_ = 0;
      return true;
    }
    switch (next_owed(log, position, event)) {
      case Found::waiting:
        return worked;
      case Found::gone:
        // Cut, so that the client logs on again and is told.
        session_.connection()->doom();
        return true;
      case Found::none:
        --budget;
        break;
      case Found::event:
        if (!session_.is_live() || !session_.has_room() || !report(event)) return true;
        budget -= std::min(budget, kReportCost);
        owed_from_ = event.exec_id.count() + 1;
        break;
    }
  }
  return worked;
}

OrderEntry::Found OrderEntry::next_owed(const ExecutionLog& log, std::uint64_t position,
                                        Event& event) {
  switch (log.read(owed_from_, event)) {
    case ExecutionLog::ReadStatus::not_yet:
      return Found::waiting;
    case ExecutionLog::ReadStatus::ok:
      if (event.session == session_.id()) return Found::event;
      ++owed_from_;
      return Found::none;
    case ExecutionLog::ReadStatus::lost:
      break;
  }
  const OldEventReader::Found old = archive_.read(owed_from_, std::min(position + 1, log.oldest()));
  if (old.status == Found::event) event = *old.event;
  if (old.status == Found::none) owed_from_ = old.next;
  if (old.status == Found::gone) {
    ExecId left = ExecId::make(log.unit(), log.epoch(), old.next);
    if (log.read(old.next, event) == ExecutionLog::ReadStatus::ok) left = event.exec_id;
    note_loss(old.next, old.event != nullptr ? old.event->exec_id : left);
  }
  return old.status;
}

void OrderEntry::on_chosen(bool chosen) {
  chosen_ = chosen;
  about_now_ns_ = monotonic_now_ns();
}

void OrderEntry::on_reset(std::uint64_t position, std::int64_t heard_ns) {
  if (heard_ns == 0) heard_ns = told_.last_ns();
  const std::uint64_t doubted = told_.first_since(heard_ns - kDoubtNs);
  told_.clear();
  if (owed_from_ == 0 && doubted == 0) return;
  owed_from_ = owed_from_ == 0 ? doubted
               : doubted == 0  ? owed_from_
                               : std::min(owed_from_, doubted);
  again_until_ = std::max(position, owed_from_);
  session_.store().tell_again(owed_from_, again_until_);
}

void OrderEntry::note_loss(std::uint64_t next, ExecId id) {
  count(counters_.reports_lost, next - owed_from_);
  losses_ =
      "reports before ExecID(17) " + std::to_string(id.value) + " have left the execution log";
  logger_->error("{}: {}: {}", session_.config().comp_id, losses_, archive_.wrong());
  owed_from_ = next;
}

bool OrderEntry::report(const Event& event) {
  const std::uint64_t number = event.exec_id.count();
  if (!session_.send(encoder_.encode_event(event, session_.next_sender(), clock_(), out_,
                                           number <= again_until_),
                     {.report = number})) {
    return false;
  }
  told_.note(number, about_now_ns_);
  count(counters_.reports);
  return true;
}

}  // namespace sluice::gateway
