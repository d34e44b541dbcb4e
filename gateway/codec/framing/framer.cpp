#include "gateway/codec/framing/framer.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

constexpr std::string_view kStart = "8=FIX";
constexpr std::size_t kTrailerBytes = 7;  // 10=ccc<SOH>

constexpr Frame need_more() { return {Frame::Kind::need_more, 0, {}, nullptr}; }
constexpr Frame hostile(const char* why) { return {Frame::Kind::hostile, 0, {}, why}; }
constexpr Frame skip(std::size_t bytes, const char* why) {
  return {Frame::Kind::garbled, bytes, {}, why};
}

/// Skips to the next place after the first byte where a message can begin, a cut-off "8=FIX" at the
/// end of the buffer included: so the next call sees the same whether or not the rest was there
/// already.
Frame resynchronise(std::string_view buffer, const char* why) {
  const std::size_t found = buffer.find(kStart, 1);
  if (found != std::string_view::npos) return skip(found, why);
  for (std::size_t tail = std::min(kStart.size(), buffer.size()) - 1; tail > 0; --tail) {
    if (buffer.ends_with(kStart.substr(0, tail))) return skip(buffer.size() - tail, why);
  }
  return skip(buffer.size(), why);
}

bool checksum_is_right(std::string_view summed, std::string_view digits) {
  unsigned sum = 0;
  for (const char c : summed) sum += static_cast<unsigned char>(c);
  unsigned said = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    said = said * 10 + static_cast<unsigned>(c - '0');
  }
  return said == sum % 256;
}

/// Each field is tag=value, the first is MsgType(35), none is one of the three that frame a
/// message.
const char* fault_of_body(std::string_view body) {
  FieldScanner scanner(body);
  FieldView field{};
  bool first = true;
  while (true) {
    switch (scanner.next(field)) {
      case FieldScanner::Step::end:
        return nullptr;
      case FieldScanner::Step::garbled:
        return "a field is not tag=value, or a data field does not have its length";
      case FieldScanner::Step::field:
        break;
    }
    if (first && (field.tag != 35 || field.value.empty())) return "MsgType(35) is not third";
    first = false;
    if (field.tag == 8 || field.tag == 9 || field.tag == 10) {
      return "BeginString(8), BodyLength(9) or CheckSum(10) out of its place";
    }
  }
}

}  // namespace

Frame next_frame(std::string_view buffer, std::size_t max_message_bytes) noexcept {
  const std::size_t begun = std::min(buffer.size(), kStart.size());
  if (buffer.substr(0, begun) != kStart.substr(0, begun)) {
    return resynchronise(buffer, "bytes that do not begin with 8=FIX");
  }
  if (begun < kStart.size()) return need_more();

  const std::string_view begin_string = buffer.substr(2, kMaxBeginStringBytes + 1);
  const std::size_t begin_string_end = begin_string.find(kSoh);
  if (begin_string_end == std::string_view::npos) {
    return begin_string.size() <= kMaxBeginStringBytes
               ? need_more()
               : resynchronise(buffer, "BeginString(8) does not end");
  }

  const std::size_t length_at = 2 + begin_string_end + 1;
  if (buffer.size() > length_at && buffer[length_at] != '9') {
    return resynchronise(buffer, "BodyLength(9) is not second");
  }
  if (buffer.size() > length_at + 1 && buffer[length_at + 1] != '=') {
    return resynchronise(buffer, "BodyLength(9) is not second");
  }
  std::size_t at = length_at + 2;
  std::size_t body_bytes = 0;
  while (at < buffer.size() && is_digit(buffer[at])) {
    if (at - length_at - 2 == kMaxBodyLengthDigits) return hostile("BodyLength(9) is absurd");
    body_bytes = body_bytes * 10 + static_cast<std::size_t>(buffer[at++] - '0');
  }
  if (at >= buffer.size()) return need_more();
  if (buffer[at] != kSoh || at == length_at + 2) {
    return resynchronise(buffer, "BodyLength(9) is not a number");
  }

  const std::size_t body_at = at + 1;
  if (body_bytes + body_at + kTrailerBytes > max_message_bytes) {
    return hostile("message longer than the limit");
  }
  const std::string_view body = buffer.substr(body_at, body_bytes);
  constexpr std::string_view kType = "35=";
  const std::string_view type = body.substr(0, kType.size());
  if (type != kType.substr(0, type.size())) {
    return resynchronise(buffer, "MsgType(35) is not third");
  }
  const std::size_t checksum_at = body_at + body_bytes;
  if (buffer.size() < checksum_at + kTrailerBytes) return need_more();
  const std::string_view trailer = buffer.substr(checksum_at, kTrailerBytes);
  if (!trailer.starts_with("10=") || trailer.back() != kSoh || body.empty() ||
      body.back() != kSoh) {
    return resynchronise(buffer, "BodyLength(9) does not lead to CheckSum(10)");
  }

  const std::size_t total = checksum_at + kTrailerBytes;
  if (!checksum_is_right(buffer.substr(0, checksum_at), trailer.substr(3, 3))) {
    return skip(total, "CheckSum(10) is wrong");
  }
  if (const char* const fault = fault_of_body(body)) return skip(total, fault);
  return {Frame::Kind::message, total, buffer.substr(0, total), nullptr};
}

bool read_header(std::string_view message, HeaderView& out) noexcept {
  out = HeaderView{};
  FieldScanner scanner(message);
  FieldView field{};
  FieldScanner::Step step{};
  while ((step = scanner.next(field)) == FieldScanner::Step::field) {
    std::string_view* place = nullptr;
    switch (field.tag) {
      case 8:
        place = &out.begin_string;
        break;
      case 35:
        place = &out.msg_type;
        break;
      case 49:
        place = &out.sender_comp_id;
        break;
      case 56:
        place = &out.target_comp_id;
        break;
      case 34:
        place = &out.msg_seq_num;
        break;
      case 52:
        place = &out.sending_time;
        break;
      case 43:
        place = &out.poss_dup;
        break;
      default:
        continue;
    }
    // A field without a value still has a place in the bytes: data() tells it from one not met.
    if (place->data() != nullptr) return false;
    *place = field.value;
  }
  return step == FieldScanner::Step::end && !out.begin_string.empty() && !out.msg_type.empty() &&
         !out.sender_comp_id.empty() && !out.target_comp_id.empty() && !out.msg_seq_num.empty() &&
         !out.sending_time.empty();
}

}  // namespace sluice::gateway
