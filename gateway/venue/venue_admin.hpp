// The admin thread and all that it works with, put together.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "gateway/admin/admin_server.hpp"
#include "gateway/venue/admin_services.hpp"

namespace sluice::gateway {

struct VenueAdmin {
  struct Parts {
    const VenueConfig& config;
    const StateDir& state_dir;
    const VenueNames& names;
    const InstrumentDirectory& instruments;
    ControlState& controls;
    IoShared& shared;
    IoLane& lane;
    Inquiry& inquiry;
    std::atomic<std::uint64_t>& pushed_commands;
    AdminServices::Parts services;
    std::vector<InstrumentId> closed;        ///< See OpeningTimer.
    std::function<std::uint64_t()> durable;  ///< See EngineDesk.
  };

  /// Throws AdminSocketError and AuditLogError.
  explicit VenueAdmin(Parts parts);

  AuditLog audit;
  AdminServices services;
  EngineDesk engine;
  InquiryDesk inquiries;
  SessionDesk sessions;
  TailHub tails;
  AdminServer server;
};

}  // namespace sluice::gateway
