// The venue's names and ids for admins, and which of them one admin may see.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/types/controls.hpp"
#include "engine/types/strong.hpp"
#include "gateway/admin/admin_identity.hpp"
#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// Ids are places in the configuration plus one, as everywhere. Never changes; any thread.
class VenueNames {
 public:
  explicit VenueNames(const VenueConfig& config) : config_(config) {}

  [[nodiscard]] std::optional<SessionId> session(std::string_view name, const Admin& admin) const;
  [[nodiscard]] std::optional<AccountId> account(std::string_view name, const Admin& admin) const;
  [[nodiscard]] std::optional<FirmId> firm(std::string_view name, const Admin& admin) const;
  [[nodiscard]] std::optional<InstrumentId> instrument(std::string_view name) const;

  [[nodiscard]] const SessionConfig& at(SessionId id) const {
    return config_.sessions[id.value - 1];
  }
  [[nodiscard]] const AccountConfig& at(AccountId id) const {
    return config_.accounts[id.value - 1];
  }
  [[nodiscard]] const InstrumentConfig& at(InstrumentId id) const {
    return config_.instruments[id.value - 1];
  }
  [[nodiscard]] const std::string& at(FirmId id) const { return config_.firms[id.value - 1].name; }
  [[nodiscard]] FirmId firm_of(SessionId id) const;

  /// The name of what a control concerns; empty for the venue and for what does not exist.
  [[nodiscard]] std::string target(ControlScope scope, std::uint32_t id) const;
  /// The id of what a control concerns, whoever may see it; 0 for the venue.
  [[nodiscard]] std::optional<std::uint32_t> target(ControlScope scope,
                                                    std::string_view name) const;
  [[nodiscard]] bool sees_target(ControlScope scope, std::uint32_t id, const Admin& admin) const;

  [[nodiscard]] std::vector<SessionId> sessions(const Admin& admin) const;
  [[nodiscard]] std::uint32_t instruments() const {
    return static_cast<std::uint32_t>(config_.instruments.size());
  }
  [[nodiscard]] const VenueConfig& config() const noexcept { return config_; }

 private:
  const VenueConfig& config_;
};

[[nodiscard]] std::string_view name_of(InstrumentState state) noexcept;
[[nodiscard]] std::optional<InstrumentState> instrument_state_of(std::string_view name) noexcept;
[[nodiscard]] std::string_view name_of(ControlScope scope) noexcept;
[[nodiscard]] std::optional<ControlScope> control_scope_of(std::string_view name) noexcept;

}  // namespace sluice::gateway
