// Which sanitizer this program is built with, where a test asks for what one cannot do.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SLUICE_TSAN
#endif
#if __has_feature(undefined_behavior_sanitizer)
#define SLUICE_UBSAN
#endif
#endif

namespace sluice {

/// How often something random is tried: as often as said, or a fifth of it, at least twice, where a
/// sanitizer makes it five to twenty times as slow. The release build tries all.
constexpr unsigned tries(unsigned often) {
#if defined(SLUICE_TSAN) || defined(SLUICE_UBSAN)
  return often / 5 < 2 ? 2 : often / 5;
#else
  return often;
#endif
}

}  // namespace sluice
