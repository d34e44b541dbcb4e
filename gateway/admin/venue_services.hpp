// What the admin thread asks of the rest of the venue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/admin/json.hpp"
#include "gateway/admin/session_control.hpp"
#include "gateway/session/message_tap.hpp"

namespace sluice::gateway {

/// Thread safety: called by the admin thread.
class VenueServices {
 public:
  VenueServices() = default;
  VenueServices(const VenueServices&) = delete;
  VenueServices& operator=(const VenueServices&) = delete;
  virtual ~VenueServices() = default;

  /// To the thread that owns the session; its answer comes with SessionAnswers.
  virtual void post(SessionOrder order) = 0;
  /// Counters and sizes, in groups.
  [[nodiscard]] virtual Json figures() = 0;
  /// Keeps what ControlState::to_file() gives over restarts. False: it could not be written.
  [[nodiscard]] virtual bool save_controls(const std::string& content) = 0;
  /// Empty when the certificates were read again, else why not.
  [[nodiscard]] virtual std::string reload_certificates() = 0;
  /// From now on messages of this session are handed to take_tapped(), or no longer.
  virtual void tap(SessionId session, bool on) = 0;
  /// At most `max` messages; `dropped` grows by those that found no room.
  [[nodiscard]] virtual std::vector<TappedMessage> take_tapped(std::size_t max,
                                                               std::uint64_t& dropped) = 0;
};

}  // namespace sluice::gateway
