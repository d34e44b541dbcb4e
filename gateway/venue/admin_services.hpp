// What the admin thread gets from the venue it runs.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "gateway/admin/venue_services.hpp"
#include "gateway/drop_copy/drop_copy.hpp"
#include "gateway/session/message_tap.hpp"
#include "gateway/venue/io_shared.hpp"
#include "gateway/venue/session_unit.hpp"
#include "gateway/venue/state_dir.hpp"

namespace sluice::gateway {

/// The file of state_dir that keeps what admins ordered over restarts.
inline constexpr const char* kControlsFile = "controls.json";

/// Thread safety: the admin thread.
class AdminServices final : public VenueServices {
 public:
  struct Parts {
    IoShared& shared;
    const StateDir& state_dir;
    const std::vector<SessionUnit>& units;  ///< By SessionId - 1.
    std::deque<MessageTap>& taps;           ///< By SessionId - 1.
    TapBuffer& tap_buffer;
    std::vector<const IoLane*> lanes;  ///< The last one is the admins'.
    const DropCopyCounters& copies;
    /// Empty when they were read again, else why not.
    std::function<std::string()> reload_certificates;
    TimeNs started;
  };

  explicit AdminServices(Parts parts) : parts_(std::move(parts)) {}

  void post(SessionOrder order) override;
  [[nodiscard]] Json figures() override;
  [[nodiscard]] bool save_controls(const std::string& content) override;
  [[nodiscard]] std::string reload_certificates() override;
  void tap(SessionId session, bool on) override { parts_.taps[session.value - 1].set(on); }
  [[nodiscard]] std::vector<TappedMessage> take_tapped(std::size_t max,
                                                       std::uint64_t& dropped) override {
    return parts_.tap_buffer.take(max, dropped);
  }

 private:
  Parts parts_;
};

}  // namespace sluice::gateway
