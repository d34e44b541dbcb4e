#include "gateway/auth/last_signed_logons.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {
namespace {

constexpr std::string_view kMagic = "SLUICEL1";
constexpr std::size_t kNameBytes = 32;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

struct LastSignedLogons::Slot {
  char name[kNameBytes];
  std::int64_t time_ns;
};

LastSignedLogons::LastSignedLogons(const std::string& path,
                                   const std::vector<std::string>& comp_ids) {
  static_assert(std::endian::native == std::endian::little);
  static_assert(sizeof(Slot) == 40 && offsetof(Slot, time_ns) == kNameBytes);
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open()) fail("cannot open " + path);
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) fail("cannot look at " + path);
  auto bytes = static_cast<std::size_t>(found.st_size);
  std::string content(bytes, '\0');
  if (::pread(file.get(), content.data(), bytes, 0) != found.st_size) fail("cannot read " + path);
  // A file that was being made may end within its first bytes, or within a name.
  const bool fresh = bytes < kMagic.size();
  if (!fresh && !content.starts_with(kMagic)) {
    throw std::runtime_error(path + " is damaged: expected the times of the last signed Logons");
  }
  std::size_t slots = fresh ? 0 : (bytes - kMagic.size()) / sizeof(Slot);
  std::map<std::string, std::size_t, std::less<>> places;
  for (std::size_t i = 0; i < slots; ++i) {
    const char* const name = content.data() + kMagic.size() + i * sizeof(Slot);
    places.emplace(std::string(name, ::strnlen(name, kNameBytes)), i);
  }
  std::string more = fresh ? std::string(kMagic) : std::string();
  for (const std::string& comp_id : comp_ids) {
    if (!places.emplace(comp_id, slots).second) continue;
    Slot slot{};
    std::memcpy(slot.name, comp_id.data(), std::min(comp_id.size(), kNameBytes));
    more.append(reinterpret_cast<const char*>(&slot), sizeof(slot));
    ++slots;
  }
  const std::size_t whole = kMagic.size() + slots * sizeof(Slot);
  const auto at = static_cast<off_t>(whole - more.size());
  if (::pwrite(file.get(), more.data(), more.size(), at) != static_cast<ssize_t>(more.size())) {
    fail("cannot write " + path);
  }
  if (::ftruncate(file.get(), static_cast<off_t>(whole)) != 0 || ::fsync(file.get()) != 0) {
    fail("cannot write " + path);
  }
  bytes_ = whole;
  mapped_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (mapped_ == MAP_FAILED) {
    mapped_ = nullptr;
    fail("cannot map " + path);
  }
  auto* const first = reinterpret_cast<Slot*>(static_cast<char*>(mapped_) + kMagic.size());
  for (const auto& [name, place] : places) times_[name] = &first[place].time_ns;
}

LastSignedLogons::~LastSignedLogons() {
  if (mapped_ != nullptr) ::munmap(mapped_, bytes_);
}

bool LastSignedLogons::advance(std::string_view comp_id, TimeNs time) noexcept {
  const auto found = times_.find(comp_id);
  if (found == times_.end()) return false;
  const std::atomic_ref<std::int64_t> last(*found->second);
  if (time.value <= last.load(std::memory_order_relaxed)) return false;
  last.store(time.value, std::memory_order_relaxed);
  return true;
}

}  // namespace sluice::gateway
