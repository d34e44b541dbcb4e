// next_frame over a stream, whole and cut into reads: the same messages, nothing read or consumed
// beyond the buffer, always an end.
#include "gateway/codec/framing/framer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"

namespace {

using sluice::fuzz::ExactCopy;
using sluice::fuzz::require;
using sluice::gateway::Frame;
using sluice::gateway::HeaderView;

/// Offset and length of each message, and where it was hostile (length 0).
using Found = std::vector<std::pair<std::size_t, std::size_t>>;

void check_frame(const Frame& frame, std::string_view buffer, std::size_t max_bytes) {
  require(frame.consumed <= buffer.size(), "consumes more than there is");
  switch (frame.kind) {
    case Frame::Kind::need_more:
      require(frame.consumed == 0, "consumes what it waits for");
      require(buffer.size() < max_bytes, "waits for more than the limit");
      break;
    case Frame::Kind::message: {
      require(frame.message.data() == buffer.data(), "a message that is elsewhere");
      require(frame.message.size() == frame.consumed, "a message of another length");
      require(frame.consumed <= max_bytes, "a message past the limit");
      HeaderView header;
      if (read_header(frame.message, header)) require(!header.msg_type.empty(), "no MsgType(35)");
      break;
    }
    case Frame::Kind::garbled:
      require(frame.consumed > 0, "skips nothing");
      require(frame.why != nullptr, "garbled without a cause");
      break;
    case Frame::Kind::hostile:
      require(frame.why != nullptr, "hostile without a cause");
      break;
  }
}

/// `reads`: sizes of the reads, over and over; 0 reads all that fits.
Found walk(std::string_view stream, std::size_t max_bytes, std::string_view reads) {
  Found found;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (std::size_t read = 0;; ++read) {
    const std::size_t size =
        reads.empty() ? 0 : static_cast<unsigned char>(reads[read % reads.size()]);
    const std::size_t room = max_bytes - (end - begin);
    const std::size_t more = std::min({size == 0 ? room : size, room, stream.size() - end});
    end += more;
    for (;;) {
      const ExactCopy buffer(stream.substr(begin, end - begin));
      const Frame frame = sluice::gateway::next_frame(buffer.view(), max_bytes);
      check_frame(frame, buffer.view(), max_bytes);
      if (frame.kind == Frame::Kind::hostile) {
        found.emplace_back(begin, 0);
        return found;
      }
      if (frame.kind == Frame::Kind::need_more) break;
      if (frame.kind == Frame::Kind::message) found.emplace_back(begin, frame.consumed);
      begin += frame.consumed;
    }
    if (end == stream.size()) return found;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sluice::fuzz::Input input(data, size);
  const std::size_t max_bytes = 64 + 8 * std::size_t{input.byte()};
  const std::uint8_t cuts[] = {input.byte(), input.byte(), input.byte()};
  std::string stream(input.rest());
  std::replace(stream.begin(), stream.end(), '|', '\x01');
  const Found whole = walk(stream, max_bytes, {});
  const Found bytewise = walk(stream, max_bytes, "\x01");
  const Found cut = walk(stream, max_bytes, {reinterpret_cast<const char*>(cuts), sizeof cuts});
  require(whole == bytewise, "byte by byte it finds something else");
  require(whole == cut, "cut otherwise it finds something else");
  return 0;
}
