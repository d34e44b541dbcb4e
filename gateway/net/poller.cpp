#include "gateway/net/poller.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <sys/epoll.h>
#include <system_error>

#include "engine/types/durations.hpp"

namespace sluice::gateway {
namespace {

epoll_event make_event(Interest interest, std::uint64_t token) noexcept {
  epoll_event event{};
  const auto bits = static_cast<unsigned>(interest);
  if ((bits & static_cast<unsigned>(Interest::read)) != 0) event.events |= EPOLLIN;
  if ((bits & static_cast<unsigned>(Interest::write)) != 0) event.events |= EPOLLOUT;
  event.data.u64 = token;
  return event;
}

int to_milliseconds(std::int64_t timeout_ns) noexcept {
  if (timeout_ns < 0) return -1;
  const std::int64_t whole = timeout_ns / kNsPerMillisecond;
  const std::int64_t rounded_up = whole + (timeout_ns % kNsPerMillisecond == 0 ? 0 : 1);
  return static_cast<int>(std::min<std::int64_t>(rounded_up, std::numeric_limits<int>::max()));
}

}  // namespace

Poller::Poller(Clock clock) : epoll_(::epoll_create1(EPOLL_CLOEXEC)), clock_(clock) {
  if (!epoll_.is_open()) {
    throw std::system_error(errno, std::generic_category(), "cannot create an epoll descriptor");
  }
}

bool Poller::add(int fd, Interest interest, std::uint64_t token) noexcept {
  epoll_event event = make_event(interest, token);
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Poller::modify(int fd, Interest interest, std::uint64_t token) noexcept {
  epoll_event event = make_event(interest, token);
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

bool Poller::remove(int fd) noexcept {
  epoll_event unused{};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &unused) == 0;
}

std::size_t Poller::wait(std::span<Ready> ready, std::int64_t timeout_ns) noexcept {
  if (ready.empty()) return 0;
  std::array<epoll_event, kMaxBatch> events;
  const int room = static_cast<int>(std::min(ready.size(), kMaxBatch));
  int count = -1;
  if (clock_ == Clock::nanoseconds) {
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(timeout_ns / kNsPerSecond);
    timeout.tv_nsec = static_cast<long>(timeout_ns % kNsPerSecond);
    count = ::epoll_pwait2(epoll_.get(), events.data(), room, timeout_ns < 0 ? nullptr : &timeout,
                           nullptr);
    // A kernel without it says ENOSYS; a filter of system calls may say EPERM.
    if (count < 0 && errno != EINTR) clock_ = Clock::milliseconds;
  }
  if (clock_ == Clock::milliseconds) {
    count = ::epoll_wait(epoll_.get(), events.data(), room, to_milliseconds(timeout_ns));
  }
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const std::uint32_t bits = events[i].events;
    const bool hung_up = (bits & (EPOLLERR | EPOLLHUP)) != 0;
    ready[i] = Ready{events[i].data.u64, hung_up || (bits & EPOLLIN) != 0,
                     hung_up || (bits & EPOLLOUT) != 0, hung_up};
  }
  return static_cast<std::size_t>(count);
}

}  // namespace sluice::gateway
