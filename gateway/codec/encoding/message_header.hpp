// The header of every message of ours, behind BeginString(8) and BodyLength(9).
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/codec/encoding/message_writer.hpp"

namespace sluice::gateway {

/// `type_field`: MsgType(35) with its tag and SOH.
inline void write_header(MessageWriter& writer, const SessionNames& names,
                         std::string_view type_field, std::uint32_t msg_seq_num,
                         TimeNs sending_time, int digits) {
  writer.raw(type_field);
  writer.number("34=", msg_seq_num);
  writer.text("49=", names.sender_comp_id);
  writer.time("52=", sending_time, digits);
  writer.text("56=", names.target_comp_id);
}

}  // namespace sluice::gateway
