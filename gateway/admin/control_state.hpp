// What admins have ordered and what holds until they order something else: instrument states, kill
// switches, disabled sessions. Kept over restarts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/message/event.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/admin/venue_names.hpp"

namespace sluice::gateway {

/// Who ordered something. What the venue's own admins ordered, no firm's admin lifts.
struct OrderedBy {
  std::string user;
  std::string firm;  ///< Of the admin's role; empty: the venue's.
  std::string reason;
};

/// A kill switch that is on.
struct KillSwitch {
  ControlScope scope = ControlScope::none;
  std::uint32_t target = 0;  ///< See Command::target.
  bool keep_resting = false;
  TimeNs since;
  OrderedBy by;
};

/// Thread safety: one thread. The engine's events are what counts: this is their echo, with the
/// names and reasons that the engine does not know.
class ControlState {
 public:
  explicit ControlState(const VenueNames& names);

  /// Instrument states and kill switches as the engine's events of session 0 tell of them.
  void on_event(const Event& event);
  /// Before the engine is told.
  void set_state(InstrumentId instrument, InstrumentState state) {
    states_[instrument.value - 1] = state;
  }
  /// The engine says that it is on; by whose order only the file could say.
  void know_kill(ControlScope scope, std::uint32_t target, TimeNs since);
  /// Who sent the command of this number, a set_kill.
  void note_author(std::uint32_t number, OrderedBy by) { authors_[number] = std::move(by); }
  /// Nothing: enabled.
  void set_disabled(SessionId session, std::optional<OrderedBy> by);

  /// An unclean stop has closed it, and nobody has opened it since: the opening timer may.
  void set_closed(InstrumentId instrument, bool closed) { closed_[instrument.value - 1] = closed; }
  [[nodiscard]] bool is_closed(InstrumentId instrument) const {
    return closed_[instrument.value - 1];
  }

  [[nodiscard]] InstrumentState state(InstrumentId id) const { return states_[id.value - 1]; }
  [[nodiscard]] const std::vector<KillSwitch>& kills() const noexcept { return kills_; }
  [[nodiscard]] const KillSwitch* find(ControlScope scope, std::uint32_t target) const;
  /// By whom it is disabled; null: it is enabled.
  [[nodiscard]] const OrderedBy* disabled_by(SessionId session) const {
    const auto& by = disabled_[session.value - 1];
    return by ? &*by : nullptr;
  }

  /// By name, for the file that keeps it.
  [[nodiscard]] std::string to_file() const;
  /// What the file says. A name that the configuration does not have is told in `missing`, and what
  /// is said of it kept for the day when it is back. Empty text when `content` is good, else what
  /// is wrong with it.
  [[nodiscard]] std::string from_file(const std::string& content,
                                      std::vector<std::string>& missing);

 private:
  void read_instruments(const Json& file, std::vector<std::string>& missing);
  void read_kills(const Json& file, std::vector<std::string>& missing);
  void read_disabled(const Json& file, std::vector<std::string>& missing);

  const VenueNames& names_;
  std::vector<InstrumentState> states_;  // by InstrumentId - 1
  std::vector<KillSwitch> kills_;
  std::vector<bool> closed_;                              // by InstrumentId - 1
  std::vector<std::optional<OrderedBy>> disabled_;        // by SessionId - 1
  std::unordered_map<std::uint32_t, OrderedBy> authors_;  // of commands on their way
  // What the file says of names that the configuration does not have.
  Json absent_instruments_ = Json::object();
  Json absent_closed_ = Json::array();
  Json absent_kills_ = Json::array();
  Json absent_disabled_ = Json::array();
};

}  // namespace sluice::gateway
