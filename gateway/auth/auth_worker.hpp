// Password checks beside the I/O threads: one thread, below them in priority.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::gateway {

struct AuthRequest {
  std::uint64_t ticket = 0;  ///< The caller's own; comes back in the result.
  std::string hash;          ///< Of the user, or dummy_hash() for an unknown one.
  std::string password;      ///< Wiped as soon as it is not needed.
};

struct AuthResult {
  std::uint64_t ticket = 0;
  bool good = false;
};

/// Whose check comes first. Anybody can ask for users that do not exist; that must not keep those
/// who do from their Logon.
enum class AuthClass : std::uint8_t { known_user, unknown_user };

/// Thread safety: submit, pending and stop from any thread; never stop or destroy from the
/// callback.
///
/// Invariants: each request that submit() took gets exactly one result, within its class in the
/// order of submission, unless stop() comes first.
class AuthWorker {
 public:
  /// Called on the worker's thread. Must not throw.
  using Done = std::function<void(AuthResult)>;

  /// Lets the traders' threads pass. Not SCHED_IDLE: beside threads that spin on every CPU nobody
  /// would ever log on.
  static constexpr int kNice = 5;

  /// `queue_bound`: checks of known users that may wait, above 0; of unknown ones a quarter of it.
  /// Throws std::system_error when there is no thread, and what dummy_hash() throws.
  AuthWorker(std::size_t queue_bound, Done done);
  ~AuthWorker();
  AuthWorker(const AuthWorker&) = delete;
  AuthWorker& operator=(const AuthWorker&) = delete;

  /// False when the queue is full or after stop(); the password is wiped then as well.
  [[nodiscard]] bool submit(AuthRequest request, AuthClass of);

  /// Checks that wait or run.
  [[nodiscard]] std::size_t pending() const;

  /// Lets the running check finish and report, drops and wipes the others, ends the thread.
  void stop();

 private:
  struct Queue {
    std::vector<AuthRequest> slots;  ///< A ring; its strings never move once they are in.
    std::size_t first = 0;
    std::size_t waiting = 0;
  };

  void run();
  [[nodiscard]] bool any_waits() const noexcept;

  const Done done_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Queue, 2> queues_;  ///< By AuthClass.
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::gateway
