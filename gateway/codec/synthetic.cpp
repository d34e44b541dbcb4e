#include "gateway/codec/synthetic.hpp"

#include <vector>

#include "gateway/codec/message_writer.hpp"

namespace sluice::gateway {

std::string make_resend_request(const SessionNames& as_from_client, std::uint32_t msg_seq_num,
                                std::uint32_t begin, std::uint32_t end, TimeNs sending_time) {
  constexpr std::size_t kFixedFields = 128;  // Everything but the names.
  std::vector<char> room(MessageWriter::prefix_bytes(as_from_client.begin_string.size()) +
                         as_from_client.sender_comp_id.size() +
                         as_from_client.target_comp_id.size() + kFixedFields);
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

}  // namespace sluice::gateway
