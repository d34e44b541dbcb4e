#include "gateway/session/store/message_store_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <utility>

namespace sluice::gateway {
namespace {

constexpr std::size_t kPageBytes = 4'096;
constexpr std::size_t kEntriesOffset = kPageBytes;

constexpr std::size_t to_pages(std::size_t bytes) noexcept {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

std::size_t ring_offset(std::uint32_t capacity) noexcept {
  return to_pages(kEntriesOffset + capacity * sizeof(StoreEntry));
}

/// The longest message must fit even into the smallest store.
std::size_t ring_bytes(std::uint32_t capacity) noexcept {
  return to_pages(std::max(capacity * kUsualStoredBytes, kMaxStoredBytes));
}

std::uint64_t header_check(const StoreHeader& header) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;
  const auto* bytes = reinterpret_cast<const unsigned char*>(&header);
  for (std::size_t i = 0; i < offsetof(StoreHeader, check); ++i) {
    hash = (hash ^ bytes[i]) * 0x0000'0100'0000'01b3ULL;
  }
  return hash;
}

std::string name_of(const char (&field)[StoreHeader::kNameBytes]) {
  return {field, ::strnlen(field, sizeof(field))};
}

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw std::runtime_error("message store " + path + " " + why);
}

[[noreturn]] void fail_with(const std::string& path, const std::string& what, int error) {
  fail(path, what + ": " + std::strerror(error));
}

FileDescriptor open_locked(const std::string& path, int flags) {
  FileDescriptor fd(::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.is_open()) fail_with(path, "cannot be opened", errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) fail(path, "is in use by another process");
    fail_with(path, "cannot be locked", errno);
  }
  return fd;
}

}  // namespace

bool ReservedSpan::take(int fd, std::size_t end) noexcept {
  const std::size_t target = std::min((end + kStepBytes - 1) / kStepBytes * kStepBytes, size_);
  if (end > target) return false;
  const std::size_t length = target - reserved_;
  int result = 0;
  do {
    result = ::madvise(begin_ + reserved_, length, MADV_POPULATE_WRITE);
  } while (result != 0 && errno == EINTR);
  // Linux before 5.14 does not know the advice.
  if (result != 0 && errno == EINVAL) {
    result = ::posix_fallocate(fd, static_cast<off_t>(file_offset_ + reserved_),
                               static_cast<off_t>(length));
  }
  if (result != 0) return false;
  reserved_ = target;
  return true;
}

MessageStoreFile::MessageStoreFile(const std::string& path, FileDescriptor fd, std::size_t size)
    : path_(path), fd_(std::move(fd)) {
  void* map = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (map == MAP_FAILED) fail_with(path_, "cannot be mapped", errno);
  map_ = static_cast<char*>(map);
  map_bytes_ = size;
}

