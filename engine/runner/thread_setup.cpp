#include "engine/runner/thread_setup.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

namespace sluice {

bool set_up_thread(const char* name, int cpu) noexcept {
  ::pthread_setname_np(::pthread_self(), name);
  // The default slack of 50 µs would lengthen every short sleep of a back-off.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  if (cpu < 0) return true;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  return ::pthread_setaffinity_np(::pthread_self(), sizeof(set), &set) == 0;
}

}  // namespace sluice
