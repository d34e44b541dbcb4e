// The real `sluice` program with a configuration and a state folder of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.hpp"
#include "tests/support/venue_text.hpp"

namespace sluice::testing {

/// The folder this program runs from or one of the three above it holds `sluice`; the environment
/// variable SLUICE_BINARY names another. Throws std::runtime_error when there is none.
[[nodiscard]] std::string default_venue_binary();

/// A new folder, deleted with all it holds in the destructor.
///
/// It is locked while it lives. A folder that nobody locks was left by a program that was killed:
/// the next one made removes it.
class TemporaryFolder {
 public:
  /// Below /dev/shm when that exists, else below the system's temporary folder.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int lock_fd_ = -1;
};

struct VenueOptions {
  std::string binary;  ///< Empty: default_venue_binary().
  VenueText config;
  std::string config_text;  ///< Not empty: used as it is instead of `config`.
  std::optional<int> cpu;   ///< All threads on this CPU, where the configuration pins none.
  std::optional<rlimit> descriptors;  ///< RLIMIT_NOFILE that the venue starts with.
  std::chrono::milliseconds start_limit{20'000};
};

/// Thread safety: as ChildProcess.
///
/// The constructor returns when the venue has printed `sluice: listening on ADDRESS:PORT`, and
/// `sluice: listening with TLS on ADDRESS:PORT` where the configuration has those listeners; it
/// throws std::runtime_error with the venue's own words when it ends or stays silent. The
/// destructor leaves neither process nor files.
class VenueProcess {
 public:
  explicit VenueProcess(VenueOptions options = {});

  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  [[nodiscard]] ChildProcess& process() { return *process_; }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  [[nodiscard]] std::string state_dir() const { return folder_.path() + "/state"; }
  [[nodiscard]] std::string config_path() const { return folder_.path() + "/venue.toml"; }

  /// SIGTERM, then waits; nothing when it does not end in time (it is killed then).
  std::optional<ExitStatus> stop(std::chrono::milliseconds limit = std::chrono::seconds{20});
  /// SIGKILL, as a crash would be.
  void kill();
  /// Starts again on the same state folder after stop() or kill(); the port may change. `config`
  /// replaces the configuration when given.
  void start_again(const std::optional<VenueText>& config = {});

 private:
  void start();

  VenueOptions options_;
  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> process_;
  std::string host_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
};

/// Address and port at the end of a line "...: listening on ADDRESS:PORT".
struct ListeningAddress {
  std::string host;
  std::uint16_t port;
};
/// Waits for the line that begins with `prefix`. Throws std::runtime_error with the program's
/// output when it does not come.
[[nodiscard]] ListeningAddress wait_until_listening(ChildProcess& process,
                                                    const std::string& prefix,
                                                    std::chrono::milliseconds limit);

}  // namespace sluice::testing
