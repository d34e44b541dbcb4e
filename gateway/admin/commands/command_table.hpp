// Every command of the admin socket: its name, who may use it, and the job that does it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/admin/admin_job.hpp"

namespace sluice::gateway {

/// Which roles may use a command, see PROTOCOL.md.
enum class Audience : std::uint8_t {
  everybody,
  sessions,  ///< operator and supervisor
  controls,  ///< operator, risk and supervisor; the job may narrow it further
  risk,      ///< risk and supervisor
  supervisors,
};

struct AdminCommand {
  std::string_view name;
  Audience audience;
  std::unique_ptr<AdminJob> (*make)(JobStart start);
};

[[nodiscard]] bool may_use(AdminRole role, Audience audience) noexcept;

/// All of them, in the order of PROTOCOL.md.
[[nodiscard]] std::span<const AdminCommand> admin_commands() noexcept;
/// Null when there is none of this name.
[[nodiscard]] const AdminCommand* find_admin_command(std::string_view name) noexcept;

// One function for each command, in the file of its group.
std::unique_ptr<AdminJob> make_session_list(JobStart start);
std::unique_ptr<AdminJob> make_session_show(JobStart start);
std::unique_ptr<AdminJob> make_session_logout(JobStart start);
std::unique_ptr<AdminJob> make_session_disconnect(JobStart start);
std::unique_ptr<AdminJob> make_session_enable(JobStart start);
std::unique_ptr<AdminJob> make_session_disable(JobStart start);
std::unique_ptr<AdminJob> make_session_reset(JobStart start);
std::unique_ptr<AdminJob> make_session_set_seq(JobStart start);
std::unique_ptr<AdminJob> make_instrument_list(JobStart start);
std::unique_ptr<AdminJob> make_instrument_set_state(JobStart start);
std::unique_ptr<AdminJob> make_book_show(JobStart start);
std::unique_ptr<AdminJob> make_order_list(JobStart start);
std::unique_ptr<AdminJob> make_order_cancel(JobStart start);
std::unique_ptr<AdminJob> make_kill_on(JobStart start);
std::unique_ptr<AdminJob> make_kill_off(JobStart start);
std::unique_ptr<AdminJob> make_kill_status(JobStart start);
std::unique_ptr<AdminJob> make_notice_send(JobStart start);
std::unique_ptr<AdminJob> make_stat(JobStart start);
std::unique_ptr<AdminJob> make_tail(JobStart start);
std::unique_ptr<AdminJob> make_certificates_reload(JobStart start);

}  // namespace sluice::gateway
