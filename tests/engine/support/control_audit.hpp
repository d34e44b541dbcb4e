// What the venue's own commands promise of all events that come after them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/engine_config.hpp"
#include "engine/message/event.hpp"

namespace sluice::test {

/// Holds entries and trades against states and kill switches, and each mass cancel against the
/// orders that were open when it began: all of them end, none of them trades with anything that
/// began later, and the count at its end is right.
class ControlAudit {
 public:
  explicit ControlAudit(const EngineConfig& config);

  /// Returns a complaint, or nothing.
  [[nodiscard]] std::string observe(const Event& event);
  /// Mass cancels and kills whose cancels are not all out.
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

 private:
  struct Open {
    Event last{};
    std::uint64_t began = 0;  ///< Number of the event that let it sweep: its entry or last replace.
  };
  struct UnderWay {
    std::uint32_t source = 0;  ///< msg_seq_num of its command.
    CancelCause cause = CancelCause::none;
    std::uint64_t began = 0;
    std::set<std::uint64_t> condemned;
    std::uint32_t canceled = 0;
  };
  using Target = std::pair<ControlScope, std::uint32_t>;

  [[nodiscard]] bool is_in(const Target& scope, const Event& order) const;
  std::string check_fields(const Event& event) const;
  std::string check_entry(const Event& event) const;
  std::string check_trade(const Event& event) const;
  std::string check_cancel(const Event& event);
  std::string check_done(const Event& event);
  void begin(const Event& event, CancelCause cause);
  void follow(const Event& event);

  EngineConfig config_;
  std::vector<InstrumentState> states_;  ///< By instrument.
  std::set<Target> kills_;
  std::vector<UnderWay> under_way_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t venue_canceled_ = 0;  ///< Order whose cancels_done must be the next event.
};

}  // namespace sluice::test
