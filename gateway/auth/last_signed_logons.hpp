// The SendingTime(52) of each session's last Logon by signature, on disk: none comes twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

/// The file: the 8 bytes "SLUICEL1", then 40 bytes for each CompID: 32 of its name, filled up with
/// NULs, and the time in nanoseconds since 1970 as a little-endian 64-bit integer. It is mapped: a
/// time is noted by one aligned store, so that a process killed anywhere leaves the old one or the
/// new one. CompIDs that are configured no longer keep their places.
///
/// Thread safety: one thread.
class LastSignedLogons {
 public:
  /// Opens or makes the file with a place for each of `comp_ids` (1 to 32 bytes each). Throws
  /// std::system_error when it cannot, and std::runtime_error when its content is something else.
  LastSignedLogons(const std::string& path, const std::vector<std::string>& comp_ids);
  ~LastSignedLogons();
  LastSignedLogons(const LastSignedLogons&) = delete;
  LastSignedLogons& operator=(const LastSignedLogons&) = delete;

  /// True, and `time` is noted, if it is later than the last one of that CompID. False also for a
  /// CompID without a place.
  [[nodiscard]] bool advance(std::string_view comp_id, TimeNs time) noexcept;

 private:
  struct Slot;

  void* mapped_ = nullptr;
  std::size_t bytes_ = 0;
  std::map<std::string, std::int64_t*, std::less<>> times_;
};

}  // namespace sluice::gateway
