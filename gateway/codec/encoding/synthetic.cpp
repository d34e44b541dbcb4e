#include "gateway/codec/encoding/synthetic.hpp"

#include <vector>

#include "gateway/codec/encoding/message_writer.hpp"
#include "gateway/codec/framing/field_scanner.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kFixedFields = 128;  // Everything but the names.

std::vector<char> room_for(const SessionNames& names) {
  return std::vector<char>(MessageWriter::prefix_bytes(names.begin_string.size()) +
                           names.sender_comp_id.size() + names.target_comp_id.size() +
                           kFixedFields);
}

}  // namespace

std::string make_placeholder(const SessionNames& names, std::uint32_t msg_seq_num,
                             TimeNs sending_time) {
  std::vector<char> room = room_for(names);
  MessageWriter writer(room, names.begin_string);
  writer.raw("35=0\x01");
  writer.number("34=", msg_seq_num);
  writer.text("49=", names.sender_comp_id);
  writer.time("52=", sending_time, 6);
  writer.text("56=", names.target_comp_id);
  return std::string(writer.finish());
}

std::string make_resend_request(const SessionNames& as_from_client, std::uint32_t msg_seq_num,
                                std::uint32_t begin, std::uint32_t end, TimeNs sending_time) {
  std::vector<char> room = room_for(as_from_client);
  MessageWriter writer(room, as_from_client.begin_string);
  writer.raw("35=2\x01");
  writer.number("34=", msg_seq_num);
  writer.text("49=", as_from_client.sender_comp_id);
  writer.time("52=", sending_time, 6);
  writer.text("56=", as_from_client.target_comp_id);
  writer.number("7=", begin);
  writer.number("16=", end);
  return std::string(writer.finish());
}

std::string with_end_seq_no(std::string_view request, std::uint32_t end) {
  constexpr int kBeginString = 8;
  constexpr int kBodyLength = 9;
  constexpr int kCheckSum = 10;
  constexpr int kEndSeqNo = 16;
  std::string begin_string;
  std::string body;
  FieldScanner scanner(request);
  FieldView field{};
  while (scanner.next(field) == FieldScanner::Step::field) {
    if (field.tag == kBeginString) begin_string = field.value;
    if (field.tag == kBeginString || field.tag == kBodyLength || field.tag == kCheckSum) continue;
    body += std::to_string(field.tag) + '=';
    if (field.tag == kEndSeqNo) {
      body += std::to_string(end);
    } else {
      body += field.value;
    }
    body += kSoh;
  }
  std::string message =
      "8=" + begin_string + kSoh + "9=" + std::to_string(body.size()) + kSoh + body;
  unsigned sum = 0;
  for (const char c : message) sum += static_cast<unsigned char>(c);
  const std::string digits = std::to_string(sum % 256);
  return message + "10=" + std::string(3 - digits.size(), '0') + digits + kSoh;
}

}  // namespace sluice::gateway
