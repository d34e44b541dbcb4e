// The last ApplSeqNum(1181) that a group gave, in a file of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway {

/// What the mapped file is. Numbers go to the two places in turn, each after the event that has it;
/// a number and its check are one word. A process killed anywhere leaves the number before or the
/// one after, with its event.
struct NumberFileLayout {
  static constexpr std::uint64_t kMagic = 0x4d55'4e59'504f'4344ULL;  // "DCOPYNUM" as bytes
  static constexpr std::uint64_t kVersion = 2;                       ///< 2: with the event.

  struct Place {
    std::atomic<std::uint64_t> event;
    std::atomic<std::uint64_t> sealed;  ///< The number.
  };
  std::uint64_t magic;
  std::uint64_t version;
  Place places[2];  ///< By number % 2.
};
static_assert(sizeof(NumberFileLayout) == 48 && std::atomic<std::uint64_t>::is_always_lock_free);

/// Thread safety: one thread. It survives the process's death at any instruction, not the
/// machine's unless the folder does.
class NumberFile {
 public:
  static constexpr unsigned kNumberBits = 52;
  /// A start with a larger one is refused: no run gives as many more.
  static constexpr std::uint64_t kMaxAtStart = (1ULL << (kNumberBits - 1)) - 1;

  /// Opens `path`, or makes it with the number 0 for `event`: the last one before the first that
  /// may get a number. Throws std::runtime_error with path and cause
  /// when it cannot be used, is damaged or its numbers are used up.
  explicit NumberFile(const std::string& path, std::uint64_t event = 0);
  ~NumberFile();
  NumberFile(const NumberFile&) = delete;
  NumberFile& operator=(const NumberFile&) = delete;

  [[nodiscard]] std::uint64_t number() const noexcept;
  /// The event that has it.
  [[nodiscard]] std::uint64_t event() const noexcept;
  void store(std::uint64_t number, std::uint64_t event) noexcept;

 private:
  [[nodiscard]] const NumberFileLayout::Place& newest() const noexcept;

  NumberFileLayout* layout_ = nullptr;
};

/// `<folder>/<name>`, where bytes of the name other than letters, digits, '-' and '_' are written
/// as %XX.
[[nodiscard]] std::string number_file_path(const std::string& folder, std::string_view name);

}  // namespace sluice::gateway
