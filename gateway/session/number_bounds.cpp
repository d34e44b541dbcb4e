#include "gateway/session/number_bounds.hpp"

#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {
namespace {

bool would_wrap(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
         !parse_sequence_number(text);
}

}  // namespace

bool is_session_message(std::string_view msg_type) noexcept {
  constexpr std::string_view kTypes = "012345A";
  return msg_type.size() == 1 && kTypes.find(msg_type[0]) != std::string_view::npos;
}

bool has_number_that_wraps(const HeaderView& header, std::string_view message) {
  if (would_wrap(header.msg_seq_num)) return true;
  if (!is_session_message(header.msg_type)) return false;
  FieldScanner scanner(message);
  FieldView field;
  while (scanner.next(field) == FieldScanner::Step::field) {
    switch (field.tag) {
      case FIX::FIELD::BeginSeqNo:
      case FIX::FIELD::EndSeqNo:
      case FIX::FIELD::NewSeqNo:
      case FIX::FIELD::RefSeqNum:
      case FIX::FIELD::HeartBtInt:
        if (would_wrap(field.value)) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

}  // namespace sluice::gateway
