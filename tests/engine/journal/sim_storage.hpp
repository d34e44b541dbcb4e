// A disk in memory that loses power: what was not synced is there in part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/journal/storage.hpp"
#include "tests/engine/journal/memory.hpp"

namespace sluice::test {

/// The machine has lost its power: whoever used the disk is gone. It is no error of the disk, and
/// so nothing that the code may catch as one.
struct PowerCut {};

/// Thread safety: what Storage has, on any thread; the rest on one.
class SimStorage final : public Storage {
 public:
  static constexpr std::size_t kSector = 512;

  [[nodiscard]] std::vector<std::string> list() override;
  [[nodiscard]] std::unique_ptr<StoredFile> create(const std::string& name,
                                                   std::size_t bytes) override;
  [[nodiscard]] std::unique_ptr<StoredFile> open(const std::string& name) override;
  [[nodiscard]] StoredBytes read(const std::string& name) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& name) override;

  /// The power goes at the `operations`-th operation from now that changes anything, before it is
  /// done: writes, syncs, and what happens to files. 0: never.
  void cut_after(std::uint64_t operations) { cut_at_ = operations == 0 ? 0 : done_ + operations; }
  /// The disk has so many bytes for files that are made from now on.
  void set_room(std::size_t bytes) { room_ = bytes; }
  /// From the `operations`-th on all fail, as on a disk that is broken or read-only. 0: none.
  void fail_after(std::uint64_t operations) { fail_at_ = operations == 0 ? 0 : done_ + operations; }
  /// How many operations there have been.
  [[nodiscard]] std::uint64_t operations() const { return done_; }

  /// What is found when power is back: of each sector that was written and not synced either the
  /// old or the new bytes.
  void come_back(std::mt19937_64& random);
  /// After the death of a process: everything that was written is there, and what was not synced
  /// may still go with the power.
  void go_on() { cut_at_ = fail_at_ = 0; }

  /// For whoever damages it on purpose.
  [[nodiscard]] std::span<std::byte> bytes(const std::string& name);

 private:
  class File;
  struct Data {
    explicit Data(std::size_t bytes)
        : size(bytes), durable(rounded(bytes)), present(rounded(bytes)) {}
    [[nodiscard]] static std::size_t rounded(std::size_t bytes) {
      return (bytes + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
    }
    /// What was written is durable.
    void settle();

    std::size_t size;
    Memory durable;
    Memory present;
    std::size_t dirty_from = SIZE_MAX;  ///< What was written since lies between these.
    std::size_t dirty_to = 0;
  };
  void operate(const std::string& what);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Data>> files_;
  std::uint64_t done_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t fail_at_ = 0;
  std::size_t room_ = SIZE_MAX;
};

/// A disk that outlives the journal that uses it.
class Borrowed final : public Storage {
 public:
  explicit Borrowed(Storage& disk) : disk_(disk) {}
  std::vector<std::string> list() override { return disk_.list(); }
  std::unique_ptr<StoredFile> create(const std::string& name, std::size_t bytes) override {
    return disk_.create(name, bytes);
  }
  std::unique_ptr<StoredFile> open(const std::string& name) override { return disk_.open(name); }
  StoredBytes read(const std::string& name) override { return disk_.read(name); }
  void rename(const std::string& from, const std::string& to) override { disk_.rename(from, to); }
  void remove(const std::string& name) override { disk_.remove(name); }

 private:
  Storage& disk_;
};

}  // namespace sluice::test
