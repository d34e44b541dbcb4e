// A drop copy's client that loses its connection, comes back and asks for what it lacks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/raw_fix_client.hpp"

namespace sluice::testing {

/// Thread safety: none; nothing happens but in its calls.
class CopyClient {
 public:
  struct Copy {
    std::uint64_t appl_seq;  ///< ApplSeqNum(1181)
    std::string report;      ///< ExecID(17); of an OrderCancelReject(9) its ClOrdID(11).
  };

  CopyClient(RawClientOptions options, std::string host, std::uint16_t port);

  [[nodiscard]] RawFixClient& raw() { return raw_; }
  void set_port(std::uint16_t port) { port_ = port; }

  /// Connects and logs on, again while the venue still has the last connection; then asks for what
  /// lies before. Text(58) of the answer.
  std::string log_on();
  /// Takes what is there now; false when the connection is gone.
  bool pump();
  /// Pumps until `count` copies are here; false when they do not come in time. Logs on again when
  /// the connection goes.
  [[nodiscard]] bool wait_for(std::size_t count);

  [[nodiscard]] std::size_t count() const { return by_seq_.size(); }
  /// Reports in the order of their ApplSeqNum. Adds to `faults` what is wrong: a number that comes
  /// twice, a hole, a number that lies behind one of an earlier message, a copy not marked as one.
  [[nodiscard]] std::vector<std::string> reports(std::vector<std::string>& faults) const;
  [[nodiscard]] const std::map<std::uint32_t, Copy>& by_seq() const { return by_seq_; }

 private:
  void take(const FixMessage& message);
  void fill_own_gap(std::int64_t begin);

  RawFixClient raw_;
  std::string host_;
  std::uint16_t port_;
  std::map<std::uint32_t, Copy> by_seq_;  // by MsgSeqNum
  std::vector<std::string> faults_;
};

/// As CopyClient::Copy::report; empty for what is no report.
[[nodiscard]] std::string report_name(const FixMessage& message);

}  // namespace sluice::testing
