#include "engine/journal/live_stream.hpp"

#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/journal/storage.hpp"

namespace sluice {

bool LiveStream::prepare() {
  if (supply_.ready() >= options_.ahead) return false;
  const std::scoped_lock lock(mutex_);
  // A disk that hangs holds up whoever writes; it does not fill the memory.
  if (files_.size() >= most(options_.ahead)) return false;
  const std::uint64_t index = first_ + files_.size();
  try {
    files_.push_back(SegmentFile::create(options_.folder + "/" + segment_name(options_.name, index),
                                         options_.segment_bytes));
  } catch (const std::exception& error) {
    throw StorageError(error.what());
  }
  supply_.give(files_.back().memory());
  return true;
}

std::optional<std::span<const std::byte>> LiveStream::segment(std::uint64_t index) {
  const std::scoped_lock lock(mutex_);
  if (index < first_ || index - first_ >= files_.size()) return std::nullopt;
  return files_[index - first_].memory();
}

void LiveStream::release_before(std::uint64_t index) {
  for (;;) {
    std::optional<SegmentFile> leaving;  // unmapped without the lock
    {
      const std::scoped_lock lock(mutex_);
      if (first_ >= index || files_.empty()) return;
      leaving.emplace(std::move(files_.front()));
      files_.pop_front();
      ++first_;
    }
    std::error_code gone_already;
    std::filesystem::remove(leaving->path(), gone_already);
  }
}

void clear_live_folder(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto ending = entry.path().extension();
    if (ending != ".seg" && ending != ".new") continue;
    if (!std::filesystem::remove(entry.path(), error)) break;
  }
  if (error) throw StorageError(folder + ": cannot be made empty: " + error.message());
}

}  // namespace sluice
