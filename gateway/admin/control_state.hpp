// What admins have ordered and what holds until they order something else: instrument states, kill
// switches, disabled sessions. Kept over restarts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/message/event.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/admin/venue_names.hpp"

namespace sluice::gateway {

/// A kill switch that is on.
struct KillSwitch {
  ControlScope scope = ControlScope::none;
  std::uint32_t target = 0;  ///< See Command::target.
  bool keep_resting = false;
  TimeNs since;
  std::string user;
  std::string reason;
};

/// Thread safety: one thread. The engine's events are what counts: this is their echo, with the
/// names and reasons that the engine does not know.
class ControlState {
 public:
  explicit ControlState(const VenueNames& names);

  /// Instrument states and kill switches as the engine's events of session 0 tell of them.
  void on_event(const Event& event);
  /// Who turned on what the next kill_changed of this scope and target tells of.
  void note_author(ControlScope scope, std::uint32_t target, std::string user, std::string reason);
  void set_disabled(SessionId session, bool disabled);

  [[nodiscard]] InstrumentState state(InstrumentId id) const { return states_[id.value - 1]; }
  [[nodiscard]] const std::vector<KillSwitch>& kills() const noexcept { return kills_; }
  [[nodiscard]] const KillSwitch* find(ControlScope scope, std::uint32_t target) const;
  [[nodiscard]] bool is_disabled(SessionId session) const { return disabled_[session.value - 1]; }

  /// By name, for the file that keeps it.
  [[nodiscard]] std::string to_file() const;
  /// What the file says, as far as its names still exist; each that does not is told in `missing`.
  /// Empty text when `content` is good, else what is wrong with it.
  [[nodiscard]] std::string from_file(const std::string& content,
                                      std::vector<std::string>& missing);

 private:
  struct Author {
    ControlScope scope;
    std::uint32_t target;
    std::string user;
    std::string reason;
  };

  const VenueNames& names_;
  std::vector<InstrumentState> states_;  // by InstrumentId - 1
  std::vector<KillSwitch> kills_;
  std::vector<bool> disabled_;  // by SessionId - 1
  std::optional<Author> author_;
};

}  // namespace sluice::gateway
