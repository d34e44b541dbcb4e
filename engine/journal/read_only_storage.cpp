#include "engine/journal/read_only_storage.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/journal/event_log.hpp"
#include "engine/journal/posix_storage.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/snapshot_file.hpp"

namespace sluice {
namespace {

struct Line {
  alignas(kRecordAlignment) std::byte bytes[kRecordAlignment];
};

/// Copies from the end to the beginning. Records are written from the beginning on: so where a
/// later one is in the copy, all before it are.
StoredBytes copied_backwards(std::span<const std::byte> from) {
  const std::size_t lines = (from.size() + sizeof(Line) - 1) / sizeof(Line);
  auto copy = std::make_shared<std::vector<Line>>(lines);
  for (std::size_t line = lines; line-- > 0;) {
    const std::size_t at = line * sizeof(Line);
    std::memcpy((*copy)[line].bytes, from.data() + at, std::min(sizeof(Line), from.size() - at));
    std::atomic_thread_fence(std::memory_order_acquire);
  }
  const auto bytes = std::as_bytes(std::span(*copy)).first(from.size());
  return {std::move(copy), bytes};
}

[[noreturn]] void read_only(const std::string& folder, const std::string& name) {
  throw StorageError(folder + "/" + name + ": it was opened to be read only");
}

}  // namespace

// Events first: they follow their commands to the disk. The commands of those that are seen are in
// segments that are there by now, and the same holds for snapshots.
ReadOnlyStorage::ReadOnlyStorage(std::string folder) : folder_(std::move(folder)) {
  const int fd = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw StorageError(folder_ + ": cannot be opened: " + std::strerror(errno));
  const std::unique_ptr<const int, void (*)(const int*)> closing(
      &fd, [](const int* open) { ::close(*open); });
  const std::vector<std::string> names = list_folder(folder_);
  hold_stream(fd, names, kEventStream);
  for (const std::string& name : names) {
    if (snapshot_sequence(name) != 0) (void)hold(fd, name);
  }
  hold_stream(fd, list_folder(folder_), kRoundStream);
}

// Of the segments only the last that was begun is still written. Those behind it are made ahead and
// may be begun in the meantime: they are held as they were.
void ReadOnlyStorage::hold_stream(int folder, const std::vector<std::string>& names,
                                  const char* stream) {
  bool is_last = true;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (segment_index(*name, stream) == 0 || !hold(folder, *name)) continue;
    if (!is_last) continue;
    StoredBytes& data = files_.at(*name);
    is_last = !is_used(data.bytes);
    data = is_last ? zeros(data.bytes.size()) : copied_backwards(data.bytes);
  }
}

bool ReadOnlyStorage::hold(int folder, const std::string& name) {
  try {
    files_[name] = map_file(folder, name, folder_ + "/" + name);
    return true;
  } catch (const StorageError&) {
    files_.erase(name);
    struct stat about {};
    // A running venue removes what it does not need any more.
    if (::fstatat(folder, name.c_str(), &about, 0) != 0 && errno == ENOENT) return false;
    throw;
  }
}

std::vector<std::string> ReadOnlyStorage::list() {
  std::vector<std::string> names;
  for (const auto& [name, data] : files_) names.push_back(name);
  return names;
}

StoredBytes ReadOnlyStorage::read(const std::string& name) {
  const auto found = files_.find(name);
  if (found == files_.end()) throw StorageError(folder_ + "/" + name + ": it is not there");
  return found->second;
}

std::unique_ptr<StoredFile> ReadOnlyStorage::create(const std::string& name, std::size_t) {
  read_only(folder_, name);
}
std::unique_ptr<StoredFile> ReadOnlyStorage::open(const std::string& name) {
  read_only(folder_, name);
}
void ReadOnlyStorage::rename(const std::string& from, const std::string&) {
  read_only(folder_, from);
}
void ReadOnlyStorage::remove(const std::string& name) { read_only(folder_, name); }

}  // namespace sluice
