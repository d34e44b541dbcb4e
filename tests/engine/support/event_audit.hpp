// A critic that believes nothing but what every stream of events has to fulfil by itself.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "tests/engine/support/control_audit.hpp"

namespace sluice::test {

/// Holds each event against the command that caused it and against the earlier life of its order:
/// dense ids, one answer a command, arithmetic of quantities and notional, status, flags, pairs of
/// trades; and what the venue's own commands promise.
class EventAudit {
 public:
  explicit EventAudit(const EngineConfig& config)
      : unit_(config.unit), epoch_(config.epoch), controls_(config) {}

  /// The events of one apply(). Returns the first complaint, or nothing.
  [[nodiscard]] std::string observe(const Command& command, const std::vector<Event>& events,
                                    bool work_is_pending);

  [[nodiscard]] std::uint64_t events() const { return events_; }
  /// Engine time as the commands make it.
  [[nodiscard]] TimeNs now() const { return now_; }
  [[nodiscard]] std::uint64_t matches() const { return matches_; }
  /// Commands that wait for their answer.
  [[nodiscard]] std::size_t unanswered() const { return unanswered_.size(); }
  /// Orders that were accepted and have not ended.
  [[nodiscard]] std::size_t open_orders() const { return open_.size(); }
  /// Mass cancels and kills whose cancels are not all out.
  [[nodiscard]] std::size_t cancels_under_way() const { return controls_.under_way(); }

 private:
  struct Life {
    Event last{};
    bool open = false;
  };
  using Source = std::pair<std::uint32_t, std::uint32_t>;

  std::string check(const Event& event);
  std::string check_answer(const Event& event);
  std::string check_order(const Event& event);
  std::string check_refused_request(const Event& event);
  std::string check_status(const Event& event);
  std::string check_trade(const Event& event, const Life& before);

  std::uint64_t unit_;
  std::uint64_t epoch_;
  ControlAudit controls_;
  std::uint64_t events_ = 0;
  std::uint64_t matches_ = 0;
  std::uint64_t orders_ = 0;
  TimeNs now_{};
  CommandSeq seq_{};
  Event first_half_{};  ///< The resting side of a match, until the aggressor's event comes.
  std::map<Source, Command> unanswered_;
  std::map<std::uint64_t, Life> lives_;
  std::set<std::uint64_t> open_;
};

}  // namespace sluice::test
