// A program run by a test: started, watched, stopped, and never left behind.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace sluice::testing {

struct ProcessOptions {
  std::vector<std::string> argv;         ///< argv[0] is the path.
  std::vector<std::string> environment;  ///< "NAME=value", added to ours.
  std::optional<int> cpu;                ///< The child may run on this CPU only.
  std::optional<rlimit> descriptors;     ///< RLIMIT_NOFILE of the child; nothing: as ours.
};

struct ExitStatus {
  bool by_signal;
  int code;  ///< Exit code, or the signal's number.
};

/// Thread safety: one thread owns the object; a thread of its own collects the output.
///
/// The child dies with the thread that started it (PR_SET_PDEATHSIG), and at the latest in the
/// destructor, by SIGKILL.
class ChildProcess {
 public:
  /// Throws std::runtime_error when the system refuses. A program that cannot be executed exits
  /// with 127.
  explicit ChildProcess(const ProcessOptions& options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send_signal(int signal_number) const;
  /// Waits for the end and reaps; nothing when it still runs at the deadline. May be asked again.
  std::optional<ExitStatus> wait(std::chrono::milliseconds limit);
  [[nodiscard]] bool running() { return !wait(std::chrono::milliseconds{0}); }

  /// The first whole line of standard output that begins with `prefix`, as soon as it is there.
  std::optional<std::string> wait_for_line(const std::string& prefix,
                                           std::chrono::milliseconds limit);
  /// What came so far. Complete after wait() has told of the end.
  [[nodiscard]] std::string standard_output();
  [[nodiscard]] std::string standard_error();

 private:
  void collect();

  pid_t pid_ = -1;
  int pid_fd_ = -1;
  std::optional<ExitStatus> status_;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::thread collector_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string out_;
  std::string err_;
  bool all_collected_ = false;
};

}  // namespace sluice::testing
