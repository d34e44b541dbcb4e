// The file behind a session's message store: its layout, and how it is made, checked and mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/journal/command_numbers.hpp"
#include "engine/types/strong.hpp"
#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

/// MsgSeqNum(34) is an int in QuickFIX; no number goes beyond.
inline constexpr std::uint32_t kMaxSeqNum = std::numeric_limits<std::int32_t>::max();
/// The longest message that a store keeps.
inline constexpr std::size_t kMaxStoredBytes = 65'536;
/// The ring has so many bytes for each message, so messages up to this size always find room.
inline constexpr std::size_t kUsualStoredBytes = 512;

/// Layout, all numbers in the machine's byte order (little-endian on every host we run on):
///
///   0      StoreHeader, one page
///   4096   `capacity` StoreEntry; the message with number n is described by entry n % capacity
///   ...    to the next page border
///   ...    the ring, `ring_bytes`: byte p of all that was ever written is at p % ring_bytes
///
/// Kept are the messages first..end-1, without a hole. Before bytes are overwritten, `kept` no
/// longer names their message; bytes and entry are complete before `kept` names it; and `kept`
/// names it before next_sender passes it. So a process killed at any point leaves a file that is
/// good: a message that next_sender has not passed was never sent, and opening drops it. An entry
/// of no bytes is a number that was skipped: nothing was sent under it.
struct StoreNumbers {
  std::uint64_t kept;  ///< first in the low half, end in the high half.
  std::uint32_t next_sender;
  std::uint32_t next_target;
  std::uint32_t session_epoch;  ///< Counts resets, from 1.
  /// Under this number a message is stored that tells of `claim`; 0: none. It counts as told when
  /// next_sender has passed the number.
  std::uint32_t claim_number;
  std::int64_t since_ns;      ///< Wall clock of the last reset.
  std::uint64_t claim;        ///< See Told.
  std::uint64_t last_report;  ///< Number of the last event that was told of before, 0: none.
  std::uint64_t last_copy;    ///< ApplSeqNum(1181) of the last copy before, 0: none.
  /// Client's numbers below this one have been taken, but for those that are asked for again.
  std::uint32_t taken_end;
  std::uint32_t reserved0;
};

/// Client's messages of which a store knows whether they became commands: more than can be in
/// flight.
inline constexpr std::uint32_t kCommandWindow = CommandNumbers::kWindow;

struct StoreHeader {
  static constexpr std::uint64_t kMagic = 0x4552'4f54'5355'4c53ULL;  ///< "SLUSTORE" as bytes
  static constexpr std::uint32_t kVersion = 1;
  static constexpr std::size_t kNameBytes = 64;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t capacity;  ///< Messages.
  std::uint64_t ring_bytes;
  std::int64_t created_ns;
  char sender[kNameBytes];  ///< Our CompID, padded with NUL.
  char target[kNameBytes];  ///< The client's.
  std::uint64_t check;      ///< FNV-1a, 64 bits, of everything before it.
  std::uint64_t reserved0[10];
  std::uint32_t active;  ///< Which of `numbers` holds. A reset fills the other one and flips this.
  std::uint32_t reserved1[15];
  StoreNumbers numbers[2];
  /// Events up to this one may have been told of under numbers before the last reset.
  std::uint64_t told_before;
  std::uint64_t reserved2[200];
  /// Bit n % kCommandWindow: the client's message n, of those that were taken last, became a
  /// command.
  std::uint64_t commands[kCommandWindow / 64];
};

struct StoreEntry {
  std::uint64_t position;  ///< Of the message's first byte among all that was ever written.
  std::uint32_t size;
  std::uint32_t number;
};

