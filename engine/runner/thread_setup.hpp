// Names a thread, pins it, and asks for exact sleeps.
#pragma once

namespace sluice {

/// For the calling thread. `name`: at most 15 characters. `cpu`: -1 leaves it unpinned. False when
/// the kernel refused the pinning.
bool set_up_thread(const char* name, int cpu) noexcept;

}  // namespace sluice
