// How a session takes a Logon(A): what it demands of it, and what the Logon that answers carries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/types/strong.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/session/logon_request.hpp"
#include "gateway/session/quickfix.hpp"
#include "gateway/session/session_app.hpp"
#include "gateway/session/store/mapped_message_store.hpp"

namespace sluice::gateway {

/// Thread safety: the session's I/O thread.
///
/// Nothing of the session changes here: QuickFIX does that when it is fed what for_quickfix()
/// gives.
class LogonExchange {
 public:
  LogonExchange(const GatewayConfig& limits, FIX::Session& fix, const MappedMessageStore& store,
                const SessionNames& names, Role role)
      : limits_(limits), fix_(fix), store_(store), names_(names), role_(role) {}

  /// The first Logon of a connection, `bytes`, as `logon` reads it.
  [[nodiscard]] LogonVerdict judge_first(const LogonRequest& logon, std::string_view bytes,
                                         TimeNs now) const;
  /// A Logon on a connection that is logged on may reset the numbers (ResetSeqNumFlag(141)=Y),
  /// which QuickFIX does before it looks at anything else. So it must be as good as the first, and
  /// for the same role: `app`'s.
  [[nodiscard]] bool may_come_again(const LogonRequest& logon, const SessionApp* app,
                                    TimeNs now) const;

  /// From here to finish() QuickFIX works on `logon`, which is refused if the verdict says so.
  void begin(const LogonRequest& logon, const LogonVerdict& verdict);
  void finish();
  /// What QuickFIX is fed for the Logon `bytes`. A refusal answers one without its fields: it may
  /// hold what the dictionary refuses silently.
  [[nodiscard]] std::string for_quickfix(std::string_view bytes) const;

  /// For QuickFIX's fromAdmin: throws FIX::RejectLogon if the Logon is refused.
  void check_refused() const;
  /// For toAdmin, of our Logon: NextExpectedMsgSeqNum(789) if the client's had one,
  /// DropCopyFlag(9406) if it had one or the connection is a drop copy, and what `app` has to say.
  void complete_answer(FIX::Message& answer, SessionApp* app) const;

 private:
  [[nodiscard]] std::int64_t max_latency_s() const;
  [[nodiscard]] std::string plain_logon() const;

  const GatewayConfig& limits_;
  FIX::Session& fix_;
  const MappedMessageStore& store_;
  const SessionNames& names_;
  Role role_;
  const LogonRequest* logon_ = nullptr;  // while QuickFIX works on it
  std::string refusal_;
};

}  // namespace sluice::gateway