static_assert(sizeof(StoreNumbers) == 64 && sizeof(StoreEntry) == 16);
static_assert(offsetof(StoreHeader, check) == 160 && offsetof(StoreHeader, active) == 248 &&
              offsetof(StoreHeader, numbers) == 312 && offsetof(StoreHeader, commands) == 2'048);
static_assert(std::is_trivially_copyable_v<StoreHeader> && sizeof(StoreHeader) == 4'096);

/// A part of the mapping whose memory is taken step by step, ahead of its use. Without this a full
/// file system would answer a write with SIGBUS.
class ReservedSpan {
 public:
  static constexpr std::size_t kStepBytes = std::size_t{64} << 10U;

  ReservedSpan() = default;
  /// `begin`: page-aligned, at `file_offset`. Bytes before `reserved` are there already.
  ReservedSpan(char* begin, std::size_t size, std::size_t file_offset,
               std::size_t reserved) noexcept
      : begin_(begin), size_(size), file_offset_(file_offset), reserved_(reserved) {}

  /// False when the file system has no room for the bytes up to `end`.
  [[nodiscard]] bool reserve(int fd, std::size_t end) noexcept {
    return end <= reserved_ || take(fd, end);
  }

 private:
  bool take(int fd, std::size_t end) noexcept;

  char* begin_ = nullptr;
  std::size_t size_ = 0;
  std::size_t file_offset_ = 0;
  std::size_t reserved_ = 0;
};

struct StoreIdentity {
  std::string sender;  ///< Our CompID.
  std::string target;  ///< The client's.
};

/// An open, locked and mapped store file. Movable. Thread safety: one thread.
class MessageStoreFile {
 public:
  static constexpr std::uint32_t kMinCapacity = 1;
  static constexpr std::uint32_t kMaxCapacity = 1U << 20U;

  /// A new, empty file at `path`, replacing what is there only once it is complete. Throws
  /// std::runtime_error that names the file and the cause, as the others here do.
  static MessageStoreFile create(const std::string& path, const StoreIdentity& identity,
                                 std::uint32_t capacity, TimeNs now);
  /// Opens and checks what is there. A file that is foreign, damaged or in use is an error.
  static MessageStoreFile open(const std::string& path, const StoreIdentity& identity);

  MessageStoreFile(MessageStoreFile&& other) noexcept;
  MessageStoreFile& operator=(MessageStoreFile&&) = delete;
  ~MessageStoreFile();

  [[nodiscard]] StoreHeader& header() const noexcept {
    return *reinterpret_cast<StoreHeader*>(map_);
  }
  [[nodiscard]] StoreEntry& entry(std::uint32_t number) const noexcept {
    return entries_[number % header().capacity];
  }
  /// Copies into the ring from `position` on, around its end where need be.
  void write_ring(std::uint64_t position, std::string_view bytes) const noexcept;
  [[nodiscard]] std::string read_ring(std::uint64_t position, std::size_t size) const;

  /// All of it is on the disk, if the file is. Throws std::runtime_error.
  void sync() const;

  /// Takes the memory for entry `number` and `size` bytes at `position`.
  [[nodiscard]] bool reserve(std::uint32_t number, std::uint64_t position,
                             std::size_t size) noexcept;
  /// Where the next byte goes is known only after opening: memory is taken from there on.
  void reserve_ring_from(std::uint64_t position) noexcept;

 private:
  MessageStoreFile(const std::string& path, FileDescriptor fd, std::size_t size);
  void check(const StoreIdentity& identity, std::size_t file_bytes) const;
  void place();

  std::string path_;
  FileDescriptor fd_;
  char* map_ = nullptr;
  std::size_t map_bytes_ = 0;
  StoreEntry* entries_ = nullptr;
  char* ring_ = nullptr;
  std::size_t ring_offset_ = 0;
  ReservedSpan entry_span_;
  ReservedSpan ring_span_;
};

/// First and end of StoreNumbers::kept.
struct KeptRange {
  std::uint32_t first;
  std::uint32_t end;

  [[nodiscard]] static KeptRange unpack(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32U)};
  }
  [[nodiscard]] std::uint64_t pack() const noexcept { return (std::uint64_t{end} << 32U) | first; }
  [[nodiscard]] bool empty() const noexcept { return first == end; }
  [[nodiscard]] std::uint32_t count() const noexcept { return end - first; }
};

}  // namespace sluice::gateway
