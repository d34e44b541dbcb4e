// All that belongs to one configured session.
#pragma once

#include <cstdint>
#include <memory>

#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/address_filter.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/session/fix_session.hpp"
#include "gateway/session/order_entry.hpp"

namespace sluice::gateway {

/// Made by the venue, then touched by the session's I/O thread only; `config` and `allowed` never
/// change and are read by the thread that examines Logons.
struct SessionUnit {
  const SessionConfig* config;
  AddressFilter allowed;
  SessionAccounts accounts;
  std::unique_ptr<ReportEncoder> encoder;
  std::unique_ptr<FixSession> session;
  std::unique_ptr<OrderEntry> order_entry;
  /// A second authenticated connection that wants the session, and when the first has had its time
  /// to answer. Monotonic; next_takeover_ns: no other probe before.
  Connection* challenger = nullptr;
  std::int64_t takeover_at_ns = 0;
  std::int64_t next_takeover_ns = 0;
  bool in_arrears = false;  ///< Noted by its thread: reports or resend pages wait to be sent.
};

}  // namespace sluice::gateway
