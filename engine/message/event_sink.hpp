// The engine's only way out.
#pragma once

#include "engine/message/event.hpp"

namespace sluice {

/// Takes events in the order in which they happen. Called on the engine's thread only; may neither
/// allocate, block nor throw.
class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;

  /// A zeroed place for the next event, the caller's until commit().
  [[nodiscard]] virtual Event& claim() noexcept = 0;
  /// The claimed event is complete.
  virtual void commit() noexcept = 0;
};

}  // namespace sluice
