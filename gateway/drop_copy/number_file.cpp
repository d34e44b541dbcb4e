#include "gateway/drop_copy/number_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <new>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what, int error) {
  throw std::runtime_error("numbers of a drop copy, " + path + ": " + what + ": " +
                           std::generic_category().message(error));
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw std::runtime_error("numbers of a drop copy, " + path + ": " + what +
                           "; its readers have seen numbers that must not come again: restore the "
                           "file, or move it away and tell them that ApplSeqNum(1181) starts anew");
}

/// The number below, what it was sealed with above. No bits that belong together are all zero or
/// all one.
std::uint64_t seal(std::uint64_t number) noexcept {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15ULL;
  const std::uint64_t check = (number + 1) * kOdd >> NumberFile::kNumberBits;
  return check << NumberFile::kNumberBits | number;
}

std::uint64_t number_in(std::uint64_t sealed) noexcept {
  return sealed & ((1ULL << NumberFile::kNumberBits) - 1);
}

/// Complete under its name, or not there.
void make_file(const std::string& path, std::uint64_t event) {
  const std::string draft = path + ".new";
  const FileDescriptor out(::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out.is_open()) fail(path, "cannot create", errno);
  const NumberFileLayout layout{NumberFileLayout::kMagic,
                                NumberFileLayout::kVersion,
                                {{{event}, {seal(0)}}, {{event}, {seal(0)}}}};
  const ssize_t wrote = ::write(out.get(), &layout, sizeof(layout));
  if (wrote != static_cast<ssize_t>(sizeof(layout))) {
    fail(path, "cannot write", wrote < 0 ? errno : ENOSPC);
  }
  if (::fsync(out.get()) != 0) fail(path, "cannot sync", errno);
  if (::rename(draft.c_str(), path.c_str()) != 0) fail(path, "cannot rename into place", errno);
}

}  // namespace

NumberFile::NumberFile(const std::string& path, std::uint64_t event) {
  if (::access(path.c_str(), F_OK) != 0) make_file(path, event);
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open()) fail(path, "cannot open", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(path, "cannot look at", errno);
  // Before it is mapped: a shorter one would end the process at the first look.
  if (status.st_size != static_cast<off_t>(sizeof(NumberFileLayout))) {
    refuse(path, "damaged, it has " + std::to_string(status.st_size) + " bytes and not " +
                     std::to_string(sizeof(NumberFileLayout)));
  }
  void* mapped =
      ::mmap(nullptr, sizeof(NumberFileLayout), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) fail(path, "cannot map", errno);
  layout_ = std::launder(static_cast<NumberFileLayout*>(mapped));
  const auto is_good = [](const NumberFileLayout::Place& place) {
    const std::uint64_t sealed = place.sealed.load(std::memory_order_relaxed);
    return sealed == seal(number_in(sealed));
  };
  std::string fault;
  if (layout_->magic != NumberFileLayout::kMagic) {
    fault = "not such a file";
  } else if (layout_->version != NumberFileLayout::kVersion) {
    fault = "of version " + std::to_string(layout_->version) + ", this program writes " +
            std::to_string(NumberFileLayout::kVersion);
  } else if (!is_good(layout_->places[0]) || !is_good(layout_->places[1])) {
    fault = "damaged, its number does not agree with its check";
  } else if (number() > kMaxAtStart) {
    fault = "its numbers are used up";
  }
  if (fault.empty()) return;
  ::munmap(layout_, sizeof(NumberFileLayout));
  refuse(path, fault);
}

NumberFile::~NumberFile() { ::munmap(layout_, sizeof(NumberFileLayout)); }

const NumberFileLayout::Place& NumberFile::newest() const noexcept {
  const auto number_of = [](const NumberFileLayout::Place& place) {
    return number_in(place.sealed.load(std::memory_order_relaxed));
  };
  const NumberFileLayout::Place& even = layout_->places[0];
  const NumberFileLayout::Place& odd = layout_->places[1];
  return number_of(odd) > number_of(even) ? odd : even;
}

std::uint64_t NumberFile::number() const noexcept {
  return number_in(newest().sealed.load(std::memory_order_relaxed));
}

std::uint64_t NumberFile::event() const noexcept {
  return newest().event.load(std::memory_order_relaxed);
}

void NumberFile::store(std::uint64_t number, std::uint64_t event) noexcept {
  NumberFileLayout::Place& place = layout_->places[number % 2];
  place.event.store(event, std::memory_order_relaxed);
  place.sealed.store(seal(number), std::memory_order_release);
}

std::string number_file_path(const std::string& folder, std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string path = folder + "/";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '_';
    if (plain) {
      path += c;
    } else {
      ((path += '%') += kDigits[byte >> 4U]) += kDigits[byte & 15U];
    }
  }
  return path;
}

}  // namespace sluice::gateway
