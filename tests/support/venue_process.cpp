#include "tests/support/venue_process.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace sluice::testing {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFolderPrefix = "sluice-test-";

/// A descriptor that holds the folder's lock, or -1 when another one does.
int lock_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

void remove_abandoned(const fs::path& base) {
  std::error_code ignored;
  // A folder younger than this may be between its creation and its lock.
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::minutes{1};
  for (const fs::directory_entry& entry : fs::directory_iterator{base, ignored}) {
    if (!entry.path().filename().string().starts_with(kFolderPrefix)) continue;
    if (entry.last_write_time(ignored) > oldest) continue;
    const int fd = lock_folder(entry.path().string());
    if (fd < 0) continue;
    fs::remove_all(entry.path(), ignored);
    ::close(fd);
  }
}

}  // namespace

std::string default_venue_binary() {
  if (const char* named = std::getenv("SLUICE_BINARY")) return named;
  const fs::path self = fs::read_symlink("/proc/self/exe");
  fs::path folder = self.parent_path();
  for (int up = 0; up <= 3; ++up) {
    const fs::path candidate = folder / "sluice";
    if (fs::is_regular_file(candidate) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate.string();
    }
    folder = folder.parent_path();
  }
  throw std::runtime_error("no program `sluice` beside or above " + self.string() +
                           "; name it in SLUICE_BINARY");
}

TemporaryFolder::TemporaryFolder() {
  const fs::path base = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  remove_abandoned(base);
  std::string name = (base / (std::string{kFolderPrefix} + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error(name + ": " + std::strerror(errno));
  }
  path_ = name;
  lock_fd_ = lock_folder(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

ListeningAddress wait_until_listening(ChildProcess& process, const std::string& prefix,
                                      std::chrono::milliseconds limit) {
  const std::optional<std::string> line = process.wait_for_line(prefix, limit);
  const auto fail = [&process](const std::string& what) -> ListeningAddress {
    throw std::runtime_error(what + "\nstandard output:\n" + process.standard_output() +
                             "\nstandard error:\n" + process.standard_error());
  };
  if (!line) return fail("no line \"" + prefix + "ADDRESS:PORT\"");
  const std::size_t colon = line->rfind(':');
  std::string host = line->substr(prefix.size(), colon - prefix.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* const end = line->data() + line->size();
  if (std::from_chars(line->data() + colon + 1, end, port).ptr != end || port == 0) {
    return fail("no port in \"" + *line + "\"");
  }
  return {host, port};
}

VenueProcess::VenueProcess(VenueOptions options) : options_(std::move(options)) {
  if (options_.binary.empty()) options_.binary = default_venue_binary();
  start();
}

void VenueProcess::start() {
  fs::create_directories(state_dir());
  std::ofstream file{config_path(), std::ios::trunc};
  file << (options_.config_text.empty() ? options_.config.text(state_dir()) : options_.config_text);
  file.close();
  if (!file) throw std::runtime_error("cannot write " + config_path());
  ProcessOptions run;
  run.argv = {options_.binary, "--config", config_path()};
  run.cpu = options_.cpu;
  run.descriptors = options_.descriptors;
  process_ = std::make_unique<ChildProcess>(run);
  const bool is_own_text = !options_.config_text.empty();
  port_ = tls_port_ = 0;
  if (is_own_text || options_.config.plain) {
    const ListeningAddress address =
        wait_until_listening(*process_, "sluice: listening on ", options_.start_limit);
    host_ = address.host;
    port_ = address.port;
  }
  if (!is_own_text && !options_.config.tls.empty()) {
    const ListeningAddress address =
        wait_until_listening(*process_, "sluice: listening with TLS on ", options_.start_limit);
    host_ = address.host;
    tls_port_ = address.port;
  }
}

std::optional<ExitStatus> VenueProcess::stop(std::chrono::milliseconds limit) {
  process_->send_signal(SIGTERM);
  std::optional<ExitStatus> status = process_->wait(limit);
  if (!status) kill();
  return status;
}

void VenueProcess::kill() {
  process_->send_signal(SIGKILL);
  process_->wait(std::chrono::seconds{20});
}

void VenueProcess::start_again(const std::optional<VenueText>& config) {
  if (config) options_.config = *config;
  start();
}

}  // namespace sluice::testing
