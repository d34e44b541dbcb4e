#include "gateway/auth/auth_worker.hpp"

#include <pthread.h>
#include <sched.h>
#include <utility>

#include "gateway/auth/password_hash.hpp"

namespace sluice::gateway {
namespace {

/// A flood of Logons must cost the traders nothing. Without the right to do so we run as we are.
void take_only_idle_time(pthread_t thread) noexcept {
  const sched_param none{};
  static_cast<void>(::pthread_setschedparam(thread, SCHED_IDLE, &none));
}

/// A moved-from short string still holds its bytes.
void hand_over(AuthRequest& from, AuthRequest& to) noexcept {
  to.ticket = from.ticket;
  to.hash = std::move(from.hash);
  to.password = std::move(from.password);
  from.password.clear();
  wipe(from.password);
}

}  // namespace

AuthWorker::AuthWorker(std::size_t queue_bound, Done done)
    : done_(std::move(done)), slots_(queue_bound) {
  static_cast<void>(dummy_hash());  // now, rather than at the first unknown user
  thread_ = std::thread([this] { run(); });
  take_only_idle_time(thread_.native_handle());
}

AuthWorker::~AuthWorker() { stop(); }

bool AuthWorker::submit(AuthRequest request) {
  bool taken = false;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && waiting_ < slots_.size()) {
      hand_over(request, slots_[(first_ + waiting_) % slots_.size()]);
      ++waiting_;
      taken = true;
    }
  }
  if (taken) {
    changed_.notify_one();
  } else {
    wipe(request.password);
  }
  return taken;
}

std::size_t AuthWorker::pending() const {
  const std::lock_guard lock(mutex_);
  return waiting_ + (busy_ ? 1 : 0);
}

void AuthWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (AuthRequest& slot : slots_) wipe(slot.password);
    waiting_ = 0;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void AuthWorker::run() {
  for (;;) {
    AuthRequest request;
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      changed_.wait(lock, [this] { return stopping_ || waiting_ != 0; });
      if (stopping_) return;
      hand_over(slots_[first_], request);
      first_ = (first_ + 1) % slots_.size();
      --waiting_;
      busy_ = true;
    }
    const bool good = verify_password(request.hash, request.password);
    wipe(request.password);
    done_(AuthResult{request.ticket, good});
  }
}

}  // namespace sluice::gateway
