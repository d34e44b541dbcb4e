#include "gateway/net/event_signal.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace sluice::gateway {

EventSignal::EventSignal() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!fd_.is_open()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void EventSignal::raise() noexcept {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then it is raised already.
  static_cast<void>(!::write(fd_.get(), &one, sizeof(one)));
}

void EventSignal::clear() noexcept {
  std::uint64_t count = 0;
  static_cast<void>(!::read(fd_.get(), &count, sizeof(count)));
}

}  // namespace sluice::gateway
