#include "gateway/admin/commands/command_table.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway {
namespace {

constexpr std::array kCommands = std::to_array<AdminCommand>({
    {"session.list", Audience::everybody, &make_session_list},
    {"session.show", Audience::everybody, &make_session_show},
    {"session.logout", Audience::controls, &make_session_logout},
    {"session.disconnect", Audience::controls, &make_session_disconnect},
    {"session.enable", Audience::sessions, &make_session_enable},
    {"session.disable", Audience::controls, &make_session_disable},
    {"session.reset", Audience::supervisors, &make_session_reset},
    {"session.set_seq", Audience::supervisors, &make_session_set_seq},
    {"instrument.list", Audience::everybody, &make_instrument_list},
    {"instrument.set_state", Audience::controls, &make_instrument_set_state},
    {"book.show", Audience::everybody, &make_book_show},
    {"order.list", Audience::everybody, &make_order_list},
    {"order.cancel", Audience::risk, &make_order_cancel},
    {"kill.on", Audience::risk, &make_kill_on},
    {"kill.off", Audience::risk, &make_kill_off},
    {"kill.status", Audience::everybody, &make_kill_status},
    {"notice.send", Audience::sessions, &make_notice_send},
    {"stat", Audience::everybody, &make_stat},
    {"tail", Audience::sessions, &make_tail},
    {"certificates.reload", Audience::supervisors, &make_certificates_reload},
});

}  // namespace

bool may_use(AdminRole role, Audience audience) noexcept {
  switch (audience) {
    case Audience::everybody:
      return true;
    case Audience::sessions:
      return role == AdminRole::operate || role == AdminRole::supervisor;
    case Audience::controls:
      return role != AdminRole::viewer;
    case Audience::risk:
      return role == AdminRole::risk || role == AdminRole::supervisor;
    case Audience::supervisors:
      return role == AdminRole::supervisor;
  }
  return false;
}

std::span<const AdminCommand> admin_commands() noexcept { return kCommands; }

const AdminCommand* find_admin_command(std::string_view name) noexcept {
  const auto found =
      std::find_if(kCommands.begin(), kCommands.end(),
                   [&](const AdminCommand& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

}  // namespace sluice::gateway
