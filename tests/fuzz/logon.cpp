// What a stranger's first message can be: read_logon and the verdict on it.
#include <functional>

#include "gateway/codec/framing/framer.hpp"
#include "gateway/session/logon_request.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace {

using namespace sluice::gateway;
using sluice::fuzz::require;

void check_inside(std::string_view field, std::string_view message) {
  if (field.empty()) return;
  const std::less_equal<const char*> not_after;
  require(not_after(message.data(), field.data()) &&
              not_after(field.data() + field.size(), message.data() + message.size()),
          "a field outside of its message");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sluice::fuzz::Input input(data, size);
  const std::uint32_t next_sender = input.byte();
  const std::string bytes = sluice::fuzz::framed(input.rest());
  const Frame frame = next_frame(bytes, bytes.size());
  if (frame.kind != Frame::Kind::message) return 0;
  const sluice::fuzz::ExactCopy copy(frame.message);
  const auto logon = read_logon(copy.view());
  if (!logon) return 0;
  for (const std::string_view field : {logon->begin_string, logon->sender_comp_id,
                                       logon->target_comp_id, logon->username, logon->password}) {
    check_inside(field, copy.view());
  }
  const GatewayConfig limits;
  const LogonVerdict verdict =
      judge_logon(*logon, limits, next_sender, 120, sluice::TimeNs{1'767'323'045'000'000'000});
  if (verdict.kind == LogonVerdict::Kind::refuse) {
    require(!verdict.text.empty(), "refused without a word");
    require(!logon->reset, "a Logout to one that resets");
  }
  return 0;
}
