// Wakes a thread that waits in a poller.
#pragma once

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

/// Thread safety: raise() from any thread; the others on the thread that waits.
class EventSignal {
 public:
  /// Throws std::system_error when the system gives no descriptor.
  EventSignal();

  void raise() noexcept;
  /// Readable from raise() to clear().
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  void clear() noexcept;

 private:
  FileDescriptor fd_;
};

}  // namespace sluice::gateway
