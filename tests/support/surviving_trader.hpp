// A client that trades at random through cuts and crashes, as a good FIX engine does, and keeps
// books of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/raw_fix_client.hpp"

namespace sluice::testing {

/// Thread safety: none; one thread owns it.
///
/// It sends again what it is asked for, under the old numbers and word for word, fills over its
/// session messages, asks for what it lacks, and takes nothing early.
class SurvivingTrader {
 public:
  /// `price`: near which it trades, as "5.0" to which a digit is added. `waits_for_room`: false
  /// where nobody would read meanwhile.
  SurvivingTrader(std::string comp_id, std::string symbol, std::string price,
                  bool waits_for_room = true);

  /// Hears the last connection to its end, and connects and sends a Logon with its present numbers,
  /// for whose answer it does not wait. Throws std::runtime_error when nobody listens.
  void log_on(const std::string& host, std::uint16_t port);
  /// Likewise over a connected socket. `reset`: with 141=Y; what is under way is given up.
  void log_on_over(int connected_fd, bool reset);
  /// An order, a cancel of one of the last, or something that is refused.
  void trade(std::mt19937_64& random);
  /// Takes whatever is there; true if there was anything.
  bool hear();
  /// No connection, or it was closed.
  [[nodiscard]] bool is_cut() { return raw_.closed_by_peer() || !raw_.connection().is_open(); }
  [[nodiscard]] RawFixClient& raw() { return raw_; }
  [[nodiscard]] const RawFixClient& raw() const { return raw_; }

  /// ExecID(17) of each report, in the order in which they came first. Those with
  /// PossResend(97)=Y that it knows do not count.
  [[nodiscard]] const std::vector<std::uint64_t>& heard() const { return heard_; }
  [[nodiscard]] std::size_t cancel_rejects() const { return cancel_rejects_; }
  /// What is wrong whatever the venue did: an order that was accepted twice, one that was refused
  /// with j and accepted later, a number with two contents. Empty: nothing.
  [[nodiscard]] const std::vector<std::string>& wrongs() const { return wrongs_; }

 private:
  void take(const FixMessage& message);
  void note_content(const FixMessage& message);
  void resend(std::uint32_t from);
  void fill(std::uint32_t from, std::uint32_t to);
  [[nodiscard]] FixHeader again(std::uint32_t seq) const;

  RawFixClient raw_;
  std::string symbol_;
  std::string price_;
  std::uint64_t names_ = 0;
  std::vector<std::pair<std::uint32_t, FixBody>> sent_;  ///< Application messages by number.
  bool reset_pending_ = false;
  std::uint32_t asked_from_ = 0;  ///< On this connection; 0: not.
  std::vector<std::uint64_t> heard_;
  std::set<std::uint64_t> known_;
  std::size_t cancel_rejects_ = 0;
  std::set<std::string> refused_cancels_;
  std::set<std::string> accepted_;
  std::set<std::string> refused_;
  std::map<std::uint32_t, std::string> contents_;  ///< Of the venue's messages, by number.
  std::vector<std::string> wrongs_;
};

/// Asks each again and again whether it is still there and hears what comes, until `done` or the
/// deadline. Returns whether it is done.
[[nodiscard]] bool hear_until(std::initializer_list<SurvivingTrader*> traders, Deadline deadline,
                              const std::function<bool()>& done);

}  // namespace sluice::testing
