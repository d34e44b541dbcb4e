#include "gateway/session/store/mapped_message_store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <sys/stat.h>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/encoding/synthetic.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/session/number_bounds.hpp"
#include "gateway/session/store/store_release.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kHalfDayNs = kNsPerDay / 2;

bool exists(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT) return false;
  throw std::runtime_error("message store " + path + " cannot be queried: " + std::strerror(errno));
}

/// What of `kept` may stay, given that next_sender is `next`.
KeptRange settled(KeptRange kept, std::uint32_t next) noexcept {
  if (kept.end < next || kept.first >= next) return {next, next};
  return {kept.first, std::min(kept.end, next)};
}

/// The newest messages of `from` that a store of another size has room for.
KeptRange newest_that_fit(const MessageStoreFile& from, KeptRange kept, const StoreHeader& to) {
  std::uint64_t bytes = 0;
  std::uint32_t first = kept.end;
  while (first > kept.first && kept.end - first < to.capacity &&
         bytes + from.entry(first - 1).size <= to.ring_bytes) {
    --first;
    bytes += from.entry(first).size;
  }
  return {first, kept.end};
}

MessageStoreFile resized(const MessageStoreFile& from, const std::string& path,
                         const StoreIdentity& identity, std::uint32_t capacity, TimeNs now) {
  // The new file takes the place of the old one only when it is whole.
  const std::string copy = path + ".resized";
  MessageStoreFile to = MessageStoreFile::create(copy, identity, capacity, now);
  const StoreNumbers& old = from.header().numbers[from.header().active];
  const KeptRange kept =
      newest_that_fit(from, settled(KeptRange::unpack(old.kept), old.next_sender), to.header());
  std::uint64_t position = 0;
  for (std::uint32_t n = kept.first; n < kept.end; ++n) {
    const StoreEntry& entry = from.entry(n);
    if (!to.reserve(n, position, entry.size)) {
      throw std::runtime_error("message store " + copy + " has no room: the file system is full");
    }
    to.write_ring(position, from.read_ring(entry.position, entry.size));
    to.entry(n) = StoreEntry{position, entry.size, n};
    position += entry.size;
  }
  StoreNumbers& numbers = to.header().numbers[to.header().active];
  numbers = old;
  numbers.kept = kept.pack();
  if (std::rename(copy.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("message store " + path +
                             " cannot be replaced: " + std::strerror(errno));
  }
  return to;
}

MessageStoreFile open_for(const std::string& path, const StoreIdentity& identity,
                          std::uint32_t capacity, TimeNs now) {
  if (!exists(path)) return MessageStoreFile::create(path, identity, capacity, now);
  MessageStoreFile file = MessageStoreFile::open(path, identity);
  if (file.header().capacity == capacity) return file;
  return resized(file, path, identity, capacity, now);
}

std::uint32_t checked_number(int number) {
  if (number < 1) {
    throw FIX::IOException("sequence number " + std::to_string(number) + " is below 1");
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace

MappedMessageStore::MappedMessageStore(const std::string& path, const StoreIdentity& identity,
                                       std::uint32_t capacity, WallClock clock)
    : file_(open_for(path, identity, capacity, clock())),
      clock_(clock),
      names_{"FIX.4.4", identity.sender, identity.target} {
  const KeptRange range = settled(kept(), next_sender());
  publish(range);
  forget_claim();
  if (!range.empty()) {
    const StoreEntry& last = file_.entry(range.end - 1);
    write_position_ = last.position + last.size;
  }
  file_.reserve_ring_from(write_position_);
}

StoreNumbers& MappedMessageStore::numbers() const noexcept {
  StoreHeader& header = file_.header();
  return header.numbers[header.active];
}

KeptRange MappedMessageStore::kept() const noexcept { return KeptRange::unpack(numbers().kept); }
std::uint32_t MappedMessageStore::next_sender() const noexcept { return numbers().next_sender; }
std::uint32_t MappedMessageStore::next_target() const noexcept { return numbers().next_target; }
std::uint32_t MappedMessageStore::session_epoch() const noexcept { return numbers().session_epoch; }
std::uint32_t MappedMessageStore::first_kept() const noexcept { return kept().first; }

void MappedMessageStore::publish(KeptRange range) noexcept {
  store_release(numbers().kept, range.pack());
}

// The number first: opening settles what is kept by it.
void MappedMessageStore::publish_next_sender(std::uint32_t number) noexcept {
  // What was told under a number that is to come again was told all the same.
  if (number < next_sender()) settle_claim();
  store_release(numbers().next_sender, number);
  const KeptRange before = kept();
  const KeptRange after = settled(before, number);
  if (after.end < before.end && !after.empty()) {
    write_position_ = file_.entry(after.end).position;
  }
  if (after.pack() != before.pack()) publish(after);
}

bool MappedMessageStore::keep(std::uint32_t number, std::string_view message) noexcept {
  if (message.empty() || message.size() > kMaxStoredBytes) return false;
  const StoreHeader& header = file_.header();
  KeptRange range = kept();
  std::uint64_t position = write_position_;
  if (number < range.first || number > range.end) {
    range = {number, number};
  } else if (number < range.end) {
    position = file_.entry(number).position;
    range.end = number;
  }
  const auto lacks_room = [&] {
    return range.count() == header.capacity ||
           position + message.size() - file_.entry(range.first).position > header.ring_bytes;
  };
  while (!range.empty() && lacks_room()) ++range.first;

  if (!file_.reserve(number, position, message.size())) return false;
  publish(range);  // before its bytes are overwritten
  file_.write_ring(position, message);
  file_.entry(number) = StoreEntry{position, static_cast<std::uint32_t>(message.size()), number};
  publish({range.first, number + 1});
  write_position_ = position + message.size();
  return true;
}

bool MappedMessageStore::bridges(std::uint32_t number) const noexcept {
  const KeptRange range = kept();
  return !range.empty() && (number <= range.end || number - range.end < file_.header().capacity);
}

bool MappedMessageStore::keeps_application_messages() const {
  constexpr std::size_t kFirstThreeFields = 48;
  constexpr std::string_view kMsgType =
      "\x01"
      "35=";
  const KeptRange range = kept();
  for (std::uint32_t n = range.end; n > range.first; --n) {
    const StoreEntry& entry = file_.entry(n - 1);
    if (entry.size == 0) continue;
    const std::string head =
        file_.read_ring(entry.position, std::min<std::size_t>(entry.size, kFirstThreeFields));
    const std::size_t at = head.find(kMsgType);
    if (at == std::string::npos) return true;
    const std::string_view rest = std::string_view(head).substr(at + kMsgType.size());
    if (!is_session_message(rest.substr(0, rest.find(kSoh)))) return true;
  }
  return false;
}

// In the order of keep(): killed anywhere, what is named is whole, and opening drops what
// next_sender has not passed.
void MappedMessageStore::skip_to(std::uint32_t number) {
  KeptRange range = kept();
  if (number <= range.end || !bridges(number)) return;
  const std::uint32_t capacity = file_.header().capacity;
  if (number > capacity) range.first = std::max(range.first, number - capacity);
  for (std::uint32_t n = range.end; n < number; ++n) {
    if (!file_.reserve(n, write_position_, 0)) {
      throw FIX::IOException("the file system is full");
    }
  }
  publish(range);
  for (std::uint32_t n = range.end; n < number; ++n) file_.entry(n) = {write_position_, 0, n};
  publish({range.first, number});
}

bool MappedMessageStore::append(std::uint32_t number, std::string_view message,
                                const Told& told) noexcept {
  if (number != next_sender() || number == kMaxSeqNum || !keep(number, message)) return false;
  if (!record_message(number, message, told)) return false;
  claim(number, told);
  store_release(numbers().next_sender, number + 1);
  return true;
}

bool MappedMessageStore::set(int number, const std::string& message) {
  const std::uint32_t checked = checked_number(number);
  const bool kept =
      checked != kMaxSeqNum && keep(checked, message) && record_message(checked, message, {});
  if (!kept) failed_ = true;
  if (checked == kMaxSeqNum) throw FIX::IOException("sequence numbers are used up");
  if (!kept) {
    throw FIX::IOException("message " + std::to_string(number) + " of " +
                           std::to_string(message.size()) + " bytes cannot be kept: longest is " +
                           std::to_string(kMaxStoredBytes) + ", or the file system is full");
  }
  return true;
}

void MappedMessageStore::get(int begin, int end, std::vector<std::string>& messages) const {
  messages.clear();
  const KeptRange range = kept();
  const std::int64_t last = std::min<std::int64_t>(end, std::int64_t{range.end} - 1);
  std::int64_t n = std::max<std::int64_t>(begin, range.first);
  try {
    if (n <= last) messages.reserve(static_cast<std::size_t>(last - n + 1));
    for (; n <= last; ++n) {
      const StoreEntry& entry = file_.entry(static_cast<std::uint32_t>(n));
      messages.push_back(entry.size == 0
                             ? make_placeholder(names_, static_cast<std::uint32_t>(n), clock_())
                             : file_.read_ring(entry.position, entry.size));
    }
  } catch (const std::exception& error) {
    messages.clear();
    throw FIX::IOException(error.what());
  }
}

int MappedMessageStore::getNextSenderMsgSeqNum() const { return static_cast<int>(next_sender()); }
int MappedMessageStore::getNextTargetMsgSeqNum() const { return static_cast<int>(next_target()); }

void MappedMessageStore::setNextSenderMsgSeqNum(int number) {
  const std::uint32_t next = checked_number(number);
  skip_to(next);
  publish_next_sender(next);
  record_state();
}

void MappedMessageStore::setNextTargetMsgSeqNum(int number) {
  publish_next_target(checked_number(number));
  record_state();
}

void MappedMessageStore::incrNextSenderMsgSeqNum() {
  if (next_sender() == kMaxSeqNum) throw FIX::IOException("sequence numbers are used up");
  publish_next_sender(next_sender() + 1);
}

void MappedMessageStore::incrNextTargetMsgSeqNum() {
  if (next_target() == kMaxSeqNum) throw FIX::IOException("sequence numbers are used up");
  if (noted_ != next_target()) record_taken(next_target());
  publish_next_target(next_target() + 1);
}

FIX::UtcTimeStamp MappedMessageStore::getCreationTime() const {
  const std::int64_t ns = clock_().value + kHalfDayNs;
  return {static_cast<time_t>(ns / kNsPerSecond), static_cast<int>(ns % kNsPerSecond), 9};
}

// All numbers change at one instant, whenever the process may be killed.
void MappedMessageStore::reset() {
  StoreHeader& header = file_.header();
  const std::uint32_t other = 1 - header.active;
  StoreNumbers fresh{};
  fresh.kept = KeptRange{1, 1}.pack();
  fresh.next_sender = fresh.next_target = 1;
  fresh.session_epoch = session_epoch() + 1;
  fresh.since_ns = clock_().value;
  fresh.last_report = last_report();
  fresh.last_copy = last_copy();
  header.numbers[other] = fresh;
  noted_ = 0;
  store_release(header.active, other);
  record_state();
}

MappedMessageStoreFactory::MappedMessageStoreFactory(std::string folder, std::uint32_t capacity,
                                                     WallClock clock)
    : folder_(std::move(folder)), capacity_(capacity), clock_(clock) {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::runtime_error("folder " + folder_ + " cannot be made: " + std::strerror(errno));
  }
}

FIX::MessageStore* MappedMessageStoreFactory::create(const FIX::SessionID& session) {
  try {
    const StoreIdentity identity{session.getSenderCompID().getValue(),
                                 session.getTargetCompID().getValue()};
    return new MappedMessageStore(path_of(identity.target), identity, capacity_, clock_);
  } catch (const std::exception& error) {
    throw FIX::ConfigError(error.what());
  }
}

void MappedMessageStoreFactory::destroy(FIX::MessageStore* store) { delete store; }

std::string MappedMessageStoreFactory::path_of(std::string_view target_comp_id) const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name;
  for (const char c : target_comp_id) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_') {
      name += c;
    } else {
      ((name += '%') += kDigits[byte >> 4U]) += kDigits[byte & 15U];
    }
  }
  return folder_ + "/" + name + ".store";
}

}  // namespace sluice::gateway
