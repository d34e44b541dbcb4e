// How a session answers a ResendRequest(2): QuickFIX is asked for a page at a time, as the client
// reads and as resend_rate allows.
#include <algorithm>

#include "engine/types/durations.hpp"
#include "gateway/codec/encoding/synthetic.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/session/fix_session.hpp"

namespace sluice::gateway {
namespace {

std::optional<std::uint32_t> find_number(std::string_view message, int tag) {
  FieldScanner scanner(message);
  FieldView field;
  while (scanner.next(field) == FieldScanner::Step::field) {
    if (field.tag == tag) return parse_sequence_number(field.value);
  }
  return std::nullopt;
}

}  // namespace

void FixSession::on_resend_request(const HeaderView& header, std::string_view message) {
  const auto number = parse_sequence_number(header.msg_seq_num);
  const auto begin = find_number(message, FIX::FIELD::BeginSeqNo);
  const auto end = find_number(message, FIX::FIELD::EndSeqNo);
  const std::uint32_t last_sent = next_sender() - 1;
  // The client has told what it lacks now.
  pager_.cancel();
  if (!number || !begin || !end || *begin < 1 || *begin > last_sent ||
      (*end != 0 && *end < *begin)) {
    feed(message, number);  // refused there
    return;
  }
  pager_.start(*number, *begin, *end, last_sent);
  const ResendPager::Page page = pager_.take(store_.first_kept());
  // A request costs something however little it asks for.
  constexpr std::uint32_t kRequestCost = 16;
  charge_resend(kRequestCost + kept_of(page));
  resend_accepted_ = false;
  // QuickFIX checks and counts the client's own request, but for its end when that is far.
  if (pager_.active()) {
    feed(with_end_seq_no(message, page.end), number);
  } else {
    feed(message, number);
  }
  if (!resend_accepted_) pager_.cancel();
}

bool FixSession::may_resend() const noexcept {
  return has_room() && monotonic_now_ns() >= next_resend_ns_;
}

std::uint32_t FixSession::kept_of(const ResendPager::Page& page) const noexcept {
  const std::uint32_t first = std::max(page.begin, store_.first_kept());
  return first <= page.end ? page.end - first + 1 : 0;
}

void FixSession::charge_resend(std::uint32_t messages) noexcept {
  const std::int64_t cost_ns = std::int64_t{messages} * kNsPerSecond / limits_.resend_rate;
  next_resend_ns_ = std::max(next_resend_ns_, monotonic_now_ns()) + cost_ns;
}

bool FixSession::must_wait(std::string_view message) const noexcept {
  // The framer has seen that MsgType(35) comes third.
  constexpr std::size_t kFirstThreeFields = 48;
  return message.substr(0, kFirstThreeFields)
                 .find(
                     "\x01"
                     "35=2\x01") != std::string_view::npos &&
         !may_resend();
}

bool FixSession::resend_page() {
  if (!pager_.active()) return false;
  if (!live_ || connection_ == nullptr) {
    pager_.cancel();
    return false;
  }
  if (!may_resend()) return false;
  const ResendPager::Page page = pager_.take(store_.first_kept());
  charge_resend(kept_of(page));
  // Under a number that was counted: QuickFIX answers and does not count it again.
  const std::uint32_t number = std::min(page.msg_seq_num, store_.next_target() - 1);
  feed(make_resend_request({names_.begin_string, names_.target_comp_id, names_.sender_comp_id},
                           number, page.begin, page.end, clock_()),
       number);
  update_live();
  return true;
}

}  // namespace sluice::gateway