MessageStoreFile::MessageStoreFile(MessageStoreFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      map_(std::exchange(other.map_, nullptr)),
      map_bytes_(other.map_bytes_),
      entries_(other.entries_),
      ring_(other.ring_),
      ring_offset_(other.ring_offset_),
      entry_span_(other.entry_span_),
      ring_span_(other.ring_span_) {}

MessageStoreFile::~MessageStoreFile() {
  if (map_ != nullptr) ::munmap(map_, map_bytes_);
}

MessageStoreFile MessageStoreFile::create(const std::string& path, const StoreIdentity& identity,
                                          std::uint32_t capacity, TimeNs now) {
  if (capacity < kMinCapacity || capacity > kMaxCapacity) {
    fail(path, "cannot keep " + std::to_string(capacity) + " messages, only " +
                   std::to_string(kMinCapacity) + " to " + std::to_string(kMaxCapacity));
  }
  if (identity.sender.size() > StoreHeader::kNameBytes ||
      identity.target.size() > StoreHeader::kNameBytes) {
    fail(path,
         "cannot hold CompIDs of more than " + std::to_string(StoreHeader::kNameBytes) + " bytes");
  }
  const std::string fresh = path + ".new";
  FileDescriptor fd = open_locked(fresh, O_CREAT);
  const std::size_t size = ring_offset(capacity) + ring_bytes(capacity);
  if (::ftruncate(fd.get(), 0) != 0 || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
    fail_with(fresh, "cannot be made " + std::to_string(size) + " bytes long", errno);
  }
  if (const int error = ::posix_fallocate(fd.get(), 0, kPageBytes); error != 0) {
    fail_with(fresh, "has no room", error);
  }
  MessageStoreFile file(path, std::move(fd), size);
  StoreHeader& header = file.header();
  header.magic = StoreHeader::kMagic;
  header.version = StoreHeader::kVersion;
  header.capacity = capacity;
  header.ring_bytes = ring_bytes(capacity);
  header.created_ns = now.value;
  identity.sender.copy(header.sender, sizeof(header.sender));
  identity.target.copy(header.target, sizeof(header.target));
  header.check = header_check(header);
  StoreNumbers& numbers = header.numbers[0];
  numbers.kept = KeptRange{1, 1}.pack();
  numbers.next_sender = numbers.next_target = 1;
  numbers.session_epoch = 1;
  numbers.since_ns = now.value;
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail_with(path, "cannot be replaced", errno);
  file.place();
  return file;
}

MessageStoreFile MessageStoreFile::open(const std::string& path, const StoreIdentity& identity) {
  FileDescriptor fd = open_locked(path, 0);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail_with(path, "cannot be queried", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < kPageBytes) fail(path, "is not a Sluice message store: it is too short");
  MessageStoreFile file(path, std::move(fd), size);
  file.check(identity, size);
  file.place();
  return file;
}

void MessageStoreFile::check(const StoreIdentity& identity, std::size_t file_bytes) const {
  const StoreHeader& header = this->header();
  if (header.magic != StoreHeader::kMagic) fail(path_, "is not a Sluice message store");
  if (header.version != StoreHeader::kVersion) {
    fail(path_, "has format version " + std::to_string(header.version) + ", this program reads " +
                    std::to_string(StoreHeader::kVersion));
  }
  if (header.check != header_check(header)) fail(path_, "is damaged: its header does not add up");
  if (name_of(header.sender) != identity.sender || name_of(header.target) != identity.target) {
    fail(path_, "belongs to session " + name_of(header.sender) + "/" + name_of(header.target) +
                    ", not " + identity.sender + "/" + identity.target);
  }
  if (header.capacity < kMinCapacity || header.capacity > kMaxCapacity ||
      header.ring_bytes != ring_bytes(header.capacity) ||
      file_bytes != ring_offset(header.capacity) + header.ring_bytes) {
    fail(path_, "is damaged: it has " + std::to_string(file_bytes) + " bytes, which does not fit " +
                    std::to_string(header.capacity) + " messages");
  }
  if (header.active > 1) fail(path_, "is damaged: its numbers are neither of both");
  const StoreNumbers& numbers = header.numbers[header.active];
  const KeptRange kept = KeptRange::unpack(numbers.kept);
  const auto is_number = [](std::uint32_t n) { return n >= 1 && n <= kMaxSeqNum; };
  if (!is_number(numbers.next_sender) || !is_number(numbers.next_target) || kept.first < 1 ||
      kept.end < kept.first || kept.end > kMaxSeqNum || kept.count() > header.capacity) {
    fail(path_, "is damaged: its sequence numbers are impossible");
  }
  const auto* entries = reinterpret_cast<const StoreEntry*>(map_ + kEntriesOffset);
  std::uint64_t bytes = 0;
  for (std::uint32_t n = kept.first; n < kept.end; ++n) {
    const StoreEntry& entry = entries[n % header.capacity];
    const bool follows =
        n == kept.first || entry.position == entries[(n - 1) % header.capacity].position +
                                                 entries[(n - 1) % header.capacity].size;
    bytes += entry.size;
    if (entry.number != n || entry.size > kMaxStoredBytes || !follows ||
        bytes > header.ring_bytes) {
      fail(path_, "is damaged: message " + std::to_string(n) + " is not where it should be");
    }
  }
}

void MessageStoreFile::place() {
  const StoreHeader& header = this->header();
  ring_offset_ = ring_offset(header.capacity);
  entries_ = reinterpret_cast<StoreEntry*>(map_ + kEntriesOffset);
  ring_ = map_ + ring_offset_;
  entry_span_ =
      ReservedSpan(map_ + kEntriesOffset, ring_offset_ - kEntriesOffset, kEntriesOffset, 0);
  reserve_ring_from(0);
}

void MessageStoreFile::sync() const {
  if (::fsync(fd_.get()) != 0) fail_with(path_, "cannot be synced", errno);
}

void MessageStoreFile::reserve_ring_from(std::uint64_t position) noexcept {
  const std::uint64_t bytes = header().ring_bytes;
  ring_span_ = ReservedSpan(ring_, bytes, ring_offset_, position % bytes / kPageBytes * kPageBytes);
}

bool MessageStoreFile::reserve(std::uint32_t number, std::uint64_t position,
                               std::size_t size) noexcept {
  const StoreHeader& header = this->header();
  // What lies before the place where this run began was written by an earlier one.
  const std::uint64_t end = std::min(position % header.ring_bytes + size, header.ring_bytes);
  return entry_span_.reserve(fd_.get(), (number % header.capacity + 1) * sizeof(StoreEntry)) &&
         ring_span_.reserve(fd_.get(), end);
}

void MessageStoreFile::write_ring(std::uint64_t position, std::string_view bytes) const noexcept {
  const std::uint64_t size = header().ring_bytes;
  const std::uint64_t at = position % size;
  const std::size_t head = std::min<std::size_t>(bytes.size(), size - at);
  std::memcpy(ring_ + at, bytes.data(), head);
  std::memcpy(ring_, bytes.data() + head, bytes.size() - head);
}

std::string MessageStoreFile::read_ring(std::uint64_t position, std::size_t size) const {
  const std::uint64_t ring_size = header().ring_bytes;
  const std::uint64_t at = position % ring_size;
  const std::size_t head = std::min<std::size_t>(size, ring_size - at);
  std::string bytes;
  bytes.reserve(size);
  bytes.append(ring_ + at, head);
  bytes.append(ring_, size - head);
  return bytes;
}

}  // namespace sluice::gateway
