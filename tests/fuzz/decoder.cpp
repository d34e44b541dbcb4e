// decode_command of framed messages: the same answer whatever the memory held before, nothing read
// beyond the message.
#include "gateway/codec/decoding/decoder.hpp"

#include <cstring>
#include <type_traits>

#include "gateway/codec/framing/framer.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace {

using namespace sluice::gateway;
using sluice::Command;
using sluice::fuzz::ExactCopy;
using sluice::fuzz::require;

static_assert(std::is_trivially_copyable_v<Command>);

struct Answer {
  DecodeOutcome outcome;
  Command command;
};

Answer decode(std::string_view message, const DecodeContext& context, int memory) {
  const ExactCopy copy(message);
  Answer answer{};
  std::memset(static_cast<void*>(&answer.command), memory, sizeof answer.command);
  answer.outcome = decode_command(copy.view(), context, answer.command);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const InstrumentDirectory instruments{
      {{{1}, "BTC-USDT", {1, -2}, {1, -5}}, {{2}, "ETH-USDT-PERP", {5, -1}, {1, 0}}}};
  static const SessionAccounts accounts{{{{3}, "MAIN"}, {{4}, "HEDGE"}}};
  sluice::fuzz::Input input(data, size);
  const std::uint8_t options = input.byte();
  DecodeContext context{&instruments, &accounts, {9}};
  context.check_user_defined = (options & 1U) != 0;
  context.check_order = (options & 2U) != 0;
  context.allow_unknown = (options & 4U) != 0;

  const std::string bytes = sluice::fuzz::framed(input.rest());
  const Frame frame = next_frame(bytes, bytes.size());
  if (frame.kind != Frame::Kind::message) return 0;
  const Answer one = decode(frame.message, context, 0x00);
  const Answer two = decode(frame.message, context, 0xFF);
  require(one.outcome.kind == two.outcome.kind && one.outcome.reason == two.outcome.reason &&
              one.outcome.tag == two.outcome.tag,
          "another outcome for the same message");
  if (one.outcome.kind != DecodeOutcome::Kind::ok) return 0;
  require(std::memcmp(&one.command, &two.command, sizeof(Command)) == 0,
          "another command for the same message");
  require(one.command.session.value == 9, "a command of another session");
  return 0;
}
