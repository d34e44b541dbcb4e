// All that belongs to one configured session.
#pragma once

#include <cstdint>
#include <memory>

#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/address_filter.hpp"
#include "gateway/session/fix_session.hpp"
#include "gateway/session/order_entry.hpp"
#include "gateway/session/session_role.hpp"

namespace sluice::gateway {

/// Made by the venue, then touched by the session's I/O thread only; `config`, `allowed` and
/// `io_thread` never change and are read by the thread that examines Logons.
///
/// Invariants: `role` is order_entry or another role of this unit, and the session's app. Events of
/// the session's orders go to order_entry whatever the connection is for: what it cannot report it
/// owes.
struct SessionUnit {
  const SessionConfig* config;
  std::uint32_t io_thread;
  AddressFilter allowed;
  SessionAccounts accounts;
  std::unique_ptr<ReportEncoder> encoder;
  std::unique_ptr<FixSession> session;
  std::unique_ptr<OrderEntry> order_entry;  ///< Null when it never enters orders.
  SessionRole* role = nullptr;              ///< What the connection is for, or the last one was.
  bool in_arrears = false;  ///< Noted by its thread: reports or resend pages wait to be sent.

  /// Only without a connection.
  void choose(SessionRole& chosen) {
    if (role != nullptr) role->on_chosen(false);
    role = &chosen;
    role->on_chosen(true);
    session->set_app(*role);
  }
};

}  // namespace sluice::gateway
