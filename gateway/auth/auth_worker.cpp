#include "gateway/auth/auth_worker.hpp"

#include <algorithm>
#include <pthread.h>
#include <sys/resource.h>
#include <utility>

#include "gateway/auth/password_hash.hpp"

namespace sluice::gateway {
namespace {

/// A moved-from short string still holds its bytes.
void hand_over(AuthRequest& from, AuthRequest& to) noexcept {
  to.ticket = from.ticket;
  to.hash = std::move(from.hash);
  to.password = std::move(from.password);
  from.password.clear();
  wipe(from.password);
}

}  // namespace

AuthWorker::AuthWorker(std::size_t queue_bound, Done done) : done_(std::move(done)) {
  queues_[0].slots.resize(queue_bound);
  queues_[1].slots.resize(std::max<std::size_t>(queue_bound / 4, 1));
  static_cast<void>(dummy_hash());  // now, rather than at the first unknown user
  thread_ = std::thread([this] { run(); });
}

AuthWorker::~AuthWorker() { stop(); }

bool AuthWorker::submit(AuthRequest request, AuthClass of) {
  Queue& queue = queues_[static_cast<std::size_t>(of)];
  bool taken = false;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue.waiting < queue.slots.size()) {
      hand_over(request, queue.slots[(queue.first + queue.waiting) % queue.slots.size()]);
      ++queue.waiting;
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
  return queues_[0].waiting + queues_[1].waiting + (busy_ ? 1 : 0);
}

void AuthWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Queue& queue : queues_) {
      for (AuthRequest& slot : queue.slots) wipe(slot.password);
      queue.waiting = 0;
    }
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool AuthWorker::any_waits() const noexcept {
  return queues_[0].waiting != 0 || queues_[1].waiting != 0;
}

void AuthWorker::run() {
  ::pthread_setname_np(::pthread_self(), "passwords");
  // On Linux that is this thread alone.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNice));
  for (;;) {
    AuthRequest request;
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      changed_.wait(lock, [this] { return stopping_ || any_waits(); });
      if (stopping_) return;
      Queue& queue = queues_[queues_[0].waiting != 0 ? 0 : 1];
      hand_over(queue.slots[queue.first], request);
      queue.first = (queue.first + 1) % queue.slots.size();
      --queue.waiting;
      busy_ = true;
    }
    const bool good = verify_password(request.hash, request.password);
    wipe(request.password);
    done_(AuthResult{request.ticket, good});
  }
}

}  // namespace sluice::gateway
