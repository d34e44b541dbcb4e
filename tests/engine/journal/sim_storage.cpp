#include "tests/engine/journal/sim_storage.hpp"

#include <algorithm>
#include <utility>

namespace sluice::test {

void SimStorage::Data::settle() {
  if (dirty_from >= dirty_to) return;
  const auto part = present.span().subspan(dirty_from, dirty_to - dirty_from);
  std::ranges::copy(part, durable.span().begin() + static_cast<std::ptrdiff_t>(dirty_from));
  dirty_from = SIZE_MAX;
  dirty_to = 0;
}

class SimStorage::File final : public StoredFile {
 public:
  File(SimStorage& disk, std::shared_ptr<Data> data, std::string name)
      : disk_(disk), data_(std::move(data)), name_(std::move(name)) {}

  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::scoped_lock lock(disk_.mutex_);
    disk_.operate("write " + name_);
    const auto to = data_->present.span().first(data_->size);
    if (offset + bytes.size() > to.size()) {
      throw StorageError(name_ + ": a write beyond its end");
    }
    std::ranges::copy(bytes, to.begin() + static_cast<std::ptrdiff_t>(offset));
    data_->dirty_from = std::min<std::size_t>(data_->dirty_from, offset);
    data_->dirty_to = std::max<std::size_t>(data_->dirty_to, offset + bytes.size());
  }
  void sync() override {
    const std::scoped_lock lock(disk_.mutex_);
    disk_.operate("sync " + name_);
    data_->settle();
  }

 private:
  SimStorage& disk_;
  std::shared_ptr<Data> data_;
  std::string name_;
};

void SimStorage::operate(const std::string& what) {
  ++done_;
  if (cut_at_ != 0 && done_ >= cut_at_) throw PowerCut{};
  if (fail_at_ != 0 && done_ >= fail_at_) throw StorageError(what + ": input/output error");
}

std::vector<std::string> SimStorage::list() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, data] : files_) names.push_back(name);
  return names;
}

std::unique_ptr<StoredFile> SimStorage::create(const std::string& name, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  operate("create " + name);
  if (files_.contains(name)) throw StorageError(name + ": it is there already");
  if (bytes > room_) throw StorageError(name + ": no space left on device");
  room_ -= bytes;
  const auto data = std::make_shared<Data>(bytes);
  files_[name] = data;
  return std::make_unique<File>(*this, data, name);
}

std::unique_ptr<StoredFile> SimStorage::open(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = files_.find(name);
  if (found == files_.end()) throw StorageError(name + ": no such file");
  return std::make_unique<File>(*this, found->second, name);
}

StoredBytes SimStorage::read(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = files_.find(name);
  if (found == files_.end()) throw StorageError(name + ": no such file");
  return {found->second, found->second->present.view().first(found->second->size)};
}

void SimStorage::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  operate("rename " + from);
  const auto found = files_.find(from);
  if (found == files_.end()) throw StorageError(from + ": no such file");
  files_[to] = std::exchange(found->second, nullptr);
  files_.erase(from);
}

void SimStorage::remove(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  operate("remove " + name);
  if (files_.erase(name) == 0) throw StorageError(name + ": no such file");
}

void SimStorage::come_back(std::mt19937_64& random) {
  for (const auto& [name, data] : files_) {
    const auto durable = data->durable.span();
    const auto present = data->present.span();
    for (std::size_t at = data->dirty_from / kSector * kSector; at < data->dirty_to;
         at += kSector) {
      const std::size_t size = std::min(kSector, data->size - at);
      if (random() % 2 == 1) continue;
      std::ranges::copy(durable.subspan(at, size),
                        present.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  for (const auto& [name, data] : files_) data->settle();
  go_on();
}

std::span<std::byte> SimStorage::bytes(const std::string& name) {
  return files_.at(name)->present.span().first(files_.at(name)->size);
}

}  // namespace sluice::test
