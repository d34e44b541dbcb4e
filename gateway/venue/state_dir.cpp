#include "gateway/venue/state_dir.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "engine/types/packed_id.hpp"

namespace sluice::gateway {
namespace {

constexpr const char* kCleanMark = "stopped-cleanly";
constexpr const char* kBootMark = "boot";
constexpr std::size_t kMaxBootBytes = 128;

/// Another one at each start of the machine; empty where the system does not tell.
std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return id;
}

[[noreturn]] void fail(const std::string& what, int error) {
  throw StateDirError(what + ": " + std::generic_category().message(error));
}

void write_all(int fd, const std::string& path, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t wrote = ::write(fd, content.data() + done, content.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) fail("cannot write " + path, errno);
    done += static_cast<std::size_t>(wrote);
  }
  if (::fsync(fd) != 0) fail("cannot sync " + path, errno);
}

// Strict: a number cut short would bring used epochs, and so used ids, back.
std::optional<std::uint64_t> read_epoch(const std::string& path) {
  std::ifstream in(path);
  std::string text;
  std::getline(in, text, '\0');
  if (!in.eof()) return std::nullopt;
  std::uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc{} || std::string_view(end, text.data() + text.size()) != "\n") {
    return std::nullopt;
  }
  return epoch == 0 ? std::nullopt : std::optional(epoch);
}

}  // namespace

StateDir::StateDir(std::string path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) throw StateDirError("cannot create state_dir " + path_ + ": " + error.message());
  const std::string lock = file("lock");
  lock_.reset(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_.is_open()) fail("cannot open " + lock, errno);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      throw StateDirError("state_dir " + path_ + " is in use by another venue; give each its own");
    }
    fail("cannot lock " + lock, errno);
  }
}

std::uint64_t StateDir::next_epoch() const {
  const std::string path = file("epoch");
  std::uint64_t epoch = 0;
  if (std::filesystem::exists(path)) {
    const auto last = read_epoch(path);
    if (!last) throw StateDirError(path + " is damaged: expected the number of the last epoch");
    epoch = *last;
  }
  if (++epoch > OrderId::kMaxEpoch) {
    throw StateDirError(path + ": all " + std::to_string(OrderId::kMaxEpoch) +
                        " epochs have been used; move state_dir away and start anew");
  }
  write_file("epoch", std::to_string(epoch) + "\n");
  return epoch;
}

bool StateDir::is_of_this_boot() const {
  const auto noted = read_file(kBootMark, kMaxBootBytes);
  return !noted || *noted == boot_id() + "\n";
}

void StateDir::note_boot() const { write_file(kBootMark, boot_id() + "\n"); }

bool StateDir::has_epoch() const { return std::filesystem::exists(file("epoch")); }

bool StateDir::stopped_cleanly() const {
  if (std::filesystem::exists(file(kCleanMark))) return true;
  if (has_epoch()) return false;
  // A new folder: its first epoch is used by the first start, whether that fails or not.
  mark_clean();
  return true;
}

void StateDir::take_clean_mark() const {
  const std::string mark = file(kCleanMark);
  if (::unlink(mark.c_str()) != 0 && errno != ENOENT) fail("cannot remove " + mark, errno);
  const FileDescriptor folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) (void)::fsync(folder.get());
}

void StateDir::mark_clean() const { write_file(kCleanMark, ""); }

std::optional<std::string> StateDir::read_file(const std::string& name,
                                               std::size_t max_bytes) const {
  const std::string path = file(name);
  if (!std::filesystem::exists(path)) return std::nullopt;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto bytes = static_cast<std::streamoff>(in.tellg());
  in.seekg(0);
  // Written whole and then renamed: it does not grow. One more than it may have tells a longer one.
  const std::size_t size = bytes < 0 ? 0 : static_cast<std::size_t>(bytes);
  std::string text(std::min(max_bytes, size) + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail())) throw StateDirError(path + " cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_bytes) {
    throw StateDirError(path + " is longer than " + std::to_string(max_bytes) + " bytes");
  }
  return text;
}

void StateDir::write_file(const std::string& name, const std::string& content) const {
  const std::string path = file(name);
  const std::string draft = path + ".new";
  {
    const FileDescriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out.is_open()) fail("cannot create " + draft, errno);
    write_all(out.get(), draft, content);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) fail("cannot replace " + path, errno);
  const FileDescriptor folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) (void)::fsync(folder.get());
}

}  // namespace sluice::gateway
