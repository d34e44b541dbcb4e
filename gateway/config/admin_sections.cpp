// [admin], [[admin_user]] and [opening]: who runs the venue, and how it opens.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sys/un.h>
#include <utility>

#include "gateway/config/config_sections.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxAdminUsers = 256;

bool is_socket_path(std::string_view text) noexcept {
  return text.size() < sizeof(sockaddr_un::sun_path) && text.find('\0') == std::string_view::npos;
}
constexpr TextRule kSocketPath{&is_socket_path,
                               "a path of at most 107 bytes, or \"\" for admin.sock in state_dir"};

bool is_path_or_none(std::string_view text) noexcept {
  return text.size() <= 1'024 && text.find('\0') == std::string_view::npos;
}
constexpr TextRule kAuditPath{&is_path_or_none,
                              "a path of at most 1024 bytes, or \"\" for audit.log in state_dir"};

/// Of the system: a name as useradd(8) takes it, or a number.
bool is_system_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '$';
  });
}
bool is_system_name_or_none(std::string_view text) noexcept {
  return text.empty() || is_system_name(text);
}
constexpr TextRule kUser{&is_system_name, "the name or the number of a user of this system"};
constexpr TextRule kGroup{&is_system_name_or_none, "the name or the number of a group, or \"\""};

/// Four octal digits of which the first is 0; nobody but the owner needs less than to connect.
std::optional<std::uint32_t> socket_mode_of(std::string_view text) noexcept {
  std::uint32_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  const bool good = text.size() == 4 && text[0] == '0' && error == std::errc{} &&
                    end == text.data() + text.size() && (mode & 0600U) == 0600U;
  return good ? std::optional(mode) : std::nullopt;
}

constexpr std::array<std::pair<std::string_view, AdminRole>, 4> kRoles{{
    {"viewer", AdminRole::viewer},
    {"operator", AdminRole::operate},
    {"risk", AdminRole::risk},
    {"supervisor", AdminRole::supervisor},
}};

constexpr std::array<std::pair<std::string_view, InstrumentState>, 2> kOpenings{{
    {"cancel_only", InstrumentState::cancel_only},
    {"continuous", InstrumentState::continuous},
}};

}  // namespace

void read_admin(TableReader& reader, AdminConfig& config) {
  reader.boolean("enabled", config.enabled);
  reader.text("socket", config.socket, kSocketPath);
  if (const toml::node* node = reader.find("socket_mode")) {
    const auto mode = socket_mode_of(node->value_exact<std::string>().value_or(""));
    if (mode) {
      config.socket_mode = *mode;
    } else {
      reader.complain("socket_mode", "four octal digits in quotes, from \"0600\" to \"0777\"");
    }
  }
  reader.text("socket_group", config.socket_group, kGroup);
  reader.text("audit_log", config.audit_log, kAuditPath);
  reader.integer("max_connections", config.max_connections, 1, 256);
  reader.integer("max_line_bytes", config.max_line_bytes, 1'024, 1'048'576);
  reader.integer("max_unsent_bytes", config.max_unsent_bytes, 262'144, 67'108'864);
  reader.integer("tail_messages", config.tail_messages, 64, 65'536);
}

void read_opening(TableReader& reader, OpeningConfig& config) {
  constexpr std::int64_t kDay = 86'400;
  reader.choice<InstrumentState>("after_unclean_stop", config.after_unclean_stop, kOpenings);
  reader.integer("post_only_after_s", config.post_only_after_s, 0, kDay);
  reader.integer("continuous_after_s", config.continuous_after_s, 0, kDay);
  if (config.continuous_after_s != 0 && config.continuous_after_s < config.post_only_after_s) {
    reader.complain(
        "continuous_after_s", std::to_string(config.continuous_after_s),
        "0, or at least post_only_after_s, which is " + std::to_string(config.post_only_after_s));
  }
}

void read_admin_users(TableReader& root, VenueConfig& config) {
  if (root.find("admin_user") == nullptr) return;
  NameLines users;
  for_each_section(root, "admin_user", kMaxAdminUsers, [&](TableReader& reader) {
    AdminUserConfig user;
    if (reader.text("user", user.user, kUser, Presence::required)) {
      check_unique(reader, "user", user.user, users);
    }
    reader.choice<AdminRole>("role", user.role, kRoles, Presence::required);
    if (reader.text("firm", user.firm, kName) &&
        std::none_of(config.firms.begin(), config.firms.end(),
                     [&](const FirmConfig& firm) { return firm.name == user.firm; })) {
      reader.complain("firm", "the name of a [[firm]]");
    }
    reader.finish();
    config.admin_users.push_back(std::move(user));
  });
}

}  // namespace sluice::gateway
