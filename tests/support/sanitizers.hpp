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
