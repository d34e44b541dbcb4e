// All that belongs to one configured session.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/drop_copy/drop_copy.hpp"
#include "gateway/net/address_filter.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/session/fix_session.hpp"
#include "gateway/session/logon_request.hpp"
#include "gateway/session/order_entry.hpp"
#include "gateway/session/session_role.hpp"

namespace sluice::gateway {

/// Made by the venue, then touched by the session's I/O thread only; `config`, `allowed` and
/// `io_thread` never change and are read by the thread that examines Logons.
///
/// Invariants: `role` is order_entry or drop_copy, and the session's app. Events of
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
  std::unique_ptr<DropCopy> drop_copy;      ///< Null when it never reads copies.
  SessionRole* role = nullptr;              ///< What the connection is for, or the last one was.
  /// A second authenticated connection that wants the session, and when the first has had its time
  /// to answer. Monotonic; next_takeover_ns: no other probe before.
  Connection* challenger = nullptr;
  std::int64_t takeover_at_ns = 0;
  std::int64_t next_takeover_ns = 0;
  std::uint32_t epoch = 0;           ///< Of the session's numbers, as its role knows it.
  std::int64_t heard_ns = 0;         ///< When its client spoke last, monotonic; 0: not yet ...
  std::int64_t heard_before_ns = 0;  ///< ... and before that.
  bool in_arrears = false;  ///< Noted by its thread: reports or resend pages wait to be sent.

  /// Only without a connection.
  void choose(SessionRole& chosen) {
    if (role != nullptr) role->on_chosen(false);
    role = &chosen;
    role->on_chosen(true);
    session->set_app(*role);
  }
  /// What the next connection is for, by its Logon.
  void choose_for(std::string_view logon_bytes) {
    const auto logon = read_logon(logon_bytes);
    const bool copies = logon && asks_for_copies(*logon, config->role);
    // Without a good Logon nothing comes of the connection, whatever it is for.
    choose(drop_copy != nullptr && (copies || order_entry == nullptr)
               ? static_cast<SessionRole&>(*drop_copy)
               : static_cast<SessionRole&>(*order_entry));
  }
};

}  // namespace sluice::gateway
