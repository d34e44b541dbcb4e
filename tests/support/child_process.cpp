#include "tests/support/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sluice::testing {

namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error(std::string{"pipe: "} + std::strerror(errno));
  }
  return {ends[0], ends[1]};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> result = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(added.begin(), added.end(), [&name](const std::string& one) {
      return one.starts_with(name);
    });
    if (!replaced) result.push_back(text);
  }
  return result;
}

}  // namespace

ChildProcess::ChildProcess(const ProcessOptions& options) {
  std::vector<std::string> argv = options.argv;
  std::vector<std::string> environment = merged_environment(options.environment);
  const std::vector<char*> argv_pointers = pointers(argv);
  const std::vector<char*> environment_pointers = pointers(environment);
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  if (options.cpu) CPU_SET(static_cast<unsigned>(*options.cpu), &cpus);
  const Pipe out = make_pipe();
  const Pipe err = make_pipe();
  const pid_t parent = ::getpid();

  pid_ = ::fork();
  if (pid_ == 0) {
    // Only async-signal-safe calls until execve: other threads of the parent may hold locks.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    if (options.cpu) ::sched_setaffinity(0, sizeof cpus, &cpus);
    if (options.descriptors && ::setrlimit(RLIMIT_NOFILE, &*options.descriptors) != 0) ::_exit(127);
    ::dup2(out.write_end, STDOUT_FILENO);
    ::dup2(err.write_end, STDERR_FILENO);
    ::execve(argv_pointers[0], argv_pointers.data(), environment_pointers.data());
    ::_exit(127);
  }
  const int error = errno;
  ::close(out.write_end);
  ::close(err.write_end);
  out_fd_ = out.read_end;
  err_fd_ = err.read_end;
  if (pid_ < 0) {
    ::close(out_fd_);
    ::close(err_fd_);
    throw std::runtime_error(std::string{"fork: "} + std::strerror(error));
  }
  pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  collector_ = std::thread{[this] { collect(); }};
}

ChildProcess::~ChildProcess() {
  if (!status_) {
    send_signal(SIGKILL);
    int raw = 0;
    while (::waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
    }
  }
  if (collector_.joinable()) collector_.join();
  ::close(out_fd_);
  ::close(err_fd_);
  if (pid_fd_ >= 0) ::close(pid_fd_);
}

void ChildProcess::send_signal(int signal_number) const {
  if (!status_) ::kill(pid_, signal_number);
}

std::optional<ExitStatus> ChildProcess::wait(std::chrono::milliseconds limit) {
  if (status_) return status_;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{pid_fd_, POLLIN, 0};
    const int ready =
        ::poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000)));
    if (ready > 0) break;
    if (ready == 0 || errno != EINTR) return std::nullopt;
  }
  int raw = 0;
  while (::waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
  }
  status_ =
      WIFSIGNALED(raw) ? ExitStatus{true, WTERMSIG(raw)} : ExitStatus{false, WEXITSTATUS(raw)};
  collector_.join();
  return status_;
}

void ChildProcess::collect() {
  std::array<pollfd, 2> entries{pollfd{out_fd_, POLLIN, 0}, pollfd{err_fd_, POLLIN, 0}};
  std::array<char, 4096> buffer{};
  while (entries[0].fd >= 0 || entries[1].fd >= 0) {
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].fd < 0 || entries[i].revents == 0) continue;
      const ssize_t count = ::read(entries[i].fd, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        entries[i].fd = -1;
        continue;
      }
      const std::lock_guard lock{mutex_};
      (i == 0 ? out_ : err_).append(buffer.data(), static_cast<std::size_t>(count));
      changed_.notify_all();
    }
  }
  const std::lock_guard lock{mutex_};
  all_collected_ = true;
  changed_.notify_all();
}

std::optional<std::string> ChildProcess::wait_for_line(const std::string& prefix,
                                                       std::chrono::milliseconds limit) {
  std::optional<std::string> line;
  const auto find_line = [&] {
    std::size_t begin = 0;
    for (std::size_t end = out_.find('\n'); end != std::string::npos;
         begin = end + 1, end = out_.find('\n', begin)) {
      if (out_.compare(begin, prefix.size(), prefix) == 0) {
        line = out_.substr(begin, end - begin);
        return true;
      }
    }
    return all_collected_;
  };
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, limit, find_line);
  return line;
}

std::string ChildProcess::standard_output() {
  const std::lock_guard lock{mutex_};
  return out_;
}

std::string ChildProcess::standard_error() {
  const std::lock_guard lock{mutex_};
  return err_;
}

}  // namespace sluice::testing
